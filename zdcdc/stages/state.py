"""The state directory: an event log and the live figures of a running process. No secret, no row's value."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import orjson

from zdcdc.errors import UsageError

LOG = logging.getLogger(__name__)

LIVE = "status.json"
FRESH_SECONDS = 15.0


class StateDirectory:
    """Writes under one directory, which is private to its owner.

    It keeps what is good to know and nothing that a migration depends on: once a migration goes on, a full
    disk here is said and does not stop it. Making one raises UsageError when nothing can be written there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(self.path, error.strerror or str(error)) from error
        if not os.access(self.path, os.W_OK | os.X_OK, effective_ids=True):
            raise _unusable(self.path, "it cannot be written to")
        self._said: set[str] = set()

    def event(self, migration_id: str, name: str, **figures: Any) -> None:
        """Adds one line to the log of this migration."""
        now = datetime.now(timezone.utc)
        line = orjson.dumps({"time": now.isoformat(), "migration_id": migration_id, "event": name, **figures})
        with (
            self._unless_full("migration_log"),
            open(self.path / f"migration_log_{migration_id}.json", "ab", opener=_private) as log,
        ):
            log.write(line + b"\n")

    def write(self, name: str, content: bytes) -> None:
        """Replaces the file ``name``, atomically."""
        temporary = self.path / f".{name}.{os.getpid()}.{threading.get_ident()}"
        with self._unless_full(name):
            try:
                with open(temporary, "wb", opener=_private) as file:
                    file.write(content)
                temporary.replace(self.path / name)
            finally:
                temporary.unlink(missing_ok=True)

    def read(self, name: str) -> bytes | None:
        """The content of file ``name``, None without one."""
        return _read(self.path / name)

    @contextmanager
    def _unless_full(self, name: str) -> Iterator[None]:
        """Says once, and no more, that ``name`` cannot be kept."""
        try:
            yield
        except OSError as error:
            if name not in self._said:
                self._said.add(name)
                LOG.warning("cannot write %s in %s: %s; going on without it", name, self.path, error.strerror)

    def write_live(self, figures: dict[str, Any]) -> None:
        """Replaces the live figures, atomically."""
        self.write(LIVE, orjson.dumps({**figures, "written_at": time.time(), "pid": os.getpid()}))


def live_figures(directory: Path) -> dict[str, Any] | None:
    """The live figures of a process that wrote them a moment ago. The directory is only looked at: it is not
    made, and need not be writable."""
    figures = parsed(_read(directory / LIVE))
    if not isinstance(figures, dict) or not is_fresh(figures.get("written_at"), FRESH_SECONDS):
        return None
    return figures


def parsed(content: bytes | None) -> Any:
    """The JSON document ``content``; None for what is none, such as a file cut short by a full disk."""
    try:
        return None if content is None else orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def is_fresh(taken_at: object, seconds: float) -> bool:
    """Whether a time that a clock told (``time.time``) is at most ``seconds`` ago. One that is still to come
    was told by a clock that has been set back since, so that its age is unknown: it is not fresh."""
    return isinstance(taken_at, int | float) and 0 <= time.time() - taken_at <= seconds


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _unusable(path: Path, reason: str) -> UsageError:
    return UsageError(
        f"the state directory {path} cannot be used: {reason}",
        hint="name another with --state-dir; nothing was changed",
    )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def new_migration_id() -> str:
    """An id that sorts by time and names the log file: UTC time to the second and four random digits."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return f"{stamp}-{os.urandom(2).hex()}"
