"""Comparing two values as SQLite does: by storage class, affinity and collation (sqlite.org, datatype3,
sections 4 and 7). What MySQL would convert in another way is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from zdcdc.codecs.numbers import LARGEST_EXACT_INTEGER
from zdcdc.codecs.texts import temporal_codec
from zdcdc.schema import BINARY, Affinity
from zdcdc.temporal import TemporalForm
from zdcdc.translate.literals import text_literal
from zdcdc.translate.operands import NUMERIC, Kind, RefusedError
from zdcdc.translate.values import (
    NOCASE,
    Value,
    as_text,
    folded,
    letters_of,
    lowered,
    normalised,
    operation,
)

_TEXTS = (Kind.TEXT, Kind.TEMPORAL)
_NUMERIC_AFFINITIES = (Affinity.INTEGER, Affinity.REAL, Affinity.NUMERIC)
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
"""Every text that SQLite could take for a number, and a few more."""


def compared(left: Value, operator: str, right: Value, collation: str) -> Value:
    """``left operator right`` where the operator is one of ``= <> < <= > >= <=>``; ``collation`` is the
    server's binary one. Raises RefusedError."""
    left, right = comparable(left, operator, right, collation)
    return operation(f"{left.operand} {operator} {right.operand}", Kind.INTEGER, logical=True)


def comparable(left: Value, operator: str, right: Value, collation: str) -> tuple[Value, Value]:
    """The two as MySQL has to see them to compare them by ``operator`` as SQLite does. Raises
    RefusedError."""
    if Kind.OTHER in (left.kind, right.kind):
        raise RefusedError("a comparison with a column that only its codec can read")
    if left.is_null or right.is_null:
        return left, right
    if left.kind in NUMERIC and right.kind in NUMERIC:
        return _numbers(left, right)
    if left.kind is Kind.BLOB and right.kind is Kind.BLOB:
        return left, right
    if left.kind in _TEXTS and right.kind in _TEXTS:
        if left.hidden or right.hidden:
            raise RefusedError("a comparison of what has COLLATE inside")
        _require_no_conversion(left, right)
        _require_no_conversion(right, left)
        return _moments(left, right) or _texts(left, operator, right, collation)
    raise RefusedError(f"a comparison of {left.kind.value} with {right.kind.value}")


def collation_of(left: Value, right: Value) -> str:
    """The collation by which SQLite compares them: one that is written, else of the first column."""
    for value in (left, right):
        if value.explicit and value.collation is not None:
            return value.collation
    return left.collation or right.collation or BINARY


def _numbers(left: Value, right: Value) -> tuple[Value, Value]:
    """The two as MySQL compares them exactly, as SQLite does."""
    kinds = {left.kind, right.kind}
    if len(kinds) == 1 or kinds in ({Kind.REAL, Kind.NUMBER}, {Kind.INTEGER, Kind.DECIMAL}):
        return left, right
    if left.literal is None and right.literal is None:
        # MySQL would make doubles of both, and integers beyond 2**53 have none of their own.
        raise RefusedError(f"a comparison of {left.kind.value} with {right.kind.value}")
    return _exact(left, right.kind), _exact(right, left.kind)


def _exact(value: Value, other: Kind) -> Value:
    """A literal as it is compared with values of kind ``other``."""
    if isinstance(value.literal, float) and other is Kind.INTEGER:
        if abs(value.literal) >= 1e18:
            raise RefusedError("a comparison of integers with a real beyond them")
        return replace(value, sql=f"{Decimal(value.literal):f}")
    if isinstance(value.literal, float) and other is Kind.DECIMAL:
        # A DECIMAL stands for the double nearest to it, and the literal for itself.
        return replace(value, sql=f"{Decimal(repr(value.literal)):f}")
    if isinstance(value.literal, int) and abs(value.literal) > LARGEST_EXACT_INTEGER:
        raise RefusedError("a comparison of reals with an integer that no double is equal to")
    return value


def _require_no_conversion(column: Value, other: Value) -> None:
    """Raises RefusedError where the affinity of ``column`` could make a number of ``other``, which is text.

    A column with numeric affinity cannot hold such a text, so that two of them are compared as they are.
    """
    if column.affinity not in _NUMERIC_AFFINITIES or other.affinity in _NUMERIC_AFFINITIES:
        return
    if other.kind is Kind.TEMPORAL or (other.literal is not None and not _like_number(other.literal)):
        return
    raise RefusedError("a column with numeric affinity beside text that may look like a number")


def _like_number(text: object) -> bool:
    return isinstance(text, str) and _NUMBER.fullmatch(text) is not None


def _moments(left: Value, right: Value) -> tuple[Value, Value] | None:
    """Two dates of one form, or one and a literal written by it, as MySQL's own type; else None."""
    form = left.form or right.form
    if form is None or not temporal_codec(form).ordered or collation_of(left, right) != BINARY:
        return None
    found = []
    for value in (left, right):
        if value.form == form:
            found.append(value)
        elif isinstance(value.literal, str) and value.literal.isprintable() and _fits(form, value.literal):
            found.append(replace(value, sql=text_literal(form.for_mysql(value.literal))))
        else:
            return None
    return found[0], found[1]


def _fits(form: TemporalForm, text: str) -> bool:
    return form.fits(f"{text}\n".encode())


def _texts(left: Value, operator: str, right: Value, binary: str) -> tuple[Value, Value]:
    collation = collation_of(left, right)
    left, right = as_text(left, binary), as_text(right, binary)
    if collation != BINARY:
        alike = operator in ("=", "<>", "<=>")
        left, right = (
            _normalised(left, right if alike else None, collation, binary),
            _normalised(right, left if alike else None, collation, binary),
        )
    if not (left.settled or right.settled):
        left = replace(left, sql=f"{left.operand} COLLATE {binary}", atomic=False)
    return left, right


def _normalised(value: Value, equal_to: Value | None, collation: str, binary: str) -> Value:
    """``value`` as it is compared by ``collation``; with a literal it may only be equal to, no letter has to
    change that is not in that."""
    if collation == NOCASE and isinstance(value.literal, str):
        text = text_literal(lowered(value.literal))
        return as_text(replace(value, sql=text, atomic=True, settled=False), binary)
    if collation == NOCASE and equal_to is not None and isinstance(equal_to.literal, str):
        return replace(value, sql=folded(value.sql, letters_of(equal_to.literal)), atomic=True)
    return replace(value, sql=normalised(value.sql, collation), atomic=True)
