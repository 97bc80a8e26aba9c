"""Rows that break a CHECK: older than it, or written with PRAGMA ignore_check_constraints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from zdcdc.capture.blocks import blocks, shown_key
from zdcdc.capture.rows import key_from_sqlite
from zdcdc.errors import Code, ValueRefusedError
from zdcdc.keys import Key
from zdcdc.names import sqlite_name
from zdcdc.schema import Check, Table
from zdcdc.sqlite import classified


def violation(check: Check) -> str:
    """SQL in which the table has its own name: 1 for a row that breaks ``check``, which NULL does not."""
    return f"NOT ({check.expression})"


def broken_one_by_one(
    connection: sqlite3.Connection, table: Table, check: Check, read_seconds: float
) -> Iterator[object]:
    """The keys, as :func:`zdcdc.capture.blocks.shown_key` shows them, of rows that break ``check``.

    For a CHECK that fails by itself for some rows, as ``json_extract`` does for what is no JSON: SQLite would
    not take such a row today, and one of them would end a read of many. Raises SourceError.
    """
    name = sqlite_name(table.name)
    same = " AND ".join(f"{name}.{sqlite_name(part)} = ?" for part in table.key)
    select = f"SELECT {violation(check)} FROM {name} WHERE {same}"
    doing = f"checking the rows of table {table.name}"
    shown = shown_key(table.key, table.name)
    found = blocks(connection, table.name, table.key, table.name, [shown], read_seconds, doing)
    with closing(found):
        for block in found:
            for *key, text in block:
                try:
                    bound = key_from_sqlite(key, table.name)
                except ValueRefusedError:
                    continue  # it is not UTF-8, for which the table is refused anyway
                if _is_broken(connection, select, bound, doing):
                    yield text


def _is_broken(connection: sqlite3.Connection, select: str, key: Key, doing: str) -> bool:
    try:
        row = connection.execute(select, key).fetchone()
    except sqlite3.Error as met:
        meaning = classified(met, doing)
        # Without a result code (before Python 3.11) everything looks busy.
        if meaning.code is not Code.STATEMENT and getattr(met, "sqlite_errorname", None):
            raise meaning from met
        return True
    return row is not None and row[0] == 1
