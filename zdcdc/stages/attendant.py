"""Running a stage that other terminals can pause, stop, and take over from.

One thread looks for orders while the stage runs. To hand over, the stage ends as for an interrupt, its lock
goes to the command that asked, and when that is done the stage is run again: it resumes by itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from zdcdc.capture.guard import SourceDriftedError
from zdcdc.config import Config
from zdcdc.errors import SourceBusyError, SourceError, TargetUnavailableError
from zdcdc.patience import Patience
from zdcdc.rounds.pause import Pause
from zdcdc.stages.begin import begun
from zdcdc.stages.control import BACK_SECONDS, begun_alone, in_use, runner_of, tidy
from zdcdc.stages.lock import Held, holder, lock_path, order_path, take
from zdcdc.stages.orders import Kind, Order, Runner, RunnerState, advanced, require_same_migration
from zdcdc.stages.watching import InterruptedRun

LOOK_SECONDS = 0.05

T = TypeVar("T")


class StoppedRun(InterruptedRun):
    """The run was ended by ``zdcdc stop``."""

    def __init__(self) -> None:
        super().__init__("stopped from another terminal")


@dataclass(frozen=True, slots=True)
class Attended:
    """How a stage is controlled: it ends once ``stop`` is set, and rests between rounds at a ``pause``."""

    patience: Patience
    pause: Pause

    @property
    def stop(self) -> threading.Event:
        return self.patience.stop


def attended(
    config: Config,
    command: str,
    stop: threading.Event,
    noticed: Callable[[str], None],
    run: Callable[[Attended], T],
) -> T:
    """Runs ``run`` with the lock of the source held, again after each time it handed over. ``noticed`` is
    told of what other terminals ask for.

    Raises what ``run`` raises; PreconditionError when another process works on the source, or when the
    migration ended or was cut over in other hands; InterruptedRun, StoppedRun.
    """
    path = config.sqlite_path
    runner = Runner(os.getpid(), command, attends=True)
    pause = Pause()
    patience = Patience(config.limits, stop)
    lock = begun_alone(path, runner, stop)
    try:
        while True:
            watch = _Watch(path, lock, runner, pause, stop, noticed)
            try:
                with watch:
                    return run(Attended(patience.until(watch.stop), pause))
            except (InterruptedRun, SourceBusyError, TargetUnavailableError, SourceDriftedError):
                # Asked to end, a stage neither tries again what failed for the moment nor follows a change.
                if watch.ending is None or stop.is_set():
                    raise
            if watch.ending.kind is Kind.STOP:
                raise StoppedRun
            before = patience.run(lambda: begun(config))
            noticed(f"handed over to zdcdc {watch.ending.command} (process {watch.ending.pid})")
            lock.release()
            lock = _lock_back(path, watch.ending, stop)
            lock.write(_said(runner, pause, None).to_json())
            require_same_migration(before, patience.run(lambda: begun(config)))
            noticed(f"zdcdc {command} goes on")
    finally:
        lock.release()
        with suppress(SourceError):  # only litter would remain, and how the run ended is more telling
            tidy(path)


def _lock_back(path: Path, order: Order, stop: threading.Event) -> Held:
    """The lock, once the command that took over is done or dead. Raises InterruptedRun."""
    alone = 0.0
    while True:
        if stop.wait(LOOK_SECONDS):
            raise InterruptedRun
        now = _order(path)
        if now is not None and now.nonce == order.nonce:
            continue
        lock = take(lock_path(path))
        if lock is not None:
            return lock
        alone = 0.0 if now is not None else alone + LOOK_SECONDS
        if alone > BACK_SECONDS:
            raise in_use(runner_of(path))


def _order(path: Path) -> Order | None:
    """What is asked for at present."""
    record = holder(order_path(path))
    return None if record is None else Order.from_json(record)


class _Watch(threading.Thread):
    """Looks for orders until the end of its block; ``ending`` is the one that ends the stage."""

    def __init__(
        self,
        path: Path,
        lock: Held,
        runner: Runner,
        pause: Pause,
        interrupted: threading.Event,
        noticed: Callable[[str], None],
    ) -> None:
        super().__init__(name="zdcdc-orders", daemon=True)
        self.stop = threading.Event()
        self.ending: Order | None = None
        self._path = path
        self._lock = lock
        self._runner = runner
        self._written = runner
        self._pause = pause
        self._interrupted = interrupted
        self._noticed = noticed
        self._pausing: Order | None = None
        self._done = threading.Event()
        self._failure: Exception | None = None

    def __enter__(self) -> None:
        self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self.join()
        if self._failure is not None:
            raise self._failure

    def run(self) -> None:
        try:
            while not self._done.wait(LOOK_SECONDS):
                if self._interrupted.is_set():
                    self.stop.set()
                self._look(_order(self._path))
        except Exception as error:  # noqa: BLE001 - raised again at the end of the block
            self._failure = error
            self.stop.set()

    def _look(self, order: Order | None) -> None:
        if self._pausing is not None and (order is None or order.nonce != self._pausing.nonce):
            self._pause.end()  # whoever asked gave up before it was done
            self._pausing = None
        done = order is not None and self._carry_out(order)
        self._runner = advanced(self._runner, order, done=done)
        now = _said(self._runner, self._pause, self.ending)
        if now != self._written:
            self._lock.write(now.to_json())
            before, self._written = self._written, now
            self._tell(before, now)

    def _carry_out(self, order: Order) -> bool:
        """Does what is asked, at each look again; whether it is done."""
        if self._runner.answered == order.nonce:
            return True
        if order.kind is Kind.PAUSE:
            if not self._pause.asked:
                self._pause.begin(f"by zdcdc pause at {_now()}")
                self._pausing = order
            if self._pause.holding:
                self._pausing = None
            return self._pause.holding
        if order.kind is Kind.RESUME:
            self._pause.end()
            return True
        # Its outcome is that the lock is free: there is nobody then who could answer.
        self.ending = order
        self.stop.set()
        return False

    def _tell(self, before: Runner, now: Runner) -> None:
        if now.state is before.state:
            return
        if now.state is RunnerState.PAUSED:
            self._noticed(f"paused {now.reason}; zdcdc resume lets it go on")
        elif now.state is RunnerState.RUNNING:
            self._noticed("resumed from another terminal")


def _said(runner: Runner, pause: Pause, ending: Order | None) -> Runner:
    """What ``runner`` says about its present state."""
    state = RunnerState.RUNNING
    if ending is not None:
        state = RunnerState.ENDING
    elif pause.asked:
        state = RunnerState.PAUSED if pause.holding else RunnerState.PAUSING
    return replace(runner, state=state, reason=pause.reason)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
