"""Traps that no script of SQL springs: locks of a process, older connections, writes without a statement."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.servers.target import Target
from tests.support.in_process import zdcdc
from tests.support.migration import Migration, made_database
from tests.support.read_locks import Lock, locks
from zdcdc import sqlite
from zdcdc.capture.journal import Journal, width
from zdcdc.stages.repair import repair
from zdcdc.stages.watching import Watching

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB, v TEXT);
INSERT INTO t VALUES (1, x'00000000', 'a'), (2, x'01020304', 'b');
"""


@pytest.fixture
def migration(target: Target, tmp_path: Path) -> Migration:
    return Migration(made_database(tmp_path / "app.db", SCRIPT), target)


@pytest.fixture
def application(migration: Migration) -> Iterator[sqlite3.Connection]:
    """A connection of the application, in this process, made before anything of ours."""
    with closing(sqlite3.connect(migration.path, isolation_level=None)) as connection:
        yield connection


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python writes into blobs since 3.11")
def test_what_is_written_into_a_blob_without_a_statement_is_found_by_a_comparison_and_repaired(
    migration: Migration, application: sqlite3.Connection
) -> None:
    migration.snapshot()
    connection: Any = application
    with connection.blobopen("t", "data", 1) as blob:
        blob.write(b"\xff\xfe")
    migration.follow()
    outcome = migration.verify()
    assert [difference.key for difference in outcome.differences] == ["(1,)"]
    repair(migration.config, outcome, threading.Event(), Watching())
    assert migration.verify().identical
    assert migration.differences() == []


def held(path: Path) -> set[Lock]:
    """What this process holds on the database and on what WAL keeps beside it."""
    inodes = {path.stat().st_ino, path.with_name(path.name + "-shm").stat().st_ino}
    return {lock for lock in locks() if lock.pid == os.getpid() and lock.inode in inodes}


def test_no_command_takes_away_the_locks_that_this_process_holds_on_the_database(
    migration: Migration, application: sqlite3.Connection, target: Target
) -> None:
    """Whoever opens and closes the file outside of SQLite drops them all: POSIX locks are of a process."""
    application.execute("BEGIN")
    application.execute("SELECT count(*) FROM t").fetchone()
    before = held(migration.path)
    assert before
    source = f"--sqlite-path={migration.path}"
    url = f"--mysql-url=mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    both = (source, url, f"--state-dir={migration.path.parent / 'state'}")
    for words in (
        ("check",),
        ("snapshot",),
        ("follow", "--until-caught-up"),
        ("verify",),
        ("status",),
        ("tail",),
        ("cutover", "--dry-run"),
        ("rollback", "--yes"),
    ):
        outcome = zdcdc([*words, *((source,) if words[0] == "tail" else both)], target.password)
        assert outcome.exit_code == 0, str(outcome)
        assert before <= held(migration.path), words[0]


def test_the_journal_counts_on_when_it_was_emptied_of_what_was_applied(migration: Migration) -> None:
    migration.snapshot()
    migration.write(
        "WITH RECURSIVE c (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM c WHERE i < 1000) "
        "INSERT INTO t (id) SELECT i FROM c"
    )
    migration.follow()
    with closing(sqlite.connect(migration.path)) as connection:
        journal = Journal(connection, width(connection))
        newest = journal.newest()
        while journal.prune(newest):
            pass
        (rows,) = connection.execute("SELECT count(*) FROM _zdcdc_journal").fetchone()
        assert rows == 1
        migration.write("UPDATE t SET v = 'after' WHERE id = 1")
        assert journal.newest() == newest + 1
    migration.follow()
    assert migration.differences() == []


def test_a_transaction_of_ours_that_writes_has_the_lock_from_its_beginning(
    migration: Migration, application: sqlite3.Connection
) -> None:
    """One that read first would fail at once at its first write, if another wrote meanwhile."""
    application.execute("PRAGMA busy_timeout = 0")
    with (
        closing(sqlite.connect(migration.path)) as connection,
        sqlite.write_transaction(connection, "trying"),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        application.execute("BEGIN IMMEDIATE")


def test_a_statement_prepared_before_capture_is_recorded(
    migration: Migration, application: sqlite3.Connection
) -> None:
    """Python keeps statements prepared by their text; they must fire triggers that were made after that."""
    for number in (10, 11):
        application.execute("INSERT INTO t VALUES (?, x'00', 'new')", (number,))
        application.execute("UPDATE t SET v = v || '!' WHERE id = ?", (number - 9,))
        application.execute("DELETE FROM t WHERE id = ?", (number - 1,))
        if number == 10:
            migration.snapshot()
    migration.follow()
    assert migration.differences() == []
