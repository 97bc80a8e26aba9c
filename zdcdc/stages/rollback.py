"""Undoing a migration that was never cut over: the source as it was, the target without our tables."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

from pymysql.connections import Connection

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint, tables, views
from zdcdc.apply.adoption import all_discarded
from zdcdc.capture import decision, journal
from zdcdc.capture.install import uninstall
from zdcdc.capture.journal import Journal
from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError, Side
from zdcdc.model import Checkpoint, Decision, Primary
from zdcdc.patience import Patience
from zdcdc.points import reach
from zdcdc.stages.begin import begun
from zdcdc.stages.control import taken_over
from zdcdc.stages.state import StateDirectory


def rollback(config: Config, stop: threading.Event | None = None) -> bool:
    """Undoes everything; False when there was nothing to undo. A running process hands over and then ends;
    ``stop`` ends the wait for it.

    Raises PreconditionError after a one-way cutover: MySQL then holds writes that SQLite never saw.
    """
    _require_undoable(begun(config))
    state = StateDirectory(config.state_directory)
    patience = Patience(config.limits, stop or threading.Event())
    mysql.require(config.target)
    with taken_over(config.sqlite_path, "rollback", patience.stop):
        source = sqlite.connect(config.sqlite_path, busy_seconds=sqlite.WRITE_BUSY_SECONDS)
        try:
            with sqlite.read_transaction(source, "reading the state of the migration"):
                decided = decision.read(source)
            if decided is None:
                return patience.run(lambda: _clear_orphan(config))
            _require_undoable(decided)
            # The target first: as long as the source knows of the migration, this can be given again.
            reach("rollback.before")
            patience.run(lambda: _clear_target(config, decided, source))
            reach("rollback.target_cleared")
            patience.run(lambda: uninstall(source, decided))
        finally:
            source.close()
        state.event(decided.migration_id, "rolled_back")
        return True


def _require_undoable(decided: Decision | None) -> None:
    if decided is not None and decided.primary is Primary.MYSQL:
        raise PreconditionError(
            Code.ROLLBACK,
            "the cutover was one-way: there is no way back",
            consequence="MySQL holds writes that SQLite never saw; nothing was changed",
            hint="zdcdc complete ends the migration on MySQL",
        )


def _clear_target(config: Config, decided: Decision, source: sqlite3.Connection) -> None:
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
            _require_not_primary(found, decided, source)
            _drop_copies(connection, _discarded(connection, found))
        elif config.target.address != decided.target:
            raise PreconditionError(
                Code.PHASE,
                f"this migration went to {decided.target}, not to {config.target.address}",
                consequence="nothing was changed",
                hint="give the target that it began with, even if it was emptied",
                side=Side.TARGET,
            )
        checkpoint.drop(connection)
    finally:
        mysql.close(connection)


def _discarded(connection: Connection[Any], found: Checkpoint) -> Checkpoint:
    """Says in the target, before a table is dropped, that none of them counts any more: killed after the
    first one, what is left must not be taken for a complete copy, nor a comparison for a proof of it."""
    wanted = all_discarded(found)
    return found if wanted == found else checkpoint.replace_with(connection, found, wanted)


def _require_not_primary(
    found: Checkpoint, decided: Decision | None, source: sqlite3.Connection | None
) -> None:
    """Refuses to drop tables that may hold writes of the application: this file may be an older copy of the
    one that was switched away from."""
    epoch = decided.epoch if decided is not None else 0
    unsure = (found.handed_over or 0) > epoch
    if unsure and source is not None:
        with sqlite.read_transaction(source, "looking for the last change that was applied"):
            row = Journal(source, journal.width(source)).row(found.watermark.sequence)
        unsure = row != found.watermark
    if found.epoch > epoch or unsure:
        raise PreconditionError(
            Code.FENCED,
            "the target was made primary by a switch of which this file knows nothing: it is an older copy",
            consequence="MySQL may hold writes that were never in it; nothing was changed on either side",
            hint="put the file back that was in use at the switch",
            side=Side.SOURCE,
        )


def _clear_orphan(config: Config) -> bool:
    """Clears the target of a migration that began on this file, of which the file knows nothing any more: it
    was replaced by a copy from before. False when there is none."""
    connection = mysql.connect(config.target)
    try:
        if not checkpoint.present(connection):
            return False
        if checkpoint.source_of(connection) != str(config.sqlite_path.resolve()):
            return False
        found = checkpoint.read(connection)
        _require_not_primary(found, None, None)
        _drop_copies(connection, _discarded(connection, found))
        checkpoint.drop(connection)
    finally:
        connection.close()
    StateDirectory(config.state_directory).event(found.migration_id, "rolled_back")
    return True


def _drop_copies(connection: Connection[Any], found: Checkpoint) -> None:
    views.drop_all(connection)
    # Every table that was ever created has its line here before it is.
    tables.drop(connection, [copy.name for copy in reversed(found.copies)])
