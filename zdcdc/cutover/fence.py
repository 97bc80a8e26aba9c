"""The fence in SQLite: raised and dropped inside the caller's write transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from zdcdc.capture import triggers
from zdcdc.mapping import TableMapping
from zdcdc.points import reach

MESSAGE = "zdcdc: writes moved to MySQL"


def fence_message(epoch: int) -> str:
    """What a late writer is told: it becomes the name of a function that does not exist."""
    return f"{MESSAGE} (epoch {epoch})"


def replace_capture_by_fence(
    connection: sqlite3.Connection, tables: Iterable[TableMapping], epoch: int
) -> None:
    """From the caller's commit on, no write is recorded any more and every write fails."""
    triggers.remove(connection)
    reach("fence.capture_removed")
    for mapping in tables:
        for statement in triggers.fence_statements(mapping.table_id, mapping.source, fence_message(epoch)):
            connection.execute(statement)
        reach("fence.table")
    reach("fence.raised")
