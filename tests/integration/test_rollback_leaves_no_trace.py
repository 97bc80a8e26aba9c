"""A rollback before cutover undoes everything, and the application does not notice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.chinook import chinook_copy, in_journal_mode
from tests.support.chinook_scale import scale
from tests.support.command import INTERRUPTED, Zdcdc
from tests.support.compare import has_token
from tests.support.schema import sqlite_schema_of
from tests.support.writers import Application, Traffic, add_ack_table

TRIGGERS = """
CREATE TRIGGER zz_first AFTER UPDATE OF Phone ON Customer BEGIN
    UPDATE Customer SET Fax = NEW.Phone WHERE CustomerId = NEW.CustomerId;
END;
CREATE TRIGGER aa_second AFTER UPDATE OF Phone ON Customer BEGIN
    UPDATE Customer SET Fax = 'second' WHERE CustomerId = NEW.CustomerId AND NEW.Phone LIKE '%7';
END;
CREATE VIEW loud AS SELECT TrackId, upper(Name) AS name FROM Track;
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Chinook with triggers whose order matters and a view, under the name that its application opens."""
    path = add_ack_table(in_journal_mode(chinook_copy(tmp_path), "wal"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TRIGGERS)
    return path


@pytest.fixture
def zdcdc(source: Path, target: Target, tmp_path: Path) -> Zdcdc:
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    return Zdcdc(source, url, target.password, tmp_path / "state")


def has_capture(source: Path) -> bool:
    return any(row.name.startswith("_zdcdc_") for row in sqlite_schema_of(source))


def tables_of(target: Target) -> list[str]:
    with closing(target.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        return [str(row[0]) for row in cursor.fetchall()]


def test_rollback_before_cutover_leaves_schema_and_target_as_they_were(
    source: Path, target: Target, zdcdc: Zdcdc, tmp_path: Path
) -> None:
    before = sqlite_schema_of(source)
    with Application(
        Traffic(source, tmp_path / "application", writers=2, writes_per_second=100)
    ) as application:
        outcome = zdcdc.run("snapshot")
        assert outcome.exit_code == 0, str(outcome)
        assert has_capture(source)
        with zdcdc.started("follow") as follow, closing(target.connect()) as mysql:
            application.wait_for_writes(100, timeout_seconds=60)
            token = application.newest_token()
            follow.wait_until(lambda: has_token(mysql, token), f"{token} came to MySQL")
            outcome = follow.interrupt()
            assert outcome.exit_code == INTERRUPTED, str(outcome)
        outcome = zdcdc.run("rollback", "--yes")
        assert outcome.exit_code == 0, str(outcome)
        assert sqlite_schema_of(source) == before
        application.wait_for_writes(50, timeout_seconds=60)
        served = application.stop()
    assert served.errors == ()
    assert served.fenced == 0
    assert sqlite_schema_of(source) == before
    assert tables_of(target) == []
    with closing(sqlite3.connect(source)) as connection:
        tokens = {row[0] for row in connection.execute("SELECT token FROM ack")}
    assert tokens == set(served.acknowledged)


def test_rollback_of_a_copy_that_was_killed_leaves_schema_and_target_as_they_were(
    source: Path, target: Target, zdcdc: Zdcdc
) -> None:
    scale(source, 20)
    before = sqlite_schema_of(source)
    with zdcdc.started("snapshot") as snapshot:
        snapshot.wait_until(lambda: has_capture(source) and "Track" in tables_of(target), "the copy began")
        snapshot.kill()
    assert has_capture(source)
    outcome = zdcdc.run("rollback", "--yes")
    assert outcome.exit_code == 0, str(outcome)
    assert sqlite_schema_of(source) == before
    assert tables_of(target) == []


def test_a_migration_can_begin_again_after_a_rollback(source: Path, target: Target, zdcdc: Zdcdc) -> None:
    before = sqlite_schema_of(source)
    for _ in range(2):
        outcome = zdcdc.run("snapshot")
        assert outcome.exit_code == 0, str(outcome)
        outcome = zdcdc.run("rollback", "--yes")
        assert outcome.exit_code == 0, str(outcome)
        assert sqlite_schema_of(source) == before
        assert tables_of(target) == []
