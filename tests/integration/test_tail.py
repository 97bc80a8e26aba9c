"""``zdcdc tail``: the changes in the order in which the application made them, and a word on those gone."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.servers.target import Target
from tests.support.command import INTERRUPTED, Outcome, Running, Zdcdc
from tests.support.migration import Migration, made_database
from zdcdc.errors import PreconditionError
from zdcdc.stages.tail import BLOCKING_ROWS, ROWS, tail

pytestmark = pytest.mark.one_server

SCRIPT = """
CREATE TABLE plain (id INTEGER PRIMARY KEY, v TEXT, b BLOB, r REAL);
CREATE TABLE "od d" (a TEXT COLLATE NOCASE NOT NULL, n INTEGER NOT NULL, v, PRIMARY KEY (a, n)) WITHOUT ROWID;
CREATE TABLE keyless (v TEXT);
INSERT INTO plain VALUES (1, 'one', x'00', 0.5);
"""
WRITES = f"""
INSERT INTO plain VALUES (2, '{'long ' * 60}', zeroblob(40), 1e300);
UPDATE plain SET id = 7 WHERE id = 1;
INSERT INTO "od d" VALUES ('B', 1, 1);
UPDATE "od d" SET a = 'b';
INSERT INTO keyless VALUES ('a "quoted" line' || char(10) || char(27));
DELETE FROM plain WHERE id = 2;
"""


@pytest.fixture
def migration(target: Target, tmp_path: Path) -> Migration:
    """Copied, with nothing that follows it."""
    made = Migration(made_database(tmp_path / "app.db", SCRIPT), target)
    made.snapshot()
    return made


def zdcdc_of(migration: Migration) -> Zdcdc:
    return Zdcdc(migration.path, migration.target.url, "", migration.config.state_directory)


def lines(outcome: Outcome) -> list[Any]:
    return [json.loads(line) for line in outcome.out.splitlines()]


def test_changes_are_told_in_their_order_with_key_operation_time_and_the_row_of_now(
    migration: Migration,
) -> None:
    migration.write(WRITES)
    outcome = zdcdc_of(migration).elsewhere("--json", "tail")
    assert outcome.exit_code == 0, outcome
    told = lines(outcome)
    assert [(change["table"], change["operation"], change["key"]) for change in told] == [
        ("plain", "insert", {"id": 2}),
        ("plain", "delete", {"id": 1}),
        ("plain", "update", {"id": 7}),
        ("od d", "insert", {"a": "B", "n": 1}),
        ("od d", "delete", {"a": "B", "n": 1}),
        ("od d", "update", {"a": "b", "n": 1}),
        ("keyless", "insert", {"rowid": 1}),
        ("plain", "delete", {"id": 2}),
    ]
    positions = [change["position"] for change in told]
    assert positions == sorted(set(positions))
    rows = [change["row"] for change in told]
    assert rows[0] is rows[1] is rows[3] is rows[4] is rows[7] is None
    assert rows[2] == {"id": 7, "v": "one", "b": {"hex": "00", "cut": False}, "r": 0.5}
    assert rows[5] == {"a": "b", "n": 1, "v": 1}
    assert rows[6] == {"v": 'a "quoted" line\n\x1b'}
    now = datetime.now(timezone.utc)
    for change in told:
        assert change["time"].endswith("Z")
        assert abs(datetime.fromisoformat(change["time"].replace("Z", "+00:00")) - now) < timedelta(minutes=5)


def test_a_person_reads_one_line_a_change_and_long_values_are_cut(migration: Migration) -> None:
    migration.write(f"INSERT INTO plain VALUES (2, '{'long ' * 60}', zeroblob(40), 9e999);")
    migration.write("INSERT INTO keyless VALUES ('two' || char(10) || 'lines' || char(27));")
    outcome = zdcdc_of(migration).elsewhere("tail")
    assert outcome.exit_code == 0, outcome
    first, second = outcome.out.splitlines()
    assert " insert  plain (id=2)  id=2, " in first
    assert f"x'{'00' * 32}'…" in first
    assert first.count("long") == 40
    assert 'v="two\\nlines\\u001b"' in second


def test_from_begins_at_a_position_and_says_what_is_not_kept_any_more(migration: Migration) -> None:
    migration.write("INSERT INTO keyless VALUES (1), (2), (3), (4), (5), (6);")
    positions = [change["position"] for change in lines(zdcdc_of(migration).elsewhere("--json", "tail"))]
    from_third = zdcdc_of(migration).elsewhere("--json", "tail", f"--from={positions[2]}")
    assert [change["position"] for change in lines(from_third)] == positions[2:]
    migration.write(f"DELETE FROM _zdcdc_journal WHERE seq < {positions[4]}")
    outcome = zdcdc_of(migration).elsewhere("--json", "tail", f"--from={positions[2]}")
    assert outcome.exit_code == 0
    assert [change["position"] for change in lines(outcome)] == positions[4:]
    assert f"changes {positions[2]} to {positions[3]} are not kept any more" in outcome.err
    assert f"goes on at {positions[4]}" in outcome.err


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_what_was_applied_is_kept_for_a_while_and_told_over_several_reads(
    migration: Migration, mode: str
) -> None:
    migration.write(f"PRAGMA journal_mode = {mode}")
    count = ROWS + 2 * BLOCKING_ROWS + 3
    migration.write(
        f"WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {count}) "
        "INSERT INTO keyless SELECT i FROM c"
    )
    migration.follow()
    told = list(tail(migration.path, None, False, threading.Event()))
    assert len(told) == count


def test_a_table_that_was_changed_or_dropped_does_not_end_the_log(migration: Migration) -> None:
    migration.write(WRITES)
    migration.write("ALTER TABLE plain RENAME COLUMN id TO key; DROP TABLE keyless;")
    migration.write('ALTER TABLE "od d" ADD COLUMN more')
    told = lines(zdcdc_of(migration).elsewhere("--json", "tail"))
    assert [change["table"] for change in told].count("plain") == 4
    assert {str(change["row"]) for change in told if change["table"] in ("plain", "keyless")} == {"None"}
    assert {"a": "b", "n": 1, "v": 1, "more": None} in [change["row"] for change in told]


def test_follow_tells_of_new_changes_beside_a_running_follow_until_the_journal_ends(
    migration: Migration,
) -> None:
    zdcdc = zdcdc_of(migration)
    with zdcdc.started_elsewhere("--json", "tail", "--follow") as following:
        for value in ("one", "two"):
            migration.write(f"INSERT INTO keyless VALUES ('{value}')")
            assert next_line(following)["row"] == {"v": value}
            migration.follow()
        assert migration.verify().identical
        migration.cutover()
        assert next_line(following)["error"]["code"] == "PHASE_001"
        outcome = following.ended()
    assert outcome.exit_code == 3, outcome
    assert "MySQL is primary since switch 1" in outcome.err
    again = zdcdc.elsewhere("tail")
    assert again.exit_code == 3
    assert len(again.out.splitlines()) == 2


def next_line(running: Running) -> Any:
    assert running.process.stdout is not None
    return json.loads(running.process.stdout.readline())


def test_an_interrupt_ends_it_with_130(migration: Migration) -> None:
    with zdcdc_of(migration).started_elsewhere("--json", "tail", "--follow") as following:
        migration.write("INSERT INTO keyless VALUES ('one')")
        next_line(following)
        outcome = following.interrupt()
    assert outcome.exit_code == INTERRUPTED
    assert outcome.err == ""


def test_it_needs_a_migration(tmp_path: Path) -> None:
    path = made_database(tmp_path / "app.db", SCRIPT)
    with pytest.raises(PreconditionError, match="there is no migration"):
        list(tail(path, None, False, threading.Event()))
