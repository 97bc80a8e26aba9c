"""The first steps of a migration: capture in the source, tables and checkpoint in the target.

Each may be interrupted between any two statements; given again, it goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pymysql.connections import Connection

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint, tables
from zdcdc.apply.ddl import TableDdl, table_ddl
from zdcdc.capture import decision
from zdcdc.capture.catalog import read_catalog
from zdcdc.capture.decision import StoredTable
from zdcdc.capture.install import install
from zdcdc.capture.journal import Journal
from zdcdc.check.findings import Finding, refuse
from zdcdc.check.survey import Scanned, Survey, survey
from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError
from zdcdc.model import Checkpoint, Decision, Primary, TableCopy
from zdcdc.rounds.pair import Source
from zdcdc.stages.preflight import known_facts
from zdcdc.stages.state import StateDirectory, new_migration_id

Found = Callable[[tuple[Finding, ...]], None]


def begun(config: Config) -> Decision | None:
    """The decision row, when a migration has begun on this source."""
    connection = sqlite.connect(config.sqlite_path)
    try:
        with sqlite.read_transaction(connection, "reading the decision row"):
            return decision.read(connection)
    finally:
        connection.close()


def begin(config: Config, state: StateDirectory, scanned: Scanned, found: Found) -> None:
    """Surveys both sides and installs capture. Raises PreconditionError with every error found."""
    seen = survey(config, prove=True, scanned=scanned, known=known_facts(config))
    found(seen.findings)
    refuse(seen.findings)
    migration_id = new_migration_id()
    start = 1  # the barrier is the first row of a new journal
    decided = Decision(migration_id, Primary.SQLITE, 0, start, str(state.path), config.target.address)
    connection = sqlite.connect(config.sqlite_path, busy_seconds=sqlite.WRITE_BUSY_SECONDS)
    try:
        sqlite.patiently(lambda: install(connection, decided, _stored(seen), seen.catalog.schema_version))
    finally:
        connection.close()
    state.event(migration_id, "capture_installed", tables=len(seen.tables), rows=seen.rows)


def _stored(seen: Survey) -> list[Any]:
    return [
        (StoredTable(surveyed.mapping, surveyed.table.sql, surveyed.facts.rows), surveyed.table)
        for surveyed in seen.tables
    ]


def require_forward(decided: Decision) -> None:
    """Passes while SQLite is primary. Raises PreconditionError after a cutover."""
    if decided.primary is not Primary.SQLITE:
        raise PreconditionError(
            Code.PHASE,
            f"MySQL is primary since switch {decided.epoch}",
            consequence="there is nothing to copy or follow from SQLite",
            hint="zdcdc status",
        )


def prepare_target(config: Config, source: Source, ddl: list[TableDdl]) -> None:
    """Makes what is missing of bookkeeping and tables. Raises TargetError, PreconditionError."""
    connection = mysql.connect(config.target)
    try:
        if checkpoint.present(connection):
            _require_ours(connection, source.decided)
        else:
            # Bookkeeping without a checkpoint row is what a killed first run leaves: it holds nothing.
            checkpoint.drop(connection)
            checkpoint.create(connection, _first_checkpoint(source))
        tables.create_missing(connection, ddl)
    finally:
        connection.close()


def _require_ours(connection: Connection[Any], decided: Decision) -> None:
    stored = checkpoint.read(connection)
    if stored.migration_id != decided.migration_id:
        raise PreconditionError(
            Code.PHASE,
            f"the target holds migration {stored.migration_id}, the source {decided.migration_id}",
            consequence="nothing was changed",
            hint="give the target that this migration began with (zdcdc status names it)",
        )


def _first_checkpoint(source: Source) -> Checkpoint:
    with sqlite.read_transaction(source.reading, "reading the barrier"):
        barrier = Journal(source.reading, source.key_width).row(source.decided.start_sequence)
    if barrier is None:
        raise PreconditionError(
            Code.PHASE,
            "the target has no checkpoint, and the journal no longer begins where the migration began",
            consequence="changes made in between are not in the journal any more",
            hint="zdcdc rollback, then zdcdc snapshot",
        )
    copies = tuple(TableCopy(mapping.table_id) for mapping in source.mappings)
    return Checkpoint(source.decided.migration_id, source.decided.epoch, 0, barrier, copies)


def target_ddl(config: Config, source: Source) -> list[TableDdl]:
    """The DDL of the tables that take part, from the stored mappings and the present catalog."""
    catalog = read_catalog(source.reading)
    connection = mysql.connect(config.target)
    try:
        capabilities = mysql.capabilities(connection)
    finally:
        connection.close()
    taking_part = {mapping.source: mapping for mapping in source.mappings}
    present = {table.name: table for table in catalog.tables}
    changed = sorted(
        stored.mapping.source
        for stored in source.tables
        if stored.mapping.source not in present or present[stored.mapping.source].sql != stored.create_sql
    )
    if changed:
        raise PreconditionError(
            Code.DRIFT,
            f"tables of the source were changed, dropped or built again: {', '.join(changed)}",
            consequence="nothing was applied",
            hint="zdcdc rollback, then zdcdc snapshot",
        )
    return [table_ddl(present[m.source], m, capabilities, taking_part) for m in source.mappings]
