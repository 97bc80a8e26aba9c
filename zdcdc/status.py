"""The one status value that terminal, JSON, web, hooks and metrics show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zdcdc.model import Lag, Phase, Primary


@dataclass(frozen=True, slots=True)
class CopyStatus:
    """Progress of the bulk copy; ``tables`` are (name, state, rows done)."""

    rows_done: int = 0
    rows_total: int = 0
    rows_per_second: float | None = None
    eta_seconds: float | None = None
    tables: tuple[tuple[str, str, int], ...] = ()

    @property
    def percent(self) -> float:
        if not self.rows_total:
            return 100.0 if self.tables and all(state != "pending" for _, state, _ in self.tables) else 0.0
        return min(100.0, 100.0 * self.rows_done / self.rows_total)


@dataclass(frozen=True, slots=True)
class Status:
    """Where a migration stands. Sizes in bytes, times in seconds; None where nothing is known."""

    migration_id: str | None
    phase: Phase
    primary: Primary
    state: str
    reason: str
    copy: CopyStatus = CopyStatus()
    lag: Lag | None = None
    applied_changes: int | None = None
    epoch: int | None = None
    verification: dict[str, Any] | None = None
    cutover: dict[str, Any] | None = None
    memory_bytes: int | None = None
    disk_free_bytes: int | None = None
    retries: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How often the running process tried again, for each side and reason."""
    held: tuple[tuple[str, str], ...] = ()
    """Tables that should take part and cannot be followed, each with the reason."""
    runner: tuple[int, str] | None = None
    """The process that works on the source, and its command."""
    next_steps: tuple[str, ...] = field(default=())

    @property
    def errors(self) -> int:
        """How often the running process met an error and tried again."""
        return sum(number for reasons in self.retries.values() for number in reasons.values())

    @property
    def rollback(self) -> tuple[bool, str]:
        """Whether `rollback` is possible, and why not."""
        if self.phase in (Phase.COPYING, Phase.FOLLOWING):
            return True, "undoes everything: the application still writes to SQLite"
        if self.phase is Phase.CUT_OVER:
            return False, "the cutover was one-way: changes made in MySQL are not carried back"
        return False, "there is nothing to roll back"

    def to_json(self) -> dict[str, Any]:
        available, reason = self.rollback
        return {
            "migration_id": self.migration_id,
            "phase": self.phase.value,
            "stage": _STAGES[self.phase],
            "primary": self.primary.value,
            "direction": "forward" if self.primary is Primary.SQLITE else "reverse",
            "epoch": self.epoch,
            "state": self.state,
            "reason": self.reason,
            "copy": {
                "rows_done": self.copy.rows_done,
                "rows_total": self.copy.rows_total,
                "percent": round(self.copy.percent, 2),
                "rows_per_second": self.copy.rows_per_second,
                "eta_seconds": self.copy.eta_seconds,
                "tables": [
                    {"table": name, "state": state, "rows_done": rows}
                    for name, state, rows in self.copy.tables
                ],
            },
            "lag": None if self.lag is None else {"changes": self.lag.changes, "seconds": self.lag.seconds},
            "applied": {"changes": self.applied_changes, "position": self.applied_changes},
            "errors": self.errors,
            "retries": {side: dict(reasons) for side, reasons in self.retries.items()},
            "runner": None if self.runner is None else {"pid": self.runner[0], "command": self.runner[1]},
            "held": [{"table": name, "reason": reason} for name, reason in self.held],
            "verification": self.verification or {"result": None, "watermark": None, "age_seconds": None},
            "cutover": self.cutover or {"pause_seconds": None, "position": None},
            "rollback": {"available": available, "reason": reason},
            "resources": {"memory_bytes": self.memory_bytes, "disk_free_bytes": self.disk_free_bytes},
            "next_steps": list(self.next_steps),
        }


_STAGES = {
    Phase.NEW: None,
    Phase.COPYING: "initial_sync",
    Phase.FOLLOWING: "cutover_preparation",
    Phase.CUT_OVER: "post_cutover_validation",
    Phase.COMPLETED: "cleanup",
    Phase.ROLLED_BACK: None,
}


def next_steps(phase: Phase, verified: bool) -> tuple[str, ...]:
    """The commands that make sense now, the usual one first. Pure."""
    if phase is Phase.NEW:
        return ("zdcdc check", "zdcdc snapshot")
    if phase is Phase.COPYING:
        return ("zdcdc snapshot", "zdcdc rollback")
    if phase is Phase.FOLLOWING and not verified:
        return ("zdcdc verify", "zdcdc follow", "zdcdc rollback")
    if phase is Phase.FOLLOWING:
        return ("zdcdc cutover --one-way", "zdcdc follow", "zdcdc rollback")
    if phase is Phase.CUT_OVER:
        return ("zdcdc complete",)
    return ()
