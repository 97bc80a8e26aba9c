"""Rows whose foreign key has no parent, as conditions that each row of a table is asked with.

SQLite looks a parent up by an index. Where none begins with the parent's columns it would read all of the
parent for each row, so these columns are copied into a temporary table of ours with an index, in short reads
as well.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from zdcdc.capture.catalog import table_in_transaction
from zdcdc.capture.rows import key_from_sqlite
from zdcdc.errors import Code, ValueRefusedError
from zdcdc.keys import Key
from zdcdc.names import PREFIX, sqlite_name
from zdcdc.schema import Affinity, Column, ForeignKey, Table
from zdcdc.sqlite import classified, errors_of, read_transaction

LEAST_STEP = 100
FIRST_STEP = 1_000
MOST_STEP = 1_000_000
"""Rows of a parent copied by one statement."""

_PARENT = f"{PREFIX}parent"
_DECLARED = {
    Affinity.INTEGER: "INT",
    Affinity.TEXT: "TEXT",
    Affinity.BLOB: "BLOB",
    Affinity.REAL: "REAL",
    Affinity.NUMERIC: "NUMERIC",
}


@contextmanager
def orphan_conditions(
    connection: sqlite3.Connection,
    table: Table,
    qualifier: str,
    read_seconds: float,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[list[str]]:
    """For each foreign key of ``table``: SQL that is 1 for an orphan, with its columns qualified by
    ``qualifier``; good inside the block. ``progress`` is told of each step of preparing them. Raises
    SourceError.

    As PRAGMA foreign_key_check counts them: a row of which any column is NULL is none. Where the parent or
    its columns are missing, or SQLite cannot compare them (a collation of the application), every other row
    is one.
    """
    with ExitStack() as stack:
        conditions = []
        for number, foreign in enumerate(table.foreign_keys):
            conditions.append(_present(foreign, qualifier))
            parent = _parent(connection, foreign)
            if parent is None:
                continue
            columns = _columns(parent, foreign)
            source, names = sqlite_name(parent.name), [column.name for column in columns]
            if not _is_prepared(connection, table, _exists(source, names, foreign, sqlite_name(table.name))):
                continue
            if not _is_indexed(parent, columns):
                copy = _Copy(connection, f"{PREFIX}parents_{number}", parent, columns)
                source, names = stack.enter_context(copy.filled(read_seconds, progress)), copy.names
            conditions[-1] += f" AND NOT {_exists(source, names, foreign, qualifier)}"
        yield conditions


def _parent(connection: sqlite3.Connection, foreign: ForeignKey) -> Table | None:
    with read_transaction(connection, f"reading the schema of table {foreign.parent}"):
        parent = table_in_transaction(connection, foreign.parent)
    if parent is None or len(_columns(parent, foreign)) != len(foreign.columns):
        return None
    return parent


def _is_prepared(connection: sqlite3.Connection, table: Table, condition: str) -> bool:
    try:
        connection.execute(f"EXPLAIN SELECT {condition} FROM {sqlite_name(table.name)}").fetchone()
    except sqlite3.Error as met:
        meaning = classified(met, f"looking for parents of the rows of table {table.name}")
        # Without a result code (before Python 3.11) everything looks busy.
        if meaning.code is not Code.STATEMENT and getattr(met, "sqlite_errorname", None):
            raise meaning from met
        return False
    return True


def _columns(parent: Table, foreign: ForeignKey) -> list[Column]:
    by_name = {column.name.lower(): column for column in parent.columns}
    return [by_name[name.lower()] for name in foreign.parent_columns if name.lower() in by_name]


def _is_indexed(parent: Table, columns: list[Column]) -> bool:
    """Whether SQLite finds the rows with given values of ``columns`` without reading all."""
    wanted = {column.name: column.collation for column in columns}
    if parent.rowid_alias in wanted:
        return True
    return any(
        index.plain and {part.column: part.collation for part in index.parts[: len(wanted)]} == wanted
        for index in parent.indexes
    )


def _present(foreign: ForeignKey, qualifier: str) -> str:
    return " AND ".join(f"{qualifier}.{sqlite_name(name)} IS NOT NULL" for name in foreign.columns)


def _exists(source: str, names: list[str], foreign: ForeignKey, qualifier: str) -> str:
    # The affinity and collation of the parent's column decide (sqlite.org, foreignkeys, section 3): the plus
    # takes the child's affinity away, and of two collations the left one counts.
    pairs = zip(names, foreign.columns, strict=True)
    match = " AND ".join(f"{_PARENT}.{sqlite_name(p)} = +{qualifier}.{sqlite_name(c)}" for p, c in pairs)
    return f"EXISTS (SELECT 1 FROM {source} AS {_PARENT} WHERE {match})"


class _Copy:
    """The columns of a parent in a temporary table: written by our own connection into its own file."""

    def __init__(
        self, connection: sqlite3.Connection, name: str, parent: Table, columns: list[Column]
    ) -> None:
        self._connection = connection
        self._name = name
        self._parent = parent
        self._columns = columns
        self.names = [f"c{place}" for place in range(len(columns))]

    @contextmanager
    def filled(self, read_seconds: float, progress: Callable[[], None]) -> Iterator[str]:
        """The table as SQL names it, complete; it is gone after the block."""
        doing = f"copying the keys of table {self._parent.name}"
        source = f"temp.{self._name}"
        declared = ", ".join(
            f"{name} {_DECLARED[column.affinity]} COLLATE {sqlite_name(column.collation)}"
            for name, column in zip(self.names, self._columns, strict=True)
        )
        with errors_of(doing):
            self._connection.execute(f"CREATE TEMP TABLE {self._name} ({declared})")
        try:
            self._fill(source, read_seconds, progress, doing)
            with errors_of(doing):
                self._connection.execute(
                    f"CREATE INDEX temp.{self._name}_index ON {self._name} ({', '.join(self.names)})"
                )
            yield source
        finally:
            with errors_of(doing):
                self._connection.execute(f"DROP TABLE {source}")

    def _fill(self, source: str, read_seconds: float, progress: Callable[[], None], doing: str) -> None:
        keys = _listed(self._parent.key)
        marks = ", ".join("?" * len(self._parent.key))
        columns = [column.name for column in self._columns]
        present = " AND ".join(f"t.{sqlite_name(name)} IS NOT NULL" for name in columns)
        insert = (
            f"INSERT INTO {source} SELECT {_listed(columns)} FROM {sqlite_name(self._parent.name)} AS t "
            f"WHERE {present}"
        )
        after: Key = ()
        step = FIRST_STEP
        while True:
            begun = time.monotonic()
            with errors_of(doing):
                end, step = self._reached(after, step)
                where = f" AND ({keys}) > ({marks})" if after else ""
                where += f" AND ({keys}) <= ({marks})" if end else ""
                self._connection.execute(insert + where, (*after, *end))
            taken = max(time.monotonic() - begun, 1e-6)
            progress()
            if not end:
                return
            after = end
            step = int(min(MOST_STEP, step * 4, max(LEAST_STEP, step * read_seconds / taken / 2)))

    def _reached(self, after: Key, step: int) -> tuple[Key, int]:
        """The key ``step`` rows after ``after``, empty when there are fewer; and the step, which is longer
        where that key cannot be bound, because it is not UTF-8."""
        keys = _listed(self._parent.key)
        marks = ", ".join("?" * len(self._parent.key))
        where = f"WHERE ({keys}) > ({marks})" if after else ""
        select = f"SELECT {keys} FROM {sqlite_name(self._parent.name)} AS t {where} ORDER BY {keys} LIMIT 1"
        while True:
            found = self._connection.execute(f"{select} OFFSET {step - 1}", after).fetchone()
            if found is None:
                return (), step
            try:
                return key_from_sqlite(found, self._parent.name), step
            except ValueRefusedError:
                step *= 2


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"t.{sqlite_name(name)}" for name in names)
