"""Tables of unusual shape and number: one column, no row, a thousand columns, a huge value, 500 tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import differences
from tests.support.forked import Commands
from tests.support.migration import made_database
from tests.support.refusals import assert_refused, found_by, tables_in
from tests.support.schema import sqlite_schema_of

MIB = 1024 * 1024


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    return tmp_path / "source" / "app.db"


def ran(commands: Commands, *words: str) -> None:
    outcome = commands.run(*words)
    assert outcome.exit_code == 0, f"{words}: {outcome}"


def assert_equal(commands: Commands, target: Target) -> None:
    with closing(target.connect()) as mysql:
        assert differences(commands.path, mysql) == []


def columns(number: int, declared: str) -> str:
    return ", ".join(f"c{i} {declared}" for i in range(number))


SMALL = """
CREATE TABLE key_only (id INTEGER PRIMARY KEY);
CREATE TABLE text_key_only (k TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE no_key (a);
CREATE TABLE no_row (id INTEGER PRIMARY KEY, a TEXT, b BLOB UNIQUE);
CREATE TABLE no_row_no_key (a, b);
INSERT INTO key_only VALUES (-5), (0), (7);
INSERT INTO text_key_only VALUES (''), ('a');
INSERT INTO no_key VALUES (NULL), ('x'), ('x');
"""
SMALL_WRITES = """
INSERT INTO key_only DEFAULT VALUES;
DELETE FROM key_only WHERE id = 0;
UPDATE text_key_only SET k = 'b' WHERE k = 'a';
DELETE FROM no_key WHERE rowid = 2;
INSERT INTO no_key VALUES ('y');
INSERT INTO no_row VALUES (1, 'first', x'00');
INSERT INTO no_row_no_key VALUES ('first', 'second');
"""
WIDE = f"""
CREATE TABLE integers (id INTEGER PRIMARY KEY, {columns(999, "INTEGER NOT NULL DEFAULT 3")});
CREATE TABLE doubles (id INTEGER PRIMARY KEY, {columns(999, "REAL NOT NULL DEFAULT 0.1")});
CREATE TABLE nullable (id INTEGER PRIMARY KEY, {columns(900, "INTEGER")});
INSERT INTO integers (id) VALUES (1), (2), (3);
INSERT INTO doubles (id, c7) VALUES (1, -1e300), (2, 5), (3, 1e-300);
INSERT INTO nullable (id, c5, c899) VALUES (1, 5, NULL), (2, NULL, -9), (3, 0, 0);
"""
WIDE_WRITES = "".join(
    f"UPDATE {table} SET c0 = 4, c899 = 5.5 * 2 WHERE id = 2; DELETE FROM {table} WHERE id = 3;"
    f"INSERT INTO {table} (id) VALUES (9);"
    for table in ("integers", "doubles", "nullable")
)


@pytest.mark.parametrize(
    ("script", "writes"), [(SMALL, SMALL_WRITES), (WIDE, WIDE_WRITES)], ids=["small", "wide"]
)
def test_the_narrowest_and_the_widest_tables_migrate(
    script: str, writes: str, place: Path, target: Target
) -> None:
    commands = Commands.of(made_database(place, script), target)
    ran(commands, "check")
    ran(commands, "snapshot")
    assert_equal(commands, target)
    with closing(sqlite3.connect(place, isolation_level=None)) as application:
        application.executescript(writes)
    ran(commands, "follow", "--until-caught-up")
    assert_equal(commands, target)
    ran(commands, "verify")
    ran(commands, "cutover", "--one-way", "--yes")


@contextmanager
def largest_packet(target: Target, size: int) -> Iterator[None]:
    """The server's max_allowed_packet for the time of a test; only new connections see it."""
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute("SELECT @@GLOBAL.max_allowed_packet")
        ((before,),) = cursor.fetchall()
        cursor.execute("SET GLOBAL max_allowed_packet = %s", (size,))
        try:
            yield
        finally:
            cursor.execute("SET GLOBAL max_allowed_packet = %s", (before,))


def test_a_huge_blob_needs_a_packet_that_holds_it_and_then_arrives(
    place: Path, target: Target, count: Callable[[int, int], int]
) -> None:
    size = count(8 * MIB, 200 * MIB)
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)"
    commands = Commands.of(made_database(place, script), target)
    with closing(sqlite3.connect(place, isolation_level=None)) as application:
        application.execute("INSERT INTO t VALUES (1, randomblob(?)), (2, x'00')", (size,))
    schema = sqlite_schema_of(place)
    with largest_packet(target, 16 * MIB):
        found = found_by(commands.run("check", "--json"))
        assert found["target.packet"]["table"] == "t"
        assert_refused(commands.run("snapshot"), 3, "CONF_001", "mysql")
        assert tables_in(target) == set()
        assert sqlite_schema_of(place) == schema
    needed = int(found["target.packet"]["hint"].rpartition(" ")[2])
    assert size < needed < 3 * size
    with largest_packet(target, needed):
        ran(commands, "snapshot")
        assert_equal(commands, target)
        with closing(sqlite3.connect(place, isolation_level=None)) as application:
            application.execute("UPDATE t SET v = randomblob(?) WHERE id = 1", (size,))
        ran(commands, "follow", "--until-caught-up")
        ran(commands, "verify")
        assert_equal(commands, target)


def test_hundreds_of_tables_migrate_and_are_undone(
    place: Path, target: Target, count: Callable[[int, int], int]
) -> None:
    number = count(25, 500)
    script = "".join(
        f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, v TEXT UNIQUE, w REAL); CREATE INDEX i{n} ON t{n} (w);"
        f"INSERT INTO t{n} VALUES ({n}, 'v', 0.5);"
        for n in range(number)
    )
    commands = Commands.of(made_database(place, f"BEGIN; {script} COMMIT;"), target)
    schema = sqlite_schema_of(place)
    for words in (["check"], ["snapshot"], ["verify"]):
        ran(commands, *words)
    assert_equal(commands, target)
    ran(commands, "rollback", "--yes")
    assert tables_in(target) == set()
    assert sqlite_schema_of(place) == schema
