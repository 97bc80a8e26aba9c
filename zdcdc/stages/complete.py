"""Ending a migration on the side that is primary: bookkeeping goes, the fence stays until asked."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint
from zdcdc.capture import decision
from zdcdc.capture.install import uninstall
from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError
from zdcdc.model import Decision, Primary
from zdcdc.patience import Patience
from zdcdc.points import reach
from zdcdc.rounds.pair import not_begun
from zdcdc.stages.begin import begun
from zdcdc.stages.control import taken_over
from zdcdc.stages.state import StateDirectory

KEPT = frozenset({"_zdcdc_decision"})


def complete(config: Config, stop: threading.Event | None = None) -> None:
    """Removes journal and bookkeeping; SQLite keeps fence and decision row. May be given again.
    ``stop`` ends the wait for a running process.

    Raises PreconditionError before a cutover.
    """
    _require_cut_over(config, begun(config))
    state = StateDirectory(config.state_directory)
    patience = Patience(config.limits, stop or threading.Event())
    mysql.require(config.target)
    with taken_over(config.sqlite_path, "complete", patience.stop):
        source = sqlite.connect(config.sqlite_path, busy_seconds=sqlite.WRITE_BUSY_SECONDS)
        try:
            with sqlite.read_transaction(source, "reading the decision row"):
                found = decision.read(source)
            decided = _require_cut_over(config, found)
            patience.run(lambda: _clear_target(config))
            patience.run(lambda: _retire(source, decided))
        finally:
            source.close()
        state.event(decided.migration_id, "completed")


def _require_cut_over(config: Config, decided: Decision | None) -> Decision:
    if decided is None:
        raise not_begun(config)
    if decided.primary is not Primary.MYSQL:
        raise PreconditionError(
            Code.PHASE,
            "SQLite is still primary",
            consequence="nothing was changed",
            hint="zdcdc cutover moves the writes, zdcdc rollback undoes the migration",
        )
    return decided


def _clear_target(config: Config) -> None:
    target = mysql.connect(config.target)
    try:
        checkpoint.drop(target)
    finally:
        mysql.close(target)


def _retire(source: sqlite3.Connection, decided: Decision) -> None:
    with sqlite.write_transaction(source, "removing the bookkeeping"):
        decision.require(source, decided)
        decision.remove_bookkeeping(source, keep=KEPT)
        decision.write(source, replace(decided, completed=True))
        reach("complete.before_commit")
    reach("complete.after")


def unfence(config: Config, stop: threading.Event | None = None) -> None:
    """Removes fence and decision row: the retired file takes writes again, which nobody will see in MySQL.

    Raises PreconditionError before ``complete``.
    """
    patience = Patience(config.limits, stop or threading.Event())
    with taken_over(config.sqlite_path, "complete", patience.stop):
        source = sqlite.connect(config.sqlite_path, busy_seconds=sqlite.WRITE_BUSY_SECONDS)
        try:
            with sqlite.read_transaction(source, "reading the decision row"):
                decided = decision.read(source)
            if decided is None:
                raise not_begun(config)
            if not decided.completed:
                raise PreconditionError(
                    Code.PHASE,
                    "the migration is not complete",
                    hint="zdcdc complete, then zdcdc complete --unfence",
                )
            patience.run(lambda: uninstall(source, decided))
        finally:
            source.close()
