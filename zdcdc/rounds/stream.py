"""The loop of snapshot and follow: one round after the other, the next one read while one is written."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from zdcdc.apply import checkpoint
from zdcdc.apply.adoption import with_states
from zdcdc.capture.journal import KEPT_ROWS, PRUNE_ROWS, Journal
from zdcdc.comparison import VerifyRequest
from zdcdc.config import Config
from zdcdc.errors import SourceBusyError
from zdcdc.model import Batch, Checkpoint, CopyState, Lag
from zdcdc.mysql import errors_of
from zdcdc.patience import Patience
from zdcdc.rounds.pair import Link, Source, connect
from zdcdc.rounds.pause import Pause
from zdcdc.rounds.stirred import HeldTableStirred, Stirred
from zdcdc.sqlite import write_transaction
from zdcdc.wire import Wire

LOG = logging.getLogger(__name__)
T = TypeVar("T")

PRUNE_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the stream is after a round. ``written`` is False when there was nothing to write.

    ``lag`` is what the round found waiting, and how long the oldest of it had waited when it was applied;
    ``retries`` is how often work was tried again until now, for each side and reason.
    """

    batch: Batch
    checkpoint: Checkpoint
    lag: Lag
    written: bool
    retries: Mapping[str, Mapping[str, int]]

    @property
    def caught_up(self) -> bool:
        """Everything is copied and no change was waiting when the round was read."""
        return self.checkpoint.copied and not self.batch.catching_up


Observer = Callable[[Progress], None]


class _WasHeld(Exception):  # noqa: N818 - a signal, not an error
    """A pause was asked for when a round had failed: what was tried before it does not count."""


