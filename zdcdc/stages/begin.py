"""The first steps of a migration: capture in the source, tables and checkpoint in the target.

Each may be interrupted between any two statements; given again, it goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint, structure, tables
from zdcdc.apply.adoption import adopted, missing, with_states
from zdcdc.apply.ddl import TableDdl, ViewDdl, table_ddl, view_ddl
from zdcdc.capture import decision
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.capture.decision import StoredTable
from zdcdc.capture.install import install
from zdcdc.capture.journal import Journal
from zdcdc.check import by_hand
from zdcdc.check.findings import refuse
from zdcdc.check.survey import Scanned, Survey, survey
from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError, Side
from zdcdc.model import Checkpoint, CopyState, Decision, Primary, TableCopy
from zdcdc.patience import Patience
from zdcdc.points import reach
from zdcdc.rounds.pair import Source
from zdcdc.stages.preflight import known_facts
from zdcdc.stages.state import StateDirectory, new_migration_id
from zdcdc.stages.watching import Found


def begun(config: Config) -> Decision | None:
    """The decision row, when a migration has begun on this source."""
    busy = min(sqlite.BUSY_SECONDS, config.limits.retry_seconds)
    connection = sqlite.connect(config.sqlite_path, busy_seconds=busy)
    try:
        with sqlite.read_transaction(connection, "reading the decision row"):
            return decision.read(connection)
    finally:
        connection.close()


def begin(
    config: Config, state: StateDirectory, scanned: Scanned, found: Found, patience: Patience
) -> None:
    """Surveys both sides and installs capture. Raises PreconditionError with every error found."""
    seen = survey(config, prove=True, scanned=scanned, known=known_facts(config))
    found(seen.findings)
    refuse(seen.findings)
    state.write(by_hand.FILE, by_hand.by_hand_sql(seen.losses).encode())
    migration_id = new_migration_id()
    start = 1  # the barrier is the first row of a new journal
    decided = Decision(
        migration_id,
        Primary.SQLITE,
        0,
        start,
        str(state.path),
        config.target.address,
        selection=config.selection,
    )
    connection = sqlite.connect(config.sqlite_path, busy_seconds=sqlite.WRITE_BUSY_SECONDS)
    try:
        patience.run(lambda: install(connection, decided, _stored(seen), seen.catalog.schema_version))
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
    """Makes what is missing of bookkeeping and tables, and takes in what changed in the source's list.

    Raises TargetError, PreconditionError.
    """
    connection = mysql.connect(config.target)
    try:
        if checkpoint.present(connection):
            _require_ours(connection, source.decided)
        else:
            _require_untouched(connection, config, source)
            # Bookkeeping without a checkpoint row is what a killed first run leaves: it holds nothing.
            checkpoint.drop(connection)
            checkpoint.create(connection, _first_checkpoint(source), str(config.sqlite_path.resolve()))
        _take_in(connection, source)
        _alter_suspects(connection, source, ddl)
        tables.create_missing(connection, ddl)
    finally:
        connection.close()


def _require_untouched(connection: Connection[Any], config: Config, source: Source) -> None:
    """Refuses a target where this migration never was, and tables that are not ours: each table of ours is
    made after the first checkpoint, and one that is taken for ours is written to, and dropped by a rollback.
    """
    decided = source.decided
    if config.target.address != decided.target:
        raise PreconditionError(
            Code.PHASE,
            f"this migration goes to {decided.target}; {config.target.address} has no checkpoint of it",
            consequence="nothing was changed",
            hint="give the target that it began with, or begin anew: zdcdc rollback, then zdcdc snapshot",
            side=Side.TARGET,
        )
    present = tables.existing(connection)
    taken = sorted(table.name for table in source.participants if table.name in present)
    if taken:
        raise PreconditionError(
            Code.CONFIGURATION,
            f"the target holds no checkpoint, but tables of the same names: {', '.join(taken)}",
            consequence="nothing was changed",
            hint="if this migration made them, drop them; zdcdc snapshot then copies them again",
            side=Side.TARGET,
        )


def _take_in(connection: Connection[Any], source: Source) -> None:
    """The target catches up with the source's list; killed anywhere in it, the next run does the rest."""
    base = checkpoint.read(connection)
    if base.epoch != source.decided.epoch:
        return  # the first round says what that means
    names = {table.name for table in source.participants}
    for copy in base.copies:
        if copy.name not in names:
            tables.discard(connection, copy.name)
    wanted = missing(adopted(base, source.participants), tables.existing(connection))
    if wanted != base:
        # Foreign keys of other tables may lead to one that comes or goes: each is looked at once more.
        again = [copy.table_id for copy in wanted.copies if copy.state is CopyState.INDEXED]
        wanted = with_states(wanted, dict.fromkeys(again, CopyState.COPIED))
        reach("adoption.before")
        base = checkpoint.replace_with(connection, base, wanted)
        reach("adoption.after")
    discarded = [copy for copy in base.copies if copy.state is CopyState.DISCARDED]
    if not discarded:
        return
    # Its name is free from here on, so that a run killed after this creates it and copies it.
    for copy in discarded:
        tables.discard(connection, copy.name)
    reach("adoption.discarded")
    states = {copy.table_id: CopyState.PENDING for copy in discarded}
    checkpoint.replace_with(connection, base, with_states(base, states))


def _alter_suspects(connection: Connection[Any], source: Source, ddl: list[TableDdl]) -> None:
    """A table whose columns were given other types is altered before it is compared."""
    suspects = {copy.table_id for copy in checkpoint.read(connection).suspects}
    if not suspects:
        return
    collation = mysql.capabilities(connection).collation
    mappings = {mapping.table_id: mapping for mapping in source.mappings}
    for statements in ddl:
        if statements.table_id in suspects:
            mapping = mappings[statements.table_id]
            structure.alter_columns(connection, statements, mapping, collation)


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
    copies = tuple(
        TableCopy(table.table_id, name=table.name, generation=table.generation)
        for table in source.participants
    )
    return Checkpoint(source.decided.migration_id, source.decided.epoch, 0, barrier, copies)


@dataclass(frozen=True, slots=True)
class TargetSchema:
    """What the target is to have, from the stored mappings and the present catalog."""

    tables: list[TableDdl]
    views: list[ViewDdl]


def target_schema(config: Config, source: Source) -> TargetSchema:
    """Of the tables that take part. Raises SourceDriftedError when the source is not what they were made
    from."""
    with sqlite.read_transaction(source.reading, "reading the schema of the source"):
        source.guard.check_schema(source.reading)
        catalog = catalog_in_transaction(source.reading)
    connection = mysql.connect(config.target)
    try:
        capabilities = mysql.capabilities(connection)
    finally:
        connection.close()
    # A table that is held is in the target, and what refers to it stays as it was.
    kept = [held.mapping for held in source.held if held.mapping is not None]
    taking_part = {mapping.source: mapping for mapping in (*source.mappings, *kept)}
    present = {table.name: table for table in catalog.tables}
    tables = [table_ddl(present[m.source], m, capabilities, taking_part) for m in source.mappings]
    mapped = [(present[name], mapping) for name, mapping in taking_part.items() if name in present]
    views, _ = view_ddl(catalog.views, mapped, capabilities)
    return TargetSchema(tables, views)


def target_ddl(config: Config, source: Source) -> list[TableDdl]:
    """The tables alone."""
    return target_schema(config, source).tables
