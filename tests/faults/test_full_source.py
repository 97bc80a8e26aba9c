"""The disk of the source is full: said as that, nothing half done, and fine once there is room."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.test_application_functions import configured
from tests.servers.target import Target
from tests.support.compare import differences
from tests.support.forked import Commands, Surroundings
from tests.support.migration import made_database
from tests.support.refusals import assert_refused, tables_in
from tests.support.schema import sqlite_schema_of
from zdcdc.capture.journal import KEPT_ROWS

TABLES = 30
FULL = Surroundings(file_size=64 * 1024)
"""No file may grow beyond this: its writes fail, as they do on a full disk (with EFBIG for ENOSPC)."""

SCRIPT = "".join(
    f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t{n} VALUES (1, 'one');"
    for n in range(TABLES)
)


@pytest.fixture
def application(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The application is there before zdcdc: its -shm file has its size, and its log is not cut back."""
    (tmp_path / "source").mkdir()
    path = made_database(tmp_path / "source" / "app.db", SCRIPT)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


@pytest.mark.one_server
def test_capture_is_installed_whole_or_not_at_all(
    application: sqlite3.Connection, tmp_path: Path, target: Target
) -> None:
    commands = Commands.of(tmp_path / "source" / "app.db", target)
    before = sqlite_schema_of(commands.path)
    full = configured(tmp_path, "shop_functions:fill")
    for outcome in (commands.run("snapshot", within=FULL), commands.run("snapshot", full)):
        assert_refused(outcome, 4, "DISK_001")
        assert "disk space" in outcome.err or "the disk" in outcome.err
        assert sqlite_schema_of(commands.path) == before
        assert tables_in(target) == set()
        application.execute("INSERT INTO t0 (v) VALUES ('goes on')")
    outcome = commands.run("snapshot")
    assert outcome.exit_code == 0, str(outcome)
    with closing(target.connect()) as mysql:
        assert differences(commands.path, mysql) == []


@pytest.mark.one_server
def test_a_disk_that_fills_up_while_following_stops_it_and_loses_nothing(
    application: sqlite3.Connection, tmp_path: Path, target: Target
) -> None:
    commands = Commands.of(tmp_path / "source" / "app.db", target)
    assert commands.run("snapshot").exit_code == 0
    with application:
        application.execute("BEGIN")
        for number in range(2, 200):
            application.execute("INSERT INTO t1 VALUES (?, ?)", (number, "x" * 500))
        for number in range(KEPT_ROWS):
            application.execute("UPDATE t2 SET v = ?", (number,))
    outcome = commands.run("follow", "--until-caught-up", within=FULL)
    assert_refused(outcome, 4, "DISK_001")
    application.execute("UPDATE t1 SET v = 'y' WHERE id % 3 = 0")
    outcome = commands.run("follow", "--until-caught-up")
    assert outcome.exit_code == 0, str(outcome)
    with closing(target.connect()) as mysql:
        assert differences(commands.path, mysql) == []
    undone = commands.run("rollback", "--yes", within=FULL)
    assert_refused(undone, 4, "DISK_001")
    assert commands.run("rollback", "--yes").exit_code == 0
    assert tables_in(target) == set()
    assert [found.name for found in sqlite_schema_of(commands.path)] == [f"t{n}" for n in range(TABLES)]
