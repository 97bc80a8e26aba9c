"""The cutover itself: lock, drain, position, fence and decision in one SQLite transaction.

Its COMMIT is the cutover. Before it nothing has changed for anyone but a wait inside the busy timeout;
after it every write to SQLite fails with the fence's message.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, replace

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint, tables
from zdcdc.apply.bulk import STATEMENT_BYTES, InsertLoader
from zdcdc.apply.writer import Writer
from zdcdc.capture import decision
from zdcdc.capture.reader import Reader, Shape
from zdcdc.config import Config
from zdcdc.cutover.fence import replace_capture_by_fence
from zdcdc.errors import Code, PreconditionError, SourceBusyError, TargetUnavailableError, TryAgainError
from zdcdc.model import Batch, Checkpoint, Decision, Primary
from zdcdc.points import reach
from zdcdc.rounds.pair import Source
from zdcdc.sqlite import text

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


def raise_counters(config: Config, source: Source) -> None:
    """Before the lock: generated keys in the target begin above all that SQLite ever gave (trap 118).

    InnoDB raises the counter itself with each row that is copied; only the sequence of AUTOINCREMENT can
    be higher than any row.
    """
    with sqlite.errors_of("reading sqlite_sequence"):
        if not source.reading.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
        ).fetchone():
            return
        found = source.reading.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    sequences = {text(name): int(sequence) for name, sequence in found}
    connection = mysql.connect(config.target)
    try:
        for mapping in source.mappings:
            if mapping.source in sequences:
                first = sequences[mapping.source] + 1 + AUTO_INCREMENT_MARGIN
                tables.raise_auto_increment(connection, mapping.name, first)
    finally:
        connection.close()


def switch(config: Config, source: Source, max_pause: float) -> Switched:
    """Makes MySQL primary. The caller's stream must be at rest.

    Raises TryAgainError (undone, nothing changed), PreconditionError, SourceError, TargetError.
    """
    seconds = max(1, round(max_pause))
    target = mysql.connect(config.target, lock_wait_seconds=seconds, read_seconds=seconds + 1)
    locking = sqlite.connect(config.sqlite_path, busy_seconds=config.limits.switch_timeout_seconds)
    try:
        reader = Reader(
            locking, source.mappings, source.guard, config.limits, Shape(lines=False, utf8=source.utf8)
        )
        loader = InsertLoader(STATEMENT_BYTES * 2)
        writer = Writer(target, source.mappings, loader, config.limits.batch_rows, lambda *_: False)
        stored = checkpoint.read(target)
        # FULL syncs the WAL at commit; in rollback-journal mode EXTRA also syncs the directory, without
        # which a power loss may bring the journal, and with it the old decision, back.
        with sqlite.errors_of("preparing the switch"):
            locking.execute(f"PRAGMA synchronous = {'EXTRA' if source.rollback_journal else 'FULL'}")
        return _locked(locking, reader, writer, source, stored, max_pause)
    finally:
        locking.close()
        target.close()


def _locked(
    locking: sqlite3.Connection,
    reader: Reader,
    writer: Writer,
    source: Source,
    stored: Checkpoint,
    max_pause: float,
) -> Switched:
    reach("cutover.before_lock")
    lock = "EXCLUSIVE" if source.rollback_journal else "IMMEDIATE"
    try:
        with sqlite.errors_of("taking the write lock"):
            locking.execute(f"BEGIN {lock}")
    except SourceBusyError as error:
        raise _undone(f"the write lock was not free: {error.what}") from error
    begun = time.monotonic()
    try:
        reach("cutover.locked")
        drained, changes = _drain(reader, writer, stored)
        if time.monotonic() - begun > max_pause:
            raise _undone(f"draining took longer than the allowed pause of {max_pause} s")
        reach("cutover.drained")
        decided = replace(source.decided, primary=Primary.MYSQL, epoch=source.decided.epoch + 1)
        with sqlite.errors_of("raising the fence"):
            replace_capture_by_fence(locking, source.mappings, decided.epoch)
            decision.write(locking, decided)
        reach("cutover.before_commit")
        _commit(locking, decided)
    except TargetUnavailableError as error:
        raise _undone(f"the target did not answer within the allowed pause: {error.what}") from error
    finally:
        if locking.in_transaction:
            locking.execute("ROLLBACK")
    pause = time.monotonic() - begun
    reach("cutover.committed")
    return Switched(Primary.MYSQL, decided.epoch, drained.watermark.sequence, changes, pause)


def _drain(reader: Reader, writer: Writer, stored: Checkpoint) -> tuple[Checkpoint, int]:
    """The last rounds, under the lock; committed even when empty, so that a process which outlived its
    role is refused afterwards."""
    base = stored
    while True:
        with sqlite.errors_of("reading the last round"):
            batch: Batch = reader.read_here(base)
        reach("cutover.drain_read")
        writer.apply(batch)
        base = batch.after
        if not batch.catching_up:
            break
    if base.watermark.sequence != batch.newest:
        raise AssertionError("the drain ended before the newest change")
    return base, base.watermark.sequence - stored.watermark.sequence


def _commit(locking: sqlite3.Connection, decided: Decision) -> None:
    try:
        with sqlite.errors_of("committing the cutover"):
            locking.execute("COMMIT")
    except SourceBusyError as error:
        raise _undone(f"the commit found the database busy: {error.what}") from error


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
