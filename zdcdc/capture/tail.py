"""The journal as a change log: which row was changed when, and what it holds now.

The journal records keys and not values, so the row shown is the one of the present: for a key that was
changed several times it is the same each time, and none once it was deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from zdcdc.capture.triggers import journal_columns
from zdcdc.mapping import TableMapping
from zdcdc.model import Operation
from zdcdc.names import sqlite_name
from zdcdc.sqlite import text

SHOWN_CHARACTERS = 200
SHOWN_BYTES = 32
"""Of a longer text or blob one more than that is read, to tell that it is longer."""

ShownValue = int | float | bytes | None
"""A value as SQLite returned it: TEXT as :class:`zdcdc.sqlite.Text`, a long one without its end."""

Columns = tuple[tuple[str, ShownValue], ...]


@dataclass(frozen=True, slots=True)
class JournaledChange:
    """One line of the log. ``day`` is a Julian day (UTC).

    ``row`` is what the row with that key holds now, None when it is gone, or when its table is.
    """

    position: int
    day: float
    table: str
    operation: Operation
    key: Columns
    row: Columns | None


@dataclass(frozen=True, slots=True)
class Extent:
    """The positions that the journal holds."""

    oldest: int
    newest: int


def extent(connection: sqlite3.Connection) -> Extent:
    """What there is to read; the journal always holds a row."""
    # Two queries: in one, SQLite would walk the whole table.
    (oldest,) = connection.execute("SELECT min(seq) FROM _zdcdc_journal").fetchone()
    (newest,) = connection.execute("SELECT max(seq) FROM _zdcdc_journal").fetchone()
    return Extent(int(oldest or 0), int(newest or 0))


def changes(
    connection: sqlite3.Connection, tables: Sequence[TableMapping], width: int, first: int, last: int
) -> list[JournaledChange]:
    """The changes at positions ``first`` to ``last``, in order, inside the caller's read transaction.

    ``width`` is the number of the journal's key columns; tables that no longer take part go by number.
    """
    known = {mapping.table_id: mapping for mapping in tables}
    changed = connection.execute(
        "SELECT DISTINCT tbl FROM _zdcdc_journal WHERE seq BETWEEN ? AND ? AND op <> ?",
        (first, last, int(Operation.BARRIER)),
    ).fetchall()
    found: list[JournaledChange] = []
    for (table_id,) in changed:
        mapping = known.get(table_id)
        if mapping is None:
            found += _keys_alone(connection, table_id, width, first, last)
        else:
            found += _with_rows(connection, mapping, first, last)
    return sorted(found, key=lambda change: change.position)


def _with_rows(
    connection: sqlite3.Connection, mapping: TableMapping, first: int, last: int
) -> list[JournaledChange]:
    journaled = journal_columns(len(mapping.key))
    columns = _columns(connection, mapping.source)
    readable = mapping.key_is_rowid or set(mapping.key) <= set(columns)
    if not columns or not readable:
        columns = []  # dropped or altered a moment ago: the round that follows the change says so
    keys = [_shown(f"j.{name}") for name in journaled]
    joined = ""
    met = "0"
    if columns:
        terms = [
            # The first finds the row by its key's index, the second tells spellings of a NOCASE key apart.
            f"t.{sqlite_name(name)} = j.{column} AND t.{sqlite_name(name)} = j.{column} COLLATE BINARY"
            for name, column in zip(mapping.key, journaled, strict=True)
        ]
        joined = f"LEFT JOIN {sqlite_name(mapping.source)} AS t ON {' AND '.join(terms)}"
        met = f"t.{sqlite_name(mapping.key[0])} IS NOT NULL"
    values = [_shown(f"t.{sqlite_name(name)}") for name in columns]
    found = []
    for position, day, operation, *rest in connection.execute(
        f"SELECT j.seq, j.at, j.op, {', '.join([*keys, met, *values])} FROM _zdcdc_journal AS j {joined} "
        "WHERE j.seq BETWEEN ? AND ? AND j.tbl = ?",
        (first, last, mapping.table_id),
    ):
        key = tuple(zip(mapping.key, rest[: len(keys)], strict=True))
        row = tuple(zip(columns, rest[len(keys) + 1 :], strict=True)) if rest[len(keys)] else None
        found.append(JournaledChange(position, day, mapping.source, Operation(operation), key, row))
    return found


def _keys_alone(
    connection: sqlite3.Connection, table_id: int, width: int, first: int, last: int
) -> list[JournaledChange]:
    names = journal_columns(width)
    rows = connection.execute(
        f"SELECT seq, at, op, {', '.join(map(_shown, names))} FROM _zdcdc_journal "
        "WHERE seq BETWEEN ? AND ? AND tbl = ?",
        (first, last, table_id),
    ).fetchall()
    return [
        JournaledChange(
            position, day, f"#{table_id}", Operation(operation), tuple(zip(names, key, strict=True)), None
        )
        for position, day, operation, *key in rows
    ]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns that the table has in this snapshot, none without a table."""
    found = connection.execute(f"PRAGMA table_xinfo({sqlite_name(table)})").fetchall()
    return [text(name) for _, name, *_ in found]


def _shown(value: str) -> str:
    return (
        f"CASE typeof({value}) WHEN 'text' THEN substr({value}, 1, {SHOWN_CHARACTERS + 1}) "
        f"WHEN 'blob' THEN substr({value}, 1, {SHOWN_BYTES + 1}) ELSE {value} END"
    )
