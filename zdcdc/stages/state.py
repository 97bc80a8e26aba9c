"""The state directory: an event log and the live figures of a running process. No secret, no row's value."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import orjson

LIVE = "status.json"
FRESH_SECONDS = 15.0


class StateDirectory:
    """Writes under one directory, which is private to its owner."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def event(self, migration_id: str, name: str, **figures: Any) -> None:
        """Adds one line to the log of this migration."""
        now = datetime.now(timezone.utc)
        line = orjson.dumps({"time": now.isoformat(), "migration_id": migration_id, "event": name, **figures})
        with open(self.path / f"migration_log_{migration_id}.json", "ab", opener=_private) as log:
            log.write(line + b"\n")

    def write(self, name: str, content: bytes) -> None:
        """Replaces the file ``name``, atomically."""
        temporary = self.path / f".{name}.{os.getpid()}"
        with open(temporary, "wb", opener=_private) as file:
            file.write(content)
        temporary.replace(self.path / name)

    def read(self, name: str) -> bytes | None:
        """The content of file ``name``, None without one."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write_live(self, figures: dict[str, Any]) -> None:
        """Replaces the live figures, atomically."""
        self.write(LIVE, orjson.dumps({**figures, "written_at": time.time(), "pid": os.getpid()}))

    def read_live(self) -> dict[str, Any] | None:
        """The live figures of a process that wrote them a moment ago."""
        content = self.read(LIVE)
        figures = orjson.loads(content) if content else None
        if not isinstance(figures, dict) or time.time() - figures.get("written_at", 0) > FRESH_SECONDS:
            return None
        return figures


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def new_migration_id() -> str:
    """An id that sorts by time and names the log file: UTC time to the second and four random digits."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return f"{stamp}-{os.urandom(2).hex()}"
