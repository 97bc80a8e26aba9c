"""What zdcdc may refuse, and what it must, told from the values alone: no rule of the product."""

from __future__ import annotations

import math
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.drawn import is_broken
from tests.support.source_side import quoted
from tests.support.values import Value, identity

_LIKE_A_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

LEAST_ROOM = 90
"""Characters that a text in a key may always have, however many columns it shares the key with."""


def held_by(path: Path, table: str, column: str) -> list[Value]:
    """What a column holds, text that is not UTF-8 with surrogate escapes."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        return [
            value
            for (value,) in connection.execute(f"SELECT {quoted(column)} FROM {quoted(table)}").fetchall()
        ]


def must_be_refused(values: list[Value]) -> bool:
    """Whether no type of MySQL gives all of these back: infinity, -0.0, text that is not UTF-8, or blobs
    beside anything else."""
    classes = {identity(value)[0] for value in values if value is not None}
    return any(_is_odd(value) or is_broken(value) for value in values) or (
        "blob" in classes and len(classes) > 1
    )


def may_be_refused(values: list[Value], in_key: bool) -> bool:
    """The same, and a text that reads as a number beside numbers, and what is long in a key."""
    classes = {identity(value)[0] for value in values if value is not None}
    like_numbers = any(isinstance(value, str) and _LIKE_A_NUMBER.fullmatch(value) for value in values)
    long = any(isinstance(value, str | bytes) and len(value) > LEAST_ROOM for value in values)
    return (
        must_be_refused(values)
        or (like_numbers and bool(classes & {"integer", "real"}))
        or (in_key and long)
    )


def _is_odd(value: Value) -> bool:
    return isinstance(value, float) and (math.isinf(value) or (value == 0 and math.copysign(1, value) < 0))
