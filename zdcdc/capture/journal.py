"""The journal in SQLite: what it holds, and keeping it short."""

from __future__ import annotations

import sqlite3

from zdcdc.capture.rows import journaled_key
from zdcdc.capture.triggers import journal_columns
from zdcdc.model import JournalRow, Operation
from zdcdc.sqlite import write_transaction

PRUNE_ROWS = 2000
"""Rows removed in one write transaction: about a millisecond of the application's write lock."""

SECONDS_PER_DAY = 86400.0


class Journal:
    """Reads and prunes ``_zdcdc_journal``; ``width`` is the number of its key columns."""

    def __init__(self, connection: sqlite3.Connection, width: int) -> None:
        self._connection = connection
        self._columns = ", ".join(journal_columns(width))

    def newest(self) -> int:
        """The newest sequence; the journal always has a row, as its newest is never pruned."""
        found = self._connection.execute("SELECT max(seq) FROM _zdcdc_journal").fetchone()[0]
        return int(found or 0)

    def row(self, sequence: int) -> JournalRow | None:
        """The whole row with that sequence."""
        found = self._connection.execute(
            f"SELECT seq, tbl, op, at, {self._columns} FROM _zdcdc_journal WHERE seq = ?", (sequence,)
        ).fetchone()
        if found is None:
            return None
        return JournalRow(found[0], found[1], found[2], journaled_key(found[4:]), found[3])

    def age_seconds(self, after: int) -> float:
        """Seconds since the oldest change after sequence ``after`` was made; 0 without one."""
        found = self._connection.execute(
            "SELECT julianday('now') - at FROM _zdcdc_journal WHERE seq > ? ORDER BY seq LIMIT 1", (after,)
        ).fetchone()
        return max(0.0, float(found[0]) * SECONDS_PER_DAY) if found else 0.0

    def changed_tables(self, after: int, up_to: int) -> list[int]:
        """Ids of the tables with a change in (after, up_to]."""
        found = self._connection.execute(
            "SELECT DISTINCT tbl FROM _zdcdc_journal WHERE seq > ? AND seq <= ? AND op <> ? ORDER BY tbl",
            (after, up_to, int(Operation.BARRIER)),
        )
        return [row[0] for row in found]

    def prune(self, before: int) -> int:
        """Removes up to PRUNE_ROWS rows with a sequence below ``before``; returns how many.

        The row at ``before`` stays: it proves at each round that the source did not go back.
        Raises SourceBusyError when the application holds the lock; the rows can wait.
        """
        with write_transaction(self._connection, "pruning the journal"):
            gone = self._connection.execute(
                "DELETE FROM _zdcdc_journal WHERE seq < min(?, (SELECT min(seq) FROM _zdcdc_journal) + ?)",
                (before, PRUNE_ROWS),
            )
        return gone.rowcount


def barrier(connection: sqlite3.Connection) -> None:
    """Writes a row that is no change: a position to start from, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO _zdcdc_journal (tbl, op, at) VALUES (0, ?, julianday('now'))", (int(Operation.BARRIER),)
    )
