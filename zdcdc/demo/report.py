"""What the demonstration found, as one value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from zdcdc.demo.compare import Comparison
from zdcdc.demo.decision import Primary
from zdcdc.demo.ledger import Accounts
from zdcdc.demo.mover import SwitchResult

Document: TypeAlias = dict[str, "int | float | bool | str | list[str]"]

DATA_DIFFERS = 6


@dataclass(frozen=True)
class Speeds:
    """Measured on the way. Rows and seconds of the copy; the highest lag seen while following."""

    copied_rows: int
    copy_seconds: float
    highest_lag_changes: int
    highest_lag_seconds: float

    @property
    def rows_per_second(self) -> float:
        """Rate of the copy, from its first statement until it was complete and caught up."""
        return self.copied_rows / self.copy_seconds if self.copy_seconds else 0.0


@dataclass(frozen=True)
class DemoReport:
    """The outcome. ``writes_per_second`` by side; ``pauses`` in seconds, one per writer that switched."""

    accounts: Accounts
    speeds: Speeds
    writes_per_second: dict[Primary, float]
    writers: int
    pauses: tuple[float, ...]
    switch: SwitchResult
    verified: bool
    comparison: Comparison
    total_seconds: float

    @property
    def failures(self) -> tuple[str, ...]:
        """What is wrong, one sentence each; none when every promise was kept."""
        return tuple(self._failures())

    @property
    def exit_status(self) -> int:
        """Of the command: 0, or 6 when anything was lost, doubled or differs."""
        return DATA_DIFFERS if self.failures else 0

    def _failures(self) -> Iterator[str]:
        accounts = self.accounts
        if accounts.lost:
            yield f"{accounts.lost} acknowledged writes are not in MySQL"
        if accounts.doubled:
            yield f"{accounts.doubled} writes had effect more than once"
        if accounts.stray:
            yield f"{accounts.stray} writes are in MySQL that were never acknowledged"
        if accounts.miscounted:
            yield f"the writers' own counters are wrong by {accounts.miscounted}"
        if len(self.pauses) < self.writers:
            yield f"only {len(self.pauses)} of {self.writers} writers wrote on both sides"
        if not self.verified:
            yield "verify found differences before the cutover"
        for table in self.comparison.tables:
            if table.differences:
                yield f"{table.differences} rows of {table.table} differ: {'; '.join(table.samples)}"

    def document(self) -> Document:
        """The report for ``--json``."""
        return {
            "writes_acknowledged": self.accounts.acknowledged,
            "writes_acknowledged_in_sqlite": self.accounts.acknowledged_in_sqlite,
            "writes_acknowledged_in_mysql": self.accounts.acknowledged_in_mysql,
            "writes_found": self.accounts.found,
            "writes_lost": self.accounts.lost,
            "writes_doubled": self.accounts.doubled,
            "writes_stray": self.accounts.stray,
            "writes_per_second_sqlite": self.writes_per_second[Primary.SQLITE],
            "writes_per_second_mysql": self.writes_per_second[Primary.MYSQL],
            "copy_rows": self.speeds.copied_rows,
            "copy_seconds": self.speeds.copy_seconds,
            "copy_rows_per_second": self.speeds.rows_per_second,
            "highest_lag_changes": self.speeds.highest_lag_changes,
            "highest_lag_seconds": self.speeds.highest_lag_seconds,
            "writers_pause_max_seconds": max(self.pauses, default=0.0),
            "writers_pause_median_seconds": median(self.pauses) if self.pauses else 0.0,
            "cutover_pause_seconds": self.switch.pause_seconds,
            "drained_changes": self.switch.drained_changes,
            "verified": self.verified,
            "compared_rows": self.comparison.rows,
            "compared_values": self.comparison.values,
            "differing_rows": self.comparison.differences,
            "total_seconds": self.total_seconds,
            "ok": not self.failures,
            "failures": list(self.failures),
        }
