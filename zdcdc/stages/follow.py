"""Replaying changes until stopped, or until there are none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError
from zdcdc.model import Checkpoint, Lag
from zdcdc.patience import Patience
from zdcdc.rounds.stream import Progress
from zdcdc.stages.attendant import Attended, attended
from zdcdc.stages.beforehand import require_complete_copy
from zdcdc.stages.bring_up import bring_up
from zdcdc.stages.control import taken_over
from zdcdc.stages.orders import SwitchedElsewhereError
from zdcdc.stages.run import Run, opened, over_drift
from zdcdc.stages.watching import InterruptedRun, Watching


@dataclass(frozen=True, slots=True)
class Followed:
    """How following ended: caught up, or with a switch made from another terminal, whose epoch it is then."""

    worst_lag: Lag
    switched: int | None = None


@contextmanager
def following(
    config: Config, stop: threading.Event, watching: Watching, command: str = "follow"
) -> Iterator[Run]:
    """Opens a complete copy for ``command``, with the lock of its source: a process that follows it hands
    over, and goes on afterwards. Raises PreconditionError when it is not complete, TryAgainError."""
    require_complete_copy(config)
    patience = Patience(config.limits, stop)
    with taken_over(config.sqlite_path, command, stop), opened(config, patience, watching) as run:
        require_complete(run.stream.checkpoint)
        yield run


def require_complete(checkpoint: Checkpoint) -> None:
    """Passes when everything is copied and indexed. Raises PreconditionError."""
    if not (checkpoint.copied and checkpoint.indexed):
        raise PreconditionError(Code.PHASE, "the copy is not complete", hint="zdcdc snapshot resumes it")


def follow(
    config: Config, stop: threading.Event, until_caught_up: bool, watching: Watching = Watching()
) -> Followed:
    """Follows the source until it is caught up, or MySQL is made primary from another terminal; what a change
    of the source, or an interrupted copy, left missing is done first. Raises InterruptedRun when ``stop`` was
    set. Other terminals may pause it, stop it, and take over from it."""
    worst = Lag(0, 0.0)

    def done(progress: Progress) -> bool:
        return until_caught_up and progress.caught_up

    def work(run: Run) -> Followed:
        nonlocal worst
        bring_up(run)
        run.stream.run(run.reporter.observe, done)
        worst = worst.worse(run.reporter.worst_lag)
        if run.stop.is_set():
            raise InterruptedRun
        return Followed(worst)

    def run_here(here: Attended) -> Followed:
        return over_drift(config, here.patience, watching, work, here.pause)

    try:
        return attended(config, "follow", stop, watching.noticed, run_here)
    except SwitchedElsewhereError as switched:
        return Followed(worst, switched.epoch)
