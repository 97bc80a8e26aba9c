"""Values that Python programs read, as text: two are equal in type and content if their texts are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any


def exact_text(value: Any) -> str:
    """``value`` with its type. Decimals are told by their number alone: a scale is the column's, not the
    value's."""
    if isinstance(value, Decimal):
        return f"Decimal {value.normalize():f}" if value else "Decimal 0"
    if isinstance(value, memoryview):
        value = bytes(value)
    return f"{type(value).__name__} {value!r}"


def exact_rows(rows: Iterable[Any], names: Sequence[str]) -> list[dict[str, str]]:
    """The attributes of these names of each row, in an order that no database decides: MariaDB orders UUIDs
    by their last digits first."""
    found = [{name: exact_text(getattr(row, name)) for name in names} for row in rows]
    return sorted(found, key=lambda row: list(row.values()))
