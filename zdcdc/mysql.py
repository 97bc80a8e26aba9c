"""Connecting to MySQL and MariaDB: session settings, and what the driver's errors mean.

Nothing is left to a server's defaults (trap 61): each session states mode, zone, character set, isolation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import pymysql
from pymysql.connections import Connection
from pymysql.constants import CR, ER
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection as ControlConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from zdcdc.config import Limits, TargetConfig
from zdcdc.errors import Code, TargetBusyError, TargetError, TargetUnavailableError
from zdcdc.mapping import Capabilities
from zdcdc.mysql_errors import meaning_of
from zdcdc.patience import Patience
from zdcdc.points import register
from zdcdc.wire import Wire, dial

T = TypeVar("T")

IDLE_SECONDS = 3600
"""After which the server ends a session of the control plane, which holds no locks while it is idle."""

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
CONSEQUENCE = "every round that was committed is kept, and the application goes on as before"

CLOSED = 0
"""PyMySQL's number for a connection that is closed already."""


def classified(error: pymysql.MySQLError, doing: str) -> TargetError:
    """What ``error``, met while ``doing`` something, means."""
    number = error.args[0] if error.args and isinstance(error.args[0], int) else -1
    text = error.args[1] if len(error.args) > 1 else str(error)
    if number < 0 and isinstance(error, pymysql.err.InterfaceError | pymysql.err.InternalError):
        # The driver's own complaint about what came over the wire: the connection is of no use any more.
        number = CLOSED
    if number == CLOSED:
        text = text or "the connection is closed"
    meaning = meaning_of(number)
    what = f"{doing}: {text} ({number})"
    return meaning.kind(meaning.code, what, consequence=CONSEQUENCE, hint=meaning.hint)


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
        hint = "run the same command again"
        raise TargetUnavailableError(
            Code.CONNECTION, what, consequence=CONSEQUENCE, hint=hint
        ) from error


def connect(
    target: TargetConfig, *, lock_wait_seconds: int | None = None, read_seconds: float | None = None
) -> Wire:
    """A data-plane connection, autocommit off, READ COMMITTED, foreign keys unchecked.

    Unchecked, so that the target never cascades what the journal already tells (trap 11). Where the server
    has no room it is tried again for a while. No answer is waited for longer than ``read_seconds`` (default:
    ``target.answer_seconds``). Raises TargetError, TargetUnavailableError.
    """
    seconds = lock_wait_seconds or target.lock_wait_seconds
    silence = read_seconds or target.answer_seconds
    return _with_room(target, lambda: _connect(target, seconds, silence))


def _with_room(target: TargetConfig, opened: Callable[[], T]) -> T:
    limits = Limits(retry_seconds=target.busy_seconds, retry_pause_seconds=1.0)
    return Patience(limits, threading.Event()).run(opened, passing=(TargetBusyError,))


def _connect(target: TargetConfig, lock_wait_seconds: int, read_seconds: float) -> Wire:
    with errors_of(f"connecting to {target.address}"):
        wire = dial(target, local_infile=True, autocommit=False)
        try:
            _settle(wire, lock_wait_seconds, max(1, int(target.given_up_seconds)))
            wire.commit()
            wire.answer_within(read_seconds)
        except BaseException:
            wire.close()
            raise
    return wire


def require(target: TargetConfig) -> None:
    """Passes when ``target`` takes us. A wrong address or password is said at once this way, while what
    breaks later is tried again. Raises TargetError, TargetUnavailableError."""
    connect(target).close()


def _settle(connection: Connection[Any], lock_wait_seconds: int, idle_seconds: int) -> None:
    with connection.cursor() as cursor:
        for statement in session_settings(lock_wait_seconds, idle_seconds):
            cursor.execute(statement)


