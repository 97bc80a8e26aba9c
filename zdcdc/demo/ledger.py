"""The accounts at the end: what the writers were promised against what MySQL holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pymysql.connections

from zdcdc.demo.acknowledgements import Acknowledgement
from zdcdc.demo.decision import Primary
from zdcdc.demo.transactions import Ending

AROUND_SWITCH_SECONDS: Final = 1.0

Promised = Mapping[int, Sequence[Acknowledgement]]
"""All acknowledgements of each writer, in order."""


@dataclass(frozen=True)
class Ledger:
    """What one side holds: every token as often as it is there, and each writer's own count."""

    tokens: tuple[str, ...]
    counters: Mapping[int, int]


@dataclass(frozen=True)
class Accounts:
    """Transactions, counted.

    ``acknowledged`` commits; of these ``found`` and ``lost``. ``doubled``: had effect more often than once,
    by the token, by the acknowledgements or by the writer's counter. ``stray``: had effect and was never
    acknowledged, or was rolled back. ``miscounted`` is by how much the counters differ from the
    acknowledgements, in either direction.
    """

    acknowledged: int
    acknowledged_in_sqlite: int
    acknowledged_in_mysql: int
    found: int
    lost: int
    doubled: int
    stray: int
    miscounted: int

    @property
    def balanced(self) -> bool:
        """Whether every acknowledged write is there once, and nothing else."""
        return not (self.lost or self.doubled or self.stray or self.miscounted)


def read_ledger(connection: pymysql.connections.Connection) -> Ledger:
    """The ledger as MySQL holds it, with no writer at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM ledger")
        tokens = tuple(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT writer, committed FROM counters")
        return Ledger(tokens, {int(row[0]): int(row[1]) for row in cursor.fetchall()})


def settle(promised: Promised, ledger: Ledger) -> Accounts:
    """Compare what was promised with what is there."""
    kept = [entry for writer in promised.values() for entry in writer if entry.ending is Ending.KEPT]
    by_side = Counter(entry.side for entry in kept)
    acknowledged = Counter(entry.token for entry in kept)
    found = Counter(ledger.tokens)
    excess = {
        writer: ledger.counters.get(writer, 0) - sum(entry.ending is Ending.KEPT for entry in entries)
        for writer, entries in promised.items()
    }
    # A transaction repeated as a whole fails at its token's key; one repeated in part shows in the counter.
    repeated = sum((acknowledged - Counter(set(acknowledged))).values())
    repeated += sum((found - Counter(set(found))).values())
    stray = len(found.keys() - acknowledged.keys())
    return Accounts(
        acknowledged=len(acknowledged),
        acknowledged_in_sqlite=by_side[Primary.SQLITE],
        acknowledged_in_mysql=by_side[Primary.MYSQL],
        found=len(acknowledged.keys() & found.keys()),
        lost=len(acknowledged.keys() - found.keys()),
        doubled=max(repeated, sum(max(0, more) for more in excess.values()) - stray),
        stray=stray,
        miscounted=sum(abs(more) for more in excess.values()),
    )


def pauses(promised: Promised) -> tuple[float, ...]:
    """Each writer's pause in seconds: its longest time without an acknowledged commit around the switch.

    Looked at from one second before its last commit in SQLite to one second after its first in MySQL; the
    writer's own pace is part of it. A writer that never came to MySQL has none.
    """
    return tuple(longest for entries in promised.values() if (longest := _longest_gap(entries)) is not None)


def _longest_gap(entries: Iterable[Acknowledgement]) -> float | None:
    kept = [entry for entry in entries if entry.ending is Ending.KEPT]
    before = [entry.ended for entry in kept if entry.side is Primary.SQLITE]
    after = [entry.ended for entry in kept if entry.side is Primary.MYSQL]
    if not before or not after:
        return None
    start, end = before[-1] - AROUND_SWITCH_SECONDS, after[0] + AROUND_SWITCH_SECONDS
    return max(
        later.ended - earlier.ended
        for earlier, later in pairwise(kept)
        if earlier.ended >= start and (later.ended <= end or earlier.side is not later.side)
    )
