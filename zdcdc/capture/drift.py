"""What a change of the source that no trigger recorded means for each table. Pure.

Decided from the schema before and after it, by what can be proven: where a write may have passed unseen, a
table is compared; where its shape or its keys may be others, it is copied again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zdcdc.capture.baseline import Baseline, SchemaObject
from zdcdc.capture.decision import HeldTable, StoredTable
from zdcdc.model import Resync, Selection
from zdcdc.names import PREFIX, is_ours
from zdcdc.translate.tokens import is_space, tokens


@dataclass(frozen=True, slots=True)
class TableDrift:
    """One table and what the target needs to follow it; ``reason`` is for a person."""

    table_id: int
    table: str
    resync: Resync
    reason: str


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything that was found at once; ``rewound`` says how the source was seen to have gone back."""

    tables: tuple[TableDrift, ...] = ()
    gone: tuple[tuple[int, str], ...] = ()
    new: tuple[str, ...] = ()
    rewound: str = ""

    def __bool__(self) -> bool:
        return bool(self.tables or self.gone or self.new or self.rewound)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each finding as a sentence without a full stop."""
        said = [self.rewound] if self.rewound else []
        said += [f"table {table.table}: {table.reason}" for table in self.tables]
        said += [f"table {name} was dropped" for _, name in self.gone]
        said += [f"table {name} is new" for name in self.new]
        return tuple(said)


def schema_drift(
    before: Baseline,
    now: Baseline,
    stored: Sequence[StoredTable],
    held: Sequence[HeldTable],
    ordinary: Iterable[str],
    selection: Selection,
    renumbered: bool,
) -> Drift:
    """What the step from ``before`` to ``now`` means. ``ordinary`` are the names of the present tables that
    can take part: neither virtual, nor shadow tables, nor SQLite's own. ``renumbered`` if rowids may be
    others now."""
    present = _texts(now)
    # A read transaction is open: with hundreds of tables, all objects are not looked through for each.
    changed = before.objects ^ now.objects
    drifted = []
    gone = []
    for table in stored:
        mapping = table.mapping
        if mapping.source not in present:
            gone.append((mapping.table_id, mapping.source))
            continue
        found = _table(changed, table, present[mapping.source])
        if found is not None:
            drifted.append(found)
    for waiting in held:
        if waiting.name not in present:
            gone.append((waiting.table_id, waiting.name))
        elif present[waiting.name] != waiting.create_sql:
            drifted.append(_drifted(waiting.table_id, waiting.name, Resync.COPY, "changed while it was held"))
    known = {table.mapping.source for table in stored} | {waiting.name for waiting in held}
    fresh = set(ordinary) - known - set(_texts(before))
    new = tuple(sorted(name for name in fresh if not is_ours(name) and selection.takes(name)))
    drift = Drift(tuple(drifted), tuple(gone), new)
    return _with_renumbered(drift, stored) if renumbered else drift


def _table(changed: frozenset[SchemaObject], table: StoredTable, sql: str) -> TableDrift | None:
    mapping = table.mapping
    if sql != table.create_sql:
        return _drifted(mapping.table_id, mapping.source, Resync.COPY, "its columns or constraints changed")
    indexes = [found for found in changed if found[0] == "index" and found[2] == mapping.source]
    unique = sorted({name for _, name, _, text in indexes if _is_unique(text)})
    if unique:
        # REPLACE may have deleted rows through it that no trigger recorded.
        reason = f"unique index {', '.join(unique)} was made, changed or dropped"
        return _drifted(mapping.table_id, mapping.source, Resync.COPY, reason)
    own = f"{PREFIX}{mapping.table_id}_"
    if any(found[0] == "trigger" and found[1].startswith(own) for found in changed):
        reason = "its capture triggers are missing or were changed (was it built again?)"
        return _drifted(mapping.table_id, mapping.source, Resync.COMPARE, reason)
    if indexes:
        names = ", ".join(sorted({name for _, name, _, _ in indexes}))
        return _drifted(mapping.table_id, mapping.source, Resync.INDEX, f"index {names} was made or dropped")
    return None


def _with_renumbered(drift: Drift, stored: Sequence[StoredTable]) -> Drift:
    """Adds the tables whose rows are told apart by their rowids."""
    gone = {table_id for table_id, _ in drift.gone}
    copied = {table.table_id for table in drift.tables if table.resync is Resync.COPY}
    renumbered = tuple(
        _drifted(
            table.mapping.table_id,
            table.mapping.source,
            Resync.COPY,
            "it has no key, and its rowids may be others (VACUUM)",
        )
        for table in stored
        if table.mapping.key_is_rowid and table.mapping.table_id not in gone | copied
    )
    replaced = {table.table_id for table in renumbered}
    kept = tuple(table for table in drift.tables if table.table_id not in replaced)
    return Drift(kept + renumbered, drift.gone, drift.new, drift.rewound)


def _drifted(table_id: int, table: str, resync: Resync, reason: str) -> TableDrift:
    return TableDrift(table_id, table, resync, reason)


def _texts(schema: Baseline) -> dict[str, str]:
    return {name: sql for kind, name, _, sql in schema.objects if kind == "table"}


def _is_unique(sql: str) -> bool:
    words = [token for token in tokens(sql) if not is_space(token)]
    return len(words) > 1 and words[1].upper() == "UNIQUE"
