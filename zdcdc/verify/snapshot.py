"""The target as it was right after a round: a consistent snapshot, read by key range or by keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from zdcdc import mysql
from zdcdc.config import TargetConfig
from zdcdc.errors import TargetUnavailableError
from zdcdc.keys import Key, Value
from zdcdc.mapping import TableMapping
from zdcdc.mysql import errors_of, rows
from zdcdc.names import bound_name
from zdcdc.points import reach
from zdcdc.wire import Wire

KEYS_PER_QUERY = 500


class SnapshotLostError(TargetUnavailableError):
    """The connection of a snapshot broke: what was to be compared from it has to be read again."""


class TargetSnapshot:
    """One consistent snapshot at a time over a connection of its own.

    It must be taken after the round that it belongs to commits and before the next one does: taken one
    round late, 32 of 47 comparisons differed (design, Verify).
    """

    def __init__(self, target: TargetConfig) -> None:
        self._target = target
        self._connection: Wire | None = None

    def close(self) -> None:
        """Ends the snapshot with its connection; the next one gets another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def begin(self) -> None:
        """Takes the snapshot; a former one ends. Raises TargetError, SnapshotLostError."""
        if self._connection is not None and self._connection.idle_seconds > self._target.stale_seconds:
            self.close()  # the server is about to give it up
        if self._connection is None:
            self._connection = self._connected()
        with self._reading("opening a consistent snapshot") as connection, connection.cursor() as cursor:
            reach("verify.before_snapshot")
            connection.rollback()
            # Under READ COMMITTED the snapshot is silently not taken.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            reach("verify.snapshot")

    def end(self) -> None:
        """Lets the snapshot go, so that the server can purge."""
        if self._connection is None:
            return
        try:
            with errors_of("closing a snapshot"):
                self._connection.rollback()
        except TargetUnavailableError:
            self.close()  # it has gone with its connection

    def text(self, mapping: TableMapping, after: Key | None, cursor: Key | None) -> tuple[int, bytes]:
        """How many rows have a key in (after, cursor], None being unbounded, and all of them as lines in key
        order, in one text: cut short or empty when it is longer than the server's max_allowed_packet."""
        line = ", '\\t', ".join(c.codec.mysql_proof(bound_name(c.name)) for c in mapping.columns)
        order = ", ".join(bound_name(column.name) for column in mapping.key_columns)
        condition, values = _range(mapping, after, cursor)
        with self._reading(f"comparing table {mapping.name}") as connection:
            reach("verify.query")
            ((count, text),) = rows(
                connection,
                f"SELECT COUNT(*), GROUP_CONCAT(CONCAT({line}) ORDER BY {order} SEPARATOR '\\n') "
                f"FROM {bound_name(mapping.name)} WHERE {condition}",
                values,
            )
        if text is None:
            return count, b""
        return count, text if isinstance(text, bytes) else str(text).encode()

    def range(self, mapping: TableMapping, after: Key | None, cursor: Key | None) -> list[tuple[Value, ...]]:
        """The same rows as values, decoded."""
        return self._select(mapping, *_range(mapping, after, cursor))

    def by_keys(self, mapping: TableMapping, keys: Sequence[Key]) -> list[tuple[Value, ...]]:
        """The rows with these keys as values, decoded."""
        found: list[tuple[Value, ...]] = []
        one = "(" + " AND ".join(f"{bound_name(c.name)} = %s" for c in mapping.key_columns) + ")"
        most = self._keys_per_query(len(one), keys)
        for start in range(0, len(keys), most):
            group = keys[start : start + most]
            values = [value for key in group for value in _bound(mapping, key)]
            found += self._select(mapping, " OR ".join([one] * len(group)), values)
        return found

    def _keys_per_query(self, condition: int, keys: Sequence[Key]) -> int:
        """As many as half of the server's packet takes; each byte of a value may become four of a literal."""
        with self._reading("asking the target for its packet size") as connection:
            ((packet,),) = rows(connection, "SELECT @@max_allowed_packet")
        widest = max((condition + 4 * len(repr(key)) for key in keys), default=1)
        return max(1, min(KEYS_PER_QUERY, int(packet) // 2 // widest))

    def keys(self, mapping: TableMapping, after: Key | None, limit: int) -> list[Key]:
        """The next keys of the target, in its own order."""
        condition, values = _range(mapping, after, None)
        names = ", ".join(bound_name(column.name) for column in mapping.key_columns)
        with self._reading(f"reading keys of {mapping.name}") as connection:
            found = rows(
                connection,
                f"SELECT {names} FROM {bound_name(mapping.name)} WHERE {condition} "
                f"ORDER BY {names} LIMIT {limit}",
                values,
            )
        return [
            tuple(c.codec.decode(v) for c, v in zip(mapping.key_columns, row, strict=True)) for row in found
        ]

    def _select(
        self, mapping: TableMapping, condition: str, values: Sequence[Any]
    ) -> list[tuple[Value, ...]]:
        names = ", ".join(bound_name(column.name) for column in mapping.columns)
        with self._reading(f"reading rows of {mapping.name}") as connection:
            reach("verify.query")
            found = rows(
                connection, f"SELECT {names} FROM {bound_name(mapping.name)} WHERE {condition}", values
            )
        return [
            tuple(column.codec.decode(value) for column, value in zip(mapping.columns, row, strict=True))
            for row in found
        ]

    def _connected(self) -> Wire:
        try:
            return mysql.connect(self._target)
        except TargetUnavailableError as error:
            raise _lost(error) from error

    @contextmanager
    def _reading(self, doing: str) -> Iterator[Wire]:
        if self._connection is None:
            raise AssertionError("no snapshot is open")
        try:
            with errors_of(doing):
                yield self._connection
        except TargetUnavailableError as error:
            self.close()
            raise _lost(error) from error


def _lost(error: TargetUnavailableError) -> SnapshotLostError:
    return SnapshotLostError(error.code, error.what, hint=error.hint)


def _bound(mapping: TableMapping, key: Key) -> list[Any]:
    """``key`` as MySQL holds it."""
    return [column.codec.encode(value) for column, value in zip(mapping.key_columns, key, strict=True)]


def _range(mapping: TableMapping, after: Key | None, cursor: Key | None) -> tuple[str, list[Any]]:
    """A condition that the server turns into an index range; row values like (a, b) > (1, 2) it does not."""
    names = [bound_name(column.name) for column in mapping.key_columns]
    conditions: list[str] = []
    values: list[Any] = []
    for key, strict, final in ((after, ">", ">"), (cursor, "<", "<=")):
        if key is None:
            continue
        alternatives = []
        for place, name in enumerate(names):
            comparison = final if place == len(names) - 1 else strict
            terms = [f"{before} = %s" for before in names[:place]] + [f"{name} {comparison} %s"]
            alternatives.append(f"({' AND '.join(terms)})")
            values += _bound(mapping, key)[: place + 1]
        conditions.append(f"({' OR '.join(alternatives)})")
    return " AND ".join(conditions) or "TRUE", values
