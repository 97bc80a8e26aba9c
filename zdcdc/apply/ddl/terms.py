"""The terms of a key: columns as they are, or what has to be computed for it. Pure.

SQLite's unique keys compare by their own collation, reach any length, and may be of a part of the rows.
Where no column of the table does the same, an invisible one that MySQL computes does: for text the SHA-256
of the bytes that SQLite compares, so that neither length nor collation of the server has a say.
"""

from __future__ import annotations

from dataclasses import dataclass

from zdcdc.mapping import UNSIZED, ColumnMapping
from zdcdc.names import mysql_name
from zdcdc.schema import BINARY
from zdcdc.translate.operands import Kind, Translated
from zdcdc.translate.values import folded

NOCASE, RTRIM = "NOCASE", "RTRIM"
HASH = "BINARY(32)"

_TEXTS = ("text", "printable", "mixed", "tagged")
_TYPES = {
    Kind.INTEGER: "BIGINT",
    Kind.REAL: "DOUBLE",
    Kind.NUMBER: "DOUBLE",
    Kind.DECIMAL: "DECIMAL(65,30)",
}
_LONG = {Kind.TEXT: "LONGTEXT", Kind.TEMPORAL: "LONGTEXT", Kind.BLOB: "LONGBLOB"}


@dataclass(frozen=True, slots=True)
class Term:
    """What MySQL computes for one term: type, expression, and the columns (in SQLite) that it is made of.

    ``long`` if one of these holds values that InnoDB keeps outside of the row.
    """

    type: str
    expression: str
    columns: frozenset[str]
    long: bool = False


class UnfitError(Exception):
    """A key that MySQL cannot have; its text says why."""


def needs_folding(column: ColumnMapping, collation: str, folding: str | None, padded: str) -> bool:
    """Whether ``column`` tells texts apart that an index with ``collation`` takes for one. ``folding`` and
    ``padded`` are the collations by which the server does the same as NOCASE and RTRIM."""
    if collation == BINARY or column.codec.name not in _TEXTS:
        return False
    return column.collation != {NOCASE: folding, RTRIM: padded}.get(collation) or column.collation is None


def of_column(column: ColumnMapping, collation: str, condition: Translated | None) -> Term:
    """``column`` for a unique key, NULL where ``condition`` is not met. Raises UnfitError."""
    columns = frozenset({column.source}) | (condition.columns if condition else frozenset())
    sql = _where(mysql_name(column.name), condition)
    kind = column.codec.name
    if kind == "json":
        raise UnfitError(f"{column.name} is JSON, which the server does not index")
    if kind == "mixed" and collation != BINARY:
        raise UnfitError(f"{column.name} holds numbers and text, which cannot be compared by {collation}")
    if kind in _TEXTS or kind == "blob":
        term = hashed(sql, BINARY if kind == "blob" else collation, columns)
        return Term(HASH, term, columns, column.type in UNSIZED)
    return Term(column.type, sql, columns)


def of_expression(value: Translated, collation: str, condition: Translated | None) -> Term:
    """An expression for a unique key. Raises UnfitError."""
    columns = value.columns | (condition.columns if condition else frozenset())
    sql = _where(value.sql, condition)
    if value.kind in _TYPES:
        return Term(_TYPES[value.kind], sql, columns)
    if value.kind in _LONG:
        return Term(HASH, hashed(sql, collation if value.kind is Kind.TEXT else BINARY, columns), columns)
    raise UnfitError(f"the server does not index values of kind {value.kind.value}")


def for_reading(value: Translated) -> Term:
    """An expression for an index that is not unique. Raises UnfitError."""
    kind = _TYPES.get(value.kind) or _LONG.get(value.kind)
    if kind is None:
        raise UnfitError(f"the server does not index values of kind {value.kind.value}")
    return Term(kind, value.sql, value.columns)


def hashed(sql: str, collation: str, columns: frozenset[str]) -> str:
    """MySQL expression: the SHA-256 of what SQLite compares of a text or blob. Raises UnfitError."""
    value = f"CAST({sql} AS BINARY)"
    if collation == NOCASE:
        value = folded(value)
    elif collation == RTRIM:
        value = f"TRIM(TRAILING ' ' FROM {value})"
    elif collation != BINARY:
        raise UnfitError(f"{', '.join(sorted(columns))} compares by {collation}, which only SQLite has")
    return f"UNHEX(SHA2({value}, 256))"


def _where(sql: str, condition: Translated | None) -> str:
    return sql if condition is None else f"CASE WHEN {condition.sql} THEN {sql} END"


def key_size(column: ColumnMapping) -> int | None:
    """Bytes of an index that ``column`` counts for, None of one that no index takes whole."""
    if column.type in UNSIZED:
        return None
    limit = column.codec.limit or 0
    if column.type.startswith("VARCHAR"):
        return 4 * limit
    if column.type.startswith("VARBINARY"):
        return limit
    return size_of(column.type)


def size_of(kind: str) -> int:
    """The same of a type of fixed width, at the most."""
    return 32 if kind == HASH or kind.startswith("DECIMAL") else 8
