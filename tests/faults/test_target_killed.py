"""A server that dies and comes back: what was under way goes on, or the same command does from there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.at_target import assert_done, assert_failed, commands, run_here
from tests.support.command import Zdcdc
from tests.support.compare import differences
from tests.support.migration import made_database
from tests.support.own_server import OwnServer
from tests.support.stops import at_first_stop

SCRIPT = """
CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE b (id INTEGER PRIMARY KEY, v BLOB, a INTEGER REFERENCES a);
CREATE INDEX a_v ON a (v);
INSERT INTO a VALUES (1, 'one'), (2, 'two');
INSERT INTO b VALUES (1, x'00', 1);
"""
DOWN = "check that the server runs and can be reached"


@pytest.fixture
def zdcdc(own_target: Target, tmp_path: Path) -> Zdcdc:
    return commands(own_target, made_database(tmp_path / "app.db", SCRIPT), ZDCDC_RETRY_SECONDS="30")


def write(zdcdc: Zdcdc, script: str) -> None:
    with closing(sqlite3.connect(zdcdc.sqlite_path, isolation_level=None)) as connection:
        connection.executescript(script)


def assert_same(zdcdc: Zdcdc, target: Target) -> None:
    with closing(target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []


def test_a_copy_ends_when_the_killed_server_stays_away_and_goes_on_when_it_is_back(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target, count: Callable[[int, int], int]
) -> None:
    impatient = zdcdc.with_settings(ZDCDC_RETRY_SECONDS="0.5", ZDCDC_POINT="chunk.after_load:stop")
    with impatient.started("snapshot") as snapshot:
        outcome = at_first_stop(snapshot, own.kill)
    assert_failed(outcome, 5, "CONN_001", "trying again", DOWN)
    status = run_here(zdcdc, "status")
    assert_done(status)
    assert "copying" in status.out
    assert_failed(run_here(zdcdc, "snapshot"), 5, "CONN_001", DOWN)
    own.start_again()

    def killed_and_back() -> None:
        own.kill()
        own.start_again()

    for point in ("index.before", "chunk.after_load", "foreign_keys.before")[: count(1, 3)]:
        with zdcdc.with_settings(ZDCDC_POINT=f"{point}:stop").started("snapshot") as snapshot:
            outcome = at_first_stop(snapshot, killed_and_back)
        assert_done(outcome)
        assert "trying again" in outcome.err
        assert_same(zdcdc, own_target)
        assert_done(run_here(zdcdc, "rollback", "--yes"))


def test_following_goes_on_when_the_killed_server_is_back(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target
) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    write(zdcdc, "INSERT INTO a VALUES (3, 'three')")

    def killed_while_the_application_writes() -> None:
        own.kill()
        write(zdcdc, "UPDATE a SET v = v || '!'; INSERT INTO b VALUES (2, x'ff', 2)")
        own.start_again()

    armed = zdcdc.with_settings(ZDCDC_POINT="round.before_commit:stop")
    with armed.started("follow", "--until-caught-up") as follow:
        outcome = at_first_stop(follow, killed_while_the_application_writes)
    assert_done(outcome)
    assert "trying again" in outcome.err
    assert_same(zdcdc, own_target)
