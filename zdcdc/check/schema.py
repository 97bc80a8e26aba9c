"""Findings about what of SQLite's schema MySQL will not have, or will have in another way. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.apply.ddl.virtual import virtual_losses
from zdcdc.check.findings import Finding, Level, info
from zdcdc.facts import TableFacts
from zdcdc.mapping import Capabilities, TableMapping
from zdcdc.names import sqlite_name
from zdcdc.schema import Catalog, Table

LAST_KEY = 2**63 - 1
"""The last number that AUTO_INCREMENT of a BIGINT can give."""


def loss_findings(losses: Iterable[Loss]) -> Iterator[Finding]:
    """A warning for each: ``schema.check``, ``schema.index`` and so on."""
    for loss in losses:
        hint = loss.hint or "see by_hand.sql in the state directory (zdcdc plan shows it)"
        yield Finding(
            f"schema.{loss.matter.value}", Level.WARNING, loss.message, hint, loss.table, loss.column
        )


def catalog_losses(
    catalog: Catalog, taking_part: Mapping[str, TableMapping], capabilities: Capabilities
) -> Iterator[Loss]:
    """What belongs to no table, or is not SQL that is translated: triggers, virtual tables."""
    yield from virtual_losses(catalog.skipped, taking_part, capabilities)
    for trigger in catalog.triggers:
        reason = "it exists in SQLite only, and MySQL will not run it: what it does has to be written anew"
        yield Loss(Matter.TRIGGER, f"trigger {trigger.name}", reason, trigger.sql, table=trigger.table)


def table_losses(table: Table) -> Iterator[Loss]:
    """What the constraints of ``table`` do in SQLite and nothing does in MySQL."""
    for conflict in table.conflicts:
        if conflict.action == "ABORT":
            continue  # is what MySQL does
        columns = ", ".join(map(sqlite_name, conflict.columns))
        reason = "MySQL refuses the statement that breaks the constraint, whatever the schema says"
        yield Loss(
            Matter.CONFLICT,
            f"ON CONFLICT {conflict.action} of ({columns})",
            reason,
            f"({columns}) ON CONFLICT {conflict.action}",
            column=conflict.columns[0] if len(conflict.columns) == 1 else None,
            table=table.name,
        )


def of_table(table: Table, losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """``losses`` with the name of their table."""
    return tuple(replace(loss, table=table.name) for loss in losses)


def counter_findings(looked: Sequence[tuple[Table, TableFacts]]) -> Iterator[Finding]:
    """About the keys that MySQL gives from the cutover on."""
    reused = [table.name for table, _ in looked if table.rowid_alias and not table.autoincrement]
    if reused:
        more = f" and {len(reused) - 3} more" if len(reused) > 3 else ""
        yield info(
            f"schema.{Matter.COUNTER.value}",
            f"INTEGER PRIMARY KEY of {', '.join(reused[:3])}{more} becomes AUTO_INCREMENT: the key of a "
            "deleted last row, which SQLite gives again, MySQL does not",
        )
    for table, facts in looked:
        bounds = facts.columns[table.rowid_alias].integer_range if table.rowid_alias else None
        if bounds is not None and bounds[1] >= LAST_KEY:
            yield Finding(
                f"schema.{Matter.COUNTER.value}",
                Level.WARNING,
                f"its highest key is near {LAST_KEY}, after which MySQL has no other to give",
                "give that row a smaller key before the cutover, or keys of your own afterwards",
                table.name,
                table.rowid_alias,
            )
