"""Both ends of the stream, open: what a round needs to be read and written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint
from zdcdc.apply.bulk import LocalInfileLoader, choose_loader, room_of
from zdcdc.apply.writer import Writer
from zdcdc.capture import baseline, decision, journal
from zdcdc.capture.decision import HeldTable, StoredTable
from zdcdc.capture.guard import Guard
from zdcdc.capture.pending import PendingKeys
from zdcdc.capture.reader import Reader, Shape, limits_for
from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError
from zdcdc.mapping import TableMapping
from zdcdc.model import Checkpoint, Decision, Participant, Resync
from zdcdc.sqlite import text
from zdcdc.wire import Wire

PRUNE_BUSY_SECONDS = 0.1
"""Short: in rollback-journal mode a waiting writer keeps the application's readers out."""


@dataclass(frozen=True, slots=True)
class Source:
    """The source with capture installed: two connections, as reading goes on in a thread of its own."""

    reading: sqlite3.Connection
    pruning: sqlite3.Connection
    decided: Decision
    tables: tuple[StoredTable, ...]
    held: tuple[HeldTable, ...]
    guard: Guard
    key_width: int
    rollback_journal: bool
    utf8: bool

    @property
    def mappings(self) -> tuple[TableMapping, ...]:
        return tuple(stored.mapping for stored in self.tables)

    @property
    def participants(self) -> tuple[Participant, ...]:
        return participants_of(self.tables, self.held)


def participants_of(tables: Iterable[StoredTable], held: Iterable[HeldTable]) -> tuple[Participant, ...]:
    """What the target has to know of the source's list of tables."""
    followed = [Participant(t.mapping.table_id, t.mapping.name, t.generation, t.resync) for t in tables]
    kept = [
        Participant(waiting.table_id, waiting.mapping.name, waiting.generation, Resync.HOLD)
        for waiting in held
        if waiting.mapping is not None
    ]
    return (*followed, *kept)


@contextmanager
def open_source(config: Config) -> Iterator[Source]:
    """The source of a migration that has begun. Raises PreconditionError when none has."""
    reading = sqlite.connect(config.sqlite_path)
    try:
        with sqlite.read_transaction(reading, "reading the state of the migration"):
            decided = decision.read(reading)
            if decided is None:
                raise not_begun(config)
            tables, held = decision.read_tables(reading), decision.read_held(reading)
            before = baseline.read(reading)
            guard = Guard(config.sqlite_path, tables, held, before, decided.selection)
            width = journal.width(reading)
            mode = text(reading.execute("PRAGMA journal_mode").fetchone()[0])
            encoding = text(reading.execute("PRAGMA encoding").fetchone()[0])
        pruning = sqlite.connect(config.sqlite_path, busy_seconds=PRUNE_BUSY_SECONDS)
        try:
            yield Source(
                reading, pruning, decided, tables, held, guard, width, mode != "wal", encoding == "UTF-8"
            )
        finally:
            pruning.close()
    finally:
        reading.close()


def not_begun(config: Config) -> PreconditionError:
    """The error for a command that needs a migration where there is none."""
    return PreconditionError(
        Code.PHASE, f"no migration has begun on {config.sqlite_path}", hint="zdcdc snapshot begins one"
    )


@dataclass(frozen=True, slots=True)
class Link:
    """A target connection with the reader and writer that go with its abilities."""

    connection: Wire
    reader: Reader
    writer: Writer
    checkpoint: Checkpoint

    def close(self) -> None:
        mysql.close(self.connection)


def connect(config: Config, source: Source) -> Link:
    """Connects to the target and reads its checkpoint. Raises TargetError, PreconditionError."""
    connection = mysql.connect(config.target)
    try:
        checkpoint.settle(connection)
        room = room_of(connection)
        loader = choose_loader(connection, room)
        shape = Shape(isinstance(loader, LocalInfileLoader), source.utf8)
        limits = limits_for(config.limits, rollback_journal=source.rollback_journal)
        reader = Reader(source.reading, source.mappings, source.key_width, source.guard, limits, shape)
        writer = Writer(
            connection,
            source.mappings,
            loader,
            room,
            config.limits.batch_rows,
            PendingKeys(source.pruning, source.mappings),
        )
        return Link(connection, reader, writer, checkpoint.read(connection))
    except BaseException:
        connection.close()
        raise
