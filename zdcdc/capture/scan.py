"""Looking at every value of a table, in short reads: what the mapping is decided from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import cast

from zdcdc.capture.blocks import Block, blocks
from zdcdc.capture.flags import flag_terms, raised
from zdcdc.capture.observed import TEXT, ObservedColumn
from zdcdc.capture.orphans import orphan_conditions
from zdcdc.capture.violations import broken_one_by_one, violation
from zdcdc.errors import Code, SourceError
from zdcdc.facts import TableFacts
from zdcdc.names import sqlite_name
from zdcdc.schema import Table

FIXED_SIZE = 8
"""Bytes counted for a number or NULL."""

_SIZED: set[type] = {TEXT, bytes}
_SIZED_OR_NULL = _SIZED | {type(None)}


def scan_table(
    connection: sqlite3.Connection,
    table: Table,
    read_seconds: float,
    progress: Callable[[int], None] = lambda rows: None,
) -> TableFacts:
    """Facts about every column of ``table``; ``progress`` is told the rows seen after each block of them, 0
    while parents of its foreign keys are prepared.

    No read transaction lasts much longer than ``read_seconds``. Raises SourceError.
    """
    try:
        return _scanned(connection, table, read_seconds, progress)
    except SourceError as failure:
        if not table.checks or failure.code is not Code.STATEMENT:
            raise
    # It may be a CHECK that fails for a row.
    facts = _scanned(connection, replace(table, checks=()), read_seconds, progress)
    broken = [broken_one_by_one(connection, table, check, read_seconds) for check in table.checks]
    return replace(facts, violations=tuple(sum(1 for _ in keys) for keys in broken))


def _scanned(
    connection: sqlite3.Connection, table: Table, read_seconds: float, progress: Callable[[int], None]
) -> TableFacts:
    # Not under another name: the text of a CHECK may qualify its columns.
    name = sqlite_name(table.name)
    terms = [f"{name}.{sqlite_name(column.name)}" for column in table.columns]
    doing = f"scanning table {table.name}"
    seen = _Seen(table)
    with orphan_conditions(connection, table, name, read_seconds, partial(progress, 0)) as orphans:
        flags = flag_terms([*orphans, *(violation(check) for check in table.checks)])
        terms += flags
        for block in blocks(connection, table.name, table.key, table.name, terms, read_seconds, doing):
            seen.see(block)
            progress(seen.rows)
    return seen.facts()


class _Seen:
    """What the rows so far say of their table."""

    def __init__(self, table: Table) -> None:
        self.rows = 0
        self._table = table
        self._columns = [ObservedColumn() for _ in table.columns]
        self._keyed = [place for place, c in enumerate(table.columns) if c.name in table.primary_key]
        self._flagged = [0] * (len(table.foreign_keys) + len(table.checks))
        self._null_keys = self._largest = self._total = 0

    def see(self, block: Block) -> None:
        columns = list(zip(*block, strict=True))[len(self._table.key) :]
        widths = []
        nullable = set()
        for place, (column, values) in enumerate(zip(self._columns, columns, strict=False)):
            types = column.see(values)
            if not types.isdisjoint(_SIZED):
                widths.append(_widths(values, types))
            if type(None) in types:
                nullable.add(place)
        fixed = FIXED_SIZE * (len(self._columns) - len(widths))
        sizes = list(map(sum, zip(*widths, strict=True))) or [0]
        self.rows += len(block)
        self._largest = max(self._largest, fixed + max(sizes))
        self._total += fixed * len(block) + sum(sizes)
        if not nullable.isdisjoint(self._keyed):
            keys = zip(*(columns[place] for place in self._keyed), strict=True)
            self._null_keys += sum(None in key for key in keys)
        for number in raised(columns[len(self._columns) :]):
            self._flagged[number] += 1

    def facts(self) -> TableFacts:
        names = [column.name for column in self._table.columns]
        columns = {name: column.facts() for name, column in zip(names, self._columns, strict=True)}
        return TableFacts(
            self.rows,
            columns,
            self._largest,
            self._total,
            tuple(self._flagged[: len(self._table.foreign_keys)]),
            tuple(self._flagged[len(self._table.foreign_keys) :]),
            self._null_keys,
        )


def _widths(values: Sequence[object], types: set[type]) -> list[int]:
    if types <= _SIZED:
        return list(map(len, cast(Sequence[bytes], values)))
    if types <= _SIZED_OR_NULL:
        return [FIXED_SIZE if value is None else len(cast(bytes, value)) for value in values]
    return [len(value) if isinstance(value, bytes | TEXT) else FIXED_SIZE for value in values]
