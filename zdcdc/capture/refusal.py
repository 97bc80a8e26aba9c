"""Naming the value that a codec refused."""

from __future__ import annotations

import sqlite3

from zdcdc.capture.lines import is_utf8
from zdcdc.capture.rows import TableQueries
from zdcdc.codecs.codec import Form
from zdcdc.errors import ValueRefusedError
from zdcdc.mapping import ColumnMapping, TableMapping
from zdcdc.names import sqlite_name
from zdcdc.sqlite import text

EXAMPLES = 5


def refused(connection: sqlite3.Connection, queries: TableQueries) -> ValueRefusedError:
    """The error for a row of this table that could not be encoded: column, type, up to five keys."""
    mapping = queries.mapping
    for column in mapping.columns:
        keys = examples(connection, mapping, column) or not_utf8(connection, mapping, column)
        if keys:
            return ValueRefusedError(
                f"table {mapping.source}, column {column.source}: a value does not fit {column.type}, "
                f"which holds {column.codec.storage}; rows with key {'; '.join(keys)}",
                consequence="the round was not applied; everything before it is in the target",
                hint=f"correct these rows, then run it again: {column.reason} when it was scanned",
            )
    return ValueRefusedError(
        f"table {mapping.source}: a row could not be encoded, and is gone by now",
        consequence="the round was not applied; everything before it is in the target",
        hint="run it again",
    )


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
