"""Every value of every table, expected against found: the demonstration's own comparison.

Rows are matched by key in this process, so no collation and no sort order of either database has a say. A
value is equal if it has the same storage class and the same bits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import pymysql.connections
from pymysql.cursors import SSCursor

from zdcdc.demo.statements import Value
from zdcdc.names import is_ours, mysql_name, sqlite_name

Row: TypeAlias = tuple[Value, ...]

SAMPLES_PER_TABLE: Final = 5
SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True)
class Table:
    """A table's columns in order, and which of them (by place) are its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[int, ...]


@dataclass(frozen=True)
class TableComparison:
    """Rows expected in one table, and those missing, extra or differing; ``samples`` are the first few."""

    table: str
    rows: int
    values: int
    missing: int
    extra: int
    differing: int
    samples: tuple[str, ...]

    @property
    def differences(self) -> int:
        """Rows that are not as they should be."""
        return self.missing + self.extra + self.differing


@dataclass(frozen=True)
class Comparison:
    """All tables together."""

    tables: tuple[TableComparison, ...]

    @property
    def rows(self) -> int:
        """Rows expected."""
        return sum(table.rows for table in self.tables)

    @property
    def values(self) -> int:
        """Values compared."""
        return sum(table.values for table in self.tables)

    @property
    def differences(self) -> int:
        """Rows that are not as they should be."""
        return sum(table.differences for table in self.tables)


def compare(expected: Path, connection: pymysql.connections.Connection) -> Comparison:
    """Compare all tables of the SQLite file ``expected`` with the database of ``connection``.

    No writer is at work meanwhile. Raises pymysql.err.ProgrammingError where a table or a column is missing.
    """
    source = sqlite3.connect(f"{expected.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return Comparison(tuple(compare_table(source, connection, table) for table in tables_of(source)))
    finally:
        source.close()


def tables_of(source: sqlite3.Connection) -> tuple[Table, ...]:
    """The application's tables; each of them has a primary key."""
    names = [
        name
        for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        if not is_ours(name) and not name.startswith("sqlite_")
    ]
    return tuple(_table(source, name) for name in names)


def _table(source: sqlite3.Connection, name: str) -> Table:
    info = source.execute(f"PRAGMA table_info({sqlite_name(name)})").fetchall()
    ranked = sorted((rank, place) for place, _, _, _, _, rank in info if rank)
    return Table(name, tuple(column for _, column, *_ in info), tuple(place for _, place in ranked))


def compare_table(
    source: sqlite3.Connection, connection: pymysql.connections.Connection, table: Table
) -> TableComparison:
    """Compare one table; holds all its expected rows in memory."""
    expected: dict[Row, Row] = {_key(table, row): row for row in _sqlite_rows(source, table)}
    rows, differing, extra = len(expected), 0, 0
    samples: list[str] = []
    for found in _mysql_rows(connection, table):
        key = _key(table, found)
        wanted = expected.pop(key, None)
        if wanted is None:
            extra += 1
            _note(samples, f"extra {_named(table, key)}")
        elif not identical(wanted, found):
            differing += 1
            _note(samples, f"{_named(table, key)}: {_differences(table, wanted, found)}")
    for key in expected:
        _note(samples, f"missing {_named(table, key)}")
    values = rows * len(table.columns)
    return TableComparison(table.name, rows, values, len(expected), extra, differing, tuple(samples))


def identical(one: Row, other: Row) -> bool:
    """Whether two rows hold the same values of the same storage classes."""
    if one != other or list(map(type, one)) != list(map(type, other)):
        return False
    # 0.0 and -0.0 are equal but not the same.
    return 0.0 not in one or repr(one) == repr(other)


def _sqlite_rows(source: sqlite3.Connection, table: Table) -> Iterator[Row]:
    columns = ", ".join(map(sqlite_name, table.columns))
    return iter(source.execute(f"SELECT {columns} FROM {sqlite_name(table.name)}"))


def _mysql_rows(connection: pymysql.connections.Connection, table: Table) -> Iterable[Row]:
    columns = ", ".join(map(mysql_name, table.columns))
    with connection.cursor(SSCursor) as cursor:
        cursor.execute(f"SELECT {columns} FROM {mysql_name(table.name)}")
        yield from cursor


def _key(table: Table, row: Row) -> Row:
    return tuple(row[place] for place in table.key)


def _note(samples: list[str], text: str) -> None:
    if len(samples) < SAMPLES_PER_TABLE:
        samples.append(text)


def _named(table: Table, key: Row) -> str:
    return f"{table.name}{[_shown(value) for value in key]}"


def _differences(table: Table, wanted: Row, found: Row) -> str:
    return ", ".join(
        f"{column} is {_shown(there)} instead of {_shown(here)}"
        for column, here, there in zip(table.columns, wanted, found, strict=True)
        if not identical((here,), (there,))
    )


def _shown(value: Value) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
