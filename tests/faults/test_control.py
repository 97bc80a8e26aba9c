"""Whoever is killed or stopped in the middle of an order, nothing of it lasts and nobody is in the way."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from tests.servers.target import Target
from tests.support.command import INTERRUPTED, Running, Zdcdc
from tests.support.compare import has_token
from tests.support.holder import COMMAND, holder, wait_until_it_has_it
from tests.support.migration import Migration, made_database
from tests.support.sessions import SqliteSession
from zdcdc.errors import PreconditionError, TryAgainError, ZdcdcError
from zdcdc.stages import lock
from zdcdc.stages.control import Patience, give, runner_of, wishing
from zdcdc.stages.lock import lock_path, order_path, wish_path
from zdcdc.stages.orders import Kind, RunnerState

pytestmark = pytest.mark.one_server

SCRIPT = "CREATE TABLE ack (token TEXT PRIMARY KEY NOT NULL); INSERT INTO ack VALUES ('first');"
SHORT = Patience(turn=0.3, silence=0.4, total=5.0)
NEVER = threading.Event()

T = TypeVar("T")


@pytest.fixture
def zdcdc(target: Target, tmp_path: Path) -> Zdcdc:
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    return Zdcdc(made_database(tmp_path / "app.db", SCRIPT), url, target.password, tmp_path / "state")


@pytest.fixture
def follow(zdcdc: Zdcdc, target: Target) -> Iterator[Running]:
    """A ``follow`` that attends to orders."""
    Migration(zdcdc.sqlite_path, target).snapshot()
    # The application is there, too: the first and the last to open a database hold locks of SQLite's own.
    with closing(SqliteSession(zdcdc.sqlite_path, 5.0)) as application:
        application.execute("SELECT * FROM ack")
        with started_follow(zdcdc, target, "first") as started:
            yield started


@contextmanager
def started_follow(zdcdc: Zdcdc, target: Target, name: str) -> Iterator[Running]:
    with zdcdc.started("follow") as started:
        started.wait_until(lambda: is_running(zdcdc), "the lock to be taken")
        assert_it_follows(zdcdc, started, target, f"{name} follow")
        yield started


def is_running(zdcdc: Zdcdc) -> bool:
    runner = runner_of(zdcdc.sqlite_path)
    return runner is not None and runner.attends and runner.state is RunnerState.RUNNING


def is_asked(zdcdc: Zdcdc) -> bool:
    return lock.holder(order_path(zdcdc.sqlite_path)) is not None


def wait_until(reached: Callable[[], bool], timeout_seconds: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not reached():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@contextmanager
def stopped(process: Running) -> Iterator[None]:
    """Meanwhile the process does nothing, as after SIGSTOP; it still holds its locks."""
    process.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.process.send_signal(signal.SIGCONT)


def assert_it_follows(zdcdc: Zdcdc, follow: Running, target: Target, token: str) -> None:
    """A write of now comes to the target, by the same process."""
    with closing(SqliteSession(zdcdc.sqlite_path, 5.0)) as application:
        application.execute("INSERT INTO ack VALUES (?)", (token,))
    with closing(target.connect()) as mysql:
        follow.wait_until(lambda: has_token(mysql, token), f"{token} came to MySQL")


def assert_stops(zdcdc: Zdcdc, follow: Running) -> None:
    """Ends it, and nothing is left beside the source."""
    assert not give(zdcdc.sqlite_path, Kind.STOP, NEVER).already
    assert follow.ended().exit_code == INTERRUPTED
    for path in (lock_path, wish_path, order_path):
        assert not path(zdcdc.sqlite_path).exists()


def test_a_command_killed_in_the_middle_gives_everything_back(
    zdcdc: Zdcdc, follow: Running, target: Target
) -> None:
    with stopped(follow), holder(zdcdc.sqlite_path) as taker:
        wait_until(lambda: is_asked(zdcdc))
        taker.kill()
        taker.wait()
        assert order_path(zdcdc.sqlite_path).exists()
        assert not is_asked(zdcdc)
    assert_it_follows(zdcdc, follow, target, "not heard of it")
    with holder(zdcdc.sqlite_path) as taker:
        wait_until_it_has_it(taker)
        runner = runner_of(zdcdc.sqlite_path)
        assert runner is not None
        assert (runner.pid, runner.command) == (taker.pid, COMMAND)
        refused = zdcdc.run("follow")
        assert refused.exit_code == 3
        assert f"zdcdc {COMMAND} (process {taker.pid}) is running" in refused.err
        taker.kill()
        follow.wait_until(lambda: is_running(zdcdc), "going on")
    assert_it_follows(zdcdc, follow, target, "handed over and back")
    assert_stops(zdcdc, follow)


def test_a_runner_killed_in_the_middle_leaves_the_source_free_and_the_command_says_how_it_ended(
    zdcdc: Zdcdc, follow: Running, target: Target
) -> None:
    def asking(name: str, work: Callable[[], T]) -> Future[T]:
        """Does ``work`` against a stopped process, which is killed as soon as it is asked."""
        with started_follow(zdcdc, target, name) as killed, stopped(killed):
            outcome = threads.submit(work)
            wait_until(lambda: is_asked(zdcdc))
            killed.kill()
        return outcome

    assert_stops(zdcdc, follow)
    path = zdcdc.sqlite_path
    with ThreadPoolExecutor(1) as threads:
        assert not asking("stop", lambda: give(path, Kind.STOP, NEVER)).result().already
        with pytest.raises(PreconditionError, match="ended before it could pause") as raised:
            asking("pause", lambda: give(path, Kind.PAUSE, NEVER)).result()
        assert_code(raised.value, "PHASE_001")
        assert asking("verify", Migration(path, target).verify).result().identical
    assert lock.running(path) is None
    again = zdcdc.run("follow", "--until-caught-up")
    assert again.exit_code == 0, again


def test_a_stopped_runner_is_not_waited_for_and_does_nothing_of_it_later(
    zdcdc: Zdcdc, follow: Running, target: Target
) -> None:
    with stopped(follow):
        for kind in (Kind.PAUSE, Kind.STOP):
            with pytest.raises(TryAgainError, match="does not answer") as raised:
                give(zdcdc.sqlite_path, kind, NEVER, SHORT)
            assert_code(raised.value, "TIME_001")
        outcome = zdcdc.elsewhere("verify")
        assert outcome.exit_code == 75, outcome
        assert f"TIME_001 [zdcdc] zdcdc follow (process {follow.process.pid}) does not answer" in outcome.err
        assert "hint:" in outcome.err
    assert_it_follows(zdcdc, follow, target, "after SIGCONT")
    assert is_running(zdcdc)
    assert_stops(zdcdc, follow)


def test_of_commands_given_at_once_each_has_its_turn_or_is_told_who_is_at_work(
    zdcdc: Zdcdc, follow: Running, target: Target
) -> None:
    migration = Migration(zdcdc.sqlite_path, target)
    with ThreadPoolExecutor(3) as threads:
        outcomes = [threads.submit(migration.verify) for _ in range(3)]
        assert all(outcome.result().identical for outcome in outcomes)
    with (
        wishing(zdcdc.sqlite_path, "verify", NEVER, SHORT),
        pytest.raises(TryAgainError, match=rf"zdcdc verify \(process {os.getpid()}\) is at work") as raised,
    ):
        give(zdcdc.sqlite_path, Kind.STOP, NEVER, SHORT)
    assert_code(raised.value, "LOCK_001")
    assert_it_follows(zdcdc, follow, target, "after all")
    assert_stops(zdcdc, follow)


def assert_code(error: ZdcdcError, code: str) -> None:
    assert error.code.value == code


@pytest.mark.parametrize(
    ("doing", "number"),
    [
        ("following", signal.SIGHUP),
        ("following", signal.SIGTERM),
        ("paused", signal.SIGTERM),
        ("handed over", signal.SIGINT),
    ],
)
def test_a_signal_ends_it_with_130_whatever_it_is_at_and_it_resumes(
    zdcdc: Zdcdc, follow: Running, doing: str, number: signal.Signals
) -> None:
    with ExitStack() as stack:
        if doing == "paused":
            give(zdcdc.sqlite_path, Kind.PAUSE, NEVER)
        if doing == "handed over":
            wait_until_it_has_it(stack.enter_context(holder(zdcdc.sqlite_path)))
        follow.process.send_signal(number)
        outcome = follow.ended()
    assert outcome.exit_code == INTERRUPTED, outcome
    assert "TIME_001 [zdcdc] interrupted" in outcome.err
    assert "Traceback" not in outcome.err
    again = zdcdc.run("follow", "--until-caught-up")
    assert again.exit_code == 0, again


def command_of(zdcdc: Zdcdc) -> tuple[list[str], dict[str, str]]:
    """``follow`` and its environment, for a process that needs something special."""
    words = [sys.executable, "-m", "zdcdc", "follow", f"--sqlite-path={zdcdc.sqlite_path}"]
    return words, os.environ | {"ZDCDC_MYSQL_PASSWORD": zdcdc.password}


def test_a_terminal_that_goes_away_does_not_change_how_it_ends(zdcdc: Zdcdc, target: Target) -> None:
    Migration(zdcdc.sqlite_path, target).snapshot()
    words, environment = command_of(zdcdc)
    terminal, end = pty.openpty()
    nothing = subprocess.DEVNULL
    with subprocess.Popen(words, env=environment, stdin=nothing, stdout=end, stderr=end) as process:
        os.close(end)
        assert os.read(terminal, 1)  # it shows something
        os.close(terminal)
        process.send_signal(signal.SIGHUP)
        assert process.wait(60) == INTERRUPTED


def test_under_nohup_a_hang_up_is_nothing(zdcdc: Zdcdc, target: Target) -> None:
    Migration(zdcdc.sqlite_path, target).snapshot()
    words, environment = command_of(zdcdc)
    with subprocess.Popen(
        ["nohup", *words],
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        started = Running(process)
        started.wait_until(lambda: is_running(zdcdc), "following")
        process.send_signal(signal.SIGHUP)
        assert_it_follows(zdcdc, started, target, "after the hang-up")
        assert not give(zdcdc.sqlite_path, Kind.STOP, NEVER).already
        assert process.wait(60) == INTERRUPTED


def test_a_cutover_killed_after_it_took_over_is_done_or_undone_and_follow_knows_which(
    zdcdc: Zdcdc, follow: Running, target: Target
) -> None:
    assert Migration(zdcdc.sqlite_path, target).verify().identical

    def killed_at(point: str) -> None:
        armed = replace(zdcdc, settings={"ZDCDC_POINT": f"{point}:kill"})
        outcome = armed.run("cutover", "--one-way", "--yes")
        assert outcome.exit_code == -signal.SIGKILL, outcome

    killed_at("cutover.drained")
    follow.wait_until(lambda: is_running(zdcdc), "going on")
    assert_it_follows(zdcdc, follow, target, "undone")
    killed_at("cutover.committed")
    outcome = follow.ended()
    assert outcome.exit_code == 0, outcome
    assert "MySQL is primary since switch 1, made from another terminal" in outcome.out
