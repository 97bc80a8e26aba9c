"""The comparer's own reading of SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.schema import sqlite_schema_of
from tests.support.source_side import affinity_of, key_holds_null, rowid_name, source_snapshot, user_tables
from tests.support.values import digest, identity

Make = Callable[[str], Path]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(script: str) -> Path:
        path = tmp_path / "source.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
        return path

    return make


@pytest.mark.parametrize(
    ("declared", "affinity"),
    [
        ("INTEGER", "INTEGER"),
        ("UNSIGNED BIG INT", "INTEGER"),
        ("CHARINT", "INTEGER"),
        ("FLOATING POINT", "INTEGER"),
        ("NVARCHAR(160)", "TEXT"),
        ("clob", "TEXT"),
        ("", "BLOB"),
        ("BLOB", "BLOB"),
        ("double precision", "REAL"),
        ("FLOAT", "REAL"),
        ("NUMERIC(10,2)", "NUMERIC"),
        ("DATETIME", "NUMERIC"),
        ("STRING", "NUMERIC"),
    ],
)
def test_affinity_is_the_one_that_sqlite_applies(declared: str, affinity: str) -> None:
    assert affinity_of(declared) == affinity
    stored = {"INTEGER": "integer", "TEXT": "text", "BLOB": "text", "REAL": "real", "NUMERIC": "integer"}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE t (c {declared})")
        connection.execute("INSERT INTO t VALUES ('7')")
        assert connection.execute("SELECT typeof(c) FROM t").fetchone() == (stored[affinity],)


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), ("1", 1), (b"a", "a"), (None, ""), (0.0, -0.0), ("x", "x "), (b"", None), (0.1 + 0.2, 0.3)],
)
def test_values_that_python_or_a_collation_may_take_for_equal_are_told_apart(
    one: int | float | str | bytes | None, other: int | float | str | bytes | None
) -> None:
    assert identity(one) != identity(other)
    assert digest([one]) != digest([other])


def test_rows_do_not_run_into_each_other() -> None:
    assert digest(["ab", "c"]) != digest(["a", "bc"])
    assert digest(["a", None]) != digest(["a"])


def test_tables_of_the_application_are_found_with_generated_columns_and_key_order(made: Make) -> None:
    path = made(
        "CREATE TABLE a (x TEXT, y INTEGER, z AS (y + 1), PRIMARY KEY (y, x));"
        "CREATE TABLE _zdcdc_journal (sequence INTEGER PRIMARY KEY);"
        "CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT);"
    )
    with source_snapshot(path) as connection:
        tables = user_tables(connection)
    assert set(tables) == {"a", "b"}
    assert tables["a"].column_names == ("x", "y", "z")
    assert tables["a"].key == ("y", "x")


def test_a_virtual_table_is_not_passed_over_in_silence(made: Make) -> None:
    path = made("CREATE VIRTUAL TABLE words USING fts5(body)")
    with source_snapshot(path) as connection, pytest.raises(ValueError, match="virtual"):
        user_tables(connection)


def test_a_hidden_rowid_is_read_by_a_name_that_no_column_takes(made: Make) -> None:
    path = made("CREATE TABLE a (RowID TEXT, oid TEXT); CREATE TABLE b (rowid, oid, _rowid_)")
    with source_snapshot(path) as connection:
        tables = user_tables(connection)
    assert rowid_name(tables["a"]) == "_rowid_"
    with pytest.raises(ValueError, match="rowid of b"):
        rowid_name(tables["b"])


def test_null_in_a_primary_key_is_seen(made: Make) -> None:
    path = made("CREATE TABLE a (k TEXT PRIMARY KEY); INSERT INTO a VALUES ('x'), (NULL), (NULL)")
    with source_snapshot(path) as connection:
        assert key_holds_null(connection, user_tables(connection)["a"])


def test_text_that_is_not_utf8_is_read_byte_for_byte(made: Make) -> None:
    path = made("CREATE TABLE a (k TEXT); INSERT INTO a VALUES (CAST(x'ff00c3' AS TEXT))")
    with source_snapshot(path) as connection:
        (value,) = connection.execute("SELECT k FROM a").fetchone()
    assert identity(value) == ("text", b"\xff\x00\xc3")


def test_the_schema_is_compared_in_its_order_because_triggers_fire_by_it(made: Make) -> None:
    first = "CREATE TRIGGER one AFTER INSERT ON t BEGIN SELECT 1; END;"
    second = "CREATE TRIGGER two AFTER INSERT ON t BEGIN SELECT 2; END;"
    path = made(f"CREATE TABLE t (k TEXT UNIQUE); {first} {second}")
    before = sqlite_schema_of(path)
    assert [row.name for row in before] == ["t", "sqlite_autoindex_t_1", "one", "two"]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"DROP TRIGGER one; {first}")
    assert sqlite_schema_of(path) != before
    assert sorted(map(repr, sqlite_schema_of(path))) == sorted(map(repr, before))
