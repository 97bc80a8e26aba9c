"""The wire to the server: TLS where it is offered, a hand-shake that ends, a dead peer that is found.

Whatever the network does to it, a call over it ends with an error of the driver's own family within the
seconds it was given, and after an answer that cannot be read it is closed: what comes next on it might be
the answer to something else.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import ssl
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pymysql
from pymysql.connections import Connection
from pymysql.constants import CLIENT, CR, ER

from zdcdc.config import TargetConfig

CONNECT_SECONDS = 10.0
"""Bound of each answer while connecting, and of dialling itself."""

if TYPE_CHECKING:

    class _Connection(Connection[Any]):
        """What the stubs of the driver leave out."""

        server_capabilities: int
        _sock: socket.socket | None

        def _force_close(self) -> None: ...

else:
    _Connection = Connection


class Wire(_Connection):
    """A connection of the driver that is either in step with the server or closed.

    Each call raises ``pymysql.MySQLError`` and nothing else. Public calls of the driver only are wrapped:
    they are all that the rest of zdcdc uses.
    """

    def __init__(self, *, connect_seconds: float, dead_after: float, **arguments: Any) -> None:
        """Dials and shakes hands, ``connect_seconds`` at most for each answer; a peer that is gone is given
        up after ``dead_after`` seconds. ``arguments`` are the driver's."""
        self._connect_seconds = connect_seconds
        self._dead_after = dead_after
        self._used_at = time.monotonic()
        self._asked_at: float | None = None
        super().__init__(
            connect_timeout=connect_seconds,
            read_timeout=connect_seconds,
            write_timeout=connect_seconds,
            **arguments,
        )

    @property
    def idle_seconds(self) -> float:
        """Seconds since the last answer."""
        return time.monotonic() - self._used_at

    @property
    def waiting_seconds(self) -> float:
        """Seconds for which a call of another thread has been waiting for its answer; 0 without one."""
        asked_at = self._asked_at
        return 0.0 if asked_at is None else time.monotonic() - asked_at

    def answer_within(self, seconds: float) -> None:
        """Bounds the silence that each statement from now on may meet."""
        # The driver takes these at construction only, where they also bound the hand-shake, which must not
        # be given the hours of an index build.
        self._read_timeout = self._write_timeout = seconds

    def connect(self, sock: socket.socket | None = None) -> None:
        with self._in_step():
            if sock is None and self.unix_socket is None:
                sock = _dialled(self.host, self.port, self._connect_seconds)
                _find_dead_peer(sock, self._dead_after)
            super().connect(sock)

    def query(self, sql: str | bytes, unbuffered: bool = False) -> int:
        # Text that has no encoding is the caller's mistake, not the network's.
        statement = sql.encode(self.encoding) if isinstance(sql, str) else sql
        with self._in_step():
            return super().query(statement, unbuffered)

    def autocommit(self, value: bool) -> None:
        with self._in_step():
            super().autocommit(value)

    def begin(self) -> None:
        with self._in_step():
            super().begin()

    def commit(self) -> None:
        with self._in_step():
            super().commit()

    def rollback(self) -> None:
        with self._in_step():
            super().rollback()

    def ping(self, reconnect: Any = False) -> None:
        with self._in_step():
            super().ping()

    def close(self) -> None:
        """Ends the connection; one that has ended already is no error."""
        with contextlib.suppress(pymysql.err.Error):
            super().close()

    def cut(self) -> None:
        """Ends the connection from another thread: whoever waits for an answer over it stops waiting."""
        wire: socket.socket | None = self._sock
        if wire is not None:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def _in_step(self) -> Iterator[None]:
        self._asked_at = time.monotonic()
        try:
            yield
        except pymysql.err.InternalError as error:
            if error.args and isinstance(error.args[0], int):
                raise  # said by the server
            raise self._out_of_step(error) from error
        except pymysql.MySQLError:
            raise
        except OSError as error:
            self._force_close()
            raise pymysql.err.OperationalError(CR.CR_SERVER_LOST, str(error)) from error
        except Exception as error:
            # A garbled packet ends as whatever its parser stumbles over: IndexError, struct.error,
            # UnicodeDecodeError, AssertionError, … And an error met while another one is handled hides it.
            if isinstance(error.__context__, pymysql.MySQLError):
                self._force_close()
                raise error.__context__ from None
            raise self._out_of_step(error) from error
        finally:
            self._asked_at = None
        self._used_at = time.monotonic()

    def _out_of_step(self, error: Exception) -> pymysql.err.OperationalError:
        self._force_close()
        what = f"the server's answer cannot be read ({type(error).__name__}: {error})"
        return pymysql.err.OperationalError(CR.CR_SERVER_LOST, what)


