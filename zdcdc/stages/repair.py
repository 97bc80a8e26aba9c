"""Reading again what a comparison found to differ, and nothing else."""

from __future__ import annotations

import threading

from zdcdc.comparison import Verification
from zdcdc.config import Config
from zdcdc.model import CopyState
from zdcdc.patience import Patience
from zdcdc.stages.bring_up import bring_up
from zdcdc.stages.control import taken_over
from zdcdc.stages.run import Run, over_drift
from zdcdc.stages.watching import Watching


def repair(
    config: Config, found: Verification, stop: threading.Event, watching: Watching = Watching()
) -> None:
    """Brings the tables in which ``found`` has differences back in step with their source, row by row, while
    the application writes. Compare again afterwards: what was stored of the comparison is taken back.

    Raises PreconditionError, TargetError; InterruptedRun when ``stop`` was set.
    """
    differing = {table.table for table in found.tables if table.differences}

    def work(run: Run) -> None:
        bring_up(run)
        suspects = {m.table_id: CopyState.SUSPECT for m in run.source.mappings if m.source in differing}
        run.stream.change_states(suspects)
        bring_up(run)

    with taken_over(config.sqlite_path, "verify", stop):
        over_drift(config, Patience(config.limits, stop), watching, work)
