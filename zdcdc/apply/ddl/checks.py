"""CHECK constraints: each one apart, under a name of its own in the database. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from zdcdc.apply.ddl.expressions import Expressions
from zdcdc.apply.ddl.foreign_keys import foreign_key_name
from zdcdc.apply.ddl.identifiers import Names
from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.facts import TableFacts
from zdcdc.mapping import Capabilities, CheckConstraint, TableMapping
from zdcdc.names import mysql_name, sqlite_name
from zdcdc.schema import Check, Table
from zdcdc.translate.operands import Untranslated


def with_checks(
    table: Table,
    mapping: TableMapping,
    facts: TableFacts,
    capabilities: Capabilities,
    taken: Collection[str],
) -> tuple[TableMapping, list[Loss]]:
    """``mapping`` with every CHECK that MySQL can hold and all rows pass, and the others. ``taken`` are the
    names of those of other tables: MySQL wants them unique in a database."""
    expressions = Expressions(table, mapping, capabilities)
    # In MariaDB foreign keys and CHECKs of a table share their names.
    names = Names([*taken, *(foreign_key_name(mapping, n) for n in range(len(table.foreign_keys)))])
    kept: list[CheckConstraint] = []
    losses: list[Loss] = []
    for number, check in enumerate(table.checks):
        translated = expressions.condition(check.expression)
        if isinstance(translated, Untranslated):
            losses.append(_loss(check, translated.reason))
            continue
        reason = expressions.forbids_check(translated.columns)
        if reason is not None:
            losses.append(_loss(check, reason))
            continue
        name = names.give(check.name) if check.name else names.give(mapping.name, f"_chk_{number + 1}")
        made = CheckConstraint(name, translated.sql)
        broken = facts.violations[number] if number < len(facts.violations) else 0
        if broken:
            losses.append(_broken(table, mapping, check, made, broken))
        else:
            kept.append(made)
    return replace(mapping, checks=tuple(kept)), losses


def check_clause(check: CheckConstraint) -> str:
    """A constraint of the table: one of a column may name no other."""
    return f"CONSTRAINT {mysql_name(check.name)} CHECK ({check.expression})"


def _broken(table: Table, mapping: TableMapping, check: Check, made: CheckConstraint, rows: int) -> Loss:
    statement = f"ALTER TABLE {mysql_name(mapping.name)} ADD {check_clause(made)}"
    hint = (
        f"correct the rows that SELECT * FROM {sqlite_name(table.name)} WHERE NOT ({check.expression}) finds"
    )
    return replace(_loss(check, f"{rows} rows break it"), statement=statement, hint=hint)


def _loss(check: Check, reason: str) -> Loss:
    subject = f"CHECK {check.name}" if check.name else "CHECK"
    text = f"CHECK ({check.expression})"
    if check.name:
        text = f"CONSTRAINT {sqlite_name(check.name)} {text}"
    return Loss(Matter.CHECK, subject, reason, text, column=check.column)
