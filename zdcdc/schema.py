"""Tables as SQLite has them: frozen values built from what its pragmas and its texts say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

BINARY = "BINARY"


class Affinity(str, Enum):
    """Column affinity, by the rules of https://www.sqlite.org/datatype3.html section 3.1."""

    INTEGER = "integer"
    TEXT = "text"
    BLOB = "blob"
    REAL = "real"
    NUMERIC = "numeric"


def affinity_of(declared: str) -> Affinity:
    """The affinity that SQLite gives a column declared as ``declared`` in a table that is not STRICT."""
    name = declared.upper()
    if "INT" in name:
        return Affinity.INTEGER
    if any(word in name for word in ("CHAR", "CLOB", "TEXT")):
        return Affinity.TEXT
    if "BLOB" in name or not name:
        return Affinity.BLOB
    if any(word in name for word in ("REAL", "FLOA", "DOUB")):
        return Affinity.REAL
    return Affinity.NUMERIC


@dataclass(frozen=True, slots=True)
class Generated:
    """How SQLite computes a column: the SQL text of its expression, and whether it keeps the values."""

    expression: str
    stored: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``default`` is its SQL text, ``collation`` the name in upper case of how it compares."""

    name: str
    declared: str
    not_null: bool = False
    default: str | None = None
    generated: Generated | None = None
    strict_any: bool = False
    collation: str = BINARY

    @property
    def affinity(self) -> Affinity:
        return Affinity.BLOB if self.strict_any else affinity_of(self.declared)


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One term of an index: a column name, the rowid (neither), or the SQL text of an expression."""

    column: str | None
    expression: str | None
    collation: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Index:
    """An index; ``origin`` is c (CREATE INDEX), u (UNIQUE constraint) or pk; ``where`` of a partial one.

    ``constraint`` is the name of a UNIQUE constraint that was given one.
    """

    name: str
    unique: bool
    origin: str
    parts: tuple[IndexPart, ...]
    where: str | None = None
    constraint: str | None = None

    @property
    def plain(self) -> bool:
        """Only columns, and no condition."""
        return self.where is None and all(part.column is not None for part in self.parts)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(part.column for part in self.parts if part.column is not None)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key. ``parent_columns`` are resolved, never empty; ``deferred`` if COMMIT checks it."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    on_delete: str
    on_update: str
    deferred: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK: its name if it has one, the SQL text of its expression, and the column that it stands at."""

    name: str | None
    expression: str
    column: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """An ON CONFLICT of a constraint on ``columns``; ``action`` is IGNORE, REPLACE, ROLLBACK, FAIL, ABORT."""

    columns: tuple[str, ...]
    action: str


@dataclass(frozen=True, slots=True)
class Table:
    """An ordinary table and the key that identifies its rows.

    ``key`` holds column names, or the one unshadowed alias of the rowid (``key_is_rowid``).
    """

    name: str
    sql: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    key_is_rowid: bool
    primary_key: tuple[str, ...]
    rowid_alias: str | None
    without_rowid: bool
    autoincrement: bool
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    strict: bool = False
    checks: tuple[Check, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def integer_key(self) -> bool:
        """Whether the key is the rowid under its own name (INTEGER PRIMARY KEY)."""
        return self.rowid_alias is not None

    def key_collation(self, name: str) -> str:
        """The collation by which SQLite tells keys apart: every key but the rowid has an index, which names
        it."""
        if self.key_is_rowid:
            return BINARY
        for index in self.indexes:
            if index.unique and index.plain and set(index.columns) == set(self.key):
                return next(part.collation for part in index.parts if part.column == name)
        return BINARY

    @property
    def folded_key(self) -> bool:
        """Whether two spellings can be one key, so that key order differs between the sides."""
        return any(self.key_collation(name) != BINARY for name in self.key)

    @property
    def unique_indexes(self) -> tuple[Index, ...]:
        return tuple(index for index in self.indexes if index.unique)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An object that is not migrated, and why; ``module`` (lower case: fts5, rtree, …) and ``sql`` of a
    virtual table."""

    name: str
    kind: str
    reason: str
    module: str | None = None
    sql: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A view, its CREATE VIEW, and its columns as SQLite calls them; none where SQLite cannot use it."""

    name: str
    sql: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger of the application, the table or view that it is on, and its CREATE TRIGGER."""

    name: str
    table: str
    sql: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the source holds: its tables, what is left out, and its settings at one schema version.

    ``triggers`` and ``views`` are in the order in which they were made.
    """

    tables: tuple[Table, ...]
    skipped: tuple[Skipped, ...]
    triggers: tuple[Trigger, ...]
    views: tuple[View, ...]
    schema_version: int
    journal_mode: str
    encoding: str
    page_bytes: int

    def table(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)

    @property
    def rollback_journal(self) -> bool:
        """Whether a reader blocks the application's commits."""
        return self.journal_mode != "wal"
