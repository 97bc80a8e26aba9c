"""Everything that is known before a migration begins: schema, data, mapping, DDL and findings."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import psutil
from pymysql.connections import Connection

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint
from zdcdc.apply import tables as target_tables
from zdcdc.apply.ddl import (
    Completed,
    Draft,
    Loss,
    TableDdl,
    ViewDdl,
    complete,
    table_ddl,
    view_ddl,
)
from zdcdc.capture import decision
from zdcdc.capture.catalog import read_catalog
from zdcdc.capture.reader import limits_for
from zdcdc.capture.scan import scan_table
from zdcdc.check.findings import Finding, errors, info, warning
from zdcdc.check.prepared import unprepared
from zdcdc.check.reading import reading_findings
from zdcdc.check.schema import (
    catalog_losses,
    counter_findings,
    loss_findings,
    of_table,
    table_losses,
)
from zdcdc.check.source import (
    catalog_findings,
    library_findings,
    memory_findings,
    packet_findings,
    selection_findings,
    wish_findings,
)
from zdcdc.check.target import (
    account_of,
    content_findings,
    privilege_findings,
    settings_findings,
    wire_findings,
)
from zdcdc.check.values import value_findings
from zdcdc.check.width import width_findings
from zdcdc.choose.tables import Context, map_tables
from zdcdc.choose.tables import Scanned as ScannedTable
from zdcdc.config import Config
from zdcdc.errors import Code, TargetError
from zdcdc.facts import TableFacts
from zdcdc.mapping import Capabilities, TableMapping
from zdcdc.model import Decision
from zdcdc.schema import Catalog, Table

Scanned = Callable[[str, int], None]
"""Told after each read of the scan: table and rows seen in it."""


@dataclass(frozen=True, slots=True)
class SurveyedTable:
    """A table that will take part, with everything decided about it."""

    table: Table
    facts: TableFacts
    mapping: TableMapping
    ddl: TableDdl


@dataclass(frozen=True, slots=True)
class Survey:
    """The whole picture; ``findings`` in the order in which they were made, ``losses`` what MySQL will not
    have of the schema."""

    catalog: Catalog
    capabilities: Capabilities
    tables: tuple[SurveyedTable, ...]
    findings: tuple[Finding, ...]
    losses: tuple[Loss, ...]
    views: tuple[ViewDdl, ...] = ()

    @property
    def rows(self) -> int:
        return sum(surveyed.facts.rows for surveyed in self.tables)


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """Facts of an earlier scan, good for the schema version that they were gathered at."""

    schema_version: int
    tables: dict[str, TableFacts]


def survey(
    config: Config,
    *,
    prove: bool,
    scanned: Scanned = lambda table, rows: None,
    known: KnownFacts | None = None,
) -> Survey:
    """Looks at both sides. ``prove`` tries the privileges on a table of our own; else nothing is written.
    Tables whose facts are ``known`` are not scanned.

    Raises SourceError, TargetError when a side cannot be looked at at all.
    """
    source = sqlite.connect(config.sqlite_path)
    try:
        catalog = read_catalog(source)
        with sqlite.read_transaction(source, "reading the decision row"):
            decided = decision.read(source)
        usable = known.tables if known and known.schema_version == catalog.schema_version else {}
        target = _look_at_target(config, decided)
        return _survey(config, catalog, source, target, prove, scanned, usable)
    finally:
        source.close()


@dataclass(frozen=True, slots=True)
class _Target:
    """What the server says of itself and of the database."""

    capabilities: Capabilities
    settings: dict[str, str]
    encrypted: bool
    names: target_tables.TableNames
    ours: bool
    """It holds the migration that began on this source."""


def _look_at_target(config: Config, decided: Decision | None) -> _Target:
    """The connection is closed before another one is opened: an account may have no more than one."""
    target = mysql.connect(config.target)
    try:
        return _Target(
            mysql.capabilities(target),
            mysql.variables(target),
            mysql.encrypted(target),
            target_tables.existing(target),
            decided is not None and _is_ours(target, decided),
        )
    finally:
        target.close()


def _is_ours(target: Connection[Any], decided: Decision) -> bool:
    try:
        return checkpoint.present(target) and checkpoint.read(target).migration_id == decided.migration_id
    except TargetError as failure:
        if failure.code is not Code.PRIVILEGES:
            raise
        return True  # which one is missing is found in a moment, and is what a person has to know


def _survey(
    config: Config,
    catalog: Catalog,
    source: sqlite3.Connection,
    target: _Target,
    prove: bool,
    scanned: Scanned,
    known: dict[str, TableFacts],
) -> Survey:
    capabilities, settings = target.capabilities, target.settings
    chosen = [table for table in catalog.tables if config.selection.takes(table.name)]
    findings = list(library_findings(sqlite3.sqlite_version_info, catalog.journal_mode))
    findings += catalog_findings(catalog, chosen, config.wishes)
    findings += selection_findings(config.selection, catalog.tables)
    findings += wish_findings(config.wishes, catalog.tables)
    findings += space_findings(config)
    findings += wire_findings(config.target, target.encrypted)
    unfit = list(settings_findings(settings, capabilities))
    findings += unfit
    if target.ours:
        findings.append(info("target.own", "this migration has begun in the target", "zdcdc status"))
    else:
        names = [config.wishes.table(table.name) for table in chosen]
        findings += content_findings(target.names.names, names, target.names.folds)
    read_seconds = limits_for(config.limits, rollback_journal=catalog.rollback_journal).read_seconds
    looked: list[ScannedTable] = []
    hopeless = {finding.table for finding in findings if finding.id == "table.columns"}
    for number, table in enumerate(chosen, 1):
        if table.name in hopeless:
            continue  # with its key it may have more columns than SQLite itself selects (SQLITE_MAX_COLUMN)
        if trouble := unprepared(source, config.sqlite_path, table):
            findings.append(trouble)
            continue
        facts = known.get(table.name) or scan_table(source, table, read_seconds, partial(scanned, table.name))
        looked.append(ScannedTable(number, table, facts))
    drafts: list[Draft] = []
    found = map_tables(looked, Context(capabilities, config.wishes))
    for one, mapped in zip(looked, found, strict=True):
        findings += value_findings(source, one, mapped, config.wishes)
        if not mapped.refusals:
            drafts.append(Draft(one.table, one.facts, mapped.mapping))
    completed = complete(drafts, catalog.tables, capabilities)
    surveyed, losses = _with_ddl(drafts, completed, capabilities)
    for seen in surveyed:
        findings += width_findings(seen.table, seen.mapping, seen.ddl, capabilities)
    views, unmade = view_ddl(
        catalog.views, [(seen.table, seen.mapping) for seen in surveyed], capabilities
    )
    losses += unmade
    if prove and not errors(unfit):
        findings += _privileges(config, views=bool(views))
    if not target.ours:
        present = target.names.without(["_zdcdc_checkpoint"])
        findings += content_findings(present, [view.name for view in views], target.names.folds)
    losses += catalog_losses(catalog, {seen.table.name: seen.mapping for seen in surveyed}, capabilities)
    findings += loss_findings(losses)
    findings += counter_findings([(seen.table, seen.facts) for seen in surveyed])
    findings += reading_findings([(one.table, one.mapping) for one in surveyed])
    facts_by_name = {surveyed_table.table.name: surveyed_table.facts for surveyed_table in surveyed}
    findings += packet_findings(facts_by_name, int(settings["max_allowed_packet"]))
    findings += memory_findings(facts_by_name, psutil.virtual_memory().available)
    return Survey(
        catalog, capabilities, tuple(surveyed), tuple(findings), tuple(losses), tuple(views)
    )


def _with_ddl(
    drafts: Sequence[Draft], completed: Sequence[Completed], capabilities: Capabilities
) -> tuple[list[SurveyedTable], list[Loss]]:
    """Every table with its DDL, and what none of them says."""
    mappings = {one.mapping.source: one.mapping for one in completed}
    surveyed: list[SurveyedTable] = []
    losses: list[Loss] = []
    for draft, one in zip(drafts, completed, strict=True):
        ddl = table_ddl(draft.table, one.mapping, capabilities, mappings)
        surveyed.append(SurveyedTable(draft.table, draft.facts, one.mapping, ddl))
        losses += of_table(draft.table, [*one.losses, *ddl.losses, *table_losses(draft.table)])
    return surveyed, losses


def _privileges(config: Config, *, views: bool) -> list[Finding]:
    with mysql.control(config.target) as control:
        account = account_of(control)
        return list(privilege_findings(control, config.target.database, account, views=views))


def space_findings(config: Config) -> Iterator[Finding]:
    """About the disk beside the source: the journal grows with the writes while the target is away."""
    free = psutil.disk_usage(str(config.sqlite_path.resolve().parent)).free
    need = max(256 * 1024 * 1024, config.sqlite_path.stat().st_size // 10)
    if free < need:
        yield warning(
            "source.space",
            f"{free // 1048576} MiB are free beside the database; the journal may need {need // 1048576} MiB",
            "free some space",
        )
