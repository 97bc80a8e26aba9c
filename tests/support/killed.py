"""``python -m tests.support.killed STAGE``: one stage with small rounds, as a process that a point may kill.

The configuration comes as JSON in ``STAGE_CONFIG``: path, url, state.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.support.migration import PATIENT, Migration
from zdcdc.config import Config, Limits, TargetConfig
from zdcdc.stages.cutover import cutover
from zdcdc.stages.rollback import rollback
from zdcdc.stages.snapshot import snapshot

ROOT = Path(__file__).resolve().parent.parent.parent


def killed_at(point: str, stage: str, migration: Migration) -> None:
    """Runs ``stage`` until it kills itself at ``point``. Raises AssertionError when it ends otherwise."""
    config = migration.config
    where = {
        "path": str(config.sqlite_path),
        "url": migration.target.url,
        "state": str(config.state_directory),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed", stage],
        env=os.environ | {"ZDCDC_POINT": f"{point}:kill", "STAGE_CONFIG": json.dumps(where)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, f"{point} was not reached: {done.returncode}\n{done.stderr}"


SMALL = Limits(chunk_size=400, slice_changes=20, slice_size=4000, batch_rows=7, poll_seconds=0.001)
"""So small that the tables of these tests take several chunks, and a transaction several slices."""


def _main(stage: str) -> None:
    where = json.loads(os.environ["STAGE_CONFIG"])
    config = Config(
        Path(where["path"]), TargetConfig.from_url(where["url"]), Path(where["state"]), limits=SMALL
    )
    if stage == "snapshot":
        snapshot(config, threading.Event())
    elif stage == "cutover":
        cutover(config, PATIENT, threading.Event())
    elif stage == "rollback":
        rollback(config)
    else:
        raise ValueError(stage)


if __name__ == "__main__":
    _main(sys.argv[1])
