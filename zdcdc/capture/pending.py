"""Whether a change of a key still waits in the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from zdcdc.capture.rows import TableQueries
from zdcdc.keys import Key
from zdcdc.mapping import TableMapping
from zdcdc.sqlite import errors_of


class PendingKeys:
    """Looks keys up over a connection that the calling thread has to itself."""

    def __init__(self, connection: sqlite3.Connection, tables: Sequence[TableMapping]) -> None:
        self._connection = connection
        self._queries = {mapping.table_id: TableQueries(mapping).pending() for mapping in tables}

    def __call__(self, table_id: int, after: int, key: Key) -> bool:
        """Whether ``key`` is journaled after sequence ``after``. Raises SourceError."""
        with errors_of("looking for a pending key"):
            found = self._connection.execute(self._queries[table_id], (after, table_id, *key)).fetchone()
        return found is not None
