"""One application, two databases: what a unit of work needs of either, and nothing more."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pymysql

from tests.support.values import Row, Value

FENCE_MESSAGE = "zdcdc: writes moved to MySQL"
MYSQL_TRY_AGAIN = frozenset({1205, 1213})
"""Lock wait timeout and deadlock: every application on InnoDB has to repeat those transactions."""
MYSQL_TRIES = 20


class WritesMovedError(Exception):
    """SQLite refused a write because it is fenced; the transaction is rolled back."""


class Session(Protocol):
    """A connection as the application uses it. Placeholders are ``?``; identifiers need no quotes."""

    @property
    def name(self) -> str: ...

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]: ...

    def insert(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Execute an INSERT and return the key that the database gave the row."""
        ...

    def transaction(self, work: Callable[[Session], None]) -> None:
        """Run the work and COMMIT it. Raises WritesMovedError if the fence is met."""
        ...

    def close(self) -> None: ...


class SqliteSession:
    """SQLite with a busy timeout (seconds), foreign keys on, and BEGIN IMMEDIATE for writes."""

    name = "sqlite"

    def __init__(self, path: Path, busy_timeout_seconds: float) -> None:
        self._connection = sqlite3.connect(path, timeout=busy_timeout_seconds, isolation_level=None)
        self._connection.execute("PRAGMA foreign_keys = ON")

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def insert(self, sql: str, values: Sequence[Value] = ()) -> int:
        key = self._connection.execute(sql, values).lastrowid
        if key is None:
            raise LookupError(f"no key from {sql}")
        return key

    def transaction(self, work: Callable[[Session], None]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            work(self)
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError) and FENCE_MESSAGE in str(error):
                raise WritesMovedError(str(error)) from error
            raise

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class MySqlAddress:
    """Where the application goes on after cutover; ``socket`` wins over host and port where it is given."""

    host: str
    port: int
    user: str
    password: str
    database: str
    socket: str | None = None


class MySqlSession:
    """MySQL or MariaDB; a transaction that was chosen as a deadlock's victim is repeated, a few times."""

    name = "mysql"

    def __init__(self, address: MySqlAddress) -> None:
        self._connection: pymysql.connections.Connection[Any] = pymysql.connect(
            host=address.host,
            port=address.port,
            unix_socket=address.socket,
            user=address.user,
            password=address.password,
            database=address.database,
            charset="utf8mb4",
            autocommit=True,
        )

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        with self._connection.cursor() as cursor:
            cursor.execute(self._in_its_style(sql), tuple(values))
            return list(cursor.fetchall())

    def insert(self, sql: str, values: Sequence[Value] = ()) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(self._in_its_style(sql), tuple(values))
            return int(cursor.lastrowid)

    def transaction(self, work: Callable[[Session], None]) -> None:
        for attempt in range(1, MYSQL_TRIES + 1):
            try:
                self._connection.begin()
                work(self)
                self._connection.commit()
            except pymysql.err.OperationalError as error:
                self._connection.rollback()
                if error.args[0] not in MYSQL_TRY_AGAIN or attempt == MYSQL_TRIES:
                    raise
                time.sleep(random.uniform(0.0, 0.005 * attempt))
            else:
                return

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _in_its_style(sql: str) -> str:
        return sql.replace("%", "%%").replace("?", "%s")
