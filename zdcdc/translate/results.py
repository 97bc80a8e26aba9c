"""What several possible results of one expression are together: of CASE, coalesce(), min(), …"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from zdcdc.codecs.numbers import LARGEST_EXACT_INTEGER
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.values import NULL, Value, as_text, text_of

_ALIKE = (Kind.INTEGER, Kind.REAL, Kind.NUMBER, Kind.DECIMAL, Kind.BLOB)
_TEXTS = (Kind.TEXT, Kind.TEMPORAL)


def unified(values: Sequence[Value], collation: str) -> tuple[list[Value], Value]:
    """``values`` as results of one expression, and what that is; its ``sql`` is for the caller to set.

    Raises RefusedError where MySQL would give one type to what SQLite leaves as it is.
    """
    kinds = {value.kind for value in values} - {Kind.NULL}
    parts = list(values)
    if not kinds:
        return parts, NULL
    if kinds <= set(_TEXTS):
        parts = [value if value.is_null else as_text(value, collation) for value in values]
        return parts, text_of("", *(part for part in parts if not part.is_null))
    if len(kinds) == 1 and kinds <= set(_ALIKE):
        (kind,) = kinds
        bounds = [value.least for value in values]
        least = None if None in bounds else min(bound for bound in bounds if bound is not None)
        logical = all(value.logical or value.is_null for value in values)
        return parts, Value("", kind, logical=logical, least=least)
    if Kind.DECIMAL in kinds and kinds <= {Kind.DECIMAL, Kind.INTEGER, Kind.REAL}:
        return [_decimal(value) for value in values], Value("", Kind.DECIMAL)
    if kinds <= {Kind.INTEGER, Kind.REAL, Kind.NUMBER}:
        return [_double(value) for value in values], Value("", Kind.NUMBER)
    raise RefusedError(f"results of kind {' and '.join(sorted(kind.value for kind in kinds))}")


def _decimal(value: Value) -> Value:
    if value.kind in (Kind.DECIMAL, Kind.NULL):
        return value
    if not isinstance(value.literal, int | float):
        raise RefusedError(f"results of kind decimal and {value.kind.value}")
    return replace(value, sql=f"{Decimal(repr(value.literal)):f}")


def _double(value: Value) -> Value:
    if value.kind is not Kind.INTEGER:
        return value
    if not isinstance(value.literal, int) or abs(value.literal) > LARGEST_EXACT_INTEGER:
        raise RefusedError("results of kind integer and real")
    return replace(value, sql=f"{value.literal}e0")
