"""Writing one round: checkpoint, changed keys, their rows and a chunk, in one target transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pymysql
from pymysql.connections import Connection

from zdcdc.apply import checkpoint
from zdcdc.apply.bulk import Loader, Room, grouped, write_rows
from zdcdc.apply.owners import owners
from zdcdc.errors import Code, TargetError
from zdcdc.keys import Key
from zdcdc.mapping import TableMapping
from zdcdc.model import Batch, CopyState, TableChanges
from zdcdc.mysql import DUPLICATE_ENTRY, close, errors_of, execute
from zdcdc.names import bound_name, mysql_name
from zdcdc.points import reach

KEYS_PER_STATEMENT = 500

Pending = Callable[[int, int, Key], bool]
"""Whether a key of a table is journaled after a sequence: (table id, sequence, key)."""


class Writer:
    """Applies rounds to the target over one connection; its named points begin with ``points``."""

    def __init__(
        self,
        connection: Connection[Any],
        tables: Sequence[TableMapping],
        loader: Loader,
        room: Room,
        batch_rows: int,
        pending: Pending,
        points: str = "round",
    ) -> None:
        self._points = points
        self._connection = connection
        self._tables = {mapping.table_id: mapping for mapping in tables}
        self._loader = loader
        self._room = room
        self._batch_rows = batch_rows
        self._pending = pending
        self.removed = 0
        """Rows removed since a suspect table's row stood in the way: a comparison during which it grows has
        to be made again."""

    def apply(self, batch: Batch) -> None:
        """Commits ``batch`` whole, or raises and leaves the target as it was.

        Raises TargetError, TargetUnavailableError (the commit may have happened: read the checkpoint),
        PreconditionError when another process is in charge.
        """
        try:
            with errors_of("applying a round"):
                self._apply(batch)
        except BaseException:
            self._abandon()
            raise

    def _apply(self, batch: Batch) -> None:
        reach(f"{self._points}.before_write")
        checkpoint.advance(self._connection, batch)
        reach(f"{self._points}.claimed")
        for changes in batch.changes:
            with errors_of(f"applying changes of table {self._tables[changes.table_id].name}"):
                self._apply_changes(batch, changes)
            reach(f"{self._points}.changes")
        if batch.chunk is not None:
            reach("chunk.before_load")
            mapping = self._tables[batch.chunk.table_id]
            with errors_of(f"loading rows into table {mapping.name}"):
                self._loader.load(self._connection, mapping, batch.chunk)
            reach("chunk.after_load")
        reach(f"{self._points}.before_commit")
        self._connection.commit()
        reach(f"{self._points}.after_commit")

    def _abandon(self) -> None:
        """Gives up the transaction; a connection that cannot say so is closed, which does the same."""
        try:
            self._connection.rollback()
        except (pymysql.MySQLError, OSError):
            close(self._connection)

    def _apply_changes(self, batch: Batch, changes: TableChanges) -> None:
        mapping = self._tables[changes.table_id]
        self._delete(mapping, changes.gone)
        if mapping.unique_keys == 1:
            self._write("REPLACE", mapping, changes.rows)
            return
        # With several unique keys REPLACE and ON DUPLICATE KEY UPDATE would find a row through another
        # key and change the wrong one (trap 54). Removing first also does unique swaps.
        self._delete(mapping, changes.present)
        if batch.catching_up or self._suspect(batch, mapping):
            self._insert_over_pending(batch, mapping, changes.rows)
        else:
            self._write("INSERT", mapping, changes.rows)

    def _write(self, verb: str, mapping: TableMapping, encoded: Sequence[bytes]) -> None:
        write_rows(self._connection, verb, mapping, encoded, self._room, self._batch_rows)

    def _delete(self, mapping: TableMapping, keys: Sequence[bytes]) -> None:
        head = f"DELETE FROM {mysql_name(mapping.name)} WHERE ".encode()
        single = len(mapping.key) == 1
        column = mysql_name(mapping.key_columns[0].name).encode()
        for group in grouped(keys, self._room.usual, KEYS_PER_STATEMENT):
            where = column + b" IN (" + b",".join(group) + b")" if single else b" OR ".join(group)
            with self._connection.cursor() as cursor:
                cursor.execute(head + where)  # type: ignore[arg-type,unused-ignore]

    def _insert_over_pending(self, batch: Batch, mapping: TableMapping, encoded: Sequence[bytes]) -> None:
        """Inserts rows that are newer than their slice: one may hold a unique value whose owner in the
        target gives it up in a later slice. Such an owner is removed; its own slice writes it again."""
        for group in grouped(encoded, self._room.usual, self._batch_rows):
            if self._insert_group(mapping, group):
                continue
            for row in group:
                while not self._insert_group(mapping, [row]):
                    self._remove_owner(batch, mapping, row)

    def _insert_group(self, mapping: TableMapping, group: Sequence[bytes]) -> bool:
        """Whether the server took the rows; False when a unique value is taken, with nothing inserted."""
        try:
            write_rows(self._connection, "INSERT", mapping, group, self._room, len(group))
        except pymysql.err.IntegrityError as error:
            if error.args[0] != DUPLICATE_ENTRY:
                raise
            return False
        return True

    @staticmethod
    def _suspect(batch: Batch, mapping: TableMapping) -> bool:
        return batch.base.copy_of(mapping.table_id).state is CopyState.SUSPECT

    def _remove_owner(self, batch: Batch, mapping: TableMapping, row: bytes) -> None:
        keys = [
            tuple(c.codec.decode(v) for c, v in zip(mapping.key_columns, owner, strict=True))
            for owner in owners(self._connection, mapping, row)
        ]
        pending = [key for key in keys if self._pending(mapping.table_id, batch.watermark.sequence, key)]
        if not pending and self._suspect(batch, mapping):
            # It may be a row that the source does not have any more; if it has, the comparison under way
            # finds it missing, or the next one.
            pending = keys
            self.removed += len(keys)
        if not pending:
            raise TargetError(
                Code.DATA,
                f"table {mapping.name}: a unique value is held by a row that no pending change explains",
                consequence="the round was rolled back; the target may have been written by someone else",
                hint="zdcdc verify",
            )
        conditions = " AND ".join(f"{bound_name(column.name)} = %s" for column in mapping.key_columns)
        for key in pending:
            bound = tuple(c.codec.encode(v) for c, v in zip(mapping.key_columns, key, strict=True))
            execute(self._connection, f"DELETE FROM {bound_name(mapping.name)} WHERE {conditions}", bound)