class Stream:
    """Runs rounds from a source to a target, over reconnects."""

    def __init__(self, config: Config, source: Source, patience: Patience, pause: Pause) -> None:
        self._config = config
        self._source = source
        self._stop = patience.stop
        self.patience = patience
        self._pause = pause
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="zdcdc-reader")
        self._next: Future[Batch] | None = None
        self._link: Link | None = None
        self._journal = Journal(source.pruning, source.key_width)
        self._prune_at = 0.0
        self._removed = 0
        self.stirred: Stirred | None = None
        """Set by whoever can release held tables: then :meth:`run` raises when it is time to look at them."""
        self._stirring = False

    def close(self) -> None:
        """Ends the reading thread and the target connection."""
        self._disconnect()
        self._ahead.shutdown()

    @property
    def link(self) -> Link:
        """The open link to the target; connects when there is none."""
        if self._link is None:
            self._link = connect(self._config, self._source)
            self._checkpoint = self._link.checkpoint
        return self._link

    @property
    def checkpoint(self) -> Checkpoint:
        """What the target holds. Raises as :meth:`use` does."""
        if self._link is None:
            self.use(lambda connection: None)
        return self._checkpoint

    def use(self, action: Callable[[Wire], T]) -> T:
        """Runs ``action`` over the target connection, between rounds; again when the connection broke, so
        it must be one that may be repeated. Raises as :meth:`step` does."""
        self._forget_ahead()
        return self.patience.run(lambda: action(self._fresh_link().connection), self._disconnect)

    def change_states(self, states: dict[int, CopyState]) -> None:
        """Stores another state of some tables, between rounds. Raises TargetError, PreconditionError."""
        # From what is known here and not from what a new connection reads: another process may have changed
        # it meanwhile.
        base = self.checkpoint
        wanted = with_states(base, states)
        self._checkpoint = self.use(lambda target: checkpoint.replace_with(target, base, wanted))

    @property
    def removed(self) -> int:
        """Rows that were removed since they stood in the way of a suspect table's rows; see Writer."""
        return self._removed + (self._link.writer.removed if self._link is not None else 0)

    def refresh(self) -> None:
        """Reads the checkpoint again before the next round, as after an index build."""
        self._disconnect()

    def step(self, verify: VerifyRequest | None = None) -> Progress:
        """One round: reads and writes, with patience.

        Raises TargetUnavailableError or SourceBusyError when that did not help, InterruptedRun when asked to
        stop meanwhile, and every other error at once.
        """
        if verify is not None:
            self._paused()
        progress = self._stepped(verify)
        self._keep_rank()
        return progress

    def run(self, observe: Observer, done: Callable[[Progress], bool]) -> None:
        """Rounds until ``done`` or until asked to stop; waits where there is nothing to do, and while the
        pause is asked for. Raises HeldTableStirred where :attr:`stirred` is set."""
        while not self._stop.is_set():
            if self._paused():
                continue
            progress = self.step()
            observe(progress)
            if done(progress):
                return
            self._look_at_held(progress)
            if not progress.written:
                self._prune()
                self._stop.wait(self._config.limits.poll_seconds)

    def _look_at_held(self, progress: Progress) -> None:
        self._stirring = self._stirring or bool(progress.batch.stirred)
        if self._stirring and self.stirred is not None and self.stirred.due(time.monotonic()):
            raise HeldTableStirred

    def _stepped(self, verify: VerifyRequest | None) -> Progress:
        while True:
            try:
                return self.patience.run(lambda: self._step(verify), self._let_go)
            except _WasHeld:
                continue

    def _let_go(self) -> None:
        self._disconnect()
        if self._paused():
            raise _WasHeld

    def _step(self, verify: VerifyRequest | None) -> Progress:
        link = self._fresh_link()
        batch = self._read(link, self._checkpoint, verify)
        read_at = time.monotonic()
        if batch.catching_up or (batch.chunk is not None):
            self._next = self._ahead.submit(link.reader.read, batch.after, None)
        if not batch.empty:
            link.writer.apply(batch)
            self._checkpoint = batch.after
        elif link.connection.idle_seconds > self._config.target.stale_seconds / 2:
            # That also keeps gateways from forgetting the connection, and finds a broken one before it is
            # needed.
            with errors_of("asking whether the server is there"):
                link.connection.ping()
        waited = batch.oldest_seconds + time.monotonic() - read_at if batch.oldest_seconds else 0.0
        lag = Lag(batch.newest - batch.base.watermark.sequence, waited)
        self._prune()
        return Progress(batch, self._checkpoint, lag, not batch.empty, self.patience.counts)

    def _fresh_link(self) -> Link:
        """The link; another one when it was left alone for so long that the server may have given it up."""
        stale = self._config.target.stale_seconds
        if self._link is not None and self._link.connection.idle_seconds > stale:
            self._disconnect()
        return self.link

    def _read(self, link: Link, base: Checkpoint, verify: VerifyRequest | None) -> Batch:
        ahead, self._next = self._next, None
        if ahead is not None:
            batch = ahead.result()
            if batch.base == base and (verify is None or not batch.empty):
                return batch
        return self._ahead.submit(link.reader.read, base, verify).result()

    def _paused(self) -> bool:
        """Waits while a pause is asked for, with nothing open on the source; whether one was."""
        if not self._pause.asked:
            return False
        self._forget_ahead()
        self._pause.hold(self._stop)
        return True

    def _disconnect(self) -> None:
        self._forget_ahead()
        if self._link is not None:
            self._removed += self._link.writer.removed
            self._link.close()
            self._link = None

    def _keep_rank(self) -> None:
        """Our triggers fire first again when the application has made one. What it wrote in between may have
        passed them, so a comparison made before does not count any more."""
        guard = self._source.guard
        if not guard.outranked:
            return
        self.use(checkpoint.forget_verification)
        try:
            with write_transaction(self._source.pruning, "making our triggers fire first"):
                guard.outrank(self._source.pruning)
        except SourceBusyError:
            return  # the application comes first; it is tried again after the next round
        LOG.warning("the application made a trigger; ours were made again to fire first: verify again")

    def _forget_ahead(self) -> None:
        if self._next is not None:
            # The connection to SQLite, and the guard, belong to one thread at a time: the read has to end.
            self._next.exception()
            self._next = None

    def _prune(self) -> None:
        now = time.monotonic()
        if now < self._prune_at:
            return
        self._prune_at = now + PRUNE_EVERY_SECONDS
        try:
            gone = self._journal.prune(self._checkpoint.watermark.sequence - KEPT_ROWS)
        except SourceBusyError:
            return  # the application comes first; the rows are pruned at a later turn
        if gone >= PRUNE_ROWS:
            self._prune_at = now + PRUNE_EVERY_SECONDS / 20


@contextmanager
def open_stream(
    config: Config, source: Source, patience: Patience, pause: Pause | None = None
) -> Iterator[Stream]:
    """A stream that is closed at the end of the block; no round begins while a ``pause`` is asked for."""
    stream = Stream(config, source, patience, pause or Pause())
    try:
        yield stream
    finally:
        stream.close()
