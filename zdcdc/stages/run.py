"""A migration that is open: both sides, the stream between them, and who is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from zdcdc import mysql
from zdcdc.capture.drift import Drift
from zdcdc.capture.guard import SourceDriftedError
from zdcdc.config import Config
from zdcdc.patience import Patience
from zdcdc.rounds.pair import Source, open_source
from zdcdc.rounds.pause import Pause
from zdcdc.rounds.stream import Stream, open_stream
from zdcdc.stages.begin import require_forward
from zdcdc.stages.reconcile import reconcile
from zdcdc.stages.reporter import Reporter
from zdcdc.stages.state import StateDirectory
from zdcdc.stages.watching import Watching

T = TypeVar("T")

MOST_TIMES = 5
"""How often the same change is followed without a round in between: more, and following does not help."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a stage works with while the lock of its source is held."""

    config: Config
    source: Source
    stream: Stream
    reporter: Reporter
    state: StateDirectory
    watching: Watching
    patience: Patience

    @property
    def stop(self) -> threading.Event:
        """Set when the stage shall end."""
        return self.patience.stop


@contextmanager
def opened(
    config: Config, patience: Patience, watching: Watching, pause: Pause | None = None
) -> Iterator[Run]:
    """Opens both sides. Raises PreconditionError without a migration, or after a cutover."""
    with open_source(config) as source:
        require_forward(source.decided)
        with open_stream(config, source, patience, pause) as stream:
            state = StateDirectory(config.state_directory)
            reporter = Reporter(config, source, state, watching.status)
            patience.tell(reporter.waiting)
            yield Run(config, source, stream, reporter, state, watching, patience)


def over_drift(
    config: Config,
    patience: Patience,
    watching: Watching,
    work: Callable[[Run], T],
    pause: Pause | None = None,
) -> T:
    """Runs ``work``; when the source is found changed, follows the change and begins again.

    The caller holds the lock of the source. Raises SourceDriftedError when that does not help.
    """
    times, last = 0, Drift()
    release_held(config, patience, watching)
    while True:
        with opened(config, patience, watching, pause) as run:
            try:
                return work(run)
            except SourceDriftedError as drifted:
                drift = drifted.drift
                times = times + 1 if drift == last and not run.reporter.observed else 1
                if times > MOST_TIMES or patience.stop.is_set():
                    raise
                last = drift
        for reason in drift.reasons:
            watching.noticed(f"the source changed: {reason}")
        reconcile(config, drift.rewound, patience, watching)


def release_held(config: Config, patience: Patience, watching: Watching) -> None:
    """Tries the tables that are held once more: what was in the way may have been corrected.

    It is the first that asks for the target: where it cannot be reached that is said at once.
    """
    with opened(config, patience, watching) as run:
        patience.first(lambda: mysql.require(config.target))
        held = run.source.held
    if held:
        reconcile(config, "", patience, watching)
