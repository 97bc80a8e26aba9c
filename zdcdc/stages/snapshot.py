"""Copying a live database: capture, schema, bulk copy, indexes, caught up. Given again, it resumes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from zdcdc.config import Config
from zdcdc.model import Lag
from zdcdc.stages.attendant import Attended, attended
from zdcdc.stages.begin import begin, begun, require_forward
from zdcdc.stages.bring_up import bring_up
from zdcdc.stages.run import Run, over_drift
from zdcdc.stages.state import StateDirectory
from zdcdc.stages.watching import Watching, interruptible


@dataclass(frozen=True, slots=True)
class Copied:
    """A complete copy: rows, the time it took in seconds, and the highest lag since then."""

    rows: int
    seconds: float
    worst_lag: Lag


def snapshot(config: Config, stop: threading.Event, watching: Watching = Watching()) -> Copied:
    """Brings the target to a complete, indexed copy that is caught up.

    Raises PreconditionError, SourceError, TargetError, ValueRefusedError; InterruptedRun when ``stop``
    was set before the end. Other terminals may pause it, stop it, and take over from it.
    """
    started = time.monotonic()

    def work(run: Run) -> Copied:
        bring_up(run)
        rows = run.stream.checkpoint.rows_copied
        seconds = time.monotonic() - started
        run.state.event(run.source.decided.migration_id, "snapshot_complete", rows=rows, seconds=seconds)
        return Copied(rows, seconds, run.reporter.worst_lag)

    def run_here(here: Attended) -> Copied:
        decided = here.patience.run(lambda: begun(config))
        if decided is None:
            state = StateDirectory(config.state_directory)
            scanned = interruptible(watching.scanned, here.stop)
            begin(config, state, scanned, watching.found, here.patience)
        else:
            require_forward(decided)
        return over_drift(config, here.patience, watching, work, here.pause)

    return attended(config, "snapshot", stop, watching.noticed, run_here)
