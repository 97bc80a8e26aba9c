"""Who is told what during a run, and the end of one that was asked to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from zdcdc.check.findings import Finding
from zdcdc.check.survey import Scanned
from zdcdc.errors import InterruptedRun as InterruptedRun
from zdcdc.rounds.verification import Compared
from zdcdc.status import Status

Found = Callable[[tuple[Finding, ...]], None]


@dataclass(frozen=True, slots=True)
class Watching:
    """Who is told what during a run; all may be left as they are."""

    status: Callable[[Status], None] = lambda status: None
    scanned: Scanned = lambda table, rows: None
    found: Found = lambda findings: None
    compared: Compared = lambda table, rows, differences: None
    noticed: Callable[[str], None] = lambda text: None


def interruptible(scanned: Scanned, stop: threading.Event) -> Scanned:
    """``scanned``, which also raises InterruptedRun once ``stop`` is set."""

    def told(table: str, rows: int) -> None:
        if stop.is_set():
            raise InterruptedRun
        scanned(table, rows)

    return told
