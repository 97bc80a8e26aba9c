"""What an expression may name, and what comes of its translation: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from zdcdc.codecs.texts import TemporalCodec
from zdcdc.mapping import ColumnMapping, TableMapping
from zdcdc.names import mysql_name
from zdcdc.schema import BINARY, Affinity, Column, Table
from zdcdc.temporal import TemporalForm

UTF8 = "UTF-8"


class Kind(str, Enum):
    """What the values of an expression are, in SQLite and in MySQL."""

    NULL = "null"
    INTEGER = "integer"
    """INTEGER; BIGINT or TINYINT(1)."""
    REAL = "real"
    """REAL; DOUBLE."""
    NUMBER = "number"
    """INTEGER up to 2**53 or REAL, as the value is whole or not; DOUBLE."""
    DECIMAL = "decimal"
    """The same; DECIMAL."""
    TEXT = "text"
    BLOB = "blob"
    TEMPORAL = "temporal"
    """TEXT written by one form; DATE, DATETIME or TIME."""
    OTHER = "other"
    """What only its own codec can read, or SQLite compares as MySQL does not; it may be NULL or not."""


NUMERIC = (Kind.INTEGER, Kind.REAL, Kind.NUMBER, Kind.DECIMAL)


@dataclass(frozen=True, slots=True)
class Operand:
    """A column that an expression may name: ``sql`` is what MySQL calls it, quoted.

    ``collation`` is the one that SQLite compares it by; ``settled`` says that MySQL compares it byte for
    byte. ``form`` is that of a temporal one.
    """

    sql: str
    kind: Kind
    affinity: Affinity
    collation: str = BINARY
    settled: bool = True
    form: TemporalForm | None = None


@dataclass(frozen=True, slots=True)
class Translated:
    """``sql`` for MySQL means what the text meant in SQLite; ``columns`` are the names (in SQLite) in it.

    It needs no parentheses of its own inside the parentheses of a CHECK, a generated column or a default.
    ``kind`` is that of its values; ``collation`` is that by which SQLite compares them. ``may_overflow`` says
    that there are numbers with which MySQL raises an error where SQLite goes on with a REAL: a VIRTUAL column
    of MariaDB then reads as 0 with a warning, a STORED one refuses the row.
    """

    sql: str
    kind: Kind
    columns: frozenset[str] = frozenset()
    collation: str = BINARY
    may_overflow: bool = False


@dataclass(frozen=True, slots=True)
class Untranslated:
    """``text`` is SQLite's and has no translation that is known to mean the same; ``reason`` says why."""

    text: str
    reason: str


class RefusedError(Exception):
    """Inside of this package: what an expression holds is not on the list; its text says what and why."""


_KINDS = {
    "integer": Kind.INTEGER,
    "boolean": Kind.INTEGER,
    "real": Kind.REAL,
    "number": Kind.NUMBER,
    "decimal": Kind.DECIMAL,
    "text": Kind.TEXT,
    "printable": Kind.TEXT,
    "blob": Kind.BLOB,
}


def operand(column: Column, mapping: ColumnMapping) -> Operand:
    """``column`` as an operand, by the codec that it was given."""
    codec = mapping.codec
    sql = mysql_name(mapping.name)
    if isinstance(codec, TemporalCodec):
        return Operand(sql, Kind.TEMPORAL, column.affinity, column.collation, False, codec.form)
    kind = _KINDS.get(codec.name, Kind.OTHER)
    return Operand(sql, kind, column.affinity, column.collation, mapping.collation is None)


def operands(table: Table, mapping: TableMapping, encoding: str = UTF8) -> Mapping[str, Operand]:
    """Every column of ``table`` that is in MySQL as an operand, by its name in SQLite.

    ``encoding`` is that of the source: in UTF-16 its texts sort by other bytes, so that one may only ask
    whether they are NULL.
    """
    written = {column.source: column for column in mapping.columns}
    found = {
        column.name: operand(column, written[column.name])
        for column in table.columns
        if column.name in written
    }
    if encoding == UTF8:
        return found
    return {
        name: replace(one, kind=Kind.OTHER) if one.kind is Kind.TEXT else one for name, one in found.items()
    }
