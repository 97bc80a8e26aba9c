"""Connecting to MySQL and MariaDB: session settings, and what the driver's errors mean.

Nothing is left to a server's defaults (trap 61): each session states mode, zone, character set, isolation.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.constants import CR, ER
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from zdcdc.config import TargetConfig
from zdcdc.errors import Code, TargetError, TargetUnavailableError, ZdcdcError
from zdcdc.mapping import Capabilities

CONNECT_SECONDS = 10
READ_SECONDS = 300
LOCK_WAIT_SECONDS = 10

SQL_MODE = ",".join(
    (
        "STRICT_ALL_TABLES",
        "NO_ZERO_DATE",
        "NO_ZERO_IN_DATE",
        "ERROR_FOR_DIVISION_BY_ZERO",
        "NO_ENGINE_SUBSTITUTION",
        "NO_AUTO_VALUE_ON_ZERO",
    )
)

FIRST_MYSQL = (8, 0, 23)
FIRST_MARIADB = (10, 6)

DUPLICATE_ENTRY = ER.DUP_ENTRY

_GONE = {
    CR.CR_SERVER_GONE_ERROR,
    CR.CR_SERVER_LOST,
    CR.CR_CONN_HOST_ERROR,
    CR.CR_CONNECTION_ERROR,
    CR.CR_SERVER_LOST_EXTENDED,
    ER.CON_COUNT_ERROR,
    ER.SERVER_SHUTDOWN,
    ER.NEW_ABORTING_CONNECTION,
    1927,  # MariaDB: connection was killed
    3169,  # MySQL: session was killed
    0,  # PyMySQL: connection already closed
}
_LOCKED = {ER.LOCK_WAIT_TIMEOUT, ER.LOCK_DEADLOCK}
_REFUSED = {
    ER.ACCESS_DENIED_ERROR,
    ER.DBACCESS_DENIED_ERROR,
    ER.TABLEACCESS_DENIED_ERROR,
    ER.COLUMNACCESS_DENIED_ERROR,
    ER.SPECIFIC_ACCESS_DENIED_ERROR,
    ER.PROCACCESS_DENIED_ERROR,
    ER.OPTION_PREVENTS_STATEMENT,
    1419,  # CREATE TRIGGER without SUPER while the binlog is on
    1820,
    1862,  # password expired
    1698,  # access denied without a password
}
_FULL = {ER.DISK_FULL, ER.RECORD_FILE_FULL, ER.ERROR_ON_WRITE, 1041, 1037}
_VALUES = {
    ER.DUP_ENTRY,
    ER.DATA_TOO_LONG,
    ER.WARN_DATA_OUT_OF_RANGE,
    ER.TRUNCATED_WRONG_VALUE_FOR_FIELD,
    ER.TRUNCATED_WRONG_VALUE,
    ER.BAD_NULL_ERROR,
    ER.INVALID_CHARACTER_STRING,
    1264,
    1265,
}


def classified(error: pymysql.MySQLError, doing: str) -> ZdcdcError:
    """What ``error``, met while ``doing`` something, means."""
    number = error.args[0] if error.args and isinstance(error.args[0], int) else -1
    text = error.args[1] if len(error.args) > 1 else str(error)
    what = f"{doing}: {text} ({number})"
    if number in _GONE or isinstance(error, pymysql.err.InterfaceError):
        return TargetUnavailableError(
            Code.CONNECTION, what, hint="check that the server runs and can be reached, then run it again"
        )
    if number in _LOCKED:
        return TargetUnavailableError(Code.LOCKED, what, hint="another session holds locks; run it again")
    if number in _REFUSED:
        return TargetError(Code.PRIVILEGES, what, hint="zdcdc check prints the GRANT statements it needs")
    if number == ER.BAD_DB_ERROR:
        return TargetError(Code.CONNECTION, what, hint="create the database first, or correct its name")
    if number in _FULL:
        return TargetError(Code.DISK, what, hint="free space on the server, then run it again")
    if number in _VALUES:
        return TargetError(Code.DATA, what)
    return TargetError(Code.STATEMENT, what)


@contextmanager
def errors_of(doing: str) -> Iterator[None]:
    """Turns the driver's errors inside the block into ours. Raises TargetError, TargetUnavailableError."""
    try:
        yield
    except pymysql.MySQLError as error:
        raise classified(error, doing) from error
    except DBAPIError as error:
        if isinstance(error.orig, pymysql.MySQLError):
            raise classified(error.orig, doing) from error
        raise
    except (OSError, EOFError) as error:
        what = f"{doing}: {error}"
        raise TargetUnavailableError(Code.CONNECTION, what, hint="run it again") from error


