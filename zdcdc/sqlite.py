"""Connecting to SQLite: settings, transactions, and what its driver's errors mean.

The database file is never opened outside SQLite: closing any descriptor of it would drop the POSIX locks
that SQLite holds in this process (trap 21).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from zdcdc import setups
from zdcdc.codecs.functions import register_functions
from zdcdc.errors import Code, SourceBusyError, SourceError, UsageError, ValueRefusedError, ZdcdcError
from zdcdc.place import require_usable
from zdcdc.points import register

BUSY_SECONDS = 5.0
"""How long a reader of ours waits for a lock."""

WRITE_BUSY_SECONDS = 0.5
"""How long a writer of ours waits at a time. Many short waits instead of a long one: in rollback-journal
mode a writer that waits for a reader keeps every other reader of the application out."""

FIRST_SAFE_LIBRARIES = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Libraries without the WAL-reset race (trap 27, sqlite.org release notes)."""

ROLLED_BACK = "what was begun is rolled back; what was committed before stays"

@dataclass(frozen=True, slots=True)
class _Meaning:
    code: Code
    hint: str
    consequence: str = ROLLED_BACK


_LOCKED = _Meaning(
    Code.LOCKED,
    "wait for the application's long transactions to end, then run it again; "
    "if it sets PRAGMA locking_mode = EXCLUSIVE, set that to NORMAL",
)
_FULL = _Meaning(Code.DISK, "free disk space beside the database, then run it again")
_DISK = _Meaning(Code.DISK, "look at the disk and its free space (the system's log says more), run it again")
_MEMORY = _Meaning(Code.MEMORY, "give the process more memory, then run it again")
_DAMAGED = _Meaning(
    Code.DATA,
    "run PRAGMA integrity_check on a copy; restore the file, or repair it with .recover of the sqlite3 shell",
    "the file is damaged, encrypted or no SQLite database; zdcdc wrote nothing into it",
)
_PERMISSION = _Meaning(
    Code.PRIVILEGES, "the file and its directory must be readable and writable for the user who runs zdcdc"
)
_MOVED = _Meaning(Code.DRIFT, "put the file back, or give the new one with --sqlite-path")
_MISSING = _Meaning(
    Code.STATEMENT,
    'if a function or collation of the application is missing: setup = "module:function" under [source] '
    "in zdcdc.toml registers it",
)
_INTERRUPTED = _Meaning(Code.TIME, "run it again")

_MEANINGS = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_PROTOCOL": _LOCKED,  # the race for the locks of the WAL was lost many times in a row
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": _DISK,
    "SQLITE_IOERR_NOMEM": _MEMORY,
    "SQLITE_IOERR_CORRUPTFS": _DAMAGED,
    "SQLITE_IOERR_DATA": _DAMAGED,
    "SQLITE_IOERR_SHORT_READ": _DAMAGED,
    "SQLITE_NOLFS": _DISK,
    "SQLITE_NOMEM": _MEMORY,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_FORMAT": _DAMAGED,
    "SQLITE_READONLY": _PERMISSION,
    "SQLITE_READONLY_DBMOVED": _MOVED,
    "SQLITE_CANTOPEN": _PERMISSION,
    "SQLITE_PERM": _PERMISSION,
    "SQLITE_AUTH": _PERMISSION,
    "SQLITE_INTERRUPT": _INTERRUPTED,
    "SQLITE_ERROR": _MISSING,
}
"""By extended result code, else by its family (https://www.sqlite.org/rescode.html)."""

class Text(bytes):
    """TEXT as its bytes: keeps it apart from BLOB, and does not fail on text that is not UTF-8."""

    __slots__ = ()


