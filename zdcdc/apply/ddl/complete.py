"""What a mapping has besides columns: computed ones, unique keys and constraints. Pure.

Decided once, from the data as well, and stored with the mapping: what MySQL holds its rows to does not change
with a later version of this program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from zdcdc.apply.ddl.checks import with_checks
from zdcdc.apply.ddl.generated import with_computed
from zdcdc.apply.ddl.identifiers import Names
from zdcdc.apply.ddl.losses import Loss
from zdcdc.apply.ddl.unique import with_unique_keys
from zdcdc.facts import TableFacts
from zdcdc.mapping import Capabilities, TableMapping
from zdcdc.schema import Table


@dataclass(frozen=True, slots=True)
class Draft:
    """A table with what was seen of it, and how its columns are kept."""

    table: Table
    facts: TableFacts
    mapping: TableMapping


@dataclass(frozen=True, slots=True)
class Completed:
    """A whole mapping, and what MySQL will not have of the table."""

    mapping: TableMapping
    losses: tuple[Loss, ...]


def complete(
    drafts: Sequence[Draft],
    tables: Iterable[Table],
    capabilities: Capabilities,
    known: Iterable[TableMapping] = (),
) -> list[Completed]:
    """The mappings of ``drafts`` with all that they need besides columns. ``tables`` are all of the source,
    ``known`` the mappings of those that take part already."""
    referenced = _referenced(tables)
    own = {draft.table.name for draft in drafts}
    others = [mapping for mapping in known if mapping.source not in own]
    taken = [name for mapping in others for name in _names(mapping)]
    found = []
    for draft in drafts:
        targets = referenced.get(draft.table.name.lower(), frozenset())
        one = _complete(draft, capabilities, targets, taken)
        taken += _names(one.mapping)
        found.append(one)
    return found


def _complete(
    draft: Draft, capabilities: Capabilities, referenced: frozenset[str], taken: Sequence[str]
) -> Completed:
    table, facts = draft.table, draft.facts
    columns = tuple(replace(column, computed=None) for column in draft.mapping.columns)
    references = _references(table, draft.mapping, taken)
    mapping = replace(draft.mapping, columns=columns, helpers=(), unique=(), references=references)
    mapping, copied = with_computed(table, mapping, capabilities, referenced)
    mapping, unkept = with_unique_keys(table, mapping, capabilities)
    mapping, unchecked = with_checks(table, mapping, facts, capabilities, taken)
    orphaned = tuple(number for number, rows in enumerate(facts.orphans) if rows)
    return Completed(replace(mapping, orphaned=orphaned), (*copied, *unkept, *unchecked))


def _names(mapping: TableMapping) -> list[str]:
    """Those that MySQL wants to be the only ones in a database."""
    return [*mapping.references, *(check.name for check in mapping.checks)]


def _references(table: Table, mapping: TableMapping, taken: Iterable[str]) -> tuple[str, ...]:
    """Names of the foreign keys: a library that made them drops them by the names that it gave."""
    names = Names(taken)
    return tuple(
        names.give(foreign.name) if foreign.name else names.give(mapping.name, f"_fk_{number}")
        for number, foreign in enumerate(table.foreign_keys)
    )


def _referenced(tables: Iterable[Table]) -> dict[str, frozenset[str]]:
    """The columns of each table, by its name in lower case, that foreign keys refer to."""
    found: dict[str, frozenset[str]] = {}
    for table in tables:
        for foreign in table.foreign_keys:
            parent = foreign.parent.lower()
            found[parent] = found.get(parent, frozenset()) | frozenset(foreign.parent_columns)
    return found
