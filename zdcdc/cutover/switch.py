"""The cutover itself: lock, drain, position, fence and decision in one SQLite transaction.

Its COMMIT is the cutover. Before it nothing has changed for anyone but a wait inside the busy timeout;
after it every write to SQLite fails with the fence's message.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from dataclasses import dataclass, replace
from typing import Any

from pymysql.connections import Connection

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint, tables
from zdcdc.apply.bulk import InsertLoader, room_of
from zdcdc.apply.writer import Writer
from zdcdc.capture import decision
from zdcdc.capture.pending import PendingKeys
from zdcdc.capture.reader import Reader, Shape
from zdcdc.config import Config
from zdcdc.cutover.fence import replace_capture_by_fence
from zdcdc.errors import (
    Code,
    PreconditionError,
    SourceBusyError,
    TargetError,
    TargetUnavailableError,
    TryAgainError,
)
from zdcdc.model import Checkpoint, Decision, Primary
from zdcdc.patience import Patience
from zdcdc.points import reach
from zdcdc.rounds.pair import Source
from zdcdc.sqlite import text

LOG = logging.getLogger(__name__)

AUTO_INCREMENT_MARGIN = 1000


@dataclass(frozen=True, slots=True)
class Switched:
    """A cutover that is proven: the drained position is the position at the fence.

    ``pause_seconds`` is how long the write lock was held; ``already`` when it had been done before.
    """

    primary: Primary
    epoch: int
    position: int
    drained_changes: int
    pause_seconds: float
    already: bool = False


Counters = dict[str, int]
"""For each table with AUTOINCREMENT: the next key that the target will generate."""


def raise_counters(config: Config, source: Source) -> Counters:
    """Before the lock: generated keys in the target begin above all that SQLite ever gave (trap 118).

    InnoDB raises the counter itself with each row that is copied; only the sequence of AUTOINCREMENT can
    be higher than any row. The margin is for keys given until the lock is taken.
    """
    counters: Counters = {}
    connection = mysql.connect(config.target)
    try:
        for table, sequence in _sequences(source.reading, source).items():
            counters[table] = sequence + 1 + AUTO_INCREMENT_MARGIN
            tables.raise_auto_increment(connection, table, counters[table])
    finally:
        connection.close()
    return counters


def _sequences(connection: sqlite3.Connection, source: Source) -> dict[str, int]:
    """The highest key ever given of each table with AUTOINCREMENT, by its name in the target."""
    with sqlite.errors_of("reading sqlite_sequence"):
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
            return {}
        found = connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    sequences = {text(name): int(sequence) for name, sequence in found}
    return {m.name: sequences[m.source] for m in source.mappings if m.source in sequences}


def switch(
    config: Config, source: Source, counters: Counters, max_pause: float, patience: Patience
) -> Switched:
    """Makes MySQL primary. The caller's stream must be at rest. It is patient until the lock is held.

    Raises TryAgainError (undone, nothing changed), SourceBusyError when the lock was never free,
    PreconditionError, SourceError, TargetError.
    """
    target, stored = patience.run(lambda: _connect(config, max_pause))
    locking = sqlite.connect(config.sqlite_path, busy_seconds=sqlite.WRITE_BUSY_SECONDS)
    try:
        reader = Reader(
            locking,
            source.mappings,
            source.key_width,
            source.guard,
            config.limits,
            Shape(lines=False, utf8=source.utf8),
        )
        room = room_of(target)
        writer = Writer(
            target,
            source.mappings,
            InsertLoader(room),
            room,
            config.limits.batch_rows,
            PendingKeys(locking, source.mappings),
            points="drain",
        )
        # FULL syncs the WAL at commit; in rollback-journal mode EXTRA also syncs the directory, without
        # which a power loss may bring the journal, and with it the old decision, back.
        with sqlite.errors_of("preparing the switch"):
            locking.execute(f"PRAGMA synchronous = {'EXTRA' if source.rollback_journal else 'FULL'}")
        under_lock = _UnderLock(locking, target, reader, writer, source, counters, max_pause)
        patience.run(under_lock.take, passing=(SourceBusyError,))
        return under_lock.switch(stored)
    finally:
        locking.close()
        mysql.close(target)


def _connect(config: Config, max_pause: float) -> tuple[Connection[Any], Checkpoint]:
    """A connection that waits for nothing longer than about ``max_pause``, and what the target holds."""
    seconds = max(1, round(max_pause))
    target = mysql.connect(config.target, lock_wait_seconds=seconds, read_seconds=seconds + 1)
    try:
        return target, checkpoint.read(target)
    except BaseException:
        mysql.close(target)
        raise


@dataclass(frozen=True, slots=True)
class _UnderLock:
    """What the switch needs while every writer of the application waits."""

    locking: sqlite3.Connection
    target: Connection[Any]
    reader: Reader
    writer: Writer
    source: Source
    counters: Counters
    max_pause: float

    def switch(self, stored: Checkpoint) -> Switched:
        begun = time.monotonic()
        try:
            reach("cutover.locked")
            drained = self._drain(stored)
            if self.source.guard.outranked:
                # What it wrote may have passed our triggers, so the comparison made before proves nothing.
                raise _undone("the application made a trigger a moment ago: zdcdc verify is needed again")
            self._keep_counters()
            if time.monotonic() - begun > self.max_pause:
                raise _undone(f"draining took longer than the allowed pause of {self.max_pause} s")
            reach("cutover.drained")
            decided = self.source.decided
            decided = replace(decided, primary=Primary.MYSQL, epoch=decided.epoch + 1)
            with sqlite.errors_of("raising the fence"):
                replace_capture_by_fence(self.locking, self.source.mappings, decided.epoch)
                decision.write(self.locking, decided)
            self._commit()
        except TargetUnavailableError as error:
            raise _undone(f"the target did not answer within the allowed pause: {error.what}") from error
        finally:
            if self.locking.in_transaction:
                self.locking.execute("ROLLBACK")
                reach("cutover.undone")
        pause = time.monotonic() - begun
        confirm(self.target, self.source.decided.migration_id, decided.epoch)
        position = drained.watermark.sequence
        return Switched(Primary.MYSQL, decided.epoch, position, position - stored.watermark.sequence, pause)

    def take(self) -> None:
        """Takes the write lock. Raises SourceBusyError when it is not free."""
        # In rollback-journal mode a reader would make the COMMIT fail after the drain (trap 110).
        lock = "EXCLUSIVE" if self.source.rollback_journal else "IMMEDIATE"
        # The wait may be long: the session is kept alive, and no writer waits for a server that is gone.
        with mysql.errors_of("asking whether the server is there"):
            self.target.ping()
        with sqlite.errors_of("taking the write lock"):
            reach("cutover.before_lock")
            self.locking.execute(f"BEGIN {lock}")

    def _drain(self, stored: Checkpoint) -> Checkpoint:
        """The last rounds, committed even when empty, so that a process which outlived its role is refused
        afterwards."""
        base = stored
        while True:
            with sqlite.errors_of("reading the last round"):
                reach("drain.before_read")
                batch = replace(self.reader.read_here(base), hand_over=self.source.decided.epoch + 1)
            reach("drain.after_read")
            self.writer.apply(batch)
            base = batch.after
            if not batch.catching_up:
                break
        if base.watermark.sequence != batch.newest:
            raise AssertionError("the drain ended before the newest change")
        return base

    def _keep_counters(self) -> None:
        """Raises a counter whose margin was used up since; seldom, as it takes about 2 ms a table."""
        for table, sequence in _sequences(self.locking, self.source).items():
            if sequence >= self.counters.get(table, 0):
                tables.raise_auto_increment(self.target, table, sequence + 1)

    def _commit(self) -> None:
        try:
            with sqlite.errors_of("committing the cutover"):
                reach("cutover.before_commit")
                self.locking.execute("COMMIT")
                reach("cutover.committed")
        except SourceBusyError as error:
            raise _undone(f"the commit found the database busy: {error.what}") from error


def confirm(target: Connection[Any], migration_id: str, epoch: int) -> None:
    """Tells the target's checkpoint which switch made it primary: an older copy of the source, which knows
    nothing of it, is refused from then on. May be given again; one that fails is given by the next run."""
    try:
        stored = checkpoint.read(target)
        if stored.migration_id == migration_id and stored.epoch < epoch:
            checkpoint.replace_with(target, stored, replace(stored, epoch=epoch, handed_over=None))
    except (TargetError, PreconditionError) as error:
        LOG.warning("%s; the cutover is done, and the next command tells the target again", error.what)


def _undone(what: str) -> TryAgainError:
    return TryAgainError(
        Code.LAG,
        what,
        consequence="the cutover was undone; the application writes to SQLite as before",
        hint="zdcdc cutover tries it again",
    )


def outcome_of(decided: Decision | None, migration_id: str, epoch: int) -> bool:
    """Whether the decision row, read on a new connection, says that switch ``epoch`` happened."""
    if decided is None or decided.migration_id != migration_id:
        raise PreconditionError(Code.DRIFT, "the decision row is gone", hint="zdcdc status")
    return decided.primary is Primary.MYSQL and decided.epoch == epoch
