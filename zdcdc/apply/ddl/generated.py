"""Columns that SQLite computes, computed by MySQL where that is known to give the same. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from zdcdc.apply.ddl.expressions import Expressions
from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.mapping import Capabilities, ColumnMapping, Computed, TableMapping
from zdcdc.names import mysql_name
from zdcdc.schema import Column, Table
from zdcdc.translate.operands import Translated, Untranslated

_COPIED = "its values are copied, and MySQL will not compute them"


def with_computed(
    table: Table, mapping: TableMapping, capabilities: Capabilities, referenced: Collection[str]
) -> tuple[TableMapping, list[Loss]]:
    """``mapping`` with every generated column that MySQL can compute, and those whose values are copied.

    ``referenced`` are columns that foreign keys of any table refer to.
    """
    expressions = Expressions(table, mapping, capabilities)
    in_foreign_key = {name.lower() for foreign in table.foreign_keys for name in foreign.columns}
    in_foreign_key |= {name.lower() for name in referenced}
    generated = [column.name for column in table.columns if column.generated]
    found: dict[str, Computed] = {}
    losses: list[Loss] = []
    for column in table.columns:
        if column.generated is None:
            continue
        translated = expressions.computed(column, mapping.column(column.name))
        made = _computed(
            column,
            translated,
            expressions,
            needs_storing=_needs_storing(column, translated, in_foreign_key, capabilities),
            later=generated[generated.index(column.name) :],
        )
        if isinstance(made, Computed):
            found[column.name] = made
        else:
            losses.append(_loss(column, mapping, made, translated))
    columns = tuple(_with(column, found, capabilities) for column in mapping.columns)
    return replace(mapping, columns=columns), losses


def _needs_storing(
    column: Column,
    translated: Translated | Untranslated,
    in_foreign_key: Collection[str],
    capabilities: Capabilities,
) -> bool:
    """Whether a VIRTUAL column would not do: MySQL takes none into a foreign key, and one of MariaDB reads as
    0 where a STORED one refuses the row that is out of range."""
    if capabilities.mariadb:
        return isinstance(translated, Translated) and translated.may_overflow
    return column.name.lower() in in_foreign_key


def _with(column: ColumnMapping, found: dict[str, Computed], capabilities: Capabilities) -> ColumnMapping:
    computed = found.get(column.source)
    if computed is None:
        return column
    # MariaDB has no NOT NULL for them.
    return replace(column, computed=computed, not_null=column.not_null and not capabilities.mariadb)


def _computed(
    column: Column,
    translated: Translated | Untranslated,
    expressions: Expressions,
    *,
    needs_storing: bool,
    later: Collection[str],
) -> Computed | str:
    """The column in MySQL, or why it has none."""
    assert column.generated is not None
    if isinstance(translated, Untranslated):
        return translated.reason
    if translated.columns.intersection(later):
        return "it is computed from a column that is computed after it"
    stored = column.generated.stored or needs_storing
    if stored and not needs_storing and expressions.forbids(translated.columns, stored=True):
        stored = False  # it is the same value, read or stored
    reason = expressions.forbids(translated.columns, stored=stored)
    return reason or Computed(translated.sql, stored)


def _loss(
    column: Column, mapping: TableMapping, reason: str, translated: Translated | Untranslated
) -> Loss:
    assert column.generated is not None
    kind = "STORED" if column.generated.stored else "VIRTUAL"
    text = f"{column.name} {column.declared} GENERATED ALWAYS AS ({column.generated.expression}) {kind}"
    statement = ""
    if isinstance(translated, Translated):
        there = mapping.column(column.name)
        statement = (
            f"ALTER TABLE {mysql_name(mapping.name)} MODIFY COLUMN {mysql_name(there.name)} {there.type} "
            f"GENERATED ALWAYS AS ({translated.sql}) STORED"
        )
    said = f"{_COPIED} ({reason})"
    return Loss(Matter.GENERATED, f"column {column.name}", said, text, statement, column=column.name)
