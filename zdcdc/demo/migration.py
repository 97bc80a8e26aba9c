"""The demonstration's migration: the stages as everyone else calls them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from zdcdc.config import Config, TargetConfig
from zdcdc.cutover.plan import SwitchLimits
from zdcdc.demo.mover import Observe, Progress, SwitchResult
from zdcdc.stages.cutover import cutover
from zdcdc.stages.follow import following
from zdcdc.stages.snapshot import snapshot
from zdcdc.stages.verify import verify
from zdcdc.stages.watching import Watching
from zdcdc.status import Status


class Migration:
    """Carries out the steps of :class:`zdcdc.demo.mover.Mover`; ``stop`` interrupts them."""

    def __init__(self, config: Config, stop: threading.Event) -> None:
        self._config = config
        self._stop = stop

    def snapshot(self, observe: Observe) -> None:
        """Raises ZdcdcError; InterruptedRun when ``stop`` was set."""
        snapshot(self._config, self._stop, Watching(status=_reporting(observe)))

    def follow(self, seconds: float, observe: Observe) -> None:
        """Raises ZdcdcError."""
        end = time.monotonic() + seconds
        with following(self._config, self._stop, Watching(status=_reporting(observe))) as open_:
            open_.stream.run(open_.reporter.observe, lambda progress: time.monotonic() >= end)

    def verify(self) -> bool:
        """Raises ZdcdcError."""
        return verify(self._config, self._stop).identical

    def cutover(self) -> SwitchResult:
        """Raises ZdcdcError."""
        limits = self._config.limits
        switched = cutover(
            self._config,
            SwitchLimits(
                limits.max_lag_seconds,
                limits.max_pause_seconds,
                limits.switch_timeout_seconds,
                limits.verification_age_seconds,
            ),
            self._stop,
        )
        return SwitchResult(switched.pause_seconds, switched.drained_changes)


def migration_maker(state: Path, stop: threading.Event) -> Callable[[Path, str], Migration]:
    """What ``run_demo`` wants: a migration for a file and a URL, its state under ``state``."""

    def make(sqlite_path: Path, mysql_url: str) -> Migration:
        return Migration(Config(sqlite_path, TargetConfig.from_url(mysql_url), state), stop)

    return make


def _reporting(observe: Observe) -> Callable[[Status], None]:
    def report(status: Status) -> None:
        lag = status.lag
        observe(
            Progress(
                status.state,
                status.copy.rows_done,
                status.copy.rows_total,
                status.copy.rows_per_second or 0.0,
                lag.changes if lag else 0,
                lag.seconds if lag else 0.0,
            )
        )

    return report
