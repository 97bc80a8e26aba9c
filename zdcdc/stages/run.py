"""A migration that is open: both sides, the stream between them, and who is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from zdcdc import mysql
from zdcdc.capture.guard import SourceDriftedError
from zdcdc.capture.refusal import fits
from zdcdc.config import Config
from zdcdc.errors import MisfitError
from zdcdc.patience import Patience
from zdcdc.rounds.pair import Source, open_source
from zdcdc.rounds.pause import Pause
from zdcdc.rounds.stirred import HeldTableStirred, Stirred
from zdcdc.rounds.stream import Stream, open_stream
from zdcdc.stages.begin import require_forward
from zdcdc.stages.reconcile import Found, reconcile
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
    """Runs ``work``; when the source is found changed, or a value does not fit any more, follows that and
    begins again.

    The caller holds the lock of the source. Raises SourceDriftedError or MisfitError when that does not help.
    """
    times, last = 0, ""
    release_held(config, patience, watching)
    stirred = Stirred()
    while True:
        with opened(config, patience, watching, pause) as run:
            run.stream.stirred = stirred
            try:
                return work(run)
            except SourceDriftedError as drifted:
                met: SourceDriftedError | MisfitError = drifted
                found = Found(rewound=drifted.drift.rewound)
                reasons = [f"the source changed: {reason}" for reason in drifted.drift.reasons]
            except MisfitError as misfit:
                met, found, reasons = misfit, Found(misfit=misfit.table_id), [misfit.what]
            except HeldTableStirred:
                if _corrected(config, run):
                    reconcile(config, Found(), patience, watching)
                    stirred = Stirred()
                continue
            times = times + 1 if met.what == last and not run.reporter.observed else 1
            if times > MOST_TIMES or patience.stop.is_set():
                raise met
            last = met.what
        for reason in reasons:
            watching.noticed(reason)
        reconcile(config, found, patience, watching)


def _corrected(config: Config, run: Run) -> bool:
    """Whether a table that is held fits its mapping by now."""
    mappings = [waiting.mapping for waiting in run.source.held if waiting.mapping is not None]
    return any(fits(run.source.pruning, mapping) for mapping in mappings)


def release_held(config: Config, patience: Patience, watching: Watching) -> None:
    """Tries the tables that are held once more: what was in the way may have been corrected.

    It is the first that asks for the target: where it cannot be reached that is said at once.
    """
    with opened(config, patience, watching) as run:
        patience.first(lambda: mysql.require(config.target))
        held = run.source.held
    if held:
        reconcile(config, Found(), patience, watching)
