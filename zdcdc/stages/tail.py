"""Reading the journal as it grows, without any lock and without the target."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zdcdc import sqlite
from zdcdc.capture import decision, journal
from zdcdc.capture.tail import JournaledChange, changes, extent
from zdcdc.errors import Code, PreconditionError, Side
from zdcdc.model import Decision, Primary

ROWS = 200
"""Changes of one read transaction, with their rows."""

BLOCKING_ROWS = 20
"""The same where a reader keeps the application's commits waiting (rollback-journal mode)."""

POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Pruned:
    """Changes that the journal does not hold any more: from the first to the last of them."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Read:
    decided: Decision
    found: tuple[JournaledChange, ...]
    pruned: Pruned | None
    read_to: int
    newest: int


def tail(
    sqlite_path: Path, begin: int | None, follow: bool, stop: threading.Event
) -> Iterator[JournaledChange | Pruned]:
    """The changes from position ``begin`` on, from the oldest that is kept if None; those that are made
    afterwards, too, when asked to ``follow``.

    Ends when ``stop`` is set. Raises PreconditionError when no migration has begun, and at the end of what
    there is when the journal itself has ended.
    """
    connection = sqlite.connect(sqlite_path)
    try:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        rows = ROWS if sqlite.text(mode) == "wal" else BLOCKING_ROWS
        identity = _identity(sqlite_path)
        while not stop.is_set():
            read = _read(connection, sqlite_path, begin, rows)
            if read.pruned is not None:
                yield read.pruned
            yield from read.found
            begin = read.read_to + 1
            if read.read_to < read.newest:
                continue
            _require_growing(read)
            if not follow:
                return
            stop.wait(POLL_SECONDS)
            if _identity(sqlite_path) != identity:
                raise PreconditionError(
                    Code.DRIFT,
                    f"{sqlite_path} was replaced by another file",
                    consequence="this log has ended",
                    hint="zdcdc tail reads the new one",
                    side=Side.SOURCE,
                )
    finally:
        connection.close()


def _read(connection: sqlite3.Connection, path: Path, begin: int | None, rows: int) -> _Read:
    with sqlite.read_transaction(connection, "reading the journal"):
        decided = decision.read(connection)
        if decided is None:
            raise PreconditionError(
                Code.PHASE,
                f"there is no migration on {path}",
                consequence="nothing is recorded",
                hint="zdcdc snapshot begins one",
            )
        if decided.completed:
            raise _ended(decided, "it was removed when the migration was completed")
        there = extent(connection)
        # The barrier, at which the journal began, is no change: nothing before it was ever recorded.
        first = there.oldest if begin is None else max(begin, there.oldest)
        pruned = Pruned(begin, first - 1) if begin is not None and begin < first else None
        last = max(first - 1, min(there.newest, first + rows - 1))
        mappings = [stored.mapping for stored in decision.read_tables(connection)]
        found = changes(connection, mappings, journal.width(connection), first, last)
        return _Read(decided, tuple(found), pruned, last, there.newest)


def _require_growing(read: _Read) -> None:
    if read.decided.primary is not Primary.SQLITE:
        raise _ended(read.decided, f"it ended at position {read.newest}")


def _ended(decided: Decision, how: str) -> PreconditionError:
    return PreconditionError(
        Code.PHASE,
        f"MySQL is primary since switch {decided.epoch}: nothing is written to the journal any more, {how}",
        consequence="changes made in MySQL are not shown: this version does not read its binlog",
        hint="zdcdc status",
    )


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
