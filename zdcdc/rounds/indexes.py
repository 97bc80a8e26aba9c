"""Indexes and foreign keys, built over a connection of their own while rounds go on."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from zdcdc import mysql
from zdcdc.apply import checkpoint
from zdcdc.apply.ddl import TableDdl
from zdcdc.apply.tables import add_missing
from zdcdc.config import TargetConfig


class IndexBuilder(threading.Thread):
    """Builds what is missing, table by table; :meth:`result` raises what went wrong."""

    def __init__(self, target: TargetConfig, tables: Sequence[TableDdl]) -> None:
        super().__init__(name="zdcdc-indexes", daemon=True)
        self._target = target
        self._tables = tables
        self._failure: BaseException | None = None
        self._session: int | None = None

    def run(self) -> None:
        try:
            self._build()
        except BaseException as error:  # noqa: BLE001 - raised again by result() in the main thread
            self._failure = error

    def result(self) -> None:
        """Waits for the end. Raises TargetError, TargetUnavailableError."""
        self.join()
        if self._failure is not None:
            raise self._failure

    def cancel(self) -> None:
        """Ends the statement under way; what is missing is built by the next run."""
        session = self._session
        if session is not None and self.is_alive():
            connection = mysql.connect(self._target)
            try:
                with mysql.errors_of("ending the index build"), connection.cursor() as cursor:
                    cursor.execute(f"KILL {int(session)}")
            finally:
                connection.close()
        self.join()

    def _build(self) -> None:
        # An index build may take longer than any bound on a read that still means something.
        connection = mysql.connect(self._target, read_seconds=24 * 3600)
        try:
            with mysql.errors_of("preparing the index build"):
                ((self._session,),) = mysql.rows(connection, "SELECT CONNECTION_ID()")
                connection.rollback()
            for ddl in self._tables:
                add_missing(connection, ddl)
                checkpoint.mark_indexed(connection, [ddl.table_id])
        finally:
            connection.close()
