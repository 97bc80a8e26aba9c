"""The schema of a SQLite file as SQLite itself keeps it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple


class SchemaObject(NamedTuple):
    """One row of sqlite_schema without its root page, which VACUUM may move.

    ``sql`` is None for automatic indexes.
    """

    type: str
    name: str
    tbl_name: str
    sql: str | None


def sqlite_schema_of(path: Path) -> list[SchemaObject]:
    """All of sqlite_schema in rowid order: the order decides in which order triggers fire."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        rows = connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"
        ).fetchall()
    return [SchemaObject(*row) for row in rows]
