"""Naming the value that a codec refused."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from zdcdc.capture.lines import is_utf8
from zdcdc.capture.rows import TableQueries
from zdcdc.codecs.codec import Form
from zdcdc.errors import MisfitError
from zdcdc.mapping import ColumnMapping, TableMapping
from zdcdc.names import sqlite_name
from zdcdc.sqlite import read_transaction, text

EXAMPLES = 5


def refused(connection: sqlite3.Connection, queries: TableQueries) -> MisfitError:
    """The error for a row of this table that could not be encoded: column, type, up to five keys."""
    mapping = queries.mapping
    found = misfits(connection, mapping)
    if not found:
        return MisfitError(
            mapping.table_id,
            f"table {mapping.source}: a row could not be encoded, and is gone by now",
            consequence="the round was not applied; everything before it is in the target",
            hint="run it again",
        )
    return MisfitError(
        mapping.table_id,
        f"table {mapping.source}, {found[0].shown}",
        consequence="the round was not applied; everything before it is in the target",
        hint=f"correct these rows, then run it again: {found[0].column.reason} when it was scanned",
    )


@dataclass(frozen=True, slots=True)
class Misfit:
    """A column with values that it cannot keep, and up to five of their keys, each with its storage class."""

    column: ColumnMapping
    keys: tuple[str, ...]

    @property
    def shown(self) -> str:
        """For a person."""
        column = self.column
        return (
            f"column {column.source}: a value does not fit {column.type}, which holds "
            f"{column.codec.storage}; "
            f"rows with key {'; '.join(self.keys)}"
        )


def misfits(connection: sqlite3.Connection, mapping: TableMapping) -> list[Misfit]:
    """The columns that hold now what they cannot keep."""
    found = []
    for column in mapping.written:
        keys = examples(connection, mapping, column) or not_utf8(connection, mapping, column)
        if keys:
            found.append(Misfit(column, tuple(keys)))
    return found


def fits(connection: sqlite3.Connection, mapping: TableMapping) -> bool:
    """Whether every value that a table holds now fits its mapping. Raises SourceError."""
    with read_transaction(connection, f"looking at table {mapping.source}"):
        return not misfits(connection, mapping)


def not_utf8(connection: sqlite3.Connection, mapping: TableMapping, column: ColumnMapping) -> list[str]:
    """Up to five keys of rows whose text in ``column`` is not UTF-8; no SQL function tells them."""
    found: list[str] = []
    if column.codec.name != "text":
        return found
    name = f"t.{sqlite_name(column.source)}"
    for key, value in connection.execute(
        f"SELECT {_shown_key(mapping)}, {name} FROM {sqlite_name(mapping.source)} AS t"
    ):
        if isinstance(value, bytes) and not is_utf8([value]):
            found.append(f"{key.decode(errors='replace')} (text that is not UTF-8)")
            if len(found) == EXAMPLES:
                break
    return found


def _shown_key(mapping: TableMapping) -> str:
    shown = " || ', ' || ".join(f"quote(t.{sqlite_name(part)})" for part in mapping.key)
    return f"substr({shown}, 1, 80)"


def examples(connection: sqlite3.Connection, mapping: TableMapping, column: ColumnMapping) -> list[str]:
    """Up to five keys of rows that ``column`` cannot keep, each with its storage class."""
    name = f"t.{sqlite_name(column.source)}"
    found = connection.execute(
        f"SELECT {_shown_key(mapping)}, typeof({name}) FROM {sqlite_name(mapping.source)} AS t "
        f"WHERE {column.codec.expression(name, Form.LITERAL)} IS NULL LIMIT {EXAMPLES}"
    ).fetchall()
    return [f"{text(key)} ({text(kind)})" for key, kind in found]
