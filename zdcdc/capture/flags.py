"""Conditions that hold for few rows, read with every row: many of them in one number. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_BITS = 60


def flag_terms(conditions: Sequence[str]) -> list[str]:
    """SQL terms that say together which of ``conditions`` (SQL, each 0, 1 or NULL) are 1: a table with a
    thousand of them would have more than SQLite selects (SQLITE_MAX_COLUMN)."""
    terms = []
    for start in range(0, len(conditions), _BITS):
        bits = [f"(({c}) IS TRUE) << {bit}" for bit, c in enumerate(conditions[start : start + _BITS])]
        terms.append(" | ".join(f"({bit})" for bit in bits))
    return terms


def raised(columns: Sequence[Sequence[object]]) -> Iterator[int]:
    """For each row and condition that is 1 in it: the number of the condition."""
    for place, values in enumerate(columns):
        if not any(values):
            continue
        for value in values:
            assert isinstance(value, int)
            number = place * _BITS
            while value:
                if value & 1:
                    yield number
                value >>= 1
                number += 1
