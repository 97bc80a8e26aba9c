"""Reading one round: sequence, changed keys, their rows and the next chunk, in one read transaction.

Two transactions would lose writes that fall between them (trap 23: 39 of 3,803).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zdcdc.capture.guard import Guard
from zdcdc.capture.journal import Journal
from zdcdc.capture.lines import escaped_block
from zdcdc.capture.refusal import refused
from zdcdc.capture.rows import RANGE_ROWS, TableQueries, key_from_sqlite
from zdcdc.codecs import Form
from zdcdc.config import Limits
from zdcdc.mapping import TableMapping
from zdcdc.model import (
    Batch,
    Checkpoint,
    Chunk,
    Key,
    RangeRequest,
    TableChanges,
    TableCopy,
    VerifyRead,
    VerifyRequest,
)
from zdcdc.sqlite import read_transaction

_FIRST_FETCH = 8  # rows, before anything is known of their size
_MOST_FETCH = 256  # rows between two looks at the clock


class _SliceTooLarge(Exception):  # noqa: N818 - a signal, not an error
    pass


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows are wanted: as ``lines`` of LOAD DATA or as tuples; from a database in ``utf8`` or not."""

    lines: bool
    utf8: bool


class Reader:
    """Reads rounds from the source. One thread at a time; the transaction is as short as the limits say."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        tables: Sequence[TableMapping],
        guard: Guard,
        limits: Limits,
        shape: Shape,
    ) -> None:
        self._connection = connection
        self._queries = {mapping.table_id: TableQueries(mapping) for mapping in tables}
        self._journal = Journal(connection, max(len(mapping.key) for mapping in tables))
        self._guard = guard
        self._limits = limits
        self._raw = shape.utf8
        self._proof_form = Form.RAW_PROOF if shape.utf8 else Form.ESCAPED_PROOF
        self._chunk_form = Form.LITERAL
        if shape.lines:
            self._chunk_form = Form.RAW_FIELD if shape.utf8 else Form.ESCAPED_FIELD
        self._slice = limits.slice_changes

    def read(self, base: Checkpoint, verify: VerifyRequest | None = None) -> Batch:
        """The round after ``base``. Raises SourceError, PreconditionError (drift), ValueRefusedError."""
        with read_transaction(self._connection, "reading a round from the source"):
            return self.read_here(base, verify)

    def read_here(self, base: Checkpoint, verify: VerifyRequest | None = None) -> Batch:
        """The same inside a transaction of the caller's, as the drain of a cutover needs it."""
        begun = time.monotonic()
        self._guard.check(self._connection, base, self._journal)
        newest = self._journal.newest()
        changes, last = self._changes(base, newest)
        watermark = base.watermark if last == base.watermark.sequence else self._journal.row(last)
        if watermark is None:
            raise AssertionError(f"the journal has no row {last}, though it goes to {newest}")
        waiting = self._journal.age_seconds(base.watermark.sequence)
        batch = Batch(base, watermark, newest, changes, oldest_seconds=waiting)
        if not batch.catching_up:
            deadline = begun + self._limits.read_seconds
            copy = base.current
            if copy is not None:
                batch = replace(batch, chunk=self._chunk(copy, deadline))
            elif verify is not None:
                batch = replace(batch, verify=self._verify(verify, deadline))
        return replace(batch, read_seconds=time.monotonic() - begun)

    def waits(self, base: Checkpoint) -> bool:
        """Whether a change waits after ``base``: one look-up, no transaction kept."""
        with read_transaction(self._connection, "looking for changes"):
            return self._journal.newest() > base.watermark.sequence

    def pending(self, table_id: int, after: int, key: Key) -> bool:
        """Whether ``key`` is journaled after sequence ``after``."""
        with read_transaction(self._connection, "looking for a pending key"):
            return self.pending_here(table_id, after, key)

    def pending_here(self, table_id: int, after: int, key: Key) -> bool:
        """The same inside a transaction of the caller's."""
        query = self._queries[table_id].pending()
        return self._connection.execute(query, (after, table_id, *key)).fetchone() is not None

    def _changes(self, base: Checkpoint, newest: int) -> tuple[tuple[TableChanges, ...], int]:
        first = base.watermark.sequence
        while True:
            last = min(newest, first + self._slice)
            try:
                changes = tuple(self._table_changes(base, first, last))
            except _SliceTooLarge:
                self._slice = max(1, min(self._slice, last - first) // 2)
                continue
            self._slice = min(self._limits.slice_changes, self._slice * 2)
            return changes, last

    def _table_changes(self, base: Checkpoint, first: int, last: int) -> Iterator[TableChanges]:
        size = 0
        for table_id in self._journal.changed_tables(first, last):
            copy = base.copy_of(table_id)
            if not copy.complete and copy.cursor is None:
                continue
            queries = self._queries[table_id]
            up_to = not copy.complete
            values = (first, last, table_id, *((copy.cursor or ()) if up_to else ()))
            keys: set[bytes] = set()
            present: list[bytes] = []
            rows: list[bytes] = []
            for (key,) in self._connection.execute(queries.changed_keys(up_to=up_to), values):
                if key is None:
                    raise refused(self._connection, queries)
                keys.add(key)
            for key, row in self._connection.execute(queries.changed_rows(up_to=up_to), values):
                if row is None:
                    raise refused(self._connection, queries)
                present.append(key)
                rows.append(row)
                size += len(row)
                if size > self._limits.slice_size and last - first > 1:
                    raise _SliceTooLarge
            gone = keys.difference(present)
            yield TableChanges(table_id, tuple(sorted(gone)), tuple(present), tuple(rows))

    def _chunk(self, copy: TableCopy, deadline: float) -> Chunk:
        queries = self._queries[copy.table_id]
        found = self._range(queries, copy.cursor, self._chunk_form, deadline)
        if self._chunk_form is Form.LITERAL:
            pieces = tuple(found.rows)
        else:
            pieces = (self._block(queries, found.rows, found.nulls),) if found.rows else ()
        return Chunk(copy.table_id, copy.cursor, found.cursor, pieces, len(found.rows), found.last)

    def _verify(self, request: VerifyRequest, deadline: float) -> VerifyRead:
        queries = self._queries[request.table_id]
        if isinstance(request, RangeRequest):
            found = self._range(queries, request.after, self._proof_form, deadline)
        else:
            found = self._by_keys(queries, request.keys)
        block = self._block(queries, found.rows, found.nulls)
        return VerifyRead(request, block, len(found.rows), found.cursor, found.last)

    def _by_keys(self, queries: TableQueries, keys: Sequence[Key]) -> _Found:
        rows: list[bytes] = []
        nulls = 0
        query = queries.by_key(self._proof_form)
        for key in keys:
            for row, some in self._connection.execute(query, (*key, *key)):
                if row is None:
                    raise refused(self._connection, queries)
                rows.append(row)
                nulls += some
        return _Found(rows, nulls, None, True)

    def _block(self, queries: TableQueries, rows: list[bytes], nulls: int) -> bytes:
        if not self._raw:
            return b"\n".join(rows)
        block = escaped_block(rows, len(queries.mapping.columns), nulls)
        if block is None:
            raise refused(self._connection, queries)
        return block

    def _range(self, queries: TableQueries, after: Key | None, form: Form, deadline: float) -> _Found:
        rows: list[bytes] = []
        size = nulls = 0
        block: list[tuple[Any, ...]] = []
        cursor = self._connection.execute(queries.range(form, after=after is not None), after or ())
        fetch = _FIRST_FETCH
        fetched: list[tuple[Any, ...]] = []
        while size < self._limits.chunk_size and (not rows or time.monotonic() < deadline):
            fetched = cursor.fetchmany(fetch)
            if not fetched:
                break
            block = fetched
            texts, some_nulls, *_ = zip(*block, strict=True)
            if None in texts:
                raise refused(self._connection, queries)
            rows += texts
            size += sum(map(len, texts))
            nulls += sum(some_nulls)
            # Half of what is left at the rows' usual size, so that large rows cannot fill the memory.
            left = max(0, self._limits.chunk_size - size) * len(rows) // (2 * max(size, 1))
            fetch = max(1, min(_MOST_FETCH, left))
        last = len(fetched) == 0 and len(rows) < RANGE_ROWS
        cursor.close()
        return _Found(rows, nulls, key_from_sqlite(block[-1][2:]) if rows else None, last)


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows of a range, their NULLs, the key of the last one, and whether the table ends with it."""

    rows: list[bytes]
    nulls: int
    cursor: Key | None
    last: bool


def limits_for(limits: Limits, *, rollback_journal: bool) -> Limits:
    """``limits`` with reads short enough for a source whose commits wait for readers (trap 26)."""
    if not rollback_journal:
        return limits
    return replace(
        limits,
        read_seconds=limits.blocking_read_seconds,
        slice_changes=min(limits.slice_changes, 1000),
        slice_size=min(limits.slice_size, limits.chunk_size),
    )
