"""Lag at 1,000 single-row writes a second, and the pause of the writers at cutover."""

from __future__ import annotations

import multiprocessing
import sqlite3
import statistics
import threading
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.place import DATABASE, Place
from zdcdc.config import Config, TargetConfig
from zdcdc.cutover.plan import SwitchLimits
from zdcdc.rounds.stream import Progress
from zdcdc.stages.complete import complete, unfence
from zdcdc.stages.cutover import cutover
from zdcdc.stages.follow import following
from zdcdc.stages.snapshot import snapshot
from zdcdc.stages.verify import verify
from zdcdc.stages.watching import Watching

WRITES_PER_SECOND = 1000
SECONDS = 20.0
CUTOVERS = 10
SWITCH = SwitchLimits(max_lag=1.0, max_pause=1.0, timeout=30.0, verification_age=3600.0)


def measure_lag(place: Place) -> None:
    """Prints the lag's percentiles over twenty seconds and the pauses of ten cutovers."""
    delays: list[float] = []
    pauses: list[float] = []
    locks: list[float] = []
    for number in range(CUTOVERS):
        source = place.directory / f"lag{number}.db"
        _make(source)
        place.fresh_database()
        config = Config(source, TargetConfig.from_url(place.root.url(DATABASE)), place.directory / "state")
        with _Writer(source) as writer:
            snapshot(config, threading.Event())
            if number == 0:
                delays += _follow(config, SECONDS)
            verify(config, threading.Event())
            locks.append(cutover(config, SWITCH, threading.Event()).pause_seconds)
            pauses.append(writer.longest_wait())
        complete(config)
        unfence(config)
    _print(delays, pauses, locks)


def _follow(config: Config, seconds: float) -> list[float]:
    """For each change applied meanwhile: its age when its round was committed, in seconds.

    The age of a round's oldest change stands for all of its changes: the true lag of each is smaller.
    """
    delays: list[float] = []
    end = time.monotonic() + seconds

    def observe(progress: Progress) -> None:
        if progress.written:
            delays.extend([progress.lag.seconds] * progress.batch.applied_changes)

    with following(config, threading.Event(), Watching()) as open_:
        open_.stream.run(lambda progress: None, lambda progress: progress.caught_up)
        open_.stream.run(observe, lambda progress: time.monotonic() >= end)
    return delays


def _print(delays: list[float], pauses: list[float], locks: list[float]) -> None:
    ranked = sorted(delays)
    percentile = {p: ranked[min(len(ranked) - 1, int(len(ranked) * p / 100))] for p in (50, 99)}
    print(f"\nlag at {WRITES_PER_SECOND} single-row writes/s over {SECONDS:.0f} s, {len(delays):,} changes")
    print(f"  median {percentile[50] * 1000:.0f} ms, 99th percentile {percentile[99] * 1000:.0f} ms")
    print(f"cutover under the same writes, {len(pauses)} runs")
    for name, seconds in (("pause of the writer", pauses), ("write lock held", locks)):
        median, worst = statistics.median(seconds) * 1000, max(seconds) * 1000
        print(f"  {name:20} median {median:.0f} ms, worst {worst:.0f} ms")


def _make(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, writer INTEGER, text TEXT, size REAL)"
    )
    connection.executemany("INSERT INTO note VALUES (?, 0, 'before', 1.5)", ((n,) for n in range(20_000)))
    connection.commit()
    connection.close()


class _Writer:
    """A process that inserts single rows at a fixed rate until it meets the fence, and times its waits."""

    def __init__(self, source: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self._answers: multiprocessing.Queue[float] = context.Queue()
        self._process = context.Process(target=_write, args=(str(source), self._stop, self._answers))

    def __enter__(self) -> _Writer:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._process.join()

    def longest_wait(self) -> float:
        """Seconds from the begin of the write that met the fence until it was told."""
        return self._answers.get(timeout=30)


def _write(source: str, stop: Event, answers: multiprocessing.Queue[float]) -> None:
    connection = sqlite3.connect(source, timeout=5.0, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    begun = time.monotonic()
    written = 0
    while not stop.is_set():
        due = begun + written / WRITES_PER_SECOND
        if (ahead := due - time.monotonic()) > 0:
            time.sleep(ahead)
        at = time.monotonic()
        try:
            connection.execute("INSERT INTO note (writer, text, size) VALUES (1, 'written', 0.5)")
        except sqlite3.OperationalError:
            # The fence: the application would now turn to MySQL, and has waited since the write began.
            answers.put(time.monotonic() - at)
            break
        written += 1
    connection.close()
