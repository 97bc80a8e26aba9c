"""Tables that come in while a migration runs: looked at as ``check`` does, one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from zdcdc.apply.ddl import Draft, complete, table_ddl
from zdcdc.capture.decision import HeldTable, StoredTable
from zdcdc.capture.reader import limits_for
from zdcdc.capture.refusal import misfits
from zdcdc.capture.scan import scan_table
from zdcdc.check.findings import Finding, errors
from zdcdc.check.prepared import unprepared
from zdcdc.check.source import catalog_findings
from zdcdc.check.survey import Scanned
from zdcdc.check.values import refusal_findings
from zdcdc.check.width import width_findings
from zdcdc.choose.habits import habits_of
from zdcdc.choose.refit import Unfit, refitted
from zdcdc.choose.tables import Context, map_tables
from zdcdc.choose.tables import Scanned as ScannedTable
from zdcdc.config import Config
from zdcdc.mapping import Capabilities, TableMapping
from zdcdc.model import Resync
from zdcdc.schema import Catalog, Table
from zdcdc.sqlite import text


@dataclass(frozen=True, slots=True)
class Candidate:
    """A table that is to be copied from the beginning: its number, name and generation."""

    table_id: int
    name: str
    generation: int


@dataclass(frozen=True, slots=True)
class Inspected:
    """Which candidates can take part, and which are held."""

    tables: tuple[tuple[StoredTable, Table], ...]
    held: tuple[HeldTable, ...]


class Inspector:
    """Scans and maps candidates over one connection to the source."""

    def __init__(
        self, config: Config, source: sqlite3.Connection, capabilities: Capabilities, scanned: Scanned
    ) -> None:
        self._config = config
        self._source = source
        self._capabilities = capabilities
        self._scanned = scanned

    def inspect(
        self,
        catalog: Catalog,
        candidates: Sequence[Candidate],
        taken: frozenset[str],
        known: Sequence[TableMapping],
    ) -> Inspected:
        """``taken`` are the names of tables in the target that are not of this migration, ``known`` the
        tables that take part already."""
        mappings = {mapping.source: mapping for mapping in known}
        present = {table.name: table for table in catalog.tables}
        skipped = {table.name: table.reason for table in catalog.skipped}
        tables: list[tuple[StoredTable, Table]] = []
        held: list[HeldTable] = []
        for candidate in candidates:
            table = present.get(candidate.name)
            if table is None:
                reason = skipped.get(candidate.name, "it is no ordinary table")
                sql = self._text(candidate.name)
                held.append(HeldTable(candidate.table_id, candidate.name, sql, reason, candidate.generation))
                continue
            found = self._inspect(catalog, candidate, table, taken, mappings)
            if isinstance(found, StoredTable):
                tables.append((found, table))
                mappings[table.name] = found.mapping
            else:
                held.append(
                    HeldTable(candidate.table_id, table.name, table.sql, found, candidate.generation)
                )
        return Inspected(tuple(tables), tuple(held))

    def refit(
        self,
        catalog: Catalog,
        held: HeldTable,
        table: Table,
        known: Sequence[TableMapping],
    ) -> StoredTable | HeldTable:
        """A table that a value came into which it cannot keep: as it takes part again, or held with what is
        in the way. ``held`` has its mapping."""
        old = held.mapping
        assert old is not None
        stored = StoredTable(old, table.sql, held.rows_at_scan, held.generation, held.release)
        unfit = misfits(self._source, old)
        if not unfit:
            return stored
        limits = limits_for(self._config.limits, rollback_journal=catalog.rollback_journal)
        facts = scan_table(self._source, table, limits.read_seconds, partial(self._scanned, table.name))
        context = Context(self._capabilities, self._config.wishes, habits_of(known))
        looked = ScannedTable(held.table_id, table, facts)
        (mapped,) = map_tables([looked], context, {mapping.source: mapping for mapping in known})
        found = refitted(old, mapped, [misfit.column.source for misfit in unfit], context.wishes)
        if isinstance(found, Unfit):
            shown = next(misfit.shown for misfit in unfit if misfit.column.source == found.column)
            return replace(held, reason=f"{shown}; {found.message}. {found.hint}")
        unfit = misfits(self._source, found.mapping)
        if unfit:
            return replace(held, reason=f"{unfit[0].shown}. Correct these rows")
        mapping = self._completed(catalog, Draft(table, facts, found.mapping), known)
        if found.in_place and _same_constraints(old, mapping):
            # What was decided from the rows as they were then is what the target has.
            mapping = replace(mapping, orphaned=old.orphaned, references=old.references)
            return replace(stored, mapping=mapping, resync=held.release)
        return replace(stored, mapping=mapping, resync=Resync.COPY)

    def _completed(self, catalog: Catalog, draft: Draft, known: Iterable[TableMapping]) -> TableMapping:
        (completed,) = complete([draft], catalog.tables, self._capabilities, known)
        return completed.mapping

    def _text(self, name: str) -> str:
        found = self._source.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)
        ).fetchone()
        return text(found[0]) if found else ""

    def _inspect(
        self,
        catalog: Catalog,
        candidate: Candidate,
        table: Table,
        taken: frozenset[str],
        known: Mapping[str, TableMapping],
    ) -> StoredTable | str:
        """What is stored of the table, or why it cannot take part."""
        if self._config.wishes.table(table.name).lower() in {name.lower() for name in taken}:
            return "the target has a table of this name that is not of this migration: drop or rename it"
        findings = catalog_findings(catalog, [table], self._config.wishes)
        reason = _reason([finding for finding in findings if finding.table == table.name])
        if reason is not None:
            return reason
        trouble = unprepared(self._source, self._config.sqlite_path, table)
        if trouble is not None:
            return trouble.message
        limits = limits_for(self._config.limits, rollback_journal=catalog.rollback_journal)
        facts = scan_table(self._source, table, limits.read_seconds, partial(self._scanned, table.name))
        looked = ScannedTable(candidate.table_id, table, facts)
        context = Context(self._capabilities, self._config.wishes, habits_of(known.values()))
        (mapped,) = map_tables([looked], context, known)
        mapping = mapped.mapping
        reason = _reason(list(refusal_findings(self._source, table, mapped.refusals)))
        if reason is not None:
            return reason
        mapping = self._completed(catalog, Draft(table, facts, mapping), known.values())
        ddl = table_ddl(table, mapping, self._capabilities, {table.name: mapping})
        reason = _reason(list(width_findings(table, mapping, ddl, self._capabilities)))
        if reason is not None:
            return reason
        return StoredTable(mapping, table.sql, facts.rows, candidate.generation, Resync.COPY)


def _same_constraints(old: TableMapping, new: TableMapping) -> bool:
    """Whether the server has what ``new`` needs besides columns, so that it is enough to alter these."""
    computed = [[column.computed for column in mapping.columns] for mapping in (old, new)]
    return computed[0] == computed[1] and (old.helpers, old.unique, old.checks) == (
        new.helpers,
        new.unique,
        new.checks,
    )


def _reason(findings: Sequence[Finding]) -> str | None:
    found = errors(findings)
    if not found:
        return None
    return "; ".join(map(_said, found))


def _said(finding: Finding) -> str:
    place = f"column {finding.column}: " if finding.column else ""
    rows = f"; rows with key {'; '.join(finding.samples)}" if finding.samples else ""
    return f"{place}{finding.message}{rows}"
