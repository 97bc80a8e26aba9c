"""Following a change of the source that the journal does not tell: capture anew, and the list of tables.

Both sides are brought in step in this order, so that a process killed anywhere leaves what the next one
can finish: the source first, in one commit (triggers, list, a new barrier); the target then sees tables of
a higher generation and does for each what that needs (see :mod:`zdcdc.apply.adoption`).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from functools import partial

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint
from zdcdc.apply import tables as target_tables
from zdcdc.apply.adoption import adopted
from zdcdc.apply.tables import TableNames
from zdcdc.capture import baseline, decision, journal
from zdcdc.capture.catalog import catalog_in_transaction, ordinary_tables
from zdcdc.capture.decision import HeldTable, StoredTable
from zdcdc.capture.drift import Drift, schema_drift
from zdcdc.capture.install import reinstall
from zdcdc.capture.journal import Journal
from zdcdc.check.candidate import Candidate, Inspector
from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError, Side
from zdcdc.mapping import Capabilities
from zdcdc.model import Checkpoint, Decision, Resync
from zdcdc.patience import Patience
from zdcdc.points import reach
from zdcdc.rounds.pair import participants_of
from zdcdc.schema import Catalog, Table
from zdcdc.stages.begin import require_forward
from zdcdc.stages.state import StateDirectory
from zdcdc.stages.watching import Watching, interruptible

TRIES = 5
"""The schema may change while tables are scanned; each try looks at it anew."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The source at one moment: what was installed, what is there, and what the step between means."""

    decided: Decision
    catalog: Catalog
    stored: tuple[StoredTable, ...]
    held: tuple[HeldTable, ...]
    drift: Drift
    last_id: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """All tables as they will take part."""

    tables: tuple[tuple[StoredTable, Table], ...]
    held: tuple[tuple[HeldTable, Table | None], ...]

    def changed(self, seen: _Seen) -> dict[str, str]:
        """What the target has to do, by table: ``new``, or what its resync says."""
        known = {stored.mapping.table_id for stored in seen.stored}
        return {
            stored.mapping.source: stored.resync.value if stored.mapping.table_id in known else "new"
            for stored, _ in self.tables
            if stored not in seen.stored
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out before: ``rewound`` says how the source was seen to have gone back, then every table
    is to be compared; ``misfit`` is the number of a table that holds a value which it cannot keep."""

    rewound: str = ""
    misfit: int | None = None


def reconcile(config: Config, found: Found, patience: Patience, watching: Watching) -> None:
    """Makes capture fit the source as it is now. Held tables are tried again.

    Raises PreconditionError when that cannot be told apart from another migration, SourceError, TargetError,
    InterruptedRun.
    """
    connection = sqlite.connect(config.sqlite_path, busy_seconds=sqlite.WRITE_BUSY_SECONDS)
    try:
        base, present, capabilities = patience.run(lambda: _target(config))
        scanned = interruptible(watching.scanned, patience.stop)
        inspector = Inspector(config, connection, capabilities, scanned)
        seen, plan, sequence = _reinstalled(patience, connection, base, present, inspector, found)
        if found.rewound:
            patience.run(lambda: _rebase(config, connection, base, plan, sequence))
    finally:
        connection.close()
    for waiting, _ in plan.held:
        watching.noticed(f"table {waiting.name} is held: {waiting.reason}")
    StateDirectory(config.state_directory).event(
        base.migration_id,
        "source_changed",
        reasons=list(replace(seen.drift, rewound=found.rewound).reasons),
        tables=plan.changed(seen),
        gone=[name for _, name in seen.drift.gone],
        held=[waiting.name for waiting, _ in plan.held],
    )


def _target(config: Config) -> tuple[Checkpoint, TableNames, Capabilities]:
    """What the target holds, and what it is."""
    target = mysql.connect(config.target)
    try:
        return checkpoint.read(target), target_tables.existing(target), mysql.capabilities(target)
    finally:
        mysql.close(target)


def _reinstalled(
    patience: Patience,
    connection: sqlite3.Connection,
    base: Checkpoint,
    present: TableNames,
    inspector: Inspector,
    found: Found,
) -> tuple[_Seen, _Plan, int]:
    taken = present.without(copy.name for copy in base.copies)
    failure: PreconditionError | None = None
    for _ in range(TRIES):
        seen = _look(connection, base, found.rewound)
        plan = _planned(seen, base, taken, inspector, found)
        reach("reconcile.planned")
        try:
            with sqlite.errors_of("preparing to install again"):
                connection.execute("PRAGMA synchronous = FULL")
            version, after = seen.catalog.schema_version, base.watermark.sequence
            sequence = patience.run(
                partial(reinstall, connection, plan.tables, plan.held, version, after)
            )
        except PreconditionError as error:
            failure = error
            continue
        return seen, plan, sequence
    assert failure is not None
    raise failure


def _look(connection: sqlite3.Connection, base: Checkpoint, rewound: str) -> _Seen:
    with sqlite.read_transaction(connection, "looking at the changed source"):
        decided = decision.read(connection)
        if decided is None or decided.migration_id != base.migration_id:
            raise _other_file()
        if max(base.epoch, (base.handed_over or 0) if rewound else 0) > decided.epoch:
            raise _handed_over(base)
        require_forward(decided)
        stored, held = decision.read_tables(connection), decision.read_held(connection)
        drift = schema_drift(
            baseline.read(connection),
            baseline.present(connection),
            stored,
            held,
            ordinary_tables(connection),
            decided.selection,
            baseline.renumbered(connection),
        )
        last = max(
            [journal.max_table_id(connection)]
            + [table.mapping.table_id for table in stored]
            + [waiting.table_id for waiting in held]
            + [copy.table_id for copy in base.copies]
        )
        return _Seen(decided, catalog_in_transaction(connection), stored, held, drift, last)


def _planned(
    seen: _Seen, base: Checkpoint, taken: frozenset[str], inspector: Inspector, found: Found
) -> _Plan:
    gone = {table_id for table_id, _ in seen.drift.gone}
    drifted = {table.table_id: table.resync for table in seen.drift.tables}
    generations = {copy.table_id: copy.generation for copy in base.copies}
    present = {table.name: table for table in seen.catalog.tables}
    tables: list[tuple[StoredTable, Table]] = []
    again: list[Candidate] = []
    misfits: list[HeldTable] = []
    for stored in seen.stored:
        table_id = stored.mapping.table_id
        if table_id in gone:
            continue
        needed = drifted.get(table_id, Resync.NOTHING)
        if found.rewound and needed is not Resync.COPY:
            needed = Resync.COMPARE
        generation = max(stored.generation, generations.get(table_id, 0)) + 1
        if needed is Resync.COPY:
            again.append(Candidate(table_id, stored.mapping.source, generation))
        elif table_id == found.misfit:
            misfits.append(_misfit(stored, base, generation))
        elif needed is Resync.NOTHING:
            tables.append((stored, present[stored.mapping.source]))
        else:
            changed = replace(stored, generation=generation, resync=needed)
            tables.append((changed, present[stored.mapping.source]))
    for waiting in seen.held:
        if waiting.table_id in gone:
            continue
        if waiting.mapping is not None and waiting.table_id not in drifted:
            misfits.append(replace(waiting, generation=waiting.generation + 1))
        else:
            again.append(Candidate(waiting.table_id, waiting.name, waiting.generation + 1))
    for number, name in enumerate(seen.drift.new, seen.last_id + 1):
        again.append(Candidate(number, name, 1))
    held: list[tuple[HeldTable, Table | None]] = []
    for waiting in misfits:
        table = present[waiting.name]
        refit = inspector.refit(seen.catalog, waiting, table, [stored.mapping for stored, _ in tables])
        if isinstance(refit, StoredTable):
            tables.append((refit, table))
        else:
            held.append((refit, table))
    inspected = inspector.inspect(seen.catalog, again, taken, [stored.mapping for stored, _ in tables])
    tables += inspected.tables
    held += [(waiting, None) for waiting in inspected.held]
    tables.sort(key=lambda pair: pair[0].mapping.table_id)
    return _Plan(tuple(tables), tuple(held))


def _misfit(stored: StoredTable, base: Checkpoint, generation: int) -> HeldTable:
    """``stored`` as it is held; a copy that was not complete is made again afterwards."""
    table_id = stored.mapping.table_id
    complete = base.takes(table_id) and base.copy_of(table_id).complete
    return HeldTable(
        table_id,
        stored.mapping.source,
        stored.create_sql,
        "",
        generation,
        stored.mapping,
        stored.rows_at_scan,
        Resync.COMPARE if complete else Resync.COPY,
    )


def _rebase(
    config: Config, connection: sqlite3.Connection, base: Checkpoint, plan: _Plan, sequence: int
) -> None:
    """The target begins at the new barrier; every table that it holds is suspect."""
    with sqlite.read_transaction(connection, "reading the barrier"):
        barrier = Journal(connection, journal.width(connection)).row(sequence)
    assert barrier is not None, "the barrier was committed a moment ago"
    held = [waiting for waiting, _ in plan.held]
    participants = participants_of([stored for stored, _ in plan.tables], held)
    reach("reconcile.before_rebase")
    target = mysql.connect(config.target)
    try:
        wanted = replace(adopted(base, participants), watermark=barrier)
        # Tables that are gone keep their line until they are dropped in the target.
        kept = {copy.table_id for copy in wanted.copies}
        left = tuple(copy for copy in base.copies if copy.table_id not in kept)
        checkpoint.replace_with(target, base, replace(wanted, copies=(*wanted.copies, *left)))
    finally:
        mysql.close(target)
    reach("reconcile.rebased")


def _other_file() -> PreconditionError:
    return PreconditionError(
        Code.DRIFT,
        "the database belongs to another migration than the target, or to none",
        consequence="nothing was changed",
        hint="put the right file back and run it again; zdcdc rollback --yes clears the target",
        side=Side.SOURCE,
    )


def _handed_over(base: Checkpoint) -> PreconditionError:
    return PreconditionError(
        Code.FENCED,
        f"the target was handed over by switch {base.handed_over or base.epoch}, of which this older copy of "
        "the file knows nothing: MySQL may hold writes that were never in it",
        consequence="nothing was changed on either side",
        hint="put the file back that was in use at the switch, and keep this one from being written",
        side=Side.SOURCE,
    )