_let_in: set[TargetConfig] = set()
"""Accounts that this process has logged in to."""


def dial(target: TargetConfig, **settings: Any) -> Wire:
    """A new connection, encrypted where the server offers that and verified where an authority is given.

    TLS is wanted for more than secrecy: TCP's checksum lets some damaged packets pass, and MySQL's protocol
    has none, so without TLS a value could be changed on its way. Over a Unix socket nothing can happen to it.
    Raises ``pymysql.MySQLError``.
    """
    arguments: dict[str, Any] = {
        **settings,
        "host": target.host,
        "port": target.port,
        "user": target.user,
        "password": target.password,
        "database": target.database,
        "unix_socket": target.unix_socket,
        "charset": "utf8mb4",
        "connect_seconds": min(CONNECT_SECONDS, target.answer_seconds),
        "dead_after": target.answer_seconds,
    }
    try:
        wire = _dial(target, arguments)
    except pymysql.err.OperationalError as error:
        if error.args[0] == ER.ACCESS_DENIED_ERROR and target in _let_in:
            # The greeting comes before TLS, and a garbled salt in it makes the right password wrong.
            what = f"the server refused an account that it let in before ({error.args[1]})"
            raise pymysql.err.OperationalError(CR.CR_SERVER_LOST, what) from error
        raise
    _let_in.add(target)
    return wire


def _dial(target: TargetConfig, arguments: dict[str, Any]) -> Wire:
    if target.unix_socket is not None and target.ssl_ca is None:
        return Wire(**arguments, ssl_disabled=True)
    try:
        return Wire(**arguments, ssl=_context(target.ssl_ca))
    except pymysql.err.OperationalError as error:
        if target.ssl_ca is not None or error.args[0] != CR.CR_SSL_CONNECTION_ERROR:
            raise
    wire = Wire(**arguments, ssl_disabled=True)
    if wire.server_capabilities & CLIENT.SSL:
        # It did not offer TLS a moment ago: one of its greetings was garbled.
        wire.close()
        raise pymysql.err.OperationalError(CR.CR_SERVER_LOST, "the server's greeting was garbled")
    return wire


@functools.cache
def _context(authority: str | None) -> ssl.SSLContext:
    """Made once: reading the system's authorities takes ten times as long as a hand-shake."""
    if authority is not None:
        return ssl.create_default_context(cafile=authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _dialled(host: str, port: int, seconds: float) -> socket.socket:
    try:
        wire = socket.create_connection((host, port), seconds)
    except OSError as error:
        what = f"no connection to {host}:{port} ({error})"
        raise pymysql.err.OperationalError(CR.CR_CONN_HOST_ERROR, what) from error
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def _find_dead_peer(wire: socket.socket, seconds: float) -> None:
    """Lets the system end a connection whose peer is gone, also in the silence of a long statement."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    idle, between = max(1, int(seconds / 4)), max(1, int(seconds / 12))
    options = {
        "TCP_KEEPIDLE": idle,
        "TCP_KEEPALIVE": idle,  # macOS calls it so
        "TCP_KEEPINTVL": between,
        "TCP_KEEPCNT": 9,
        "TCP_USER_TIMEOUT": int(seconds * 1000),
    }
    for name, value in options.items():
        option = getattr(socket, name, None)
        if option is not None:
            with contextlib.suppress(OSError):  # some systems name options that they do not have
                wire.setsockopt(socket.IPPROTO_TCP, option, value)
