"""What queries will read differently in MySQL though every value is the same: pure, from schema and mapping.

Each finding names the columns that it is about; ``docs/reading.md`` has the same names, and says more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from zdcdc.check.findings import Finding, info
from zdcdc.codecs.numbers import BooleanCodec, DecimalCodec, IntegerCodec
from zdcdc.codecs.texts import TemporalCodec
from zdcdc.mapping import ColumnMapping, TableMapping
from zdcdc.schema import BINARY, Column, Table

SHOWN = 4
"""Columns that a finding names; the others are counted."""

PREFIX = "reads."

_TEXT = ("text", "printable", "mixed", "tagged")


@dataclass(frozen=True, slots=True)
class Seen:
    """One column on both sides, and whether it is part of a key."""

    table: Table
    column: Column
    mapping: ColumnMapping
    keyed: bool

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of query: what SQLite says, what MySQL says, what to write; and the columns that it is about."""

    name: str
    message: str
    hint: str
    concerns: Callable[[Seen], bool]


def _is_binary_text(seen: Seen) -> bool:
    return seen.mapping.codec.name in _TEXT and seen.mapping.collation is None


TOPICS: tuple[Topic, ...] = (
    Topic(
        "like",
        "LIKE ignores the case of ASCII letters in SQLite; on these columns MySQL's does not",
        "LOWER(column) LIKE 'pattern in lower case', or LIKE … COLLATE utf8mb4_0900_ai_ci",
        _is_binary_text,
    ),
    Topic(
        "collation",
        "declared NOCASE or RTRIM, compared byte for byte in MySQL",
        "compare LOWER(column) or RTRIM(column) on both sides",
        lambda seen: seen.column.collation != BINARY and _is_binary_text(seen),
    ),
    Topic(
        "concatenation",
        "|| joins texts in SQLite and is OR in MySQL",
        "CONCAT(a, b), or sql_mode = PIPES_AS_CONCAT",
        lambda seen: seen.mapping.codec.name in _TEXT,
    ),
    Topic(
        "division",
        "7 / 2 of two integers is 3 in SQLite and 3.5000 in MySQL",
        "a DIV b",
        lambda seen: isinstance(seen.mapping.codec, IntegerCodec) and not seen.keyed,
    ),
    Topic(
        "comparison",
        "a text is never equal to a number in SQLite; MySQL makes a number of it: '1a' = 1 is true",
        "compare with a text: column = '1'",
        lambda seen: seen.mapping.codec.name in _TEXT,
    ),
    Topic(
        "mixed",
        "numbers kept as text: MySQL orders and adds them as text until told otherwise",
        "CAST(column AS DECIMAL(20,6)), or column + 0",
        lambda seen: seen.mapping.codec.name in ("mixed", "tagged"),
    ),
    Topic(
        "boolean",
        "0 and 1 in TINYINT(1), which many libraries hand over as true and false",
        "nothing, where the application's library knows booleans",
        lambda seen: isinstance(seen.mapping.codec, BooleanCodec),
    ),
    Topic(
        "decimal",
        "exact decimals in MySQL, doubles in SQLite: sums differ in their last digits, drivers give Decimal",
        "nothing, or CAST(column AS DOUBLE) for the numbers of SQLite",
        lambda seen: isinstance(seen.mapping.codec, DecimalCodec),
    ),
    Topic(
        "dates",
        "a date or time in MySQL's own type: it is shown as MySQL shows it, and drivers give dates, not text",
        "DATE_FORMAT for text; DATE_ADD and TIMESTAMPDIFF for strftime, julianday and date('now', '+1 day')",
        lambda seen: isinstance(seen.mapping.codec, TemporalCodec),
    ),
    Topic(
        "text_dates",
        "dates kept as text: MySQL's functions read most of their forms, its comparisons are those of text",
        "CAST(column AS DATETIME(6)) where a date is meant",
        lambda seen: ("DATE" in seen.column.declared.upper() or "TIME" in seen.column.declared.upper())
        and seen.mapping.codec.name in _TEXT,
    ),
    Topic(
        "rowid",
        "the rowid has no name in MySQL; for these tables it is in an invisible column",
        "name _zdcdc_rowid, or give the table a key of its own",
        lambda seen: seen.table.key_is_rowid and seen.column is seen.table.columns[0],
    ),
)

GENERAL: tuple[tuple[str, str, str], ...] = (
    (
        "double_quotes",
        '"x" is a name in SQLite (and a text where there is no such name); in MySQL it is a text',
        "`x` for names, 'x' for texts, or sql_mode = ANSI_QUOTES",
    ),
    (
        "group_by",
        "SQLite gives some row's value for a column that GROUP BY does not name; MySQL refuses the query",
        "name every column in GROUP BY, or use MIN, MAX or ANY_VALUE",
    ),
    (
        "order",
        "without ORDER BY, LIMIT gives other rows in MySQL than in SQLite: neither promises any",
        "ORDER BY a key",
    ),
)
"""Differences that no column decides."""


def reading_findings(tables: Sequence[tuple[Table, TableMapping]]) -> Iterator[Finding]:
    """One informational finding for each topic that concerns any column."""
    seen = [one for table, mapping in tables for one in _columns(table, mapping)]
    for topic in TOPICS:
        names = [one.name for one in seen if topic.concerns(one)]
        if names:
            yield info(f"{PREFIX}{topic.name}", f"{topic.message}: {_shown(names)}", topic.hint)
    if seen:
        for name, message, hint in GENERAL:
            yield info(f"{PREFIX}{name}", message, hint)


def _columns(table: Table, mapping: TableMapping) -> Iterator[Seen]:
    keyed = set(table.key) | set(table.primary_key)
    keyed |= {name for foreign in table.foreign_keys for name in foreign.columns}
    mapped = {column.source: column for column in mapping.columns}
    for column in table.columns:
        if column.name in mapped:
            yield Seen(table, column, mapped[column.name], column.name in keyed)


def _shown(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def is_about_reading(finding: Finding) -> bool:
    """Whether ``finding`` is of this kind."""
    return finding.id.startswith(PREFIX)


def apart(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """``findings`` without those of this kind, and those."""
    listed = list(findings)
    return [f for f in listed if not is_about_reading(f)], [f for f in listed if is_about_reading(f)]
