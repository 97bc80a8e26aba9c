"""A server that has no room for us, or ends our sessions: waited for while that helps, then said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pymysql
import pytest

from tests.servers.target import Target
from tests.support.at_target import assert_done, assert_failed, commands, run_here
from tests.support.command import Zdcdc
from tests.support.compare import differences
from tests.support.migration import made_database
from tests.support.own_server import OwnServer
from tests.support.stops import at_first_stop

SCRIPT = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b');"
NO_ROOM = "zdcdc needs up to 3 connections at a time"
TOO_MANY = (1040, 1203, 1226)


@pytest.fixture
def zdcdc(own_target: Target, tmp_path: Path) -> Zdcdc:
    return commands(own_target, made_database(tmp_path / "app.db", SCRIPT), ZDCDC_RETRY_SECONDS="1")


@contextmanager
def all_taken(target: Target) -> Iterator[ExitStack]:
    """Every connection that the server has is somebody's, until the stack is closed."""
    with ExitStack() as held:
        with pytest.raises(pymysql.err.OperationalError) as refused:
            _take_all(target, held)
        assert refused.value.args[0] in TOO_MANY
        yield held


def _take_all(target: Target, held: ExitStack) -> None:
    while True:
        held.enter_context(closing(target.connect()))


@pytest.mark.parametrize("limit", ["max_connections = 12", "max_user_connections = 1"])
def test_a_full_server_is_waited_for_and_then_said(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target, limit: str
) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    with own.having(limit), all_taken(own_target) as held:
        impatient = zdcdc.with_settings(ZDCDC_MYSQL_BUSY_SECONDS="0.3")
        for command in ("check", "follow"):
            assert_failed(run_here(impatient, command), 5, "CONN_001", NO_ROOM)
        assert NO_ROOM not in run_here(impatient, "status").err
        soon = threading.Timer(0.7, held.close)
        soon.start()
        try:
            assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
        finally:
            soon.join()


def test_the_limit_of_an_account_is_named_as_such(own: OwnServer, zdcdc: Zdcdc, own_target: Target) -> None:
    own.run(f"ALTER USER '{own_target.user}'@'%' WITH MAX_USER_CONNECTIONS 1")
    assert_done(run_here(zdcdc, "check"))
    with closing(own_target.connect()):
        impatient = zdcdc.with_settings(ZDCDC_MYSQL_BUSY_SECONDS="0.2")
        outcome = run_here(impatient, "check")
        assert_failed(outcome, 5, "CONN_001", NO_ROOM, "MAX_USER_CONNECTIONS", "max_user_connections")


def test_a_session_that_is_killed_in_mid_load_is_followed_by_another(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target
) -> None:
    def kill_ours() -> None:
        ours = f"SELECT id FROM information_schema.processlist WHERE user = '{own_target.user}'"
        found = own.run(ours)
        assert found
        for (number,) in found:
            own.run(f"KILL {number}")

    armed = zdcdc.with_settings(ZDCDC_POINT="chunk.after_load:stop", ZDCDC_RETRY_SECONDS="30")
    with armed.started("snapshot") as snapshot:
        outcome = at_first_stop(snapshot, kill_ours)
    assert_done(outcome)
    assert "trying again" in outcome.err
    with closing(own_target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []
