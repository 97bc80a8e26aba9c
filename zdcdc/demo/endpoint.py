"""Where a server answers and as whom; databases and accounts made through it."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pymysql
import pymysql.connections

from zdcdc.errors import TargetUnavailableError
from zdcdc.mysql import errors_of
from zdcdc.names import mysql_name

_CONNECT_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Endpoint:
    """A server's address together with an account.

    ``socket`` is the server's Unix socket where it is on this machine; ``connect`` uses TCP all the same.
    """

    host: str
    port: int
    user: str
    password: str
    socket: Path | None = None

    def connect(self, database: str | None = None) -> pymysql.connections.Connection:
        """A new connection with autocommit on. Raises pymysql.err.OperationalError if there is no answer."""
        return pymysql.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            database=database,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        )

    def answers(self) -> bool:
        """Whether the server takes connections: on its socket, which no other server can have, else by TCP.

        Raises TargetError if it answers but refuses.
        """
        if self.socket is not None and not _is_listening(self.socket):
            return False
        try:
            with errors_of(f"connecting to {self.host}:{self.port}"):
                pymysql.connect(
                    host=self.host,
                    port=self.port,
                    user=self.user,
                    password=self.password,
                    unix_socket=None if self.socket is None else str(self.socket),
                    connect_timeout=_CONNECT_TIMEOUT_SECONDS,
                ).close()
        except TargetUnavailableError:
            return False
        return True

    def url(self, database: str) -> str:
        """The form that ``--mysql-url`` takes, with every part quoted."""
        user, password, name = (quote(part, safe="") for part in (self.user, self.password, database))
        account = f"{user}:{password}" if password else user
        return f"mysql://{account}@{self.host}:{self.port}/{name}"

    def version(self) -> str:
        """What the server calls its version."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            row = cursor.fetchone()
        if row is None:
            raise AssertionError("SELECT VERSION() returns one row on every server")
        return str(row[0])


def _is_listening(path: Path) -> bool:
    """Whether a connection to the socket is taken. (PyMySQL leaves its own end open where that fails.)"""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def account_name(user: str) -> str:
    """``user`` from any host, as GRANT and CREATE USER write it; ``user`` is one that we made up."""
    if not user.isidentifier():
        raise ValueError(f"not a plain account name: {user!r}")
    return f"'{user}'@'%'"


def create_database(
    administrator: Endpoint, database: str, user: str, password: str, grants: list[str]
) -> Endpoint:
    """Make ``database`` and an account that holds exactly what ``grants`` gives; the account's endpoint."""
    with administrator.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {mysql_name(database)} CHARACTER SET utf8mb4")
        cursor.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", (user, password))
        for grant in grants:
            cursor.execute(grant)
    return Endpoint(administrator.host, administrator.port, user, password, administrator.socket)


def drop_database(administrator: Endpoint, database: str, user: str) -> None:
    """Undo ``create_database``; what is not there is no error."""
    with administrator.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {mysql_name(database)}")
        cursor.execute(f"DROP USER IF EXISTS {account_name(user)}")
