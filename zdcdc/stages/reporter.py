"""From the progress of a stream to the one status value, for whoever watches."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import psutil

from zdcdc.config import Config
from zdcdc.errors import ZdcdcError
from zdcdc.model import Lag, Phase, Primary
from zdcdc.rounds.pair import Source
from zdcdc.rounds.stream import Progress
from zdcdc.stages.state import StateDirectory
from zdcdc.status import CopyStatus, Status, next_steps

Watcher = Callable[[Status], None]

EVERY_SECONDS = 0.25
STORE_SECONDS = 1.0
RATE_WINDOW_SECONDS = 5.0


class Reporter:
    """Tells a watcher at most a few times a second, and keeps the live figures on disk."""

    def __init__(self, config: Config, source: Source, state: StateDirectory, watch: Watcher) -> None:
        self._config = config
        self._source = source
        self._state = state
        self._watch = watch
        self._names = {mapping.table_id: mapping.source for mapping in source.mappings}
        self._total = sum(stored.rows_at_scan for stored in source.tables)
        self._seen: deque[tuple[float, int]] = deque()
        self._told_at = self._stored_at = float("-inf")
        self._worst_lag = Lag(0, 0.0)
        self._doing = ""
        self._live: dict[str, Any] = {}
        self.observed = False
        """Whether any round was taken in."""

    @property
    def worst_lag(self) -> Lag:
        """The highest lag met since everything was copied, changes and seconds each by itself."""
        return self._worst_lag

    def doing(self, what: str) -> None:
        """Names the step that goes on beside the rounds, empty for none."""
        self._doing = what
        self._told_at = float("-inf")

    def observe(self, progress: Progress) -> None:
        """Takes in one round."""
        self.observed = True
        now = time.monotonic()
        rows = progress.checkpoint.rows_copied
        self._seen.append((now, rows))
        while self._seen and now - self._seen[0][0] > RATE_WINDOW_SECONDS:
            self._seen.popleft()
        if progress.checkpoint.copied:
            self._worst_lag = Lag(
                max(self._worst_lag.changes, progress.lag.changes),
                max(self._worst_lag.seconds, progress.lag.seconds),
            )
        if now - self._told_at < EVERY_SECONDS:
            return
        self._told_at = now
        status = self._status(progress)
        self._watch(status)
        if now - self._stored_at >= STORE_SECONDS:
            self._stored_at = now
            self._live = {
                "state": status.state,
                "reason": status.reason,
                "rows_per_second": status.copy.rows_per_second,
                "eta_seconds": status.copy.eta_seconds,
                "memory_bytes": status.memory_bytes,
                "lag_changes": progress.lag.changes,
                "lag_seconds": progress.lag.seconds,
                "retries": status.retries,
            }
            self._state.write_live(self._live)

    def waiting(self, error: ZdcdcError, retries: Mapping[str, Mapping[str, int]]) -> None:
        """Takes in that work is tried again after ``error``; a round that comes after it says that it went
        on."""
        self._told_at = self._stored_at = float("-inf")
        self._live = {**self._live, "state": "waiting", "reason": error.what, "retries": retries}
        self._state.write_live(self._live)

    def _status(self, progress: Progress) -> Status:
        checkpoint = progress.checkpoint
        phase = Phase.FOLLOWING if checkpoint.copied and checkpoint.indexed else Phase.COPYING
        status = Status(
            migration_id=checkpoint.migration_id,
            phase=phase,
            primary=Primary.SQLITE,
            state=self._state_name(progress),
            reason=self._doing,
            copy=self._copy(progress),
            lag=progress.lag,
            applied_changes=checkpoint.watermark.sequence,
            epoch=checkpoint.epoch,
            memory_bytes=psutil.Process().memory_info().rss,
            disk_free_bytes=psutil.disk_usage(str(self._config.sqlite_path.resolve().parent)).free,
            retries=progress.retries,
        )
        return replace(status, next_steps=next_steps(phase, verified=False))

    def _state_name(self, progress: Progress) -> str:
        if self._doing:
            return self._doing
        if not progress.checkpoint.copied:
            return "copying"
        return "catching up" if progress.batch.catching_up else "following"

    def _copy(self, progress: Progress) -> CopyStatus:
        checkpoint = progress.checkpoint
        done = checkpoint.rows_copied
        total = max(self._total, done)
        first_time, first_rows = self._seen[0]
        elapsed = self._seen[-1][0] - first_time
        rate = (done - first_rows) / elapsed if elapsed > 0 and not checkpoint.copied else None
        eta = (total - done) / rate if rate else None
        tables = tuple(
            (self._names.get(copy.table_id, copy.name), copy.state.value, copy.rows)
            for copy in checkpoint.copies
        )
        return CopyStatus(done, total, rate, eta, tables)
