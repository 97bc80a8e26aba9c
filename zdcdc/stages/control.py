"""Asking the process that works on a source for something, and working on it in its place.

Whoever wants to begin work, or to ask for something, holds the *wish* while it does: one at a time. What a
command asks for holds as long as the command lives and has not given up; nothing remains of it then.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from zdcdc.errors import Code, PreconditionError, Side, TryAgainError
from zdcdc.place import require_usable
from zdcdc.stages.lock import Held, clear, holder, lock_path, order_path, publish, take, wish_path
from zdcdc.stages.orders import Kind, Order, Runner, RunnerState, already, answered
from zdcdc.stages.watching import InterruptedRun

LOOK_SECONDS = 0.02

BACK_SECONDS = 1.0
"""For things that take milliseconds unless a process was killed in between."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a command waits, in seconds: for other commands before it, for a sign of life of the process
    that it asks, and for that one to end what it is at."""

    turn: float = 10.0
    silence: float = 5.0
    total: float = 60.0


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Answer:
    """How an order ended. ``runner`` is the process it was given to, None when nothing runs."""

    runner: Runner | None
    already: bool


def runner_of(sqlite_path: Path) -> Runner | None:
    """What the process that works on the source says about itself, None without one. Raises SourceError."""
    record = holder(lock_path(sqlite_path))
    if record is None:
        return None
    return Runner.from_json(record) or Runner(int(record.get("pid", 0)), "command")


@contextmanager
def wishing(sqlite_path: Path, command: str, stop: threading.Event, patience: Patience) -> Iterator[None]:
    """The right to ask, or to begin. Raises TryAgainError when those before take too long, InterruptedRun."""
    path = wish_path(sqlite_path)
    deadline = time.monotonic() + patience.turn
    while (wish := take(path)) is None:
        if time.monotonic() > deadline:
            raise _not_our_turn(Runner.from_json(holder(path) or {}))
        if stop.wait(LOOK_SECONDS):
            raise InterruptedRun
    try:
        wish.write(Runner(os.getpid(), command).to_json())
        yield
    finally:
        # What a killed command left is removed here as well; only who holds the wish may.
        clear(order_path(sqlite_path))
        wish.release()


def begun_alone(sqlite_path: Path, runner: Runner, stop: threading.Event) -> Held:
    """The lock of the source for ``runner``, this process. Raises PreconditionError at once when another one
    works on it."""
    require_usable(sqlite_path)
    _require_nobody(sqlite_path)
    with wishing(sqlite_path, runner.command, stop, PATIENCE):
        lock = take(lock_path(sqlite_path))
        if lock is None:
            raise in_use(runner_of(sqlite_path))
        lock.write(runner.to_json())
        return lock


def tidy(sqlite_path: Path) -> None:
    """Removes what commands left that were killed while they asked; nothing while another one asks."""
    wish = take(wish_path(sqlite_path))
    if wish is not None:
        clear(order_path(sqlite_path))
        wish.release()


@contextmanager
def taken_over(
    sqlite_path: Path, command: str, stop: threading.Event, patience: Patience = PATIENCE
) -> Iterator[None]:
    """The lock of the source for the block; a process that works on it hands over, and goes on afterwards.

    Raises PreconditionError, TryAgainError when it does not hand over in time, InterruptedRun.
    """
    require_usable(sqlite_path)
    with wishing(sqlite_path, command, stop, patience):
        asked = _Asked(sqlite_path, command, stop, patience)
        try:
            lock = asked.lock()
            try:
                lock.write(Runner(os.getpid(), command).to_json())
                yield
            finally:
                lock.release()
        finally:
            asked.withdraw()
            asked.wait_until_back()


def give(
    sqlite_path: Path, kind: Kind, stop: threading.Event, patience: Patience = PATIENCE
) -> Answer:
    """Asks the running process to pause, resume or stop. Raises PreconditionError when nothing runs that
    could, TryAgainError when it does not answer in time (nothing is changed then), InterruptedRun."""
    require_usable(sqlite_path)
    with wishing(sqlite_path, kind.value, stop, patience):
        runner = runner_of(sqlite_path)
        if runner is None and kind is Kind.STOP:
            return Answer(None, already=True)
        if runner is None:
            raise PreconditionError(
                Code.PHASE,
                "nothing is running on this source",
                consequence="nothing was changed",
                hint="zdcdc status says where the migration stands",
            )
        if already(runner, kind):
            return Answer(runner, already=True)
        asked = _Asked(sqlite_path, kind.value, stop, patience)
        try:
            return Answer(asked.carried_out(kind, runner), already=False)
        finally:
            asked.withdraw()


class _Asked:
    """One order, from when it is given until it is withdrawn."""

    def __init__(self, sqlite_path: Path, command: str, stop: threading.Event, patience: Patience) -> None:
        self._path = sqlite_path
        self._command = command
        self._stop = stop
        self._patience = patience
        self._order: Order | None = None
        self._held: Held | None = None
        self._runner: Runner | None = None
        self._began_at = self._heard_at = time.monotonic()

    def lock(self) -> Held:
        """The lock of the source, once the process that has it has let go of it."""
        while (lock := take(lock_path(self._path))) is None:
            self._ask(Kind.HAND_OVER, runner_of(self._path))
            self._wait()
        return lock

    def carried_out(self, kind: Kind, runner: Runner) -> Runner:
        """What the process says when it is done, or said last: one that is resumed may end at once."""
        now: Runner | None = runner
        while now is not None and now.pid == runner.pid:
            runner = now
            self._ask(kind, runner)
            if kind is not Kind.STOP and self._order is not None and answered(runner, self._order):
                return runner
            self._wait()
            now = runner_of(self._path)
        if kind is Kind.PAUSE:
            raise PreconditionError(
                Code.PHASE, f"{runner.name} ended before it could pause", hint="zdcdc status"
            )
        return runner

    def withdraw(self) -> None:
        """Whoever was asked need not do it any more."""
        if self._held is not None:
            self._held.release()
            self._held = None

    def wait_until_back(self) -> None:
        """Whoever handed over has the lock again before another command may begin."""
        runner = self._runner
        deadline = time.monotonic() + BACK_SECONDS
        while runner is not None and time.monotonic() < deadline and psutil.pid_exists(runner.pid):
            now = runner_of(self._path)
            if now is not None and now.pid == runner.pid:
                return
            time.sleep(LOOK_SECONDS)

    def _ask(self, kind: Kind, runner: Runner | None) -> None:
        """Gives the order, once there is somebody to give it to; then listens for signs of life."""
        if runner is None:
            return
        if runner != self._runner:
            self._runner = runner
            self._heard_at = time.monotonic()
        if self._order is None and runner.attends:
            self._order = Order(secrets.token_hex(8), kind, self._command, os.getpid())
            self._held = publish(order_path(self._path), self._order.to_json())

    def _wait(self) -> None:
        """One look's time. Raises what there is to say when it took too long."""
        if self._stop.wait(LOOK_SECONDS):
            raise InterruptedRun
        now = time.monotonic()
        if self._order is None:
            # A process that has had the lock for a moment only has not written yet that it attends.
            if now - self._began_at > BACK_SECONDS:
                raise in_use(self._runner)
        elif now - self._heard_at > self._patience.silence:
            raise self._late(
                f"does not answer since {self._patience.silence:.0f} s",
                "is that process stopped? kill -CONT lets it go on; or is the machine overloaded?",
            )
        elif now - self._began_at > self._patience.total:
            raise self._late(
                f"is still at its present step after {self._patience.total:.0f} s",
                "zdcdc status shows what it does; try again when that is done",
            )

    def _late(self, what: str, hint: str) -> TryAgainError:
        assert self._runner is not None
        assert self._order is not None
        consequence = "it is not asked any more, and nothing was changed"
        if self._order.kind is Kind.STOP and self._runner.state is RunnerState.ENDING:
            consequence = "it stops once that is done"
        return TryAgainError(Code.TIME, f"{self._runner.name} {what}", consequence=consequence, hint=hint)


def in_use(runner: Runner | None) -> PreconditionError:
    """The error for a source that another process works on."""
    name = runner.name if runner and runner.pid else "another zdcdc process"
    attends = runner is not None and runner.attends
    return PreconditionError(
        Code.LOCKED,
        f"{name} is running on this source",
        consequence="nothing was changed",
        hint="zdcdc stop ends it" if attends else "wait until it is done; zdcdc status shows who runs",
        side=Side.SOURCE,
    )


def _require_nobody(sqlite_path: Path) -> None:
    runner = runner_of(sqlite_path)
    if runner is not None:
        raise in_use(runner)


def _not_our_turn(runner: Runner | None) -> TryAgainError:
    name = runner.name if runner else "another zdcdc command"
    return TryAgainError(
        Code.LOCKED,
        f"{name} is at work on this source",
        consequence="nothing was changed",
        hint="try again when it is done; zdcdc status shows who runs",
        side=Side.SOURCE,
    )
