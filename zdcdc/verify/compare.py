"""Telling whether two sets of rows are the same, value by value and class by class. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from zdcdc.comparison import Difference, VerifyRead
from zdcdc.keys import Key, Value
from zdcdc.mapping import ColumnMapping, TableMapping

Row = tuple[Value, ...]

_ESCAPES = {b"\\\\": b"\\", b"\\t": b"\t", b"\\n": b"\n"}
_ESCAPE = re.compile(rb"\\[\\tn]")
_NULL = b"\\N"
_REALS = ("real", "number")


def same_text(mapping: TableMapping, source: bytes, target: bytes) -> bool:
    """Whether ``target`` holds exactly the lines of ``source``, both separated by newlines.

    The two servers print some doubles in another notation than we do, so fields of real columns that
    differ as text are compared as the numbers they are.
    """
    if source == target:
        return True
    ours, theirs = source.split(b"\n"), target.split(b"\n")
    reals = [place for place, column in enumerate(mapping.columns) if column.codec.name in _REALS]
    if not reals or len(ours) != len(theirs):
        return False
    return all(a == b or _same_fields(a, b, reals) for a, b in zip(ours, theirs, strict=True))


def _same_fields(source: bytes, target: bytes, reals: Sequence[int]) -> bool:
    left, right = source.split(b"\t"), target.split(b"\t")
    if len(left) != len(right):
        return False
    return all(
        a == b or (place in reals and _NULL not in (a, b) and float(a) == float(b))
        for place, (a, b) in enumerate(zip(left, right, strict=True))
    )


def parse(mapping: TableMapping, read: VerifyRead) -> list[Row]:
    """The values of the lines that SQLite made; the inverse of the codecs' proof."""
    return [_parse_line(mapping, line) for line in read.block.split(b"\n")] if read.count else []


def _parse_line(mapping: TableMapping, line: bytes) -> Row:
    fields = line.split(b"\t")
    return tuple(_value(column, field) for column, field in zip(mapping.columns, fields, strict=True))


def _value(column: ColumnMapping, field: bytes) -> Value:
    if field == _NULL:
        return None
    kind = column.codec.name
    if kind == "integer":
        return int(field)
    if kind in _REALS:
        return column.codec.decode(float(field))
    if kind == "blob":
        return bytes.fromhex(field.decode("ascii"))
    return _ESCAPE.sub(lambda match: _ESCAPES[match.group()], field).decode()


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
        elif not _same(row, other):
            names = tuple(
                column.source
                for column, a, b in zip(mapping.columns, row, other, strict=True)
                if not _same((a,), (b,))
            )
            found.append(Difference(mapping.source, "differing", repr(key), names, row_key=key))
    found += [
        Difference(mapping.source, "extra", repr(key), row_key=key) for key in right.keys() - left.keys()
    ]
    return found


def _same(left: Row, right: Row) -> bool:
    return left == right and all(type(a) is type(b) for a, b in zip(left, right, strict=True))
