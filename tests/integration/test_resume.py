"""Killed at any named point, the same command given again ends where it would have ended."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.killed import ROOT, SMALL, killed_at
from tests.support.migration import Migration, made_database
from tests.support.schema import sqlite_schema_of

SCRIPT = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE child (a TEXT NOT NULL, b INTEGER NOT NULL, parent INTEGER REFERENCES parent ON DELETE CASCADE,
  v BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE keyless (v);
CREATE INDEX by_parent ON child (parent);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60)
INSERT INTO parent SELECT i, 'name ' || i FROM c;
INSERT INTO child SELECT 'key ' || id, id, id, zeroblob(id) FROM parent;
INSERT INTO keyless SELECT name FROM parent;
"""
WRITES = """
INSERT OR REPLACE INTO parent (id, name) SELECT max(id) + 1, 'name ' || (abs(random()) % 60 + 1) FROM parent;
UPDATE child SET a = a || '.', v = NULL WHERE b % 9 = abs(random()) % 9;
DELETE FROM keyless WHERE rowid = (SELECT min(rowid) FROM keyless);
INSERT INTO keyless VALUES ('new');
"""

SNAPSHOT = (
    "install.before",
    "install.before_commit",
    "install.after",
    "round.before_write",
    "chunk.before_load",
    "chunk.after_load",
    "round.before_commit",
    "round.after_commit",
    "round.after_commit",
    "index.before",
    "index.after",
    "foreign_keys.before",
    "foreign_keys.after",
)
CUTOVER = (
    "cutover.before_lock",
    "cutover.locked",
    "cutover.drain_read",
    "cutover.drained",
    "fence.capture_removed",
    "fence.raised",
    "cutover.before_commit",
)
CUTOVER_DECIDED = "cutover.committed"
ROLLBACK = ("rollback.target_cleared", "uninstall.before", "uninstall.before_commit", "uninstall.after")


@pytest.fixture
def migration(target: Target, tmp_path: Path) -> Migration:
    return Migration(made_database(tmp_path / "app.db", SCRIPT), target, SMALL)


def test_every_named_point_is_killed_at_by_a_test_here() -> None:
    named = set()
    for path in (ROOT / "zdcdc").rglob("*.py"):
        named |= set(re.findall(r"reach\(\"([a-z_.]+)\"\)", path.read_text()))
    assert named == {*SNAPSHOT, *CUTOVER, CUTOVER_DECIDED, *ROLLBACK}


def test_a_snapshot_killed_at_each_point_in_turn_ends_as_if_it_never_was(migration: Migration) -> None:
    for point in SNAPSHOT:
        killed_at(point, "snapshot", migration)
        migration.write(WRITES)
    migration.snapshot()
    assert migration.differences() == []
    assert migration.verify().identical


def test_a_cutover_killed_at_each_point_in_turn_is_undone_or_done_and_never_half(
    migration: Migration,
) -> None:
    migration.snapshot()
    assert migration.verify().identical
    for point in CUTOVER:
        migration.write(WRITES)
        killed_at(point, "cutover", migration)
    migration.write(WRITES)
    killed_at(CUTOVER_DECIDED, "cutover", migration)
    with pytest.raises(sqlite3.OperationalError, match="writes moved to MySQL"):
        migration.write(WRITES)
    switched = migration.cutover()
    assert switched.already
    assert switched.epoch == 1
    assert migration.differences() == []


def test_a_rollback_killed_at_each_point_in_turn_leaves_no_trace(migration: Migration) -> None:
    before = sqlite_schema_of(migration.path)
    migration.snapshot()
    for point in ROLLBACK:
        killed_at(point, "rollback", migration)
    assert sqlite_schema_of(migration.path) == before
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == ()
