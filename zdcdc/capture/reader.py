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
from zdcdc.capture.lines import Writer, escaped_block, is_utf8, joined, plain_real, writer_of
from zdcdc.capture.refusal import refused
from zdcdc.capture.rows import RANGE_ROWS, TableQueries, apart_columns, key_from_sqlite
from zdcdc.codecs.codec import Form
from zdcdc.codecs.functions import mysql_real
from zdcdc.comparison import RangeRequest, VerifyRead, VerifyRequest
from zdcdc.config import Limits
from zdcdc.keys import Key
from zdcdc.mapping import TableMapping
from zdcdc.model import Batch, Checkpoint, Chunk, CopyState, TableChanges, TableCopy
from zdcdc.points import reach
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
        width: int,
        guard: Guard,
        limits: Limits,
        shape: Shape,
    ) -> None:
        self._connection = connection
        self._queries = {mapping.table_id: TableQueries(mapping) for mapping in tables}
        self._journal = Journal(connection, width)
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
            read = self._read(base, verify)
        reach("round.after_read")
        # After the transaction: a reader may keep the application's commits waiting.
        return self._encoded(read)

    def read_here(self, base: Checkpoint) -> Batch:
        """The same inside a transaction of the caller's, as the drain of a cutover needs it."""
        return self._encoded(self._read(base, None))

    def _read(self, base: Checkpoint, verify: VerifyRequest | None) -> _Read:
        begun = time.monotonic()
        self._guard.check(self._connection, base, self._journal)
        reach("round.read")
        newest = self._journal.newest()
        changes, last = self._changes(base, newest)
        stirred = frozenset(self._held(base, last))
        watermark = base.watermark if last == base.watermark.sequence else self._journal.row(last)
        if watermark is None:
            raise AssertionError(f"the journal has no row {last}, though it goes to {newest}")
        waiting = self._journal.age_seconds(base.watermark.sequence)
        batch = Batch(base, watermark, newest, changes, stirred=stirred, oldest_seconds=waiting)
        chunk = compared = None
        if not batch.catching_up:
            deadline = begun + self._limits.read_seconds
            if base.current is not None:
                queries = self._queries[base.current.table_id]
                reach("chunk.before_read")
                chunk = self._range(queries, base.current.cursor, self._chunk_form, deadline)
                reach("chunk.after_read")
            elif verify is not None:
                compared = self._requested(verify, deadline)
                reach("verify.after_read")
        batch = replace(batch, read_seconds=time.monotonic() - begun)
        return _Read(batch, chunk, verify, compared)

    def _encoded(self, read: _Read) -> Batch:
        batch = read.batch
        if read.chunk is not None:
            assert batch.base.current is not None
            batch = replace(batch, chunk=self._chunk(batch.base.current, read.chunk))
        if read.compared is not None:
            assert read.request is not None
            found, queries = read.compared, self._queries[read.request.table_id]
            block = self._block(queries, self._proof_form, found)
            compared = VerifyRead(read.request, block, len(found.rows), found.cursor, found.last)
            batch = replace(batch, verify=compared)
        return batch

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

    def _held(self, base: Checkpoint, last: int) -> list[int]:
        held = {copy.table_id for copy in base.copies if copy.state is CopyState.HELD}
        if not held:
            return []
        return [id_ for id_ in self._journal.changed_tables(base.watermark.sequence, last) if id_ in held]

    def _table_changes(self, base: Checkpoint, first: int, last: int) -> Iterator[TableChanges]:
        size = 0
        for table_id in self._journal.changed_tables(first, last):
            if not base.takes(table_id):
                continue  # dropped in the source since
            copy = base.copy_of(table_id)
            if not copy.complete and copy.cursor is None:
                continue
            if copy.state is CopyState.HELD or table_id not in self._queries:
                continue  # held: it is compared, or copied again, before it takes part once more
            queries = self._queries[table_id]
            up_to = not copy.complete
            values = (first, last, table_id, *((copy.cursor or ()) if up_to else ()))
            keys: set[bytes] = set()
            present: list[bytes] = []
            rows: list[bytes] = []
            for (key,) in self._connection.execute(queries.changed_keys(up_to=up_to), values):
                # A key that does not fit was never let into the target. Its row, if it is still there, is
                # refused below; one that was corrected since must not be in the way.
                if key is not None:
                    keys.add(key)
            for key, row in self._connection.execute(queries.changed_rows(up_to=up_to), values):
                if row is None:
                    raise refused(self._connection, queries)
                if not is_utf8([row]):
                    raise refused(self._connection, queries)
                present.append(key)
                rows.append(row)
                size += len(row)
                if size > self._limits.slice_size and last - first > 1:
                    raise _SliceTooLarge
            # A key that is not UTF-8 was never let into the target, which could not even be asked for it.
            gone = {key for key in keys.difference(present) if is_utf8([key])}
            yield TableChanges(table_id, tuple(sorted(gone)), tuple(present), tuple(rows))

    def _chunk(self, copy: TableCopy, found: _Found) -> Chunk:
        if self._chunk_form is Form.LITERAL:
            if not is_utf8(found.rows):
                raise refused(self._connection, self._queries[copy.table_id])
            pieces = tuple(found.rows)
        else:
            block = self._block(self._queries[copy.table_id], self._chunk_form, found)
            pieces = (block,) if found.rows else ()
        return Chunk(copy.table_id, copy.cursor, found.cursor, pieces, len(found.rows), found.last)

    def _requested(self, request: VerifyRequest, deadline: float) -> _Found:
        queries = self._queries[request.table_id]
        if isinstance(request, RangeRequest):
            return self._range(queries, request.after, self._proof_form, deadline)
        return self._by_keys(queries, request.keys)

    def _by_keys(self, queries: TableQueries, keys: Sequence[Key]) -> _Found:
        rows: list[bytes] = []
        nulls = 0
        query = queries.by_key(self._proof_form)
        writers = self._writers(queries, self._proof_form)
        for key in keys:
            for *pieces, some in self._connection.execute(query, (*key, *key)):
                texts = joined([[piece] for piece in pieces], writers)
                if texts is None:
                    raise refused(self._connection, queries)
                rows += texts
                nulls += some
        return _Found(rows, nulls, None, True)

    @staticmethod
    def _writers(queries: TableQueries, form: Form) -> list[Writer]:
        real_text = mysql_real if form is Form.RAW_PROOF else plain_real
        found = [writer_of(c.codec, form, real_text) for c in apart_columns(queries.columns(form), form)]
        return [writer for writer in found if writer is not None]

    def _block(self, queries: TableQueries, form: Form, found: _Found) -> bytes:
        if not self._raw:
            return b"\n".join(found.rows)
        block = escaped_block(found.rows, len(queries.columns(form)), found.nulls)
        if block is None:
            raise refused(self._connection, queries)
        return block

    def _range(self, queries: TableQueries, after: Key | None, form: Form, deadline: float) -> _Found:
        rows: list[bytes] = []
        size = nulls = 0
        block: list[tuple[Any, ...]] = []
        cursor = self._connection.execute(queries.range(form, after=after is not None), after or ())
        pieces = len(queries.pieces(form))
        writers = self._writers(queries, form)
        fetch = _FIRST_FETCH
        fetched: list[tuple[Any, ...]] = []
        while size < self._limits.chunk_size and (not rows or time.monotonic() < deadline):
            fetched = cursor.fetchmany(fetch)
            if not fetched:
                break
            block = fetched
            columns = list(zip(*block, strict=True))
            texts = joined(columns[:pieces], writers)
            if texts is None:
                raise refused(self._connection, queries)
            rows += texts
            size += sum(map(len, texts))
            nulls += sum(columns[pieces])
            # Half of what is left at the rows' usual size, so that large rows cannot fill the memory.
            left = max(0, self._limits.chunk_size - size) * len(rows) // (2 * max(size, 1))
            fetch = max(1, min(_MOST_FETCH, left))
        last = len(fetched) == 0 and len(rows) < RANGE_ROWS
        cursor.close()
        return _Found(
            rows,
            nulls,
            key_from_sqlite(block[-1][pieces + 1 :], queries.mapping.source) if rows else None,
            last,
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows of a range, their NULLs, the key of the last one, and whether the table ends with it."""

    rows: list[bytes]
    nulls: int
    cursor: Key | None
    last: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """A round as it left the transaction, its rows not yet made into blocks."""

    batch: Batch
    chunk: _Found | None
    request: VerifyRequest | None
    compared: _Found | None


def limits_for(limits: Limits, *, rollback_journal: bool) -> Limits:
    """``limits`` with reads short enough for a source whose commits wait for readers (trap 26)."""
    if not rollback_journal:
        return limits
    return replace(
        limits,
        read_seconds=limits.blocking_read_seconds,
        slice_changes=min(limits.slice_changes, 500),
        slice_size=min(limits.slice_size, limits.chunk_size),
    )
