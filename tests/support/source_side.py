"""Reading a SQLite file for the comparer: what tables it has, and every row with its storage classes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.restoring import Spelling, spelling_of
from tests.support.values import Row

Prepare = Callable[[sqlite3.Connection], object]

ROWID_NAMES = ("rowid", "oid", "_rowid_")


@dataclass(frozen=True)
class SourceColumn:
    """``affinity`` by the rules of https://www.sqlite.org/datatype3.html#determination_of_column_affinity"""

    name: str
    affinity: str


@dataclass(frozen=True)
class SourceTable:
    """``key`` is the declared primary key in its order, empty where there is none; ``sql`` what made it."""

    name: str
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]
    sql: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def affinity_of(declared: str) -> str:
    """INTEGER, TEXT, BLOB, REAL or NUMERIC, from a declared type."""
    upper = declared.upper()
    if "INT" in upper:
        return "INTEGER"
    if any(word in upper for word in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not upper or "BLOB" in upper:
        return "BLOB"
    if any(word in upper for word in ("REAL", "FLOA", "DOUB")):
        return "REAL"
    return "NUMERIC"


@contextmanager
def source_snapshot(path: Path, prepare: Prepare = lambda connection: None) -> Iterator[sqlite3.Connection]:
    """A connection inside one read transaction: all that is read belongs to one moment. ``prepare`` registers
    what the application's tables need.

    Texts come as str, with surrogate escapes where they are not valid UTF-8. In rollback-journal mode the
    transaction keeps the application from committing: compare when it rests.
    """
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
        prepare(connection)
        connection.row_factory = None
        connection.isolation_level = None
        connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
        connection.execute("PRAGMA query_only = 1")
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


@dataclass(frozen=True)
class ColumnFacts:
    """What the values of one column are: whether there are ``numbers`` among them, or ``integers``, and a
    spelling that all of its texts have."""

    numbers: bool = False
    integers: bool = False
    spelling: Spelling | None = None


def user_tables(
    connection: sqlite3.Connection, wanted: Collection[str] | None = None
) -> dict[str, SourceTable]:
    """Tables of the application, by name; ours (`_zdcdc_…`) and SQLite's (`sqlite_…`) are left out, and those
    that are not ``wanted``.

    Raises ValueError for a virtual table: its content is no rows of its own.
    """
    found: dict[str, SourceTable] = {}
    for name, sql in connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    ).fetchall():
        if name.startswith(("_zdcdc_", "sqlite_")) or (wanted is not None and name not in wanted):
            continue
        if sql.upper().startswith("CREATE VIRTUAL"):
            raise ValueError(f"{name} is a virtual table, which the comparer cannot judge")
        found[name] = _table(connection, name, sql)
    return found


def _table(connection: sqlite3.Connection, name: str, sql: str) -> SourceTable:
    columns: list[SourceColumn] = []
    key: dict[int, str] = {}
    for _, column, declared, _, _, key_position, hidden in connection.execute(
        f"PRAGMA table_xinfo({quoted(name)})"
    ):
        if hidden == 1:
            continue
        columns.append(SourceColumn(column, affinity_of(declared)))
        if key_position:
            key[key_position] = column
    return SourceTable(name, tuple(columns), tuple(key[position] for position in sorted(key)), sql)


def rowid_name(table: SourceTable) -> str:
    """A name of the rowid that no column hides; ValueError where all three are taken."""
    taken = {name.lower() for name in table.column_names}
    for candidate in ROWID_NAMES:
        if candidate not in taken:
            return candidate
    raise ValueError(f"every name of the rowid of {table.name} is a column")


def key_holds_null(connection: sqlite3.Connection, table: SourceTable) -> bool:
    """SQLite allows NULL in primary keys that are not INTEGER: such a key does not identify a row."""
    if not table.key:
        return False
    condition = " OR ".join(f"{quoted(name)} IS NULL" for name in table.key)
    return bool(
        connection.execute(
            f"SELECT EXISTS (SELECT 1 FROM {quoted(table.name)} WHERE {condition})"
        ).fetchone()[0]
    )


def source_rows(
    connection: sqlite3.Connection, table: SourceTable, expressions: tuple[str, ...]
) -> Iterator[Row]:
    """Every row as the given expressions (quoted column names, or the rowid), streamed."""
    yield from connection.execute(f"SELECT {', '.join(expressions)} FROM {quoted(table.name)}")


def holding(
    connection: sqlite3.Connection, table: SourceTable, columns: Iterable[str], *classes: str
) -> set[str]:
    """Those of ``columns`` that hold a value of one of these storage classes somewhere."""
    names = list(columns)
    if not names:
        return set()
    wanted = ", ".join(f"'{storage_class}'" for storage_class in classes)
    seen = ", ".join(f"max(typeof({quoted(name)}) IN ({wanted}))" for name in names)
    found = connection.execute(f"SELECT {seen} FROM {quoted(table.name)}").fetchone()
    return {name for name, holds in zip(names, found, strict=True) if holds}


def spelling_in(connection: sqlite3.Connection, table: SourceTable, column: str) -> Spelling | None:
    """A spelling that every text of the column has; None without one, or where a value is no text."""
    name = quoted(column)
    values = connection.execute(f"SELECT {name} FROM {quoted(table.name)} WHERE {name} IS NOT NULL")
    return spelling_of(value if isinstance(value, str) else "" for (value,) in values)


def collation_of(table: SourceTable, column: str) -> str:
    """The collation that the table declares for ``column``: an index on a copy of the table tells it."""
    with closing(sqlite3.connect(":memory:")) as alone:
        alone.execute(table.sql)
        alone.execute(f"CREATE INDEX _zdcdc_asked ON {quoted(table.name)} ({quoted(column)})")
        (found,) = alone.execute("SELECT coll FROM pragma_index_xinfo('_zdcdc_asked') WHERE key").fetchone()
        return str(found).upper()
