"""A value that is written after the scan and does not fit its column holds its table: it is named by key with
what helps, the other tables go on, nothing is lost, and the table goes on once that is done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.migration import Migration, made_database
from zdcdc.config import Config
from zdcdc.errors import PreconditionError
from zdcdc.stages.follow import follow
from zdcdc.stages.preflight import preflight
from zdcdc.stages.status import read_status
from zdcdc.stages.watching import InterruptedRun
from zdcdc.wishes import ColumnWish, OnMismatch, Wishes

SCHEMA = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, code VARCHAR(5), at DATETIME, paid BOOLEAN, total DECIMAL(6,2),
  seen DATETIME, email TEXT UNIQUE);
CREATE TABLE other (id INTEGER PRIMARY KEY, v TEXT);
INSERT INTO orders VALUES (1, 'a', '2024-01-01 10:00:00', 1, 1.25, NULL, 'a@example.org');
INSERT INTO orders VALUES (2, 'b', '2024-01-01 10:00:00.5', 0, 2, NULL, 'b@example.org');
INSERT INTO other VALUES (1, 'a');
"""

HELD = {
    "a text longer than declared": ("code = 'longer'", "column code", "code = 'long'"),
    "a text that is no date": ("at = 'tomorrow'", "column at", "at = '2025-02-28 00:00:00.25'"),
    "a date that does not exist": ("at = '2023-02-29 00:00:00'", "column at", "at = '2024-02-29 00:00:00'"),
    "an integer that is no boolean": ("paid = 2", "column paid", "paid = NULL"),
    "a text among integers": ("paid = 'yes'", "column paid", "paid = 1"),
    "a decimal with more digits": ("total = 0.125", "column total", "total = 0.13"),
    "a decimal that is too large": ("total = 10000", "column total", "total = 9999.99"),
    "a blob among texts": ("email = x'00'", "column email", "email = 'c'"),
    "text that is not UTF-8": ("email = CAST(x'fe' AS TEXT)", "column email", "email = 'c'"),
    "infinity": ("total = 9e999", "column total", "total = 0"),
}


def differing(migration: Migration) -> set[str]:
    return {difference.table for difference in migration.differences()}


def held(config: Config) -> dict[str, str]:
    return dict(read_status(config).held)


@pytest.mark.parametrize("case", HELD)
def test_its_table_is_held_and_the_others_go_on_until_the_row_is_corrected(
    target: Target, tmp_path: Path, case: str
) -> None:
    wrong, named, right = HELD[case]
    migration = Migration(made_database(tmp_path / "app.db", SCHEMA), target)
    migration.snapshot()
    migration.write(f"INSERT INTO orders (id) VALUES (3); UPDATE orders SET {wrong} WHERE id = 2;")
    migration.write("INSERT INTO other VALUES (2, 'b'); UPDATE orders SET code = 'c' WHERE id = 1")
    migration.follow()
    reason = held(migration.config)["orders"]
    assert named in reason
    assert "rows with key 2 (" in reason
    assert "orrect these" in reason
    assert differing(migration) == {"orders"}
    with pytest.raises(PreconditionError, match="orders"):
        migration.cutover()
    migration.write(f"UPDATE orders SET {right} WHERE id = 2; INSERT INTO other VALUES (3, 'c')")
    migration.follow()
    assert held(migration.config) == {}
    assert migration.differences() == []
    assert migration.verify().identical
    migration.rollback()


def test_a_table_held_during_its_copy_does_not_keep_the_others_from_being_copied(
    target: Target, tmp_path: Path
) -> None:
    path = made_database(tmp_path / "app.db", SCHEMA)
    migration = Migration(path, target)
    # The facts of a check are older than the value: the copy itself meets it.
    preflight(migration.config, prove=False, scanned=lambda table, rows: None)
    migration.write("UPDATE orders SET paid = 7 WHERE id = 1")
    migration.snapshot()
    assert "rows with key 1 (integer)" in held(migration.config)["orders"]
    assert differing(migration) == {"orders"}
    migration.write("UPDATE orders SET paid = 1 WHERE id = 1")
    migration.snapshot()
    assert migration.differences() == []
    migration.rollback()


