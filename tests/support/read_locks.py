"""How long do others' read transactions on a SQLite file last? Asked of the kernel, not of them.

In rollback-journal mode a read transaction is a POSIX read lock on the file, and a writer that wants to
commit takes the PENDING byte, which keeps new readers out, and waits for those that are there. The observer
does the same at random moments, through fcntl alone, and takes the time until the readers that it watches
are gone. So it never reports more than a reader's true length, and over many looks comes close to it.

It is a process of its own: closing a file drops all POSIX locks that a process holds on it, so a process
that uses SQLite on the file must not open it otherwise. Linux only, for /proc/locks tells who holds what.

Byte offsets: https://www.sqlite.org/src/file/src/os.h ("Locking" comment).
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

PENDING_BYTE = 0x40000000
RESERVED_BYTE = PENDING_BYTE + 1
SHARED_FIRST = PENDING_BYTE + 2
SHARED_LAST = SHARED_FIRST + 509

LOOK_EVERY_SECONDS = (0.005, 0.025)
STEP_SECONDS = 0.0005
GIVE_UP_SECONDS = 2.0


LOOKING = "looking"


@dataclass(frozen=True)
class ReadLocks:
    """Looks taken, how many of them met a watched reader, and the longest wait for one in seconds."""

    looks: int
    met: int
    longest_seconds: float


@dataclass(frozen=True)
class Lock:
    """A POSIX lock as /proc/locks shows it; the range in bytes, both ends included."""

    pid: int
    writing: bool
    inode: int
    first: int
    last: int


class Observer:
    """Running while its context is open; `result` is there afterwards."""

    def __init__(self) -> None:
        self._result: ReadLocks | None = None

    @property
    def result(self) -> ReadLocks:
        if self._result is None:
            raise RuntimeError("the observer is still looking")
        return self._result

    def finish(self, told: str) -> None:
        self._result = ReadLocks(**json.loads(told))


@contextmanager
def observed(path: Path, but_not: frozenset[int]) -> Iterator[Observer]:
    """Watch all readers of the file but these processes (and the one that calls)."""
    observer = Observer()
    ignored = sorted(but_not | {os.getpid()})
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.read_locks", str(path), *map(str, ignored)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        text=True,
    )
    assert process.stdout is not None
    try:
        # Until it looks: a process that starts on a busy machine may be late for everything.
        assert process.stdout.readline() == f"{LOOKING}\n"
        yield observer
        told, _ = process.communicate(timeout=10)
        observer.finish(told)
    finally:
        process.kill()
        process.wait()


def locks() -> Iterator[Lock]:
    """All POSIX locks that are held now (waiting requests left out)."""
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if fields[1] == "POSIX" and fields[7] != "EOF":
            inode = int(fields[5].rsplit(":", 1)[1])
            yield Lock(int(fields[4]), fields[3] == "WRITE", inode, int(fields[6]), int(fields[7]))


def readers(inode: int, ignored: frozenset[int]) -> set[int]:
    """Processes inside a read transaction. One that writes holds a read lock too: it is left out."""
    reading: set[int] = set()
    writing: set[int] = set()
    for lock in locks():
        if lock.inode != inode or lock.pid in ignored:
            continue
        if lock.writing and lock.first <= SHARED_LAST and lock.last >= RESERVED_BYTE:
            writing.add(lock.pid)
        elif not lock.writing and lock.first <= SHARED_LAST and lock.last >= SHARED_FIRST:
            reading.add(lock.pid)
    return reading - writing


def look_until_told(path: Path, ignored: frozenset[int]) -> ReadLocks:
    """Look at random moments until stdin ends."""
    told = threading.Event()

    def watch() -> None:
        sys.stdin.read()
        told.set()

    threading.Thread(target=watch, daemon=True).start()
    file = os.open(path, os.O_RDWR)
    print(LOOKING, flush=True)
    inode = os.fstat(file).st_ino
    looks = met = 0
    longest = 0.0
    while not told.wait(random.uniform(*LOOK_EVERY_SECONDS)):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, PENDING_BYTE, os.SEEK_SET)
        except BlockingIOError:
            continue
        try:
            waited = _wait_for_readers(inode, ignored)
        finally:
            fcntl.lockf(file, fcntl.LOCK_UN, 1, PENDING_BYTE, os.SEEK_SET)
        looks += 1
        met += waited > 0
        longest = max(longest, waited)
    return ReadLocks(looks, met, longest)


def _wait_for_readers(inode: int, ignored: frozenset[int]) -> float:
    """Seconds until the readers that are there now are gone; 0.0 if there is none."""
    there = readers(inode, ignored)
    if not there:
        return 0.0
    started = time.monotonic()
    while there and time.monotonic() - started < GIVE_UP_SECONDS:
        time.sleep(STEP_SECONDS)
        there &= readers(inode, ignored)
    return time.monotonic() - started


if __name__ == "__main__":
    seen = look_until_told(Path(sys.argv[1]), frozenset(map(int, sys.argv[2:])))
    print(json.dumps(asdict(seen)))
