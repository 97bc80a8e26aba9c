"""One runner per source: a lock beside the file that dies with its holder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zdcdc.errors import Code, PreconditionError, Side, SourceError

SUFFIX = "-zdcdc-lock"


def lock_path(sqlite_path: Path) -> Path:
    """The lock of a source, found from every name of the file."""
    real = sqlite_path.resolve()
    return real.with_name(real.name + SUFFIX)


@contextmanager
def runner_lock(sqlite_path: Path) -> Iterator[None]:
    """Holds the lock for the block. Raises PreconditionError when another process holds it.

    The lock file is removed at the end; a file that lost its name while we waited for it is not trusted.
    """
    path = lock_path(sqlite_path)
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SourceError(
                Code.PRIVILEGES,
                f"cannot make the lock file {path.name} beside the database: {error.strerror}",
                hint="zdcdc must be able to write to the directory of the database, as the application does",
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise PreconditionError(
                Code.LOCKED,
                f"another zdcdc process (pid {holder or 'unknown'}) is running on this source",
                consequence="nothing was changed",
                hint="wait for it, or end it with SIGINT; zdcdc status shows what it does",
                side=Side.SOURCE,
            ) from None
        if _still_named(descriptor, path):
            break
        os.close(descriptor)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode("ascii"))
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def running(sqlite_path: Path) -> int | None:
    """The process that holds the lock, None when nobody does."""
    try:
        descriptor = os.open(lock_path(sqlite_path), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.read(descriptor, 32) or b"0")
    finally:
        os.close(descriptor)
    return None


def _still_named(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
