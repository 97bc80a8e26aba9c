"""The source is locked for longer than zdcdc waits: said, nothing changed, and fine afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import differences
from tests.support.forked import Commands, Surroundings
from tests.support.migration import made_database
from tests.support.refusals import assert_refused, tables_in
from tests.support.schema import sqlite_schema_of

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
INSERT INTO t VALUES (1, 'one'), (2, 'two');
"""
ONCE = Surroundings(environment={"ZDCDC_RETRY_SECONDS": "0"})
"""In which a lock is waited for, but not tried again."""


def made(place: Path, mode: str) -> Path:
    place.mkdir()
    path = made_database(place / "app.db", SCRIPT)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
    return path


@contextmanager
def application(path: Path, *statements: str) -> Iterator[sqlite3.Connection]:
    """A connection of the application that has executed ``statements``, and rests."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement).fetchall()
        yield connection
        if connection.in_transaction:
            connection.execute("COMMIT")


def assert_migrates(commands: Commands, target: Target) -> None:
    outcome = commands.run("snapshot")
    assert outcome.exit_code == 0, str(outcome)
    with closing(target.connect()) as mysql:
        assert differences(commands.path, mysql) == []


WRITE = "INSERT INTO t VALUES (3, 'three')"


@pytest.mark.one_server
@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_a_write_lock_held_for_long_is_waited_for_within_a_bound(
    mode: str, tmp_path: Path, target: Target
) -> None:
    path = made(tmp_path / "source", mode)
    commands = Commands.of(path, target)
    schema = sqlite_schema_of(path)
    with application(path, "BEGIN IMMEDIATE", WRITE):
        assert commands.run("check").exit_code == 0
        assert_refused(commands.run("snapshot", within=ONCE), 4, "LOCK_001")
        assert tables_in(target) == set()
    assert sqlite_schema_of(path) == schema
    assert_migrates(commands, target)
    with application(path, "BEGIN IMMEDIATE"):
        assert_refused(commands.run("rollback", "--yes", within=ONCE), 4, "LOCK_001")
    undone = commands.run("rollback", "--yes")
    assert undone.exit_code == 0, str(undone)
    assert sqlite_schema_of(path) == schema
    assert tables_in(target) == set()


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("mode", "statement"),
    [
        ("DELETE", "BEGIN EXCLUSIVE"),
        ("DELETE", "PRAGMA locking_mode = EXCLUSIVE"),
        ("WAL", "PRAGMA locking_mode = EXCLUSIVE"),
    ],
)
def test_a_source_that_cannot_even_be_read_is_said_to_be_locked(
    mode: str, statement: str, tmp_path: Path, target: Target
) -> None:
    path = made(tmp_path / "source", mode)
    commands = Commands.of(path, target)
    schema = sqlite_schema_of(path)
    with application(path, statement, WRITE) as held:
        outcome = commands.run("snapshot", within=ONCE)
        assert_refused(outcome, 4, "LOCK_001")
        assert "locking_mode" in outcome.err
        assert tables_in(target) == set()
        (count,) = held.execute("SELECT count(*) FROM sqlite_master").fetchone()
        assert count == len(schema)
    assert sqlite_schema_of(path) == schema
    assert_migrates(commands, target)
