"""Findings about values: refused, kept in another way than declared, or against the schema's own rules; with
the keys of a few of their rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace

from zdcdc.capture.refusal import misfits
from zdcdc.capture.samples import (
    is_not_utf8,
    is_of,
    null_key,
    orphan_samples,
    samples,
    samples_of,
    violation_samples,
)
from zdcdc.check.findings import Finding, error, warning
from zdcdc.choose.tables import Mapped, Scanned
from zdcdc.codecs.numbers import DecimalCodec
from zdcdc.mapping import ColumnMapping, Refusal
from zdcdc.names import sqlite_name
from zdcdc.schema import Table
from zdcdc.wishes import Wishes

NOT_UTF8 = "not valid UTF-8"

_DIGITS = re.compile(r"\(\s*\d")


def refusal_findings(
    connection: sqlite3.Connection, table: Table, refusals: Iterable[Refusal]
) -> Iterator[Finding]:
    """Values that cannot be kept exactly. Raises SourceError."""
    for refusal in refusals:
        keys: tuple[str, ...] = ()
        if refusal.not_utf8:
            keys = samples_of(connection, table, refusal.column, is_not_utf8)
        elif refusal.condition:
            keys = samples(connection, table, refusal.condition.format(f"t.{sqlite_name(refusal.column)}"))
        found = error("value.refused", refusal.message, refusal.hint, table.name, refusal.column)
        yield replace(found, samples=keys)


def value_findings(
    connection: sqlite3.Connection, one: Scanned, mapped: Mapped, wishes: Wishes
) -> Iterator[Finding]:
    """Everything about the values of one table. Raises SourceError."""
    table = one.table
    yield from refusal_findings(connection, table, mapped.refusals)
    if not mapped.refusals:
        yield from _unfit(connection, table, mapped, wishes)
        yield from _kept_otherwise(connection, one, mapped)
    for number, count in enumerate(one.facts.orphans):
        if count:
            foreign = table.foreign_keys[number]
            found = warning(
                "value.orphans",
                f"{count} rows refer by ({', '.join(foreign.columns)}) to no row of {foreign.parent}: the "
                "foreign key is left out",
                "correct or remove these rows, then it is kept",
                table=table.name,
            )
            keys = orphan_samples(connection, table, number)
            yield replace(found, column=foreign.columns[0], samples=keys)
    for number, count in enumerate(one.facts.violations):
        if count:
            check = table.checks[number]
            found = warning(
                "value.check_violated",
                f"{count} rows break CHECK ({check.expression}), which SQLite allowed once: it is left out",
                "correct these rows, then it is kept",
                table=table.name,
            )
            keys = violation_samples(connection, table, number)
            yield replace(found, column=check.column, samples=keys)
    if one.facts.null_keys:
        found = warning(
            "value.null_key",
            f"{one.facts.null_keys} rows have NULL in the declared primary key "
            f"({', '.join(table.primary_key)}): it becomes a unique key, which takes them",
            "give these rows a key, and declare its columns NOT NULL",
            table=table.name,
        )
        yield replace(
            found, column=table.primary_key[0], samples=samples(connection, table, null_key(table))
        )


def _unfit(
    connection: sqlite3.Connection, table: Table, mapped: Mapped, wishes: Wishes
) -> Iterator[Finding]:
    """Values that the type which a person asked for cannot keep."""
    asked = tuple(c for c in mapped.mapping.columns if wishes.column(table.name, c.source).decides)
    if not asked:
        return
    for misfit in misfits(connection, replace(mapped.mapping, columns=asked)):
        column = misfit.column
        yield replace(
            error(
                "value.unfit",
                f"values do not fit {column.type}, which holds {column.codec.storage}",
                f'correct these rows, or ask for another type under [columns."{table.name}.{column.source}"]',
                table.name,
                column.source,
            ),
            samples=misfit.keys,
        )


def _kept_otherwise(connection: sqlite3.Connection, one: Scanned, mapped: Mapped) -> Iterator[Finding]:
    declared = {column.name: column.declared for column in one.table.columns}
    for column in mapped.mapping.columns:
        if column.codec.name == "mixed" and one.facts.columns[column.source].values:
            yield _mixed(connection, one, column)
        elif isinstance(column.codec, DecimalCodec) and not _DIGITS.search(declared.get(column.source, "(0")):
            found = warning(
                "value.scale_measured",
                f"declared {declared[column.source]} without digits: {column.type} was measured. zdcdc "
                "widens it as long as it runs; after a cutover MySQL rounds what has more digits",
                f'[columns."{one.table.name}.{column.source}"] type = "DECIMAL(p,s)" in zdcdc.toml, with the '
                "digits that the application means",
                table=one.table.name,
            )
            yield replace(found, column=column.source)


def _mixed(connection: sqlite3.Connection, one: Scanned, column: ColumnMapping) -> Finding:
    counts = {kind: n for kind, n in one.facts.columns[column.source].counts.items() if kind != "null"}
    shown = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    rarest = min(counts, key=lambda kind: (counts[kind], kind))
    found = warning(
        "value.mixed",
        f"holds {shown}: all are kept as text in {column.type}, which gives each its class back",
        f"was that meant? Else correct the rows that hold {rarest}",
        table=one.table.name,
    )
    return replace(
        found,
        column=column.source,
        samples=samples_of(connection, one.table, column.source, is_of(rarest)),
    )
