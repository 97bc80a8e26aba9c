"""What tests of the codecs share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from zdcdc import sqlite


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection as zdcdc opens it, to an empty database."""
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA user_version = 1")
    with closing(sqlite.connect(path)) as opened:
        for setting in ("temp_store = MEMORY", "synchronous = OFF", "journal_mode = MEMORY"):
            opened.execute(f"PRAGMA {setting}")
        yield opened
