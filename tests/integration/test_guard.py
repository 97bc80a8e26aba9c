"""A source that is not what the triggers were made for is noticed by the very next round: nothing is applied
that may be wrong, nobody is told that all is well, and the next follow mends it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.servers.target import Target
from tests.support.migration import Migration, made_database
from zdcdc.capture.guard import SourceDriftedError
from zdcdc.errors import Code, PreconditionError, ZdcdcError
from zdcdc.stages.follow import following
from zdcdc.stages.watching import Watching

SCRIPT = """
CREATE TABLE "t" (id INTEGER PRIMARY KEY, v TEXT, w TEXT);
CREATE TABLE keyless (v TEXT);
INSERT INTO t VALUES (1, 'a', 'p'), (2, 'b', 'q');
INSERT INTO keyless VALUES ('1'), ('2'), ('3'), ('4');
DELETE FROM keyless WHERE v IN ('1', '3');
"""
REBUILT = """
BEGIN;
CREATE TABLE "new" (id INTEGER PRIMARY KEY, v TEXT, w TEXT);
INSERT INTO new SELECT * FROM t;
DROP TABLE t;
ALTER TABLE "new" RENAME TO "t";
COMMIT;
"""
CHANGED_TRIGGER = """
DROP TRIGGER _zdcdc_2_update;
CREATE TRIGGER _zdcdc_2_update AFTER UPDATE ON "t" BEGIN SELECT 1; END;
"""
DRIFTS = {
    "trigger missing": "DROP TRIGGER _zdcdc_2_update; UPDATE t SET v = 'unseen' WHERE id = 1;",
    "trigger changed": CHANGED_TRIGGER + "UPDATE t SET v = 'unseen' WHERE id = 1;",
    "table rebuilt with the same text": REBUILT + "UPDATE t SET v = 'unseen' WHERE id = 1;",
    "column added": "ALTER TABLE t ADD COLUMN x; UPDATE t SET x = 1;",
    "column renamed": "ALTER TABLE t RENAME COLUMN w TO x;",
    "table dropped": "DROP TABLE t;",
    "unique index added": (
        "CREATE UNIQUE INDEX u ON t (v); INSERT OR REPLACE INTO t VALUES (3, 'a', 'unseen');"
    ),
    "rowids renumbered": "VACUUM; UPDATE keyless SET v = 'wrong' WHERE v = '4';",
}


@pytest.fixture
def migration(target: Target, tmp_path: Path) -> Migration:
    made = Migration(made_database(tmp_path / "app.db", SCRIPT), target)
    made.snapshot()
    return made


def rows_of(target: Target) -> list[Any]:
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        found: list[Any] = []
        for query in ("SELECT * FROM t ORDER BY id", "SELECT _zdcdc_rowid, v FROM keyless ORDER BY 1"):
            cursor.execute(query)
            found += cursor.fetchall()
        return found


def assert_drift(work: Callable[[], object], target: Target) -> None:
    before = rows_of(target)
    with pytest.raises(SourceDriftedError) as raised:
        work()
    assert raised.value.code is Code.DRIFT
    assert raised.value.exit_status == 3
    assert raised.value.consequence
    assert raised.value.hint
    assert rows_of(target) == before


@pytest.mark.parametrize("drift", DRIFTS)
def test_drift_ends_the_round_before_anything_is_applied_and_the_next_follow_mends_it(
    migration: Migration, drift: str
) -> None:
    with following(migration.config, threading.Event(), Watching()) as run:
        run.stream.step()
        migration.write(DRIFTS[drift])
        assert_drift(run.stream.step, migration.target)
        assert_drift(run.stream.step, migration.target)
    assert_drift(migration.verify, migration.target)
    migration.follow()
    assert migration.differences() == []
    assert migration.verify().identical


def test_a_vacuum_is_not_hidden_by_another_change_of_the_schema(migration: Migration) -> None:
    with following(migration.config, threading.Event(), Watching()) as run:
        migration.write("CREATE VIEW shown AS SELECT 1; CREATE VIEW other AS SELECT 2")
        run.stream.step()
        migration.write("VACUUM; DROP VIEW other; UPDATE keyless SET v = 'wrong' WHERE v = '4'")
        assert_drift(run.stream.step, migration.target)
    migration.follow()
    assert migration.differences() == []


def test_a_table_without_a_key_is_not_copied_again_for_what_was_no_vacuum(migration: Migration) -> None:
    migration.write("CREATE VIEW shown AS SELECT 1; DROP VIEW shown; ANALYZE")
    with following(migration.config, threading.Event(), Watching()) as run:
        run.stream.step()


def test_a_cutover_is_refused_when_the_triggers_are_gone_though_a_comparison_was_good(
    migration: Migration,
) -> None:
    assert migration.verify().identical
    migration.write(REBUILT + "UPDATE t SET v = 'unseen' WHERE id = 1;")
    assert_drift(migration.cutover, migration.target)
    migration.write("UPDATE t SET v = 'not fenced' WHERE id = 1")


HARMLESS = (
    "CREATE TRIGGER mine AFTER INSERT ON t BEGIN UPDATE t SET w = 'x' WHERE id = NEW.id; END",
    "CREATE VIEW shown AS SELECT * FROM t",
    "ANALYZE",
)


def test_a_change_of_the_schema_that_loses_nothing_is_followed(migration: Migration) -> None:
    with following(migration.config, threading.Event(), Watching()) as run:
        run.stream.step()
        for number, harmless in enumerate(HARMLESS, 100):
            migration.write(f"{harmless}; INSERT INTO t VALUES ({number}, 'v{number}', 'w')")
            run.stream.step()
            assert any(row[0] == number for row in rows_of(migration.target)), harmless
    migration.follow()


def test_a_file_that_is_taken_away_is_an_error_of_the_source_and_no_traceback(
    migration: Migration, tmp_path: Path
) -> None:
    with following(migration.config, threading.Event(), Watching()) as run:
        run.stream.step()
        migration.path.rename(tmp_path / "elsewhere.db")
        with pytest.raises(ZdcdcError):
            run.stream.step()


def test_a_journal_row_that_is_not_the_one_applied_is_noticed(migration: Migration) -> None:
    migration.write("UPDATE t SET v = 'c' WHERE id = 1")
    migration.follow()
    before = journal_row(migration.path)
    newest = "WHERE seq = (SELECT max(seq) FROM _zdcdc_journal)"
    for change, back in (
        ("op = 3", "op = 2"),
        ("k1 = 77", "k1 = 1"),
        ("k1 = '1'", "k1 = 1"),
        ("tbl = 1", "tbl = 2"),
        ("seq = seq + 1", "seq = seq - 1"),
        ("at = at + 0.5", "at = at - 0.5"),
    ):
        migration.write(f"UPDATE _zdcdc_journal SET {change} {newest}")
        with following(migration.config, threading.Event(), Watching()) as run:
            assert_drift(run.stream.step, migration.target)
        migration.write(f"UPDATE _zdcdc_journal SET {back} {newest}")
    assert journal_row(migration.path)[:3] == (before[0], before[1], before[2])


def journal_row(path: Path) -> tuple[Any, ...]:
    with closing(sqlite3.connect(path)) as connection:
        found: tuple[Any, ...] = connection.execute(
            "SELECT * FROM _zdcdc_journal ORDER BY seq DESC"
        ).fetchone()
        return found


def test_a_trigger_of_the_application_makes_a_comparison_before_it_worthless(migration: Migration) -> None:
    migration.snapshot()
    assert migration.verify().identical
    migration.write(
        "CREATE TRIGGER late AFTER INSERT ON t BEGIN UPDATE t SET w = 'late' WHERE id = NEW.id; END;"
    )
    with pytest.raises(PreconditionError) as raised:
        migration.cutover()
    assert raised.value.code is Code.PHASE
    assert migration.verify().identical
    migration.cutover()


def test_a_journal_that_somebody_dropped_stops_and_rollback_makes_the_application_write_again(
    migration: Migration,
) -> None:
    with following(migration.config, threading.Event(), Watching()) as run:
        run.stream.step()
        migration.write("DROP TABLE _zdcdc_journal")
        with pytest.raises(PreconditionError) as raised:
            run.stream.step()
        assert raised.value.code is Code.DRIFT
    with pytest.raises(PreconditionError) as raised:
        migration.follow()
    assert "rollback" in raised.value.hint
    migration.rollback()
    migration.write("UPDATE t SET v = 'written'")
