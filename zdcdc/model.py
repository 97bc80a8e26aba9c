"""The nouns of a migration as frozen values: what flows from capture to apply. No I/O here."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from zdcdc.comparison import VerifyRead
from zdcdc.keys import Key, key_from_json, key_to_json


class Operation(int, Enum):
    """What a journal row says happened to its key."""

    BARRIER = 0
    INSERT = 1
    UPDATE = 2
    DELETE = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tables take part: shell patterns, matched without regard to case."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def takes(self, table: str) -> bool:
        name = table.lower()
        if any(fnmatch.fnmatchcase(name, pattern.lower()) for pattern in self.exclude):
            return False
        return not self.include or any(fnmatch.fnmatchcase(name, p.lower()) for p in self.include)


class Primary(str, Enum):
    """The side that takes the application's writes."""

    SQLITE = "sqlite"
    MYSQL = "mysql"


class Phase(str, Enum):
    """Where a migration stands."""

    NEW = "new"
    COPYING = "copying"
    FOLLOWING = "following"
    CUT_OVER = "cut_over"
    COMPLETED = "completed"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One row of the journal, whole: sequence, table id, operation, key and commit-side time.

    ``time`` is a Julian day (UTC). Two equal rows with one sequence are the same change; a row that
    differs under a sequence we have seen means that the source went back (power loss, restored copy).
    """

    sequence: int
    table_id: int
    operation: int
    key: Key
    time: float

    def to_json(self) -> dict[str, Any]:
        return {
            "sequence": self.sequence,
            "table_id": self.table_id,
            "operation": self.operation,
            "key": key_to_json(self.key),
            "time": self.time.hex(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> JournalRow:
        return cls(
            data["sequence"],
            data["table_id"],
            data["operation"],
            key_from_json(data["key"]),
            float.fromhex(data["time"]),
        )


class CopyState(str, Enum):
    """How far one table has come.

    ``discarded``: what the target holds of it is to be dropped, and copied again. ``suspect``: copied, but
    rows may differ, so it is to be compared and repaired before it counts as copied. ``held``: left as it is
    since a value came that it cannot keep; its changes are not applied until that is corrected.
    """

    DISCARDED = "discarded"
    PENDING = "pending"
    COPYING = "copying"
    SUSPECT = "suspect"
    HELD = "held"
    COPIED = "copied"
    INDEXED = "indexed"


class Resync(str, Enum):
    """What a table needs in the target after a change of the source that the journal does not tell."""

    NOTHING = "nothing"
    INDEX = "index"
    COMPARE = "compare"
    COPY = "copy"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class TableCopy:
    """Copy progress of one table: rows with a key up to and including ``cursor`` are in the target.

    ``name`` is the table's name in the target. ``generation`` is that of the source which the target has
    taken in: a higher one there says that the table was changed beside the journal.
    """

    table_id: int
    state: CopyState = CopyState.PENDING
    cursor: Key | None = None
    rows: int = 0
    name: str = ""
    generation: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing of the table is left to be copied."""
        return self.state in (CopyState.SUSPECT, CopyState.HELD, CopyState.COPIED, CopyState.INDEXED)


