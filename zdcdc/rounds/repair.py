"""Making a suspect table equal to its source, by comparing it and reading again what differs.

A row that differs is written to the journal as changed: the rounds that follow read it again and apply it as
they apply every other change, also when the application changes it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from zdcdc import sqlite
from zdcdc.capture import journal
from zdcdc.comparison import Difference
from zdcdc.errors import Code, TargetError
from zdcdc.keys import Key
from zdcdc.mapping import TableMapping
from zdcdc.points import reach
from zdcdc.rounds.pair import Source
from zdcdc.rounds.stream import Observer, Progress, Stream
from zdcdc.rounds.verification import Compared, Verifier

KEYS_PER_TRANSACTION = 200
"""Keys journaled under one write lock of the source: well under a millisecond."""

MOST_PASSES = 20
"""A second pass finds what the application changed in the first; many more mean that someone else writes."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair found of one table: rows compared in the last pass, and rows read again in all."""

    table: str
    rows: int
    differing: int


class Repairer:
    """Repairs one table after the other over a stream."""

    def __init__(self, source: Source, stream: Stream, verifier: Verifier, observe: Observer) -> None:
        self._source = source
        self._stream = stream
        self._verifier = verifier
        self._observe = observe

    def table(
        self, mapping: TableMapping, compared: Compared, stopped: Callable[[], bool]
    ) -> Repaired | None:
        """Compares and repairs until a whole comparison finds no difference; None when asked to stop.

        Raises TargetError when differences come again and again.
        """
        differing = 0
        for _ in range(MOST_PASSES):
            removed = self._stream.removed
            rows = found = journaled = 0
            for part in self._verifier.parts(mapping):
                if part is None:
                    return None
                rows += part.rows
                found += len(part.differences)
                journaled = max(journaled, self._journal(mapping, part.differences))
                compared(mapping.source, rows, found)
            differing += found
            reach("repair.pass")
            if not found and self._stream.removed == removed:
                return Repaired(mapping.source, rows, differing)
            self._stream.run(self._observe, partial(_applied, journaled))
            if stopped():
                return None
        raise TargetError(
            Code.DATA,
            f"table {mapping.name}: rows differ again after each of {MOST_PASSES} repairs",
            consequence="the table is not in step with its source",
            hint="does anything else write to the target? Then zdcdc snapshot goes on",
        )

    def _journal(self, mapping: TableMapping, differences: Sequence[Difference]) -> int:
        """The sequence of the last row written, 0 without any."""
        last = 0
        keys = list(dict.fromkeys(difference.row_key for difference in differences))
        for start in range(0, len(keys), KEYS_PER_TRANSACTION):
            group = keys[start : start + KEYS_PER_TRANSACTION]
            last = self._stream.patience.run(partial(self._record, mapping, group))
        return last

    def _record(self, mapping: TableMapping, keys: Sequence[Key]) -> int:
        with sqlite.write_transaction(self._source.pruning, "journaling rows to be read again"):
            return journal.record(self._source.pruning, mapping.table_id, keys)


def _applied(sequence: int, progress: Progress) -> bool:
    return progress.checkpoint.watermark.sequence >= sequence and progress.caught_up
