"""Keys of a few rows that something is said about, as a person sees them."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from zdcdc.capture.blocks import BLOCKING_READ_SECONDS, blocks, shown_key
from zdcdc.capture.lines import is_utf8
from zdcdc.capture.observed import TEXT
from zdcdc.capture.orphans import orphan_conditions
from zdcdc.capture.texts import characters
from zdcdc.capture.violations import broken_one_by_one, violation
from zdcdc.errors import Code, SourceError
from zdcdc.mapping import TableMapping
from zdcdc.names import sqlite_name
from zdcdc.schema import Table

MOST = 5

_CLASSES: dict[type, str] = {int: "integer", float: "real", TEXT: "text", bytes: "blob", type(None): "null"}

Wrong = Callable[[object], bool]
"""Whether a value is one that is looked for. INTEGER, REAL, BLOB and NULL come as Python has them, TEXT as
:data:`zdcdc.capture.observed.TEXT`."""


def samples(
    connection: sqlite3.Connection, table: Table | TableMapping, condition: str, limit: int = MOST
) -> tuple[str, ...]:
    """Keys of the first rows for which ``condition`` holds, SQL in which the table is called ``t``.

    In short reads, or within a transaction of the caller's. Raises SourceError.
    """
    return _first(_matching(connection, table, condition), limit)


def samples_of(
    connection: sqlite3.Connection,
    table: Table | TableMapping,
    column: str,
    wrong: Wrong,
    limit: int = MOST,
) -> tuple[str, ...]:
    """The same for the rows whose value of ``column`` is ``wrong``, which no SQL would have to say."""
    return _first(_with_values(connection, table, column, wrong), limit)


def orphan_samples(
    connection: sqlite3.Connection, table: Table, number: int, limit: int = MOST
) -> tuple[str, ...]:
    """The same for rows that have no parent by the foreign key ``number`` of the table's."""
    with orphan_conditions(connection, table, "t", BLOCKING_READ_SECONDS) as conditions:
        return samples(connection, table, conditions[number], limit)


def violation_samples(
    connection: sqlite3.Connection, table: Table, number: int, limit: int = MOST
) -> tuple[str, ...]:
    """The same for rows that break the CHECK ``number`` of the table's, in whose text it has its own name."""
    check = table.checks[number]
    try:
        return _first(_matching(connection, table, violation(check), table.name), limit)
    except SourceError as failure:
        if failure.code is not Code.STATEMENT:
            raise
    return _first(broken_one_by_one(connection, table, check, BLOCKING_READ_SECONDS), limit)


def null_key(table: Table) -> str:
    """Condition: NULL in a declared primary key."""
    return " OR ".join(f"t.{sqlite_name(name)} IS NULL" for name in table.primary_key) or "0"


def is_infinite(value: object) -> bool:
    """A REAL that MySQL does not have."""
    return type(value) is float and math.isinf(value)


def is_negative_zero(value: object) -> bool:
    """The REAL -0.0."""
    return type(value) is float and value == 0 and math.copysign(1, value) < 0


def is_not_utf8(value: object) -> bool:
    """TEXT that is not UTF-8."""
    return isinstance(value, TEXT) and not is_utf8((value,))


def is_of(*classes: str) -> Wrong:
    """Values of one of these storage classes, which are named as SQLite names them."""
    return lambda value: _CLASSES[type(value)] in classes


def is_longer_than(limit: int) -> Wrong:
    """TEXT of more than ``limit`` characters."""
    return lambda value: isinstance(value, TEXT) and characters(value) > limit


def _matching(
    connection: sqlite3.Connection, table: Table | TableMapping, condition: str, qualifier: str = "t"
) -> Iterator[object]:
    name, key = _walked(table)
    term = f"CASE WHEN {condition} THEN {shown_key(key, qualifier)} END"
    doing = f"looking for rows of table {name}"
    with closing(blocks(connection, name, key, qualifier, [term], BLOCKING_READ_SECONDS, doing)) as found:
        for block in found:
            yield from (row[-1] for row in block if row[-1] is not None)


def _with_values(
    connection: sqlite3.Connection, table: Table | TableMapping, column: str, wrong: Wrong
) -> Iterator[object]:
    name, key = _walked(table)
    terms = [shown_key(key, "t"), f"t.{sqlite_name(column)}"]
    doing = f"looking for rows of table {name}"
    with closing(blocks(connection, name, key, "t", terms, BLOCKING_READ_SECONDS, doing)) as found:
        for block in found:
            yield from (row[-2] for row in block if wrong(row[-1]))


def _walked(table: Table | TableMapping) -> tuple[str, tuple[str, ...]]:
    return (table.source if isinstance(table, TableMapping) else table.name), table.key


def _first(found: Iterable[object], limit: int) -> tuple[str, ...]:
    keys = []
    for key in found:
        assert isinstance(key, TEXT)
        keys.append(key.decode(errors="replace"))
        if len(keys) == limit:
            break
    return tuple(keys)
