"""Connecting to SQLite: classes stay apart, nothing is created, and errors say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from zdcdc import sqlite
from zdcdc.errors import Code, Side, SourceBusyError, SourceError, ZdcdcError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "žluť 'a' ?#%.db"
    with closing(sqlite3.connect(made)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (v)")
    return made


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite.connect(path)) as opened:
        yield opened


def test_text_and_blob_with_the_same_bytes_are_told_apart(connection: sqlite3.Connection) -> None:
    row = connection.execute("SELECT 'abc', x'616263'").fetchone()
    assert [type(value) for value in row] == [sqlite.Text, bytes]
    assert row[0] == row[1] == b"abc"


def test_text_that_is_not_utf8_can_be_read(connection: sqlite3.Connection) -> None:
    ((value,),) = connection.execute("SELECT CAST(x'61ff' AS TEXT)").fetchall()
    assert type(value) is sqlite.Text
    assert value == b"a\xff"
    assert sqlite.text(value) == "a\udcff"


def test_only_text_is_taken_for_a_name() -> None:
    with pytest.raises(TypeError):
        sqlite.text(1)


def test_a_missing_file_is_never_created(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        sqlite.connect(tmp_path / "none.db")
    assert raised.value.code is Code.CONNECTION
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("this is not a database, though it is long enough to have a header " * 20)
    with pytest.raises(SourceError) as raised:
        sqlite.connect(path)
    assert raised.value.code is Code.DATA


def test_our_connections_never_checkpoint_and_never_cascade(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == 0
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 0


def test_a_read_transaction_is_one_snapshot_and_leaves_nothing_open(
    path: Path, connection: sqlite3.Connection
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as application:
        with sqlite.read_transaction(connection, "reading"):
            assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == 0
            application.execute("INSERT INTO t VALUES (1)")
            assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == 0
        assert not connection.in_transaction
        assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == 1


def insert_and_fail(connection: sqlite3.Connection) -> None:
    with sqlite.write_transaction(connection, "writing"):
        connection.execute("INSERT INTO t VALUES (1)")
        raise ZeroDivisionError


def test_a_write_transaction_that_fails_is_rolled_back(connection: sqlite3.Connection) -> None:
    with pytest.raises(ZeroDivisionError):
        insert_and_fail(connection)
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == 0


def test_a_lock_held_by_the_application_is_busy_and_not_a_failure(path: Path) -> None:
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as application,
        closing(sqlite.connect(path, busy_seconds=0)) as ours,
    ):
        application.execute("BEGIN IMMEDIATE")
        with pytest.raises(SourceBusyError) as raised, sqlite.write_transaction(ours, "pruning"):
            raise AssertionError("the lock was not ours")
        assert raised.value.code is Code.LOCKED
        application.execute("ROLLBACK")


MEANINGS = {
    "SQLITE_BUSY": (4, Code.LOCKED),
    "SQLITE_BUSY_SNAPSHOT": (4, Code.LOCKED),
    "SQLITE_BUSY_RECOVERY": (4, Code.LOCKED),
    "SQLITE_LOCKED": (4, Code.LOCKED),
    "SQLITE_PROTOCOL": (4, Code.LOCKED),
    "SQLITE_FULL": (4, Code.DISK),
    "SQLITE_IOERR": (4, Code.DISK),
    "SQLITE_IOERR_WRITE": (4, Code.DISK),
    "SQLITE_IOERR_FSYNC": (4, Code.DISK),
    "SQLITE_IOERR_SHMSIZE": (4, Code.DISK),
    "SQLITE_IOERR_NOMEM": (4, Code.MEMORY),
    "SQLITE_IOERR_CORRUPTFS": (4, Code.DATA),
    "SQLITE_IOERR_SHORT_READ": (4, Code.DATA),
    "SQLITE_NOLFS": (4, Code.DISK),
    "SQLITE_NOMEM": (4, Code.MEMORY),
    "SQLITE_CORRUPT": (4, Code.DATA),
    "SQLITE_CORRUPT_INDEX": (4, Code.DATA),
    "SQLITE_NOTADB": (4, Code.DATA),
    "SQLITE_FORMAT": (4, Code.DATA),
    "SQLITE_CANTOPEN": (4, Code.PRIVILEGES),
    "SQLITE_CANTOPEN_ISDIR": (4, Code.PRIVILEGES),
    "SQLITE_READONLY": (4, Code.PRIVILEGES),
    "SQLITE_READONLY_CANTINIT": (4, Code.PRIVILEGES),
    "SQLITE_READONLY_DBMOVED": (4, Code.DRIFT),
    "SQLITE_PERM": (4, Code.PRIVILEGES),
    "SQLITE_AUTH": (4, Code.PRIVILEGES),
    "SQLITE_INTERRUPT": (4, Code.TIME),
    "SQLITE_TOOBIG": (3, Code.VALUE),
    "SQLITE_ERROR": (4, Code.STATEMENT),
    "SQLITE_ERROR_MISSING_COLLSEQ": (4, Code.STATEMENT),
    "SQLITE_CONSTRAINT_UNIQUE": (4, Code.STATEMENT),
    "SQLITE_MISUSE": (4, Code.STATEMENT),
}


@pytest.mark.parametrize("name", MEANINGS)
def test_every_result_code_has_a_meaning_that_says_what_to_do(name: str) -> None:
    error = sqlite3.OperationalError("as it says")
    vars(error)["sqlite_errorname"] = name
    meaning = sqlite.classified(error, "reading")
    assert (meaning.exit_status, meaning.code) == MEANINGS[name]
    assert meaning.side is Side.SOURCE
    assert meaning.what == f"reading: as it says ({name})"
    assert meaning.consequence
    assert meaning.hint
    assert isinstance(meaning, SourceBusyError) is (meaning.code is Code.LOCKED)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (sqlite3.OperationalError("x"), Code.LOCKED),
        (sqlite3.DatabaseError("x"), Code.DATA),
        (sqlite3.DataError("x"), Code.VALUE),
        (sqlite3.ProgrammingError("x"), Code.STATEMENT),
    ],
)
def test_an_error_without_a_result_code_is_told_by_its_class(error: sqlite3.Error, code: Code) -> None:
    assert sqlite.classified(error, "reading").code is code


def too_long(connection: sqlite3.Connection) -> None:
    connection.execute("SELECT zeroblob(2000000000)")


def interrupted(connection: sqlite3.Connection) -> None:
    connection.set_progress_handler(lambda: True, 1)
    connection.execute("WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n")


def full(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 3")
    connection.execute("INSERT INTO t VALUES (hex(zeroblob(100000)))")


def unknown(connection: sqlite3.Connection) -> None:
    connection.execute("SELECT slug(v) FROM t")


def out_of_memory(connection: sqlite3.Connection) -> None:
    raise MemoryError  # as the module does for SQLITE_NOMEM


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (too_long, Code.VALUE),
        (interrupted, Code.TIME),
        (full, Code.DISK),
        (unknown, Code.STATEMENT),
        (out_of_memory, Code.MEMORY),
    ],
)
def test_errors_as_sqlite_raises_them_are_known(
    action: Callable[[sqlite3.Connection], None], code: Code, connection: sqlite3.Connection
) -> None:
    with pytest.raises(ZdcdcError) as raised, sqlite.errors_of("trying"):
        action(connection)
    assert raised.value.code is code
    assert raised.value.hint
