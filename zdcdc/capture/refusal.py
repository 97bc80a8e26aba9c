"""Naming the value that a codec refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from zdcdc.capture.blocks import BLOCKING_READ_SECONDS, blocks, shown_key
from zdcdc.capture.lines import is_utf8
from zdcdc.capture.rows import TableQueries
from zdcdc.codecs.codec import Form
from zdcdc.errors import MisfitError
from zdcdc.mapping import ColumnMapping, TableMapping
from zdcdc.names import sqlite_name

EXAMPLES = 5

_COPIED = ("text", "mixed")
_COLUMNS_AT_ONCE = 400
"""Each takes two columns of the result, of which SQLite has 2,000 (SQLITE_MAX_COLUMN)."""


def refused(connection: sqlite3.Connection, queries: TableQueries) -> MisfitError:
    """The error for a row of this table that could not be encoded: column, type, up to five keys."""
    mapping = queries.mapping
    found = misfits(connection, mapping)
    if not found:
        return MisfitError(
            mapping.table_id,
            f"table {mapping.source}: a row could not be encoded, and is gone by now",
            consequence="the round was not applied; everything before it is in the target",
            hint="run it again",
        )
    return MisfitError(
        mapping.table_id,
        f"table {mapping.source}, {found[0].shown}",
        consequence="the round was not applied; everything before it is in the target",
        hint=f"correct these rows, then run it again: {found[0].column.reason} when it was scanned",
    )


@dataclass(frozen=True, slots=True)
class Misfit:
    """A column with values that it cannot keep, and up to five of their keys, each with its storage class."""

    column: ColumnMapping
    keys: tuple[str, ...]

    @property
    def shown(self) -> str:
        """For a person."""
        column = self.column
        return (
            f"column {column.source}: a value does not fit {column.type}, which holds "
            f"{column.codec.storage}; rows with key {'; '.join(self.keys)}"
        )


def misfits(connection: sqlite3.Connection, mapping: TableMapping) -> list[Misfit]:
    """The columns that hold now what they cannot keep, in the order of the table's.

    In short reads, or within a transaction of the caller's. Raises SourceError.
    """
    keys: dict[str, list[str]] = {}
    for column, key in _refused_values(connection, mapping):
        known = keys.setdefault(column.source, [])
        if len(known) < EXAMPLES:
            known.append(key)
    return [Misfit(c, tuple(keys[c.source])) for c in mapping.columns if c.source in keys]


def fits(connection: sqlite3.Connection, mapping: TableMapping) -> bool:
    """Whether every value that a table holds now fits its mapping. In short reads. Raises SourceError."""
    with closing(_refused_values(connection, mapping)) as found:
        return next(found, None) is None


def _refused_values(
    connection: sqlite3.Connection, mapping: TableMapping
) -> Generator[tuple[ColumnMapping, str], None, None]:
    """Each value that its column cannot keep: the column, and the key with the storage class of the value."""
    columns = mapping.columns
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        yield from _refused_of(connection, mapping, columns[start : start + _COLUMNS_AT_ONCE])


def _refused_of(
    connection: sqlite3.Connection, mapping: TableMapping, columns: Sequence[ColumnMapping]
) -> Iterator[tuple[ColumnMapping, str]]:
    values = [f"t.{sqlite_name(column.source)}" for column in columns]
    terms = [shown_key(mapping.key, "t")]
    terms += [_refused_class(column, value) for column, value in zip(columns, values, strict=True)]
    terms += [_text(column, value) for column, value in zip(columns, values, strict=True)]
    doing = f"looking at table {mapping.source}"
    found = blocks(connection, mapping.source, mapping.key, "t", terms, BLOCKING_READ_SECONDS, doing)
    with closing(found):
        for block in found:
            shown, *rest = list(zip(*block, strict=True))[len(mapping.key) :]
            keys = [key.decode(errors="replace") for key in shown]
            classes, texts = rest[: len(columns)], rest[len(columns) :]
            for column, some, others in zip(columns, classes, texts, strict=True):
                if any(some):
                    pairs = zip(keys, some, strict=True)
                    yield from ((column, f"{key} ({kind.decode()})") for key, kind in pairs if kind)
                if not is_utf8((b"\n".join(filter(None, others)),)):
                    for key, value in zip(keys, others, strict=True):
                        if value and not is_utf8((value,)):
                            yield column, f"{key} (text that is not UTF-8)"


def _refused_class(column: ColumnMapping, value: str) -> str:
    """SQL: the storage class of a value that the codec refuses, else NULL."""
    return f"CASE WHEN {column.codec.expression(value, Form.LITERAL)} IS NULL THEN typeof({value}) END"


def _text(column: ColumnMapping, value: str) -> str:
    """SQL: a text that may not be UTF-8, which neither SQLite tells nor a codec that copies it."""
    return f"CASE WHEN typeof({value}) = 'text' THEN {value} END" if column.codec.name in _COPIED else "NULL"
