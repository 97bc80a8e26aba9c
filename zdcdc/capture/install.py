"""Putting capture into the source, and taking it out without a trace (invariant I7)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from zdcdc.capture import baseline, decision, triggers
from zdcdc.capture.decision import StoredTable
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
            raise PreconditionError(
                Code.DRIFT,
                "the schema of the source changed while it was surveyed",
                consequence="nothing was written on either side",
                hint="run it again",
                side=Side.SOURCE,
            )
        decision.create_bookkeeping(connection, max(len(table.key) for _, table in tables))
        decision.write_tables(connection, [stored for stored, _ in tables])
        for stored, table in tables:
            for statement in triggers.capture_statements(stored.mapping.table_id, table):
                connection.execute(statement)
        barrier(connection)
        decision.write(connection, decided)
        baseline.write(connection)
        reach("install.before_commit")
    reach("install.after")


def uninstall(connection: sqlite3.Connection) -> None:
    """Removes every object of ours in one commit; ``sqlite_schema`` is then as it was."""
    reach("uninstall.before")
    with write_transaction(connection, "removing capture triggers"):
        triggers.remove(connection)
        decision.remove_bookkeeping(connection)
        reach("uninstall.before_commit")
    reach("uninstall.after")
