"""Putting capture into the source, and taking it out without a trace (invariant I7)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from zdcdc.capture import baseline, decision, journal, triggers
from zdcdc.capture.decision import HeldTable, StoredTable
from zdcdc.capture.journal import barrier
from zdcdc.errors import Code, PreconditionError, Side
from zdcdc.model import Decision
from zdcdc.points import reach
from zdcdc.schema import Table
from zdcdc.sqlite import write_transaction


def install(
    connection: sqlite3.Connection,
    decided: Decision,
    tables: Sequence[tuple[StoredTable, Table]],
    schema_version: int,
) -> None:
    """Begins recording changes: journal, decision row and triggers appear in one commit.

    Taking the write lock is the barrier: a transaction that began before it has ended, and statements
    prepared before it are prepared again and fire the triggers (trap 28). ``schema_version`` is that of the
    survey. Raises SourceBusyError, PreconditionError when the schema changed since.
    """
    reach("install.before")
    with write_transaction(connection, "installing capture triggers"):
        if connection.execute("PRAGMA schema_version").fetchone()[0] != schema_version:
            raise _changed_meanwhile()
        decision.create_bookkeeping(connection, max(len(table.key) for _, table in tables))
        decision.write_tables(connection, [stored for stored, _ in tables])
        reach("install.bookkeeping")
        for stored, table in tables:
            for statement in triggers.capture_statements(stored.mapping.table_id, table):
                connection.execute(statement)
            reach("install.table")
        barrier(connection)
        decision.write(connection, decided)
        baseline.write(connection)
        reach("install.before_commit")
    reach("install.after")


def reinstall(
    connection: sqlite3.Connection,
    tables: Sequence[tuple[StoredTable, Table]],
    held: Sequence[tuple[HeldTable, Table | None]],
    schema_version: int,
    after: int,
) -> int:
    """Makes capture fit the source as it is now: every trigger anew, the list of tables, a barrier above
    sequence ``after``, all in one commit. Nothing else in the source is touched.

    ``tables`` and ``held`` are all that take part now; of those that are held, the ones that go on recording
    changes come with their table. Returns the barrier's sequence. Raises
    SourceBusyError, PreconditionError when the schema changed since ``schema_version``.
    """
    reach("reinstall.before")
    with write_transaction(connection, "installing capture triggers again"):
        if connection.execute("PRAGMA schema_version").fetchone()[0] != schema_version:
            raise _changed_meanwhile()
        triggers.remove(connection)
        before = {stored.mapping.table_id for stored in decision.read_tables(connection)}
        before |= {waiting.table_id for waiting in decision.read_held(connection)}
        decision.forget_tables(connection, before)
        decision.write_tables(connection, [stored for stored, _ in tables])
        decision.write_held(connection, [waiting for waiting, _ in held])
        recorded = [(stored.mapping.table_id, table) for stored, table in tables]
        recorded += [(waiting.table_id, table) for waiting, table in held if table is not None]
        journal.widen(connection, max((len(table.key) for _, table in recorded), default=1))
        for table_id, table in recorded:
            for statement in triggers.capture_statements(table_id, table):
                connection.execute(statement)
        sequence = barrier(connection, after)
        baseline.write(connection)
        reach("reinstall.before_commit")
    reach("reinstall.after")
    return sequence


def _changed_meanwhile() -> PreconditionError:
    return PreconditionError(
        Code.DRIFT,
        "the schema of the source changed while it was surveyed",
        consequence="nothing was written on either side",
        hint="run it again",
        side=Side.SOURCE,
    )


def uninstall(connection: sqlite3.Connection, decided: Decision) -> None:
    """Removes every object of ours in one commit; ``sqlite_schema`` is then as it was.

    Raises SourceBusyError, PreconditionError when the decision is no longer ``decided``.
    """
    reach("uninstall.before")
    with write_transaction(connection, "removing capture triggers"):
        decision.require(connection, decided)
        triggers.remove(connection)
        reach("uninstall.triggers")
        decision.remove_bookkeeping(connection)
        reach("uninstall.before_commit")
    reach("uninstall.after")
