"""Replaying changes until stopped, or until there are none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError
from zdcdc.model import Checkpoint, Lag
from zdcdc.rounds.stream import Progress
from zdcdc.stages.bring_up import bring_up
from zdcdc.stages.lock import runner_lock
from zdcdc.stages.run import Run, opened, over_drift
from zdcdc.stages.watching import InterruptedRun, Watching


@contextmanager
def following(config: Config, stop: threading.Event, watching: Watching) -> Iterator[Run]:
    """Opens a complete copy, with the lock of its source. Raises PreconditionError when it is not."""
    with runner_lock(config.sqlite_path), opened(config, stop, watching) as run:
        require_complete(run.stream.checkpoint)
        yield run


def require_complete(checkpoint: Checkpoint) -> None:
    """Passes when everything is copied and indexed. Raises PreconditionError."""
    if not (checkpoint.copied and checkpoint.indexed):
        raise PreconditionError(Code.PHASE, "the copy is not complete", hint="zdcdc snapshot resumes it")


def follow(
    config: Config, stop: threading.Event, until_caught_up: bool, watching: Watching = Watching()
) -> Lag:
    """Follows the source and returns the highest lag; what a change of the source, or an interrupted copy,
    left missing is done first. Raises InterruptedRun when ``stop`` was set."""

    def done(progress: Progress) -> bool:
        return until_caught_up and progress.caught_up and not progress.written

    def work(run: Run) -> Lag:
        bring_up(run)
        run.stream.run(run.reporter.observe, done)
        if stop.is_set():
            raise InterruptedRun
        return run.reporter.worst_lag

    with runner_lock(config.sqlite_path):
        return over_drift(config, stop, watching, work)
