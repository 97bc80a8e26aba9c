"""Connecting to SQLite: settings, transactions, and what its driver's errors mean.

The database file is never opened outside SQLite: closing any descriptor of it would drop the POSIX locks
that SQLite holds in this process (trap 21).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from zdcdc.codecs import MYSQL_REAL_TEXT, REAL_TEXT
from zdcdc.errors import Code, SourceBusyError, SourceError, ZdcdcError
from zdcdc.retry import Retry

T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long a reader of ours waits for a lock."""

WRITE_BUSY_SECONDS = 0.5
"""How long a writer of ours waits at a time; see :func:`patiently`."""

PATIENCE = Retry(first_delay=0.05, longest_delay=1.0, give_up_after=60.0)
FIRST_SAFE_LIBRARIES = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Libraries without the WAL-reset race (trap 27, sqlite.org release notes)."""

_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_FULL = {"SQLITE_FULL"}
_CORRUPT = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}
_READ_ONLY = {"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"}
_SCHEMA_CHANGED = {"SQLITE_SCHEMA"}


class Text(bytes):
    """TEXT as its bytes: keeps it apart from BLOB, and does not fail on text that is not UTF-8."""

    __slots__ = ()


def classified(error: sqlite3.Error, doing: str) -> ZdcdcError:
    """What ``error``, met while ``doing`` something, means."""
    # Result codes came with Python 3.11. Without one an operational error counts as busy, which
    # costs a bounded number of tries; its text is never looked at.
    name = getattr(error, "sqlite_errorname", None)
    if name is None:
        name = "SQLITE_BUSY" if isinstance(error, sqlite3.OperationalError) else "SQLITE_ERROR"
    family = "_".join(name.split("_")[:2])
    what = f"{doing}: {error} ({name})"
    if family in _BUSY:
        return SourceBusyError(
            Code.LOCKED, what, hint="wait for the application's long transactions to end, then run it again"
        )
    if family in _FULL:
        return SourceError(Code.DISK, what, hint="free disk space beside the database, then run it again")
    if family in _CORRUPT:
        return SourceError(
            Code.DATA,
            what,
            consequence="the file is damaged, encrypted or no SQLite database",
            hint="run PRAGMA integrity_check on a copy",
        )
    if family in _READ_ONLY:
        return SourceError(
            Code.PRIVILEGES,
            what,
            hint="the file and its directory must be readable and writable for the user who runs zdcdc",
        )
    return SourceError(Code.STATEMENT, what)


@contextmanager
def errors_of(doing: str) -> Iterator[None]:
    """Turns the driver's errors inside the block into ours. Raises SourceError, SourceBusyError."""
    try:
        yield
    except sqlite3.Error as error:
        raise classified(error, doing) from error


def connect(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection in autocommit mode that reads TEXT as :class:`Text`. Raises SourceError.

    Never creates the file. It never checkpoints the WAL by itself (trap 27) and may be handed from one
    thread to another, one at a time.
    """
    if not path.is_file():
        raise SourceError(
            Code.CONNECTION, f"there is no file {path}", hint="give the database with --sqlite-path"
        )
    with errors_of(f"opening {path}"):
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=busy_seconds,
            check_same_thread=False,
        )
        try:
            connection.text_factory = Text
            connection.create_function(REAL_TEXT, 1, float.__repr__, deterministic=True)
            connection.create_function(MYSQL_REAL_TEXT, 1, mysql_real_text, deterministic=True)
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def text(value: object) -> str:
    """A :class:`Text` of ours (names, our own tables) as str."""
    if not isinstance(value, bytes):
        raise TypeError(f"not text: {value!r}")
    return value.decode("utf-8", "surrogateescape")


@contextmanager
def read_transaction(connection: sqlite3.Connection, doing: str) -> Iterator[sqlite3.Connection]:
    """One snapshot for everything in the block; begins at its first read (trap 23)."""
    with errors_of(doing):
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


@contextmanager
def write_transaction(
    connection: sqlite3.Connection, doing: str, *, lock: str = "IMMEDIATE"
) -> Iterator[sqlite3.Connection]:
    """The write lock from the first statement on, so that it cannot fail half-way as busy (trap 24).

    Commits at the end of the block and rolls back on any exception.
    """
    with errors_of(doing):
        connection.execute(f"BEGIN {lock}")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def patiently(action: Callable[[], T], patience: Retry = PATIENCE) -> T:
    """Runs ``action`` until the source is not busy, within the bounds of ``patience``.

    Many short waits instead of a long one: in rollback-journal mode a writer that waits for a reader keeps
    every other reader of the application out. Raises SourceBusyError in the end.
    """
    while True:
        try:
            return action()
        except SourceBusyError:
            patience = patience.failed(time.monotonic())
            if patience.exhausted(time.monotonic()):
                raise
        time.sleep(patience.delay)


def mysql_real(value: float) -> bytes:
    """:func:`mysql_real_text` as bytes, with a short cut for the usual case."""
    text = repr(value)
    if "e" not in text and len(text) < 16:
        return text.removesuffix(".0").encode()
    return mysql_real_text(value).encode()


def mysql_real_text(value: float) -> str:
    """The text that MySQL prints for a double: its digits as ``repr`` has them, in MySQL's notation.

    Both sides print the shortest digits that read back, but when an exponent is used depends on the
    server and on the width. A wrong guess here costs a little time and never exactness: verification
    reads both texts as numbers where they differ.
    """
    if value == 0 or value in (float("inf"), float("-inf")):
        return "0" if repr(value) == "0.0" else repr(value)
    mantissa, _, exponent = f"{value!r}e".rstrip("e").partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).rstrip("0")
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped
    if -15 < point <= 15:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        if len(digits) <= point:
            return sign + digits + "0" * (point - len(digits))
        return f"{sign}{digits[:point]}.{digits[point:]}"
    power = point - 1
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{power}"
