"""The journal in SQLite: what it holds, and keeping it short."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from zdcdc.capture.rows import journaled_key
from zdcdc.capture.triggers import journal_columns
from zdcdc.keys import Key
from zdcdc.model import JournalRow, Operation
from zdcdc.points import reach
from zdcdc.sqlite import text, write_transaction

PRUNE_ROWS = 2000
"""Rows removed in one write transaction: about a millisecond of the application's write lock."""

KEPT_ROWS = 2000
"""Applied changes that stay, for whoever reads the journal as a log."""

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
        return JournalRow(found[0], found[1], found[2], _unpadded(journaled_key(found[4:])), found[3])

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
        reach("prune.before")
        with write_transaction(self._connection, "pruning the journal"):
            gone = self._connection.execute(
                "DELETE FROM _zdcdc_journal WHERE seq < min(?, (SELECT min(seq) FROM _zdcdc_journal) + ?)",
                (before, PRUNE_ROWS),
            )
            reach("prune.before_commit")
        reach("prune.after")
        return gone.rowcount


def _unpadded(key: Key) -> Key:
    """``key`` without the NULLs of columns that only the keys of other tables need; a key has none itself."""
    length = len(key)
    while length and key[length - 1] is None:
        length -= 1
    return key[:length]


def barrier(connection: sqlite3.Connection, after: int = 0) -> int:
    """Writes a row that is no change: a position to start from, inside the caller's transaction.

    Its sequence, which is returned, is above ``after`` and above every other: a sequence never stands for
    two changes, also when the source went back.
    """
    found = connection.execute("SELECT max(seq) FROM _zdcdc_journal").fetchone()[0]
    sequence = max(int(found or 0), after) + 1
    connection.execute(
        "INSERT INTO _zdcdc_journal (seq, tbl, op, at) VALUES (?, 0, ?, julianday('now'))",
        (sequence, int(Operation.BARRIER)),
    )
    return sequence


def record(connection: sqlite3.Connection, table_id: int, keys: Sequence[Key]) -> int:
    """Writes keys as changed, so that the next rounds read their rows again; in the caller's transaction.

    Returns the sequence of the last one, 0 without any.
    """
    last = 0
    for key in keys:
        names = ", ".join(journal_columns(len(key)))
        marks = ", ".join("?" * len(key))
        last = connection.execute(
            f"INSERT INTO _zdcdc_journal (tbl, op, at, {names}) VALUES (?, ?, julianday('now'), {marks})",
            (table_id, int(Operation.UPDATE), *key),
        ).lastrowid or last
    return last


def width(connection: sqlite3.Connection) -> int:
    """How many key columns the journal has."""
    names = {text(row[1]) for row in connection.execute("PRAGMA table_info(_zdcdc_journal)")}
    return sum(1 for name in journal_columns(len(names)) if name in names)


def widen(connection: sqlite3.Connection, wanted: int) -> None:
    """Adds the key columns that a wider key needs, in the caller's write transaction."""
    for name in journal_columns(wanted)[width(connection) :]:
        connection.execute(f"ALTER TABLE _zdcdc_journal ADD COLUMN {name}")


def max_table_id(connection: sqlite3.Connection) -> int:
    """The highest table number that the journal still holds a change of."""
    return int(connection.execute("SELECT coalesce(max(tbl), 0) FROM _zdcdc_journal").fetchone()[0])
