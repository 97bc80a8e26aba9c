"""A database of its own for one test, with an account that holds exactly the documented grants."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql.connections

from tests.servers.grants import grants_for
from zdcdc.demo.endpoint import Endpoint, account_name, create_database, drop_database
from zdcdc.demo.installation import Kind

# A leaked connection's locks shall make a test's end fail, not hang.
_LOCK_WAIT_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """A server that answers, and root's way into it. ``client`` is a command-line client, if there is one."""

    kind: Kind
    version: str
    administrator: Endpoint
    client: Path | None


@dataclass(frozen=True)
class Wish:
    """What a test wants of its target; None leaves the server's default, or makes up a plain name."""

    kind: Kind
    local_infile: bool | None = None
    database: str | None = None

    def __str__(self) -> str:
        mode = {None: "", True: "-local-on", False: "-local-off"}[self.local_infile]
        return self.kind.value + mode


@dataclass(frozen=True)
class Target:
    """What zdcdc is given in a test: an empty database and an unprivileged account.

    ``local_infile`` is the server's setting while the test runs.
    """

    server: Server
    account: Endpoint
    database: str
    local_infile: bool

    @property
    def kind(self) -> Kind:
        """MySQL or MariaDB."""
        return self.server.kind

    @property
    def host(self) -> str:
        """Where the server listens."""
        return self.account.host

    @property
    def port(self) -> int:
        """Where the server listens."""
        return self.account.port

    @property
    def socket(self) -> Path | None:
        """The server's Unix socket, if it is on this machine."""
        return self.account.socket

    @property
    def user(self) -> str:
        """The account's name."""
        return self.account.user

    @property
    def password(self) -> str:
        """The account's password, which holds characters that a URL must quote."""
        return self.account.password

    @property
    def url(self) -> str:
        """What ``--mysql-url`` takes."""
        return self.account.url(self.database)

    def connect(self) -> pymysql.connections.Connection:
        """A connection of the unprivileged account to the database."""
        return self.account.connect(self.database)

    def connect_root(self) -> pymysql.connections.Connection:
        """A connection of the administrator to the database, for what the test itself needs."""
        return self.server.administrator.connect(self.database)

    def client_command(self) -> list[str]:
        """The command-line client, as the administrator, on the database; the password is in MYSQL_PWD."""
        if self.server.client is None:
            raise LookupError(f"no command-line client for {self.kind.value} was found")
        root = self.server.administrator
        return [
            str(self.server.client),
            "--no-defaults",
            "--protocol=TCP",
            f"--host={root.host}",
            f"--port={root.port}",
            f"--user={root.user}",
            "--default-character-set=utf8mb4",
            f"--database={self.database}",
        ]


@contextlib.contextmanager
def new_target(server: Server, wish: Wish) -> Iterator[Target]:
    """A target on ``server`` as wished; removed at the end, with what connections its account still has."""
    token = secrets.token_hex(6)
    user = f"zdcdc_{token}"
    database = wish.database or f"zdcdc_{token}"
    root = server.administrator
    with _local_infile(root, wish.local_infile) as local_infile:
        account = create_database(
            root, database, user, f"p@ss:/w?rd%{token}", grants_for(database, account_name(user))
        )
        try:
            yield Target(server, account, database, local_infile)
        finally:
            _disconnect(root, user)
            drop_database(root, database, user)


@contextlib.contextmanager
def _local_infile(root: Endpoint, wished: bool | None) -> Iterator[bool]:
    """The server's setting as wished (None: as it is) for the time of a test."""
    with root.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT @@GLOBAL.local_infile")
        row = cursor.fetchone()
        if row is None:
            raise AssertionError("a system variable has one value")
        before = bool(row[0])
        after = before if wished is None else wished
        if after != before:
            cursor.execute("SET GLOBAL local_infile = %s", (after,))
    try:
        yield after
    finally:
        if after != before:
            with root.connect() as connection, connection.cursor() as cursor:
                cursor.execute("SET GLOBAL local_infile = %s", (before,))


def _disconnect(root: Endpoint, user: str) -> None:
    """End what a failed test left open: its locks would block the removal of its database."""
    with root.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE user = %s", (user,))
        for (number,) in cursor.fetchall():
            with contextlib.suppress(pymysql.err.MySQLError):
                # It may have ended by itself in between.
                cursor.execute("KILL %s", (number,))
