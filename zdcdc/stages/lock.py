"""Files beside the source that are locked as long as their holder lives, with a record of who that is.

- the *lock*: held by the one process that works on the source
- the *wish*: held by the one process that may ask the other for something
- the *order*: what it asks for, held as long as it wants it

All are removed at the end; what a killed process leaves is locked by nobody and in nobody's way.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from zdcdc.errors import Code, SourceError
from zdcdc.place import owned_like

SUFFIX = "-zdcdc-lock"
WISH_SUFFIX = "-zdcdc-wish"
ORDER_SUFFIX = "-zdcdc-order"
_UNNAMED_SUFFIX = "-new"

RECORD_SIZE = 512
"""Bytes of every record: one write replaces it as a whole."""

PROBE_SECONDS = 0.25
"""Whoever asks for the holder holds the lock for some microseconds: taking it is tried for so long."""

_TURN_SECONDS = 0.01

Record = dict[str, Any]


def lock_path(sqlite_path: Path) -> Path:
    """The lock of a source, found from every name of the file."""
    return _beside(sqlite_path, SUFFIX)


def wish_path(sqlite_path: Path) -> Path:
    """Held by whoever may ask the running process for something, one at a time."""
    return _beside(sqlite_path, WISH_SUFFIX)


def order_path(sqlite_path: Path) -> Path:
    """What it is asked for."""
    return _beside(sqlite_path, ORDER_SUFFIX)


def _beside(sqlite_path: Path, suffix: str) -> Path:
    real = sqlite_path.resolve()
    return real.with_name(real.name + suffix)


class Held:
    """A lock that this process holds until :meth:`release`, or until it dies."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    def write(self, record: Mapping[str, Any]) -> None:
        """Replaces the record, in one write of a fixed size. Raises ValueError for one that is too long."""
        line = orjson.dumps(record)
        if len(line) >= RECORD_SIZE:
            raise ValueError(f"a record of {len(line)} bytes does not fit: {line!r}")
        if self._descriptor is None:
            raise ValueError(f"{self._path.name} was released")
        try:
            os.pwrite(self._descriptor, line.ljust(RECORD_SIZE - 1) + b"\n", 0)
        except OSError as error:
            raise _failed(self._path, error) from error

    def release(self) -> None:
        """Removes the file and lets go of the lock; again: nothing."""
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None


def take(path: Path) -> Held | None:
    """Takes the lock, with whatever record its last holder left; None when another process holds it.

    A file that lost its name while we opened it is not trusted. Raises SourceError.
    """
    deadline = time.monotonic() + PROBE_SECONDS
    while True:
        descriptor = _opened(path, os.O_CREAT)
        assert descriptor is not None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            if time.monotonic() > deadline or holder(path) is not None:
                return None
            time.sleep(_TURN_SECONDS)
            continue
        if _still_named(descriptor, path):
            return Held(path, descriptor)
        os.close(descriptor)


def publish(path: Path, record: Mapping[str, Any]) -> Held:
    """A held file that had its lock and its record before it had its name.

    So a record that is read from a locked file is never what a killed process left there. One process at a
    time may publish at a path: it replaces what is there. Raises SourceError.
    """
    unnamed = path.with_name(path.name + _UNNAMED_SUFFIX)
    unnamed.unlink(missing_ok=True)
    descriptor = _opened(unnamed, os.O_CREAT | os.O_EXCL)
    assert descriptor is not None
    held = Held(path, descriptor)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    held.write(record)
    unnamed.replace(path)
    return held


def clear(path: Path) -> None:
    """Removes what was published at ``path``, also half-way by a process that was killed; for whoever may
    publish there."""
    for left in (path, path.with_name(path.name + _UNNAMED_SUFFIX)):
        left.unlink(missing_ok=True)


def holder(path: Path) -> Record | None:
    """The record of whoever holds the lock, None when nobody does; empty while it cannot be read.

    Raises SourceError.
    """
    descriptor = _opened(path, 0)
    if descriptor is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _record(os.pread(descriptor, RECORD_SIZE, 0))
    finally:
        os.close(descriptor)
    return None


def running(sqlite_path: Path) -> int | None:
    """The process that works on the source, None when none does."""
    record = holder(lock_path(sqlite_path))
    return None if record is None else int(record.get("pid", 0))


def _record(content: bytes) -> Record:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}  # its holder has not written yet
    return found if isinstance(found, dict) else {}


def _opened(path: Path, flags: int) -> int | None:
    """A descriptor; None when there is no such file and ``flags`` do not make it. What root makes belongs to
    the owner of the database, or the owner could not take the lock after a run of root's was killed."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o600)
        if flags:
            with suppress(FileNotFoundError):  # a database that was removed: whoever opens it says so
                owned_like(descriptor, _database(path))
        return descriptor
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not flags:
            return None
        raise _failed(path, error) from error


def _failed(path: Path, error: OSError) -> SourceError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    hint = "run zdcdc as the user of the application, who can write to the directory of the database"
    return SourceError(
        Code.DISK if full else Code.PRIVILEGES,
        f"cannot write the lock file {path.name} beside the database: {error.strerror}",
        consequence="nothing was changed",
        hint="free disk space beside the database, then run it again" if full else hint,
    )


def _database(path: Path) -> Path:
    """The database that a file of ours lies beside."""
    name = path.name.removesuffix(_UNNAMED_SUFFIX)
    for suffix in (SUFFIX, WISH_SUFFIX, ORDER_SUFFIX):
        name = name.removesuffix(suffix)
    return path.with_name(name)


def _still_named(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
