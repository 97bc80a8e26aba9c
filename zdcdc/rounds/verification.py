"""A full comparison that rides in the rounds of a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from threading import Event
from typing import TypeVar

from zdcdc.comparison import (
    Difference,
    KeysRequest,
    RangeRequest,
    TableVerification,
    Verification,
    VerifyRead,
    VerifyRequest,
)
from zdcdc.config import TargetConfig
from zdcdc.keys import Key
from zdcdc.mapping import TableMapping
from zdcdc.rounds.stream import Observer, Stream
from zdcdc.verify.compare import differences, key_of, parse, same_text
from zdcdc.verify.snapshot import SnapshotLostError, TargetSnapshot

T = TypeVar("T")

KEYS_PER_LOOK = 1000

Compared = Callable[[str, int, int], None]
"""Told after each range: table, rows compared so far in it, differences so far."""


@dataclass(frozen=True, slots=True)
class Part:
    """A range, or some keys, of one table: rows compared in it, and those that differ."""

    rows: int
    differences: tuple[Difference, ...]


class Verifier:
    """Compares tables over a stream; the comparing runs beside the following rounds."""

    def __init__(
        self, target: TargetConfig, stream: Stream, stop: Event, observe: Observer, utf8: bool
    ) -> None:
        self._utf8 = utf8
        self._stream = stream
        self._stop = stop
        self._observe = observe
        self._snapshot = TargetSnapshot(target)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="zdcdc-verify")

    def close(self) -> None:
        """Waits for the comparison under way and ends the connection."""
        self._worker.shutdown()
        self._snapshot.close()

    def run(self, tables: Sequence[TableMapping], compared: Compared) -> Verification | None:
        """Compares ``tables``; None when it was asked to stop before the end.

        Every difference is reported; each is looked at once more to say whether it lasted.
        """
        first = self._stream.checkpoint.watermark.sequence
        outcomes: list[TableVerification] = []
        for mapping in tables:
            outcome = self._table(mapping, compared)
            if outcome is None:
                return None
            outcomes.append(outcome)
        checkpoint = self._stream.checkpoint
        return Verification(first, checkpoint.watermark.sequence, checkpoint.epoch, tuple(outcomes))

    def _table(self, mapping: TableMapping, compared: Compared) -> TableVerification | None:
        rows = 0
        found: dict[str, Difference] = {}
        for part in self.parts(mapping):
            if part is None:
                return None
            rows += part.rows
            for difference in part.differences:
                found.setdefault(f"{difference.kind} {difference.key}", difference)
            compared(mapping.source, rows, len(found))
        return TableVerification(mapping.source, rows, tuple(found.values()))

    def parts(self, mapping: TableMapping) -> Iterator[Part | None]:
        """The comparison of one table, part by part; ends with None when it was asked to stop.

        A row that differs may come twice, in one part and in another."""
        after = None
        while True:
            looked = self._look(mapping, RangeRequest(mapping.table_id, after))
            if looked is None:
                yield None
                return
            read, differing = looked
            yield Part(read.count, differing)
            if read.last:
                break
            after = read.cursor
        if not self._same_order(mapping):
            yield from self._from_target(mapping)

    def _same_order(self, mapping: TableMapping) -> bool:
        """Whether a range of keys is the same rows on both sides: not where a key has two spellings, or is
        ordered otherwise as it is stored, nor for text that SQLite orders by its UTF-16 bytes."""
        columns = mapping.key_columns
        text = any(column.codec.name == "text" for column in columns)
        ordered = all(column.codec.ordered for column in columns)
        return ordered and not mapping.folded_key and (self._utf8 or not text)

    def _from_target(self, mapping: TableMapping) -> Iterator[Part | None]:
        """The second pass where key order differs between the sides: rows that only the target has."""
        after = None
        while True:
            keys = self._patiently(partial(self._keys, mapping, after))
            if not keys:
                return
            looked = self._look(mapping, KeysRequest(mapping.table_id, tuple(keys)))
            if looked is None:
                yield None
                return
            yield Part(0, looked[1])
            after = keys[-1]

    def _keys(self, mapping: TableMapping, after: Key | None) -> list[Key]:
        self._snapshot.begin()
        keys = self._snapshot.keys(mapping, after, KEYS_PER_LOOK)
        self._snapshot.end()
        return keys

    def _look(
        self, mapping: TableMapping, request: VerifyRequest
    ) -> tuple[VerifyRead, tuple[Difference, ...]] | None:
        """What was read and what differs; both anew when the target's snapshot was lost."""

        def once() -> tuple[VerifyRead, tuple[Difference, ...]] | None:
            read = self._read(request)
            return None if read is None else (read, tuple(self._compare(mapping, read)))

        return self._patiently(once)

    def _patiently(self, action: Callable[[], T]) -> T:
        return self._stream.patience.run(action, passing=(SnapshotLostError,))

    def _read(self, request: VerifyRequest) -> VerifyRead | None:
        """One range at a watermark, with the target's snapshot of the same watermark open."""
        while not self._stop.is_set():
            progress = self._stream.step(request)
            if progress.batch.verify is not None:
                self._snapshot.begin()
                self._observe(progress)
                return progress.batch.verify
            self._observe(progress)
        return None

    def _compare(self, mapping: TableMapping, read: VerifyRead) -> list[Difference]:
        """Compares from the open snapshot while rounds go on, so that the lag does not grow."""
        running: Future[list[Difference]] = self._worker.submit(self._compare_now, mapping, read)
        while not running.done() and not self._stop.is_set():
            progress = self._stream.step()
            self._observe(progress)
            if not progress.written:
                self._stop.wait(0.005)
        return running.result()

    def _compare_now(self, mapping: TableMapping, read: VerifyRead) -> list[Difference]:
        try:
            return self._outcome(mapping, read)
        finally:
            self._snapshot.end()

    def _outcome(self, mapping: TableMapping, read: VerifyRead) -> list[Difference]:
        request = read.request
        if isinstance(request, KeysRequest):
            source = parse(mapping, read)
            return differences(mapping, source, self._snapshot.by_keys(mapping, request.keys))
        if not self._same_order(mapping):
            source = parse(mapping, read)
            keys = [key_of(mapping, row) for row in source]
            return differences(mapping, source, self._snapshot.by_keys(mapping, keys))
        cursor = None if read.last else read.cursor
        count, text = self._snapshot.text(mapping, request.after, cursor)
        if count == read.count and same_text(mapping, read.block, text):
            return []
        source = parse(mapping, read)
        return differences(mapping, source, self._snapshot.range(mapping, request.after, cursor))

    def look_again(self, verification: Verification, tables: Sequence[TableMapping]) -> Verification:
        """The same outcome, each difference marked with whether a second comparison met it again."""
        differing = {table.table for table in verification.tables if table.differences}
        again = self.run([m for m in tables if m.source in differing], lambda table, rows, found: None)
        if again is None:
            return verification
        met = {(d.table, d.kind, d.key) for d in again.differences}
        return replace(
            verification,
            tables=tuple(
                replace(
                    table,
                    differences=tuple(
                        replace(d, lasted=(d.table, d.kind, d.key) in met) for d in table.differences
                    ),
                )
                for table in verification.tables
            ),
        )
