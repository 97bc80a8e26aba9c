"""Carrying out a transaction on one side: all of it, or :class:`RefusedError` and nothing of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final, Protocol

import pymysql
import pymysql.connections
from sqlalchemy.engine import make_url

from zdcdc.demo.shop import open_shop
from zdcdc.demo.statements import FIND_TOKEN
from zdcdc.demo.transactions import Ending, Transaction

DEADLOCK: Final = 1213
LOCK_WAIT_TIMEOUT: Final = 1205
CLOSED_GATE: Final = frozenset({1644, 1146})
"""How MySQL refuses writes that came before its gate opened: a SIGNAL, or tables under another name."""

LOST_CONNECTION: Final = frozenset({0, 1053, 1927, 2003, 2006, 2013, 2014, 2055, 4031})
TRY_AGAIN: Final = CLOSED_GATE | LOST_CONNECTION | {DEADLOCK, LOCK_WAIT_TIMEOUT}


class RefusedError(Exception):
    """Nothing of the transaction is in this side, and it may be tried again, here or on the other one."""


class Side(Protocol):
    """One database, as the application uses it."""

    def carry_out(self, transaction: Transaction) -> None:
        """Do ``transaction`` and end it as it wants.

        Raises RefusedError, or the driver's error where trying again is no use.
        """

    def close(self) -> None:
        """Let go of the connection."""


class SqliteSide:
    """The shop in its SQLite file."""

    def __init__(self, path: Path) -> None:
        self.connection = open_shop(path)

    def carry_out(self, transaction: Transaction) -> None:
        """See :class:`Side`.

        A fenced file answers with OperationalError when a statement is prepared, a transaction that read
        before the fence and writes after it with BUSY_SNAPSHOT, which is one too.
        """
        connection = self.connection
        try:
            connection.execute(transaction.opening.value)
            for step in transaction.steps:
                connection.execute(step.statement.sqlite, step.values).fetchall()
        except sqlite3.OperationalError as error:
            self._roll_back()
            raise RefusedError(str(error)) from error
        except BaseException:
            self._roll_back()
            raise
        try:
            connection.execute(transaction.ending.value)
        except sqlite3.OperationalError as error:
            self._roll_back()
            if transaction.ending is Ending.ABANDONED or not self._holds(transaction.token):
                raise RefusedError(str(error)) from error

    def close(self) -> None:
        """See :class:`Side`."""
        self.connection.close()

    def _roll_back(self) -> None:
        # SQLite rolls back by itself after some errors; there is nothing left to roll back then.
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def _holds(self, token: str) -> bool:
        """Whether the transaction of ``token`` was committed, though its COMMIT raised."""
        return self.connection.execute(FIND_TOKEN.sqlite, {"token": token}).fetchone() is not None


class MysqlSide:
    """The shop in MySQL or MariaDB.

    Connected early, so that the switch does not wait for it; a lost connection is opened again for the next
    try.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: pymysql.connections.Connection | None = connect_shop(url)

    def carry_out(self, transaction: Transaction) -> None:
        """See :class:`Side`. A COMMIT without an answer is decided by looking for the token."""
        try:
            connection = self._connected()
            connection.begin()
            with connection.cursor() as cursor:
                for step in transaction.steps:
                    for text in step.statement.mysql:
                        cursor.execute(text, step.values)
        except pymysql.MySQLError as error:
            self._roll_back_after(error)
            raise RefusedError(str(error)) from error
        try:
            with connection.cursor() as cursor:
                cursor.execute(transaction.ending.value)
        except pymysql.MySQLError as error:
            self._roll_back_after(error)
            if transaction.ending is Ending.ABANDONED or not self._holds(transaction.token):
                raise RefusedError(str(error)) from error

    def close(self) -> None:
        """See :class:`Side`."""
        if self._connection is not None:
            self._connection.close()

    def _connected(self) -> pymysql.connections.Connection:
        if self._connection is None:
            self._connection = connect_shop(self._url)
        return self._connection

    def _roll_back_after(self, error: pymysql.MySQLError) -> None:
        """Make sure that nothing stays open; raises ``error`` itself when trying again is no use."""
        number = error.args[0] if error.args else 0
        if self._connection is not None and number not in LOST_CONNECTION:
            # A refused statement keeps its locks until here.
            self._connection.rollback()
        elif self._connection is not None:
            abandoned, self._connection = self._connection, None
            if abandoned.open:
                abandoned.close()
        if number not in TRY_AGAIN:
            raise error

    def _holds(self, token: str) -> bool:
        """Whether the transaction of ``token`` was committed; waits for a COMMIT that is still under way."""
        try:
            with self._connected().cursor() as cursor:
                return cursor.execute(FIND_TOKEN.mysql[0], {"token": token}) > 0
        except pymysql.MySQLError as error:
            # Not knowing is not the same as no: repeating it now might do it twice.
            raise RuntimeError(f"cannot tell whether {token} was committed") from error


def connect_shop(url: str) -> pymysql.connections.Connection:
    """The application's connection to ``mysql://user[:pw]@host[:port]/db[?unix_socket=…&ssl_ca=…]``.

    Autocommit outside explicit transactions, READ COMMITTED, strict, utf8mb4. Raises
    pymysql.err.OperationalError.
    """
    parts = make_url(url)
    socket, authority = parts.query.get("unix_socket"), parts.query.get("ssl_ca")
    return pymysql.connect(
        host=parts.host or "localhost",
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=parts.database,
        unix_socket=socket if isinstance(socket, str) else None,
        ssl_ca=authority if isinstance(authority, str) else None,
        charset="utf8mb4",
        autocommit=True,
        sql_mode="STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE",
        init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        connect_timeout=10,
        read_timeout=30,
        write_timeout=30,
    )
