"""Undoing a migration that was never cut over: the source as it was, the target without our tables."""

from __future__ import annotations

from typing import Any

from pymysql.connections import Connection

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint, tables
from zdcdc.capture import decision
from zdcdc.capture.decision import StoredTable
from zdcdc.capture.install import uninstall
from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError
from zdcdc.model import Decision, Primary
from zdcdc.points import reach
from zdcdc.stages.lock import runner_lock
from zdcdc.stages.state import StateDirectory


def rollback(config: Config) -> bool:
    """Undoes everything; False when there was nothing to undo.

    Raises PreconditionError after a one-way cutover: MySQL then holds writes that SQLite never saw.
    """
    with runner_lock(config.sqlite_path):
        source = sqlite.connect(config.sqlite_path, busy_seconds=sqlite.WRITE_BUSY_SECONDS)
        try:
            with sqlite.read_transaction(source, "reading the state of the migration"):
                decided = decision.read(source)
                stored = decision.read_tables(source) if decided else ()
            if decided is None:
                return False
            if decided.primary is Primary.MYSQL:
                raise PreconditionError(
                    Code.ROLLBACK,
                    "the cutover was one-way: there is no way back",
                    consequence="MySQL holds writes that SQLite never saw; nothing was changed",
                    hint="zdcdc complete ends the migration on MySQL",
                )
            # The target first: as long as the source knows of the migration, this can be given again.
            _clear_target(config, decided, stored)
            reach("rollback.target_cleared")
            sqlite.patiently(lambda: uninstall(source))
        finally:
            source.close()
        StateDirectory(config.state_directory).event(decided.migration_id, "rolled_back")
        return True


def _clear_target(config: Config, decided: Decision, stored: tuple[StoredTable, ...]) -> None:
    connection = mysql.connect(config.target)
    try:
        if checkpoint.present(connection):
            found = checkpoint.read(connection)
            if found.migration_id != decided.migration_id:
                raise PreconditionError(
                    Code.PHASE,
                    f"the target holds migration {found.migration_id}, not {decided.migration_id}",
                    consequence="nothing was changed",
                    hint="give the target that this migration began with",
                )
            _drop_ours(connection, stored)
        checkpoint.drop(connection)
    finally:
        connection.close()


def _drop_ours(connection: Connection[Any], stored: tuple[StoredTable, ...]) -> None:
    tables.drop(connection, [table.mapping.name for table in reversed(stored)])
