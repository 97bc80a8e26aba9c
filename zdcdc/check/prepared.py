"""Whether zdcdc's own library can read and write a table: a statement of each kind is prepared, none is run.

What is missing are functions and collations of the application, in an index, a CHECK or a generated column
(trap 112).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from zdcdc.check.findings import Finding, error
from zdcdc.errors import Code
from zdcdc.names import sqlite_name
from zdcdc.schema import Table
from zdcdc.sqlite import classified, set_up, text

HINT = (
    'name what registers it in zdcdc.toml: setup = "module:function" under [source]; or exclude the table '
    "(--exclude)"
)


def unprepared(connection: sqlite3.Connection, path: Path, table: Table) -> Finding | None:
    """What keeps us from reading or writing ``table``. Raises SourceError when the database itself fails."""
    failure = _failure(connection, _read(table))
    if failure is not None:
        return error("source.unreadable", f"cannot be read: {failure}", HINT, table=table.name)
    for statement in _writes(table):
        if _failure(connection, statement) is None:
            continue
        # It may be a trigger of the application, of which only the application has to be capable.
        failure = _failure_without_triggers(connection, path, table, statement)
        if failure is not None:
            return error("source.unwritable", f"cannot be written: {failure}", HINT, table=table.name)
    return None


def _read(table: Table) -> str:
    columns = ", ".join(sqlite_name(column.name) for column in table.columns)
    keys = ", ".join(map(sqlite_name, table.key))
    return f"SELECT {columns} FROM {sqlite_name(table.name)} ORDER BY {keys}"


def _writes(table: Table) -> tuple[str, ...]:
    names = [sqlite_name(column.name) for column in table.columns if not column.generated]
    name = sqlite_name(table.name)
    return (
        f"INSERT INTO {name} ({', '.join(names)}) VALUES ({', '.join(['NULL'] * len(names))})",
        f"UPDATE {name} SET {', '.join(f'{column} = {column}' for column in names)}",
    )


def _failure(connection: sqlite3.Connection, statement: str) -> str | None:
    """What preparing ``statement`` met, in SQLite's words."""
    try:
        connection.execute(f"EXPLAIN {statement}").fetchone()
    except sqlite3.Error as met:
        return _words(met)
    return None


def _words(met: sqlite3.Error) -> str:
    meaning = classified(met, "preparing a statement")
    # Without a result code (before Python 3.11) everything looks busy.
    if meaning.code is not Code.STATEMENT and getattr(met, "sqlite_errorname", None):
        raise meaning from met
    return str(met)


def _failure_without_triggers(
    connection: sqlite3.Connection, path: Path, table: Table, statement: str
) -> str | None:
    indexes = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table.name,),
    ).fetchall()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as alone:
        set_up(alone, path)
        try:
            for definition in (table.sql, *(text(row[0]) for row in indexes)):
                alone.execute(definition)
            alone.execute(f"EXPLAIN {statement}").fetchone()
        except sqlite3.Error as met:
            return _words(met)
    return None