def classified(error: sqlite3.Error, doing: str) -> ZdcdcError:
    """What ``error``, met while ``doing`` something, means."""
    name = getattr(error, "sqlite_errorname", None) or _by_class(error)
    family = "_".join(name.split("_")[:2])
    what = f"{doing}: {error} ({name})"
    if family == "SQLITE_TOOBIG":
        return ValueRefusedError(
            what,
            consequence=ROLLED_BACK,
            hint="a row is longer than SQLite can put into one text (1,000,000,000 bytes); shorten it, or "
            "exclude its table (--exclude)",
        )
    meaning = _MEANINGS.get(name) or _MEANINGS.get(family)
    if meaning is None:
        return SourceError(
            Code.STATEMENT, what, consequence=ROLLED_BACK, hint="run it again with -v, and report it"
        )
    kind = SourceBusyError if meaning is _LOCKED else SourceError
    return kind(meaning.code, what, consequence=meaning.consequence, hint=meaning.hint)


def _by_class(error: sqlite3.Error) -> str:
    """The family of an error that has no result code: these came with Python 3.11, and errors of the module
    itself never have one. An operational error of older ones counts as busy, which costs a bounded number of
    tries; its text is never looked at."""
    if type(error) is sqlite3.OperationalError:
        return "SQLITE_BUSY"
    if type(error) is sqlite3.DatabaseError:
        return "SQLITE_CORRUPT"
    return "SQLITE_TOOBIG" if type(error) is sqlite3.DataError else "SQLITE_ERROR"


@contextmanager
def errors_of(doing: str) -> Iterator[None]:
    """Turns the driver's errors inside the block into ours. Raises SourceError, SourceBusyError."""
    try:
        yield
    except sqlite3.Error as error:
        raise classified(error, doing) from error
    except MemoryError as error:  # as which Python's module raises SQLITE_NOMEM
        raise SourceError(
            _MEMORY.code, f"{doing}: out of memory", consequence=_MEMORY.consequence, hint=_MEMORY.hint
        ) from error


def set_up(connection: sqlite3.Connection, path: Path) -> None:
    """Gives ``connection`` the functions and collations of the application whose database is ``path``.

    Raises UsageError when its setup fails, SourceError and SourceBusyError when the database does.
    """
    setup = setups.of(path)
    if setup is None:
        return
    name = f"{getattr(setup, '__module__', '?')}:{getattr(setup, '__qualname__', '?')}"
    try:
        setup(connection)
    except sqlite3.OperationalError as error:
        raise classified(error, f"{name}, the [source] setup of zdcdc.toml") from error
    except Exception as error:
        raise UsageError(
            f"{name}, the [source] setup of zdcdc.toml, failed: {type(error).__name__}: {error}",
            hint="it is called with the sqlite3 connection; -v shows where it failed",
        ) from error
    connection.row_factory = None
    connection.isolation_level = None


def connect(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection in autocommit mode that reads TEXT as :class:`Text`. Raises SourceError.

    Never creates the file. It never checkpoints the WAL by itself (trap 27) and may be handed from one
    thread to another, one at a time. Raises PreconditionError where opening could harm the application (see
    :mod:`zdcdc.place`), UsageError when the setup of the source fails.
    """
    require_usable(path)
    with errors_of(f"opening {path}"):
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=busy_seconds,
            check_same_thread=False,
        )
        try:
            set_up(connection, path)
            connection.text_factory = Text
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            register_functions(connection, text(connection.execute("PRAGMA encoding").fetchone()[0]))
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


def driver_error(text: str, number: int, name: str) -> sqlite3.OperationalError:
    """An error as the driver raises it, for :mod:`zdcdc.points`."""
    error = sqlite3.OperationalError(text)
    # Attributes of Python 3.11 and newer.
    error.__dict__.update(sqlite_errorcode=number, sqlite_errorname=name)
    return error


register("sqlite-busy", partial(driver_error, "database is locked", 5, "SQLITE_BUSY"))
register("sqlite-full", partial(driver_error, "database or disk is full", 13, "SQLITE_FULL"))
register("sqlite-ioerr", partial(driver_error, "disk I/O error", 778, "SQLITE_IOERR_WRITE"))
