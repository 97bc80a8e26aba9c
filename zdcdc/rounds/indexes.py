"""Indexes, built over a connection of their own while rounds go on; then foreign keys, between rounds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from zdcdc import mysql
from zdcdc.apply import checkpoint
from zdcdc.apply.adoption import with_states
from zdcdc.apply.ddl import TableDdl
from zdcdc.apply.tables import add_missing_foreign_keys, add_missing_keys, drop_extra_keys
from zdcdc.config import TargetConfig
from zdcdc.errors import TargetUnavailableError
from zdcdc.model import Checkpoint, CopyState
from zdcdc.retry import Retry

LOG = logging.getLogger(__name__)


class IndexBuilder(threading.Thread):
    """Builds what is missing, table by table; :meth:`result` raises what went wrong."""

    def __init__(self, target: TargetConfig, tables: Sequence[TableDdl], retry: Retry) -> None:
        super().__init__(name="zdcdc-indexes", daemon=True)
        self._retry = retry
        self._target = target
        self._tables = tables
        self._failure: BaseException | None = None
        self._session: int | None = None
        self._cancelled = threading.Event()

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
        self._cancelled.set()
        session = self._session
        try:
            if session is not None and self.is_alive():
                self._kill(session)
        finally:
            self.join()

    def _kill(self, session: int) -> None:
        connection = mysql.connect(self._target)
        try:
            with mysql.errors_of("ending the index build"), connection.cursor() as cursor:
                cursor.execute(f"KILL {int(session)}")
        finally:
            connection.close()

    def _build(self) -> None:
        retry = self._retry
        for ddl in self._tables:
            while True:
                try:
                    self._build_one(ddl)
                except TargetUnavailableError as error:
                    now = time.monotonic()
                    retry = retry.failed(now)
                    if self._cancelled.is_set() or retry.exhausted(now):
                        raise
                    LOG.warning("%s; trying again in %.1f s", error.what, retry.delay)
                    self._cancelled.wait(retry.delay)
                else:
                    retry = retry.succeeded()
                    break

    def _build_one(self, ddl: TableDdl) -> None:
        # An index build may take longer than any bound on a read that still means something.
        connection = mysql.connect(self._target, read_seconds=24 * 3600)
        try:
            with mysql.errors_of("preparing the index build"):
                ((self._session,),) = mysql.rows(connection, "SELECT CONNECTION_ID()")
                connection.rollback()
            if not self._cancelled.is_set():
                add_missing_keys(connection, ddl)
        finally:
            self._session = None
            connection.close()


def add_foreign_keys(target: TargetConfig, tables: Sequence[TableDdl], base: Checkpoint) -> None:
    """Adds what is missing of foreign keys, removes indexes that the source dropped, and stores that the
    tables are complete. The stream is at rest."""
    connection = mysql.connect(target)
    try:
        for ddl in tables:
            add_missing_foreign_keys(connection, ddl)
            drop_extra_keys(connection, ddl)
        done = {ddl.table_id: CopyState.INDEXED for ddl in tables}
        checkpoint.replace_with(connection, base, with_states(base, done))
    finally:
        connection.close()
