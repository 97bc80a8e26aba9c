"""Locks of other sessions on the target: waited for, tried again, and in the end said, with nothing lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pymysql
import pymysql.cursors
import pytest

from tests.servers.target import Target
from tests.support.at_target import assert_done, assert_failed, commands, run_here
from tests.support.command import Running, Zdcdc
from tests.support.compare import differences
from tests.support.migration import made_database
from tests.support.stops import at_first_stop

SCRIPT = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent);
INSERT INTO parent VALUES (1, 'one'), (2, 'two');
INSERT INTO child VALUES (1, 1), (2, NULL);
"""
WAITING = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"


@pytest.fixture
def zdcdc(target: Target, tmp_path: Path) -> Zdcdc:
    """Of little patience."""
    patience = {"ZDCDC_RETRY_SECONDS": "0.5", "ZDCDC_MYSQL_LOCK_WAIT_SECONDS": "1"}
    return commands(target, made_database(tmp_path / "app.db", SCRIPT), **patience)


@pytest.fixture
def other(target: Target) -> Iterator[pymysql.cursors.Cursor]:
    """Another session, in a transaction of its own."""
    with closing(target.connect_root()) as connection, connection.cursor() as cursor:
        connection.begin()
        yield cursor


def write(zdcdc: Zdcdc, script: str) -> None:
    with closing(sqlite3.connect(zdcdc.sqlite_path, isolation_level=None)) as connection:
        connection.executescript(script)


def assert_same(zdcdc: Zdcdc, target: Target) -> None:
    with closing(target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []


LOCKS = (
    "SELECT * FROM parent WHERE id = 1 FOR UPDATE",
    "LOCK TABLES parent READ",
    "SELECT * FROM _zdcdc_checkpoint FOR UPDATE",
)
"""Of a row, of a table, of our checkpoint."""


def test_a_lock_that_stays_ends_the_command_which_goes_on_when_it_is_gone(
    zdcdc: Zdcdc, target: Target, other: pymysql.cursors.Cursor, count: Callable[[int, int], int]
) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    for lock in LOCKS[: count(2, 3)]:
        other.connection.begin()
        other.execute(lock)
        write(zdcdc, "UPDATE parent SET code = code || '!' WHERE id = 1")
        outcome = run_here(zdcdc, "follow", "--until-caught-up")
        said = ("trying again", "another session holds locks on the target")
        assert_failed(outcome, 5, "LOCK_001", *said)
        other.connection.rollback()
        other.execute("UNLOCK TABLES")
        assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
        assert_same(zdcdc, target)


def until_waiting(running: Running, other: pymysql.cursors.Cursor) -> None:
    """Until a session waits for a lock."""

    def waiting() -> bool:
        time.sleep(0.2)  # InnoDB does not look again where it was asked within a tenth of a second
        other.execute(WAITING)
        return other.fetchall() != ((0,),)

    running.wait_until(waiting, "it to wait for a lock")


def test_a_lock_that_goes_is_waited_for(
    zdcdc: Zdcdc, target: Target, other: pymysql.cursors.Cursor
) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    other.execute("SELECT * FROM parent WHERE id = 1 FOR UPDATE")
    write(zdcdc, "UPDATE parent SET code = 'new' WHERE id = 1")
    patient = zdcdc.with_settings(ZDCDC_RETRY_SECONDS="30")
    with patient.started("follow", "--until-caught-up") as follow:
        until_waiting(follow, other)
        time.sleep(1.2)  # longer than one statement waits
        other.connection.rollback()
        outcome = follow.ended()
    assert_done(outcome)
    assert "trying again" in outcome.err
    assert_same(zdcdc, target)


def test_the_victim_of_a_deadlock_tries_again(
    zdcdc: Zdcdc, target: Target, other: pymysql.cursors.Cursor
) -> None:
    other.execute("CREATE TABLE heavy (id INT PRIMARY KEY)")
    assert_done(run_here(zdcdc, "snapshot"))
    other.connection.begin()
    # The server ends the transaction that changed fewer rows: ours.
    other.executemany("INSERT INTO heavy VALUES (%s)", [(number,) for number in range(500)])
    other.execute("SELECT * FROM parent WHERE id = 2 FOR UPDATE")
    write(zdcdc, "UPDATE parent SET code = code || ' and more'")
    patient = zdcdc.with_settings(ZDCDC_RETRY_SECONDS="30", ZDCDC_MYSQL_LOCK_WAIT_SECONDS="20")
    with patient.started("follow", "--until-caught-up") as follow:
        until_waiting(follow, other)
        other.execute("SELECT * FROM parent WHERE id = 1 FOR UPDATE")
        other.connection.rollback()
        outcome = follow.ended()
    assert_done(outcome)
    assert "(1213); trying again" in outcome.err
    other.execute("DROP TABLE heavy")
    assert_same(zdcdc, target)


def test_an_idle_reader_delays_foreign_keys_and_a_rollback_no_longer_than_a_person_waits(
    zdcdc: Zdcdc, target: Target, other: pymysql.cursors.Cursor
) -> None:
    """A transaction that has read a table keeps its definition locked until it ends (trap 125)."""
    locked = "another session holds locks on the target"
    with zdcdc.with_settings(ZDCDC_POINT="foreign_keys.before:stop").started("snapshot") as snapshot:
        outcome = at_first_stop(snapshot, lambda: other.execute("SELECT * FROM child"))
    assert_failed(outcome, 5, "LOCK_001", "adding the foreign keys of child", locked)
    other.connection.rollback()
    assert_done(run_here(zdcdc, "snapshot"))
    assert_same(zdcdc, target)
    other.connection.begin()
    other.execute("SELECT * FROM child")
    assert_failed(run_here(zdcdc, "rollback", "--yes"), 5, "LOCK_001", "removing table", locked)
    other.connection.rollback()
    assert_done(run_here(zdcdc, "rollback", "--yes"))
    other.execute("SHOW TABLES")
    assert other.fetchall() == ()
