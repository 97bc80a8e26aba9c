"""Replaying changes until stopped, or until there are none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError
from zdcdc.model import Checkpoint, Lag
from zdcdc.rounds.pair import Source, open_source
from zdcdc.rounds.stream import Progress, Stream, open_stream
from zdcdc.stages.begin import require_forward
from zdcdc.stages.lock import runner_lock
from zdcdc.stages.reporter import Reporter
from zdcdc.stages.snapshot import InterruptedRun, Watching
from zdcdc.stages.state import StateDirectory


@dataclass(frozen=True, slots=True)
class Following:
    """A complete copy with its stream open, and the lock of its source held."""

    config: Config
    source: Source
    stream: Stream
    reporter: Reporter
    state: StateDirectory


@contextmanager
def following(config: Config, stop: threading.Event, watching: Watching) -> Iterator[Following]:
    """Opens what is needed to follow. Raises PreconditionError when the copy is not complete."""
    with runner_lock(config.sqlite_path), open_source(config) as source:
        require_forward(source.decided)
        with open_stream(config, source, stop) as stream:
            require_complete(stream.checkpoint)
            state = StateDirectory(config.state_directory)
            reporter = Reporter(config, source, state, watching.status)
            yield Following(config, source, stream, reporter, state)


def require_complete(checkpoint: Checkpoint) -> None:
    """Passes when everything is copied and indexed. Raises PreconditionError."""
    if not (checkpoint.copied and checkpoint.indexed):
        raise PreconditionError(Code.PHASE, "the copy is not complete", hint="zdcdc snapshot resumes it")


def follow(
    config: Config, stop: threading.Event, until_caught_up: bool, watching: Watching = Watching()
) -> Lag:
    """Follows the source and returns the highest lag. Raises InterruptedRun when ``stop`` was set."""

    def done(progress: Progress) -> bool:
        return until_caught_up and progress.caught_up and not progress.written

    with following(config, stop, watching) as open_:
        open_.stream.run(open_.reporter.observe, done)
        if stop.is_set():
            raise InterruptedRun
        return open_.reporter.worst_lag