@dataclass(frozen=True, slots=True)
class Participant:
    """A table that takes part, as the source says: ``name`` in the target, and what its generation needs."""

    table_id: int
    name: str
    generation: int
    resync: Resync


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the target holds: stored in the target, in the transaction of the data it describes.

    ``round`` grows by one at each target transaction and never repeats; with ``epoch`` it refuses a
    process that outlived its role. ``watermark`` is the journal row up to which changes are applied.
    ``handed_over`` is the epoch of a cutover for which the target was drained last, None before one and as
    soon as a round follows it.
    """

    migration_id: str
    epoch: int
    round: int
    watermark: JournalRow
    copies: tuple[TableCopy, ...]
    handed_over: int | None = None

    def copy_of(self, table_id: int) -> TableCopy:
        """Raises StopIteration for a table that does not take part."""
        return next(copy for copy in self.copies if copy.table_id == table_id)

    def takes(self, table_id: int) -> bool:
        """Whether a table takes part; the journal may still hold changes of one that was dropped."""
        return any(copy.table_id == table_id for copy in self.copies)

    @property
    def current(self) -> TableCopy | None:
        """The table whose turn it is to be copied; None when all are."""
        return next((copy for copy in self.copies if not copy.complete), None)

    @property
    def copied(self) -> bool:
        return self.current is None

    @property
    def suspects(self) -> tuple[TableCopy, ...]:
        """The tables that are to be compared and repaired."""
        return tuple(copy for copy in self.copies if copy.state is CopyState.SUSPECT)

    @property
    def indexed(self) -> bool:
        return all(copy.state in (CopyState.INDEXED, CopyState.HELD) for copy in self.copies)

    @property
    def rows_copied(self) -> int:
        return sum(copy.rows for copy in self.copies)

    def with_copy(self, copy: TableCopy) -> Checkpoint:
        copies = tuple(copy if old.table_id == copy.table_id else old for old in self.copies)
        return replace(self, copies=copies)


@dataclass(frozen=True, slots=True)
class Decision:
    """The row in the SQLite file that says which side is primary (invariant I4)."""

    migration_id: str
    primary: Primary
    epoch: int
    start_sequence: int
    state_directory: str
    target: str
    completed: bool = False
    selection: Selection = Selection()


@dataclass(frozen=True, slots=True)
class Lag:
    """Changes committed in the source and not yet in the target, and the age of the oldest in seconds."""

    changes: int
    seconds: float

    def worse(self, other: Lag) -> Lag:
        """The higher of both, changes and seconds each by itself."""
        return Lag(max(self.changes, other.changes), max(self.seconds, other.seconds))


@dataclass(frozen=True, slots=True)
class TableChanges:
    """The changed keys of one table and their present rows, encoded for MySQL.

    ``gone`` are keys without a row, ``present`` the keys of ``rows``; both as predicates.
    """

    table_id: int
    gone: tuple[bytes, ...]
    present: tuple[bytes, ...]
    rows: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A key range of one table, whole: every row after ``after`` up to ``cursor``, encoded.

    ``pieces`` hold one row each as a tuple, or all ``count`` rows in one block of lines. ``last`` means
    that the range is open to the end of the table.
    """

    table_id: int
    after: Key | None
    cursor: Key | None
    pieces: tuple[bytes, ...]
    count: int
    last: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """One round as it was read: all of it in one read transaction of the source.

    ``watermark`` is the journal row up to which ``changes`` go, ``newest`` the newest sequence of that
    snapshot; when they differ the rest is a backlog and rows may be newer than the slice.
    """

    base: Checkpoint
    watermark: JournalRow
    newest: int
    changes: tuple[TableChanges, ...]
    chunk: Chunk | None = None
    verify: VerifyRead | None = None
    hand_over: int | None = None
    """The epoch of the cutover that this round drains the target for."""
    stirred: frozenset[int] = frozenset()
    """Tables that are held and were written to: their changes are not in this round."""
    oldest_seconds: float = 0.0
    """Age, when it was read, of the oldest change that the target did not have."""
    read_seconds: float = 0.0

    @property
    def catching_up(self) -> bool:
        return self.watermark.sequence < self.newest

    @property
    def applied_changes(self) -> int:
        return self.watermark.sequence - self.base.watermark.sequence

    @property
    def empty(self) -> bool:
        return self.chunk is None and self.watermark == self.base.watermark

    @property
    def after(self) -> Checkpoint:
        """The checkpoint that stands once this batch is committed."""
        checkpoint = replace(
            self.base, round=self.base.round + 1, watermark=self.watermark, handed_over=self.hand_over
        )
        if self.chunk is None:
            return checkpoint
        old = checkpoint.copy_of(self.chunk.table_id)
        state = CopyState.COPIED if self.chunk.last else CopyState.COPYING
        cursor = old.cursor if self.chunk.cursor is None else self.chunk.cursor
        rows = old.rows + self.chunk.count
        return checkpoint.with_copy(replace(old, state=state, cursor=cursor, rows=rows))
