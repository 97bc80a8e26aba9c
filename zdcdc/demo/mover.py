"""What the demonstration asks of a migration: the four steps that it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias


@dataclass(frozen=True)
class Progress:
    """Where a migration stands. ``phase`` is a word for people; the lag is the target's behind the source."""

    phase: str
    rows_done: int
    rows_total: int
    rows_per_second: float
    lag_changes: int
    lag_seconds: float

    @property
    def percent(self) -> float:
        """Of the rows to copy, 0 to 100; the total is an estimate while the application goes on writing."""
        return min(100.0, 100 * self.rows_done / self.rows_total) if self.rows_total else 0.0


@dataclass(frozen=True)
class SwitchResult:
    """How long writes had to wait for the migration itself, and what was left to bring over in that time."""

    pause_seconds: float
    drained_changes: int


Observe: TypeAlias = Callable[[Progress], None]
"""Called now and then, from any thread, with the newest progress; returns at once."""


class Mover(Protocol):
    """A migration of one SQLite file to one MySQL database, driven from outside. Steps raise ZdcdcError."""

    def snapshot(self, observe: Observe) -> None:
        """Make the schema, start capturing, copy all rows and catch up."""

    def follow(self, seconds: float, observe: Observe) -> None:
        """Replay changes for so long."""

    def verify(self) -> bool:
        """Compare both sides while the application writes; whether they are identical."""

    def cutover(self) -> SwitchResult:
        """Make MySQL primary. When this returns, the decision row says so and MySQL takes writes."""