def _ssl(target: TargetConfig) -> dict[str, Any]:
    if target.ssl_ca is None:
        return {}
    return {"ssl": ssl.create_default_context(cafile=target.ssl_ca)}


def connect(
    target: TargetConfig, *, lock_wait_seconds: int = LOCK_WAIT_SECONDS, read_seconds: float = READ_SECONDS
) -> Connection[Any]:
    """A data-plane connection, autocommit off, READ COMMITTED, foreign keys unchecked.

    Unchecked, so that the target never cascades what the journal already tells (trap 11).
    Raises TargetError, TargetUnavailableError.
    """
    with errors_of(f"connecting to {target.address}"):
        connection = pymysql.connect(
            host=target.host,
            port=target.port,
            user=target.user,
            password=target.password,
            database=target.database,
            unix_socket=target.unix_socket,
            charset="utf8mb4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=read_seconds,
            write_timeout=read_seconds,
            local_infile=True,
            autocommit=False,
            **_ssl(target),
        )
        try:
            with connection.cursor() as cursor:
                for statement in session_settings(lock_wait_seconds):
                    cursor.execute(statement)
            connection.commit()
        except BaseException:
            connection.close()
            raise
    return connection


def session_settings(lock_wait_seconds: int) -> tuple[str, ...]:
    """Statements that make a session of any supported server the same."""
    return (
        f"SET SESSION sql_mode = '{SQL_MODE}'",
        "SET SESSION time_zone = '+00:00'",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION foreign_key_checks = 0",
        f"SET SESSION innodb_lock_wait_timeout = {lock_wait_seconds}",
        f"SET SESSION lock_wait_timeout = {lock_wait_seconds}",
        "SET SESSION group_concat_max_len = 1073741824",
    )


def control_engine(target: TargetConfig) -> Engine:
    """Connections for the control plane (settings, privileges, tables): autocommit, nothing pooled."""
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS}
    arguments.update(_ssl(target))
    url = target.url.difference_update_query(["ssl_ca"])
    settings = ", ".join(s.removeprefix("SET ") for s in session_settings(LOCK_WAIT_SECONDS) if "=" in s)
    return create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={**arguments, "init_command": f"SET {settings}"},
    )


def execute(
    connection: Connection[Any], statement: str | bytes, values: Sequence[object] | None = None
) -> int:
    """Runs one statement and returns the rows affected; any warning is a failure (trap 41)."""
    with connection.cursor() as cursor:
        # PyMySQL takes bytes at run time, and its stubs only str.
        affected: int = cursor.execute(statement, values)  # type: ignore[arg-type,unused-ignore]
        if cursor.warning_count:
            cursor.execute("SHOW WARNINGS")
            level, number, message = cursor.fetchone() or ("Warning", -1, "unknown")
            raise pymysql.err.DataError(number, f"{level}: {message}")
    return affected


def rows(
    connection: Connection[Any], statement: str, values: Sequence[object] | None = None
) -> tuple[tuple[Any, ...], ...]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, None if values is None else tuple(values))
        return tuple(cursor.fetchall())


def version_of(text: str) -> tuple[int, ...]:
    """``8.4.3`` of ``8.4.3-log`` or ``10.11.6-MariaDB-1`` as numbers."""
    numbers = []
    for part in text.split("-")[0].split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


def capabilities(connection: Connection[Any]) -> Capabilities:
    """What this server is and can do."""
    ((version, comment),) = rows(connection, "SELECT @@version, @@version_comment")
    mariadb = "mariadb" in f"{version} {comment}".lower()
    collation = "utf8mb4_nopad_bin" if mariadb else "utf8mb4_0900_bin"
    return Capabilities(collation, version, "mariadb" if mariadb else "mysql")


def variables(connection: Connection[Any]) -> dict[str, str]:
    """The server's global variables."""
    return dict(rows(connection, "SHOW GLOBAL VARIABLES"))
