"""A live application made of real processes, and what it lived through.

    with Application(Traffic(path, folder, writers=4, writes_per_second=400)) as application:
        application.wait_for_writes(500, timeout_seconds=20)
        …
        served = application.stop()
    assert served.errors == ()

Every write is one transaction: some work, and a token in the table `ack`, acknowledged after COMMIT.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from tests.support.sessions import MySqlAddress
from tests.support.source_side import user_tables
from tests.support.table_work import TableWork, WrittenColumn

REPOSITORY = Path(__file__).resolve().parents[2]
STOP_WITHIN_SECONDS = 30.0

ACK_TABLE = "CREATE TABLE ack (token TEXT PRIMARY KEY NOT NULL)"


@dataclass(frozen=True)
class Traffic:
    """What the application does. Rates are those of all its writers, or readers, together.

    ``table`` is None for the Chinook shop. With ``mysql`` the writers go on there when they meet the fence.
    """

    sqlite_path: Path
    folder: Path
    writers: int = 4
    writes_per_second: float = 400.0
    readers: int = 0
    reads_per_second: float = 50.0
    busy_timeout_seconds: float = 5.0
    table: TableWork | None = None
    mysql: MySqlAddress | None = None


@dataclass(frozen=True)
class Write:
    """An acknowledged write; times on the monotonic clock in seconds, ``started`` that of its first try."""

    token: str
    database: str
    started: float
    finished: float


@dataclass(frozen=True)
class Served:
    """What the application lived through. ``errors`` are tracebacks, anything but the fence.

    ``fenced`` counts the writers that met the fence. Pauses in seconds: the longest time that one write, or
    one read, took from its first try until it was done; and, for each writer that went on in MySQL, the time
    that the write took which met the fence, its new connection included.
    """

    writes: tuple[Write, ...]
    fenced: int
    errors: tuple[str, ...]
    longest_pause_seconds: float
    switch_pauses_seconds: tuple[float, ...]
    reads: int
    longest_read_seconds: float

    @property
    def acknowledged(self) -> tuple[str, ...]:
        return tuple(write.token for write in self.writes)

    def acknowledged_in(self, database: str) -> tuple[str, ...]:
        """Tokens committed in ``sqlite`` or in ``mysql``."""
        return tuple(write.token for write in self.writes if write.database == database)

    @property
    def writes_per_second(self) -> float:
        """Acknowledged writes over the time from the first start to the last acknowledgement."""
        if not self.writes:
            return 0.0
        first = min(write.started for write in self.writes)
        last = max(write.finished for write in self.writes)
        return len(self.writes) / max(last - first, 1e-9)


def add_ack_table(path: Path) -> Path:
    """The table of tokens, if the file lacks it."""
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'ack'").fetchone() is None:
            connection.execute(ACK_TABLE)
    return path


def work_on_table(path: Path, table: str) -> TableWork:
    """Work for a table of this file; its single key must be an INTEGER PRIMARY KEY."""
    with closing(sqlite3.connect(path)) as connection:
        found = user_tables(connection)[table]
    if len(found.key) != 1:
        raise ValueError(f"{table} has no single key")
    columns = tuple(
        WrittenColumn(column.name, column.affinity) for column in found.columns if column.name != found.key[0]
    )
    return TableWork(table, found.key[0], columns)


class Application:
    """Running processes; started on entry, gone on exit. They also go when this process is killed."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Application:
        traffic = self._traffic
        traffic.folder.mkdir(parents=True, exist_ok=True)
        if any(traffic.folder.iterdir()):
            raise ValueError(f"{traffic.folder} holds the files of an earlier application")
        for number in range(traffic.writers):
            self._start("writer", f"w{number}", traffic.writes_per_second / traffic.writers)
        for number in range(traffic.readers):
            self._start("reader", f"r{number}", traffic.reads_per_second / traffic.readers)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def pids(self) -> frozenset[int]:
        return frozenset(process.pid for process in self._processes)

    def wait_for_writes(self, count: int, timeout_seconds: float) -> None:
        """Wait until so many more are acknowledged. Raises TimeoutError; RuntimeError where one failed."""
        wanted = len(self._writes()) + count
        self._wait(lambda: len(self._writes()) >= wanted, f"{count} more writes", timeout_seconds)

    @property
    def acknowledged(self) -> tuple[str, ...]:
        """The tokens of all writes that are acknowledged by now."""
        return tuple(write.token for write in self._writes())

    def newest_token(self) -> str:
        """The token of the write that was acknowledged last. Raises LookupError if there is none."""
        writes = self._writes()
        if not writes:
            raise LookupError("nothing is written yet")
        return max(writes, key=lambda write: write.finished).token

    def wait_until_moved(self, timeout_seconds: float) -> None:
        """Wait until every writer has met the fence and, where it goes on in MySQL, has written there."""

        def moved() -> bool:
            if self._traffic.mysql is None:
                return self._fenced() == self._traffic.writers
            names = {write.token.split("-")[0] for write in self._writes() if write.database == "mysql"}
            return len(names) == self._traffic.writers

        self._wait(moved, "the writers to move", timeout_seconds)

    def stop(self) -> Served:
        """End all processes after their current write, and tell what they lived through."""
        self._end()
        reads = [end - start for kind, _, start, end in self._events() if kind == "read"]
        moved = {name for kind, name, *_ in self._events() if kind == "fenced"}
        writes = tuple(self._writes())
        return Served(
            writes=writes,
            fenced=self._fenced(),
            errors=self._errors(),
            longest_pause_seconds=max((write.finished - write.started for write in writes), default=0.0),
            switch_pauses_seconds=tuple(
                write.finished - write.started for write in writes if write.token in moved
            ),
            reads=len(reads),
            longest_read_seconds=max(reads, default=0.0),
        )

    def _start(self, role: str, name: str, per_second: float) -> None:
        traffic = self._traffic
        spec = {
            "role": role,
            "name": name,
            "per_second": per_second,
            "folder": str(traffic.folder),
            "sqlite_path": str(traffic.sqlite_path),
            "busy_timeout_seconds": traffic.busy_timeout_seconds,
            "table": None if traffic.table is None else asdict(traffic.table),
            "mysql": None if traffic.mysql is None else asdict(traffic.mysql),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.application"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=REPOSITORY,
            text=True,
        )
        self._processes.append(process)
        assert process.stdin is not None
        process.stdin.write(json.dumps(spec) + "\n")
        process.stdin.flush()

    def _end(self) -> None:
        for process in self._processes:
            if process.stdin is not None and not process.stdin.closed:
                process.stdin.close()
        for process in self._processes:
            try:
                process.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                (self._traffic.folder / f"pid{process.pid}.error").write_text("did not stop when asked to")

    def _wait(self, reached: Callable[[], bool], what: str, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not reached():
            if errors := self._errors():
                raise RuntimeError(f"the application failed:\n{errors[0]}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {timeout_seconds} s in vain for {what}")
            time.sleep(0.02)

    def _errors(self) -> tuple[str, ...]:
        told = [path.read_text() for path in sorted(self._traffic.folder.glob("*.error"))]
        silent = [
            f"process {process.pid} exited with {process.returncode}"
            for process in self._processes
            if process.poll() not in (None, 0)
        ]
        return tuple(told or silent)

    def _writes(self) -> list[Write]:
        found: list[Write] = []
        for path in sorted(self._traffic.folder.glob("*.acks")):
            for line in _whole_lines(path):
                database, token, started, finished = line.split()
                found.append(Write(token, database, float(started), float(finished)))
        return found

    def _events(self) -> list[tuple[str, str, float, float]]:
        found: list[tuple[str, str, float, float]] = []
        for path in sorted(self._traffic.folder.glob("*.events")):
            for line in _whole_lines(path):
                kind, name, started, finished = line.split()
                found.append((kind, name, float(started), float(finished)))
        return found

    def _fenced(self) -> int:
        return sum(kind == "fenced" for kind, *_ in self._events())


def _whole_lines(path: Path) -> list[str]:
    """Lines that are complete: the last one may still be in the middle of being written."""
    return [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
