"""What a scan saw in the data: counts and shapes, never a value. Pure.

The mapping is decided from them, and they are stored for an hour, so that nothing here may tell what a row
holds: extremes of integers only as powers of two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

MOST_DECIMALS = 30
"""MySQL's DECIMAL has no more digits after the point."""

NUMBER_LIKE = re.compile(r"-?[0-9]+(?:\.[0-9]+(?:e[+-][0-9]+)?|e[+-][0-9]+)?")
"""Exactly the texts as which INTEGERs and finite REALs are printed, and their like."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column. Text lengths in characters (``longest_text``) and in bytes of UTF-8 (``widest_text``),
    blobs in bytes; every other number counts values.

    ``decimals`` is the most digits after the point, and ``digits`` the most before it, that the shortest
    decimals of its finite REALs have (``digits`` also counts those of INTEGERs); 0.05 has two and none, 1e-07
    has seven. More than :data:`MOST_DECIMALS` are one more than these. ``whole_reals`` are REALs that an
    INTEGER would hold as well. ``shapes`` are the names of what every text is (forms of
    :mod:`zdcdc.temporal`, ``uuid``, ``hex uuid``, ``json``, ``duration``, ``decimal``), None before any was
    seen.
    ``printable`` is False once a text holds anything but ASCII from the space to ``~``. ``number_like``
    counts texts that :data:`NUMBER_LIKE` matches.
    """

    integers: int = 0
    reals: int = 0
    texts: int = 0
    blobs: int = 0
    nulls: int = 0
    integer_range: tuple[int, int] | None = None
    not_boolean: int = 0
    whole_reals: int = 0
    non_finite: int = 0
    negative_zeros: int = 0
    decimals: int = 0
    digits: int = 0
    longest_text: int = 0
    widest_text: int = 0
    longest_blob: int = 0
    invalid_utf8: int = 0
    with_nul: int = 0
    trailing_spaces: int = 0
    number_like: int = 0
    printable: bool = True
    shapes: frozenset[str] | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each storage class that was seen, by its name in SQLite."""
        found = {
            "integer": self.integers,
            "real": self.reals,
            "text": self.texts,
            "blob": self.blobs,
            "null": self.nulls,
        }
        return {kind: count for kind, count in found.items() if count}

    @property
    def values(self) -> frozenset[str]:
        """Storage classes without NULL."""
        return frozenset(self.counts) - {"null"}

    def to_json(self) -> dict[str, Any]:
        """Without the extremes themselves, which are values of rows: the powers of two above them decide the
        same."""
        bounds = None
        if self.integer_range is not None:
            low, high = self.integer_range
            bounds = [-_power_above(-low), min(2**63 - 1, _power_above(high))]
        shapes = None if self.shapes is None else sorted(self.shapes)
        return {**asdict(self), "integer_range": bounds, "shapes": shapes}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ColumnFacts:
        """Raises KeyError and TypeError for what another version wrote."""
        bounds, shapes = data["integer_range"], data["shapes"]
        return replace(
            cls(**data),
            integer_range=None if bounds is None else (bounds[0], bounds[1]),
            shapes=None if shapes is None else frozenset(shapes),
        )


def _power_above(value: int) -> int:
    """The least power of two that is not below ``value``."""
    return 1 << (value - 1).bit_length() if value > 0 else 1


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table; ``columns`` by name, sizes in bytes.

    ``orphans`` are rows without a parent for each foreign key, ``violations`` rows that break each CHECK
    constraint, in the order of the table's; ``null_keys`` rows with NULL in a declared primary key.
    """

    rows: int
    columns: dict[str, ColumnFacts]
    largest_row: int = 0
    total_size: int = 0
    orphans: tuple[int, ...] = ()
    violations: tuple[int, ...] = ()
    null_keys: int = 0

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": {name: column.to_json() for name, column in self.columns.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TableFacts:
        """Raises KeyError and TypeError for what another version wrote."""
        return replace(
            cls(**data),
            columns={name: ColumnFacts.from_json(column) for name, column in data["columns"].items()},
            orphans=tuple(data["orphans"]),
            violations=tuple(data["violations"]),
        )
