"""A larger Chinook: the same rows again and again, with keys and foreign keys moved along."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.source_side import SourceTable, quoted, user_tables


def scale(path: Path, times: int) -> Path:
    """Give every table of the file ``times`` as many rows, in place; ×100 makes 1.56 million rows.

    Every column that is an integer key, or refers to one, is moved by the largest key of that table, once for
    each copy; all else is repeated. Works for any schema whose keys are integers. Raises RuntimeError if
    a foreign key were left dangling. The journal mode stays what it was.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA cache_size = -65536")
        tables = user_tables(connection)
        parents = {name: _parents(connection, name) for name in tables}
        strides = {name: _largest_key(connection, table) for name, table in tables.items()}
        connection.execute("BEGIN IMMEDIATE")
        for name, table in tables.items():
            _repeat(connection, table, parents[name], strides, times)
        connection.execute("COMMIT")
        dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    if dangling is not None:
        raise RuntimeError(f"scaling left a foreign key dangling: {dangling}")
    return path


def _parents(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Referenced table by referring column."""
    return {row[3]: row[2] for row in connection.execute(f"PRAGMA foreign_key_list({quoted(table)})")}


def _largest_key(connection: sqlite3.Connection, table: SourceTable) -> int:
    if len(table.key) != 1:
        return 0
    query = f"SELECT coalesce(max({quoted(table.key[0])}), 0) FROM {quoted(table.name)}"
    return int(connection.execute(query).fetchone()[0])


def _repeat(
    connection: sqlite3.Connection,
    table: SourceTable,
    parents: dict[str, str],
    strides: dict[str, int],
    times: int,
) -> None:
    expressions: list[str] = []
    for column in table.column_names:
        stride = strides[parents[column]] if column in parents else 0
        if table.key == (column,):
            stride = strides[table.name]
        expressions.append(f"{quoted(column)} + {stride} * copy.number" if stride else quoted(column))
    columns = ", ".join(map(quoted, table.column_names))
    connection.execute(
        "WITH RECURSIVE copy(number) AS"
        " (SELECT 1 WHERE ?1 > 1 UNION ALL SELECT number + 1 FROM copy WHERE number + 1 < ?1)"
        f" INSERT INTO {quoted(table.name)} ({columns})"
        f" SELECT {', '.join(expressions)} FROM copy CROSS JOIN {quoted(table.name)}",
        (times,),
    )
