"""A stage that is slow, or fails, while other terminals ask for something: real locks, threads as processes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.migration import made_database
from zdcdc.config import Config, TargetConfig
from zdcdc.errors import Code, PreconditionError, TargetUnavailableError, TryAgainError
from zdcdc.stages.attendant import Attended, StoppedRun, attended
from zdcdc.stages.control import PATIENCE, Answer, Patience, give, runner_of, taken_over
from zdcdc.stages.lock import lock_path, order_path, wish_path
from zdcdc.stages.orders import Kind, RunnerState
from zdcdc.stages.watching import InterruptedRun

SHORT = Patience(turn=1.0, silence=2.0, total=0.3)
NEVER = threading.Event()
SECONDS = 20.0


class Stage:
    """A stage that runs until it is to ``finish``, or is asked to end; while ``busy`` is set it does neither,
    nor does it heed a pause."""

    def __init__(self, path: Path) -> None:
        self.config = Config(path, TargetConfig(), path.with_name("state"))
        self.begun = threading.Semaphore(0)
        self.busy = threading.Event()
        self.finish = threading.Event()
        self.interrupted = threading.Event()
        self.ends_by: Exception = InterruptedRun()
        self.noticed: list[str] = []
        self._threads = ThreadPoolExecutor(1)

    def start(self) -> Future[str]:
        """Runs it in a thread of its own; returns when it has begun."""
        outcome = self._threads.submit(
            attended, self.config, "follow", self.interrupted, self.noticed.append, self._work
        )
        self.wait_until_begun()
        return outcome

    def end(self) -> None:
        """Whatever a test left it at."""
        self.busy.clear()
        self.interrupted.set()
        self._threads.shutdown()

    def wait_until_begun(self) -> None:
        """Returns when it has been run once more."""
        assert self.begun.acquire(timeout=SECONDS)

    @property
    def state(self) -> RunnerState | None:
        runner = runner_of(self.config.sqlite_path)
        return runner.state if runner else None

    def _work(self, here: Attended) -> str:
        self.begun.release()
        while True:
            if self.busy.wait(0.005):
                continue
            here.pause.hold(here.stop)
            if here.stop.is_set():
                raise self.ends_by
            if self.finish.is_set():
                return "done"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(made_database(tmp_path / "app.db", "CREATE TABLE t (id INTEGER PRIMARY KEY);"))
    yield made
    made.end()
    for path in (lock_path, wish_path, order_path):
        assert not path(made.config.sqlite_path).exists()


def take_over(stage: Stage, patience: Patience = PATIENCE) -> None:
    with taken_over(stage.config.sqlite_path, "verify", NEVER, patience):
        runner = runner_of(stage.config.sqlite_path)
        assert runner is not None
        assert runner.command == "verify"


def ask(stage: Stage, kind: Kind, patience: Patience = PATIENCE) -> Answer:
    return give(stage.config.sqlite_path, kind, NEVER, patience)


def wait_until(reached: Callable[[], bool]) -> None:
    for _ in range(int(SECONDS / 0.01)):
        if reached():
            return
        threading.Event().wait(0.01)
    raise AssertionError("waited in vain")


def test_a_stage_that_ends_too_late_is_not_taken_over_and_runs_again(stage: Stage) -> None:
    running = stage.start()
    stage.busy.set()
    with pytest.raises(TryAgainError, match="still at its present step") as raised:
        take_over(stage, SHORT)
    assert raised.value.code is Code.TIME
    stage.busy.clear()
    stage.wait_until_begun()
    stage.finish.set()
    assert running.result(SECONDS) == "done"


@pytest.mark.parametrize(
    "failure", [InterruptedRun(), TargetUnavailableError(Code.CONNECTION, "the connection was lost")]
)
def test_what_fails_for_the_moment_while_it_hands_over_does_not_end_it(
    stage: Stage, failure: Exception
) -> None:
    stage.ends_by = failure
    running = stage.start()
    take_over(stage)
    stage.wait_until_begun()
    stage.finish.set()
    assert running.result(SECONDS) == "done"
    assert "handed over to zdcdc verify" in stage.noticed[0]


def test_what_fails_for_good_ends_it_and_the_command_works_alone(stage: Stage) -> None:
    stage.ends_by = PreconditionError(Code.PHASE, "no checkpoint")
    running = stage.start()
    take_over(stage)
    with pytest.raises(PreconditionError, match="no checkpoint"):
        running.result(SECONDS)


def test_a_stop_ends_it_and_says_by_whom(stage: Stage) -> None:
    running = stage.start()
    assert not ask(stage, Kind.STOP).already
    with pytest.raises(StoppedRun, match="stopped from another terminal"):
        running.result(SECONDS)
    assert ask(stage, Kind.STOP).already


def test_a_stop_that_takes_too_long_is_said_and_happens_all_the_same(stage: Stage) -> None:
    running = stage.start()
    stage.busy.set()
    with pytest.raises(TryAgainError, match="still at its present step") as raised:
        ask(stage, Kind.STOP, SHORT)
    assert raised.value.consequence == "it stops once that is done"
    stage.busy.clear()
    with pytest.raises(StoppedRun):
        running.result(SECONDS)


def test_a_pause_that_does_not_come_to_be_in_time_is_taken_back(stage: Stage) -> None:
    running = stage.start()
    stage.busy.set()
    with pytest.raises(TryAgainError, match="still at its present step"):
        ask(stage, Kind.PAUSE, SHORT)
    wait_until(lambda: stage.state is RunnerState.RUNNING)
    stage.finish.set()
    stage.busy.clear()
    assert running.result(SECONDS) == "done"


def test_a_pause_lasts_over_a_hand_over_until_it_is_ended(stage: Stage) -> None:
    running = stage.start()
    assert not ask(stage, Kind.PAUSE).already
    assert ask(stage, Kind.PAUSE).already
    stage.finish.set()
    take_over(stage)
    stage.wait_until_begun()
    wait_until(lambda: stage.state is RunnerState.PAUSED)
    assert not running.done()
    assert not ask(stage, Kind.RESUME).already
    assert running.result(SECONDS) == "done"


def test_an_interrupt_ends_it_while_another_command_has_taken_over(stage: Stage) -> None:
    running = stage.start()
    with taken_over(stage.config.sqlite_path, "verify", NEVER):
        stage.interrupted.set()
        with pytest.raises(InterruptedRun):
            running.result(SECONDS)
        runner = runner_of(stage.config.sqlite_path)
        assert runner is not None
        assert runner.command == "verify"


def test_a_command_that_is_interrupted_while_it_waits_has_changed_nothing(stage: Stage) -> None:
    running = stage.start()
    stage.busy.set()
    interrupted = threading.Event()
    threading.Timer(0.2, interrupted.set).start()
    with pytest.raises(InterruptedRun), taken_over(stage.config.sqlite_path, "verify", interrupted):
        raise AssertionError("it was busy")
    stage.busy.clear()
    stage.wait_until_begun()
    stage.finish.set()
    assert running.result(SECONDS) == "done"
