"""Indexes, built over a connection of their own while rounds go on; then foreign keys, between rounds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import partial

from zdcdc import mysql
from zdcdc.apply.ddl import TableDdl
from zdcdc.apply.tables import add_missing_foreign_keys, add_missing_keys, drop_extra_keys
from zdcdc.config import TargetConfig
from zdcdc.errors import TargetUnavailableError
from zdcdc.patience import Patience
from zdcdc.rounds.watch import Patient
from zdcdc.wire import Wire

LOG = logging.getLogger(__name__)


class IndexBuilder(threading.Thread):
    """Builds what is missing, table by table; :meth:`result` raises what went wrong."""

    def __init__(self, target: TargetConfig, tables: Sequence[TableDdl], patience: Patience) -> None:
        super().__init__(name="zdcdc-indexes", daemon=True)
        self._target = target
        self._tables = tables
        self._failure: BaseException | None = None
        self._cancelled = threading.Event()
        self._patient = Patient(target, patience.until(self._cancelled))

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
        session = self._patient.session
        try:
            if session is not None and self.is_alive():
                mysql.kill(self._target, session)
        except TargetUnavailableError as error:
            LOG.warning("%s; the server may go on building indexes for a while", error.what)
        finally:
            self.join()

    def _build(self) -> None:
        for ddl in self._tables:
            self._patient.run(partial(_add_keys, ddl))


def _add_keys(ddl: TableDdl, connection: Wire) -> None:
    add_missing_keys(connection, ddl)


def add_foreign_keys(target: TargetConfig, tables: Sequence[TableDdl], patience: Patience) -> None:
    """Adds what is missing of foreign keys and removes indexes that the source dropped. The stream is at
    rest. Raises TargetError, TargetUnavailableError, InterruptedRun."""
    patient = Patient(target, patience)
    for ddl in tables:
        patient.run(partial(_add_foreign_keys, ddl))


def _add_foreign_keys(ddl: TableDdl, connection: Wire) -> None:
    add_missing_foreign_keys(connection, ddl)
    drop_extra_keys(connection, ddl)