def test_a_running_follow_takes_the_table_in_again_by_itself_once_the_row_is_corrected(
    target: Target, tmp_path: Path
) -> None:
    migration = Migration(made_database(tmp_path / "app.db", SCHEMA), target)
    migration.snapshot()
    stop = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            follow(migration.config, stop, until_caught_up=False)
        except InterruptedRun:
            pass
        except BaseException as error:  # noqa: BLE001 - looked at below, in the thread of the test
            failures.append(error)

    running = threading.Thread(target=run)
    running.start()
    try:
        migration.write("UPDATE orders SET at = 'soon' WHERE id = 1")
        wait_until(lambda: "orders" in held(migration.config), failures)
        migration.write("UPDATE orders SET at = NULL WHERE id = 1")
        wait_until(lambda: not held(migration.config), failures)
        wait_until(lambda: migration.differences() == [], failures)
    finally:
        stop.set()
        running.join(30)
    assert failures == []
    migration.rollback()


def wait_until(reached: Callable[[], bool], failures: list[BaseException]) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert failures == []
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("wish", "wrong", "kind"),
    [
        (ColumnWish(on_mismatch=OnMismatch.WIDEN), "code = 'longer'", "longtext"),
        (ColumnWish(type="VARCHAR(40)"), "code = 'longer'", "varchar(40)"),
        (ColumnWish(codec="tagged"), "code = x'00ff'", "longtext"),
    ],
)
def test_another_type_from_the_configuration_lets_the_run_go_on(
    target: Target, tmp_path: Path, wish: ColumnWish, wrong: str, kind: str
) -> None:
    migration = Migration(made_database(tmp_path / "app.db", SCHEMA), target)
    migration.snapshot()
    migration.write(f"UPDATE orders SET {wrong} WHERE id = 2")
    migration.follow()
    assert set(held(migration.config)) == {"orders"}
    config = replace(migration.config, wishes=Wishes((("orders.code", wish),)))
    follow(config, threading.Event(), until_caught_up=True)
    assert held(config) == {}
    assert column_type(target, "orders", "code") == kind
    assert migration.verify().identical
    migration.rollback()


@pytest.mark.parametrize(
    ("wrong", "column", "kind"),
    [
        (f"email = '{'long' * 70}'", "email", "varchar(560)"),
        ("seen = 1700000000", "seen", "bigint"),
        ("seen = '2024-01-01T00:00:00Z'", "seen", "datetime(6)"),
        ("at = '2024-01-01 10:00:00.000000'", "at", "datetime(6)"),
    ],
)
def test_what_was_measured_or_guessed_grows_by_itself(
    target: Target, tmp_path: Path, wrong: str, column: str, kind: str
) -> None:
    schema = SCHEMA.replace("10:00:00.5", "10:00:00.500000").replace("01 10:00:00',", "01 10:00:00.250000',")
    migration = Migration(made_database(tmp_path / "app.db", schema), target)
    migration.snapshot()
    migration.write(f"UPDATE orders SET {wrong} WHERE id = 2")
    migration.follow()
    assert held(migration.config) == {}
    assert column_type(target, "orders", column).removesuffix("(20)") == kind
    assert migration.differences() == []
    assert migration.verify().identical
    migration.rollback()


def column_type(target: Target, table: str, column: str) -> str:
    with target.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_type FROM information_schema.columns "
            "WHERE table_schema = DATABASE() AND table_name = %s AND column_name = %s",
            (table, column),
        )
        ((found,),) = cursor.fetchall()
    return found.decode() if isinstance(found, bytes) else str(found)


def test_what_is_written_while_a_table_is_held_arrives_when_it_is_released(
    target: Target, tmp_path: Path
) -> None:
    migration = Migration(made_database(tmp_path / "app.db", SCHEMA), target)
    migration.snapshot()
    migration.write("UPDATE orders SET code = 'longer' WHERE id = 2")
    migration.follow()
    for number in range(3, 40):
        migration.write(f"INSERT INTO orders (id, code) VALUES ({number}, 'new')")
    migration.write("DELETE FROM orders WHERE id = 1")
    migration.follow()
    assert differing(migration) == {"orders"}
    migration.write("UPDATE orders SET code = 'long' WHERE id = 2")
    migration.follow()
    assert migration.differences() == []
    migration.rollback()