def session_settings(lock_wait_seconds: int, idle_seconds: int) -> tuple[str, ...]:
    """Statements that make a session of any supported server the same, whatever its global settings are."""
    settings = (
        f"sql_mode = '{SQL_MODE}'",
        "time_zone = '+00:00'",
        "foreign_key_checks = 0",
        "unique_checks = 1",
        f"innodb_lock_wait_timeout = {lock_wait_seconds}",
        f"lock_wait_timeout = {lock_wait_seconds}",
        # A session whose wire broke unseen keeps its locks until the server gives it up: between two
        # statements, or in the middle of one.
        f"wait_timeout = {idle_seconds}",
        f"net_read_timeout = {idle_seconds}",
        f"net_write_timeout = {idle_seconds}",
        "group_concat_max_len = 1073741824",
        "sql_select_limit = 18446744073709551615",
        "sql_big_selects = 1",
        "sql_safe_updates = 0",
        "completion_type = 0",
    )
    # Each server reads its own comment: an index may take longer than any limit on statements.
    limits = "/*M! , max_statement_time = 0 */ /*!80000 , max_execution_time = 0 */"
    return (
        f"SET SESSION {', '.join(settings)} {limits}",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION TRANSACTION READ WRITE",
    )


def close(connection: Connection[Any]) -> None:
    """Ends a session, if it has not ended: for a second time the driver raises an error without a number."""
    if connection.open:
        connection.close()


@contextmanager
def control(target: TargetConfig) -> Iterator[ControlConnection]:
    """A connection for the control plane (settings, privileges, tables): autocommit, closed at the end.

    Raises TargetError, TargetUnavailableError.
    """

    def made() -> Wire:
        wire = dial(target)
        _settle(wire, target.lock_wait_seconds, IDLE_SECONDS)
        wire.answer_within(target.answer_seconds)
        return wire

    engine = create_engine(target.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", creator=made)

    def opened() -> ControlConnection:
        with errors_of(f"connecting to {target.address}"):
            return engine.connect()

    connection = _with_room(target, opened)
    try:
        yield connection
    finally:
        # It rolls back first; where that finds the wire broken, autocommit has left nothing to be lost.
        with suppress(DBAPIError):
            connection.close()


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


def session_of(connection: Connection[Any]) -> int:
    """The number by which the server knows this session."""
    with errors_of("asking for the number of a session"):
        ((session,),) = rows(connection, "SELECT CONNECTION_ID()")
        connection.rollback()
    return int(session)


def at_work(target: TargetConfig, session: int) -> bool:
    """Whether the server is carrying out a statement of ``session``, which must be one of our account."""
    connection = connect(target)
    try:
        with errors_of("looking for a session"):
            sessions = rows(connection, "SHOW PROCESSLIST")
    finally:
        connection.close()
    return any(int(row[0]) == session and row[4] != "Sleep" for row in sessions)


def kill(target: TargetConfig, session: int) -> None:
    """Ends a session of our account; one that has ended by itself is no error."""
    connection = connect(target)
    try:
        with errors_of("ending a session"), connection.cursor() as cursor:
            try:
                cursor.execute(f"KILL {int(session)}")
            except pymysql.MySQLError as error:
                if error.args[0] != ER.NO_SUCH_THREAD:
                    raise
    finally:
        connection.close()


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
    with errors_of("asking the target what it is"):
        query = "SELECT @@version, @@version_comment, @@innodb_page_size"
        ((version, comment, page_size),) = rows(connection, query)
    mariadb = "mariadb" in f"{version} {comment}".lower()
    collation = "utf8mb4_nopad_bin" if mariadb else "utf8mb4_0900_bin"
    return Capabilities(collation, version, "mariadb" if mariadb else "mysql", page_size)


def encrypted(connection: Connection[Any]) -> bool:
    """Whether what goes over the connection is protected by TLS, as the server sees it."""
    with errors_of("asking the target whether the connection is encrypted"):
        found = rows(connection, "SHOW SESSION STATUS LIKE 'Ssl_cipher'")
    return bool(found and found[0][1])


def variables(connection: Connection[Any]) -> dict[str, str]:
    """The server's global variables."""
    with errors_of("asking the target for its settings"):
        return dict(rows(connection, "SHOW GLOBAL VARIABLES"))


def driver_error(number: int, text: str) -> pymysql.MySQLError:
    """An error as the driver raises it, for :mod:`zdcdc.points`."""
    return pymysql.err.OperationalError(number, text)


register("mysql-lost", partial(driver_error, CR.CR_SERVER_LOST, "Lost connection to MySQL server"))
register("mysql-deadlock", partial(driver_error, ER.LOCK_DEADLOCK, "Deadlock found when trying to get lock"))
register("mysql-lock-wait", partial(driver_error, ER.LOCK_WAIT_TIMEOUT, "Lock wait timeout exceeded"))
register("mysql-full", partial(driver_error, ER.RECORD_FILE_FULL, "The table is full"))
