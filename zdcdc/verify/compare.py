"""Telling whether two sets of rows are the same, value by value and class by class. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from zdcdc.comparison import Difference, VerifyRead
from zdcdc.keys import Key, Value
from zdcdc.mapping import TableMapping

Row = tuple[Value, ...]

_NULL = b"\\N"


def same_text(mapping: TableMapping, source: bytes, target: bytes) -> bool:
    """Whether ``target`` holds exactly the lines of ``source``, both separated by newlines.

    The two servers print some doubles in another notation than we do, so fields that differ as text are
    compared as the values they are where the codec says so.
    """
    if source == target:
        return True
    ours, theirs = source.split(b"\n"), target.split(b"\n")
    if len(ours) != len(theirs):
        return False
    return all(a == b or _same_fields(mapping, a, b) for a, b in zip(ours, theirs, strict=True))


def _same_fields(mapping: TableMapping, source: bytes, target: bytes) -> bool:
    left, right = source.split(b"\t"), target.split(b"\t")
    if not len(left) == len(right) == len(mapping.columns):
        return False
    return all(
        a == b or (_NULL not in (a, b) and column.codec.same_proof(a, b))
        for column, a, b in zip(mapping.columns, left, right, strict=True)
    )


def parse(mapping: TableMapping, read: VerifyRead) -> list[Row]:
    """The values of the lines that SQLite made; the inverse of the codecs' proof."""
    return [_parse_line(mapping, line) for line in read.block.split(b"\n")] if read.count else []


def _parse_line(mapping: TableMapping, line: bytes) -> Row:
    fields = line.split(b"\t")
    return tuple(
        None if field == _NULL else column.codec.parse(field)
        for column, field in zip(mapping.columns, fields, strict=True)
    )


def key_of(mapping: TableMapping, row: Row) -> Key:
    """The key within a row of all mapped columns."""
    places = {column.source: place for place, column in enumerate(mapping.columns)}
    return tuple(row[places[name]] for name in mapping.key)


def differences(mapping: TableMapping, source: Iterable[Row], target: Iterable[Row]) -> list[Difference]:
    """Rows that are not on both sides with the same values of the same storage classes."""
    left = {key_of(mapping, row): row for row in source}
    right = {key_of(mapping, row): row for row in target}
    found = []
    for key, row in left.items():
        other = right.get(key)
        if other is None:
            found.append(Difference(mapping.source, "missing", repr(key), row_key=key))
            continue
        names = tuple(
            column.source
            for column, a, b in zip(mapping.columns, row, other, strict=True)
            if not column.codec.same(a, b)
        )
        if names:
            found.append(Difference(mapping.source, "differing", repr(key), names, row_key=key))
    found += [
        Difference(mapping.source, "extra", repr(key), row_key=key) for key in right.keys() - left.keys()
    ]
    return found
