"""Rendered triggers: every row that a statement may delete unseen is recorded, and nothing else is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.tables import table_of
from zdcdc.capture.triggers import capture_statements, fence_statements, journal_columns
from zdcdc.cutover.fence import fence_message
from zdcdc.scripts import render

HOSTILE = "a\"b`c';--\n $x END;"


def by_event(script: str, name: str = "t") -> dict[str, str]:
    """The rendered triggers by what they fire on, such as ``BEFORE INSERT``."""
    found = {}
    for statement in capture_statements(7, table_of(script, name)):
        words = statement.replace("\n", " ").split(" ")
        place = next(i for i, word in enumerate(words) if word in ("BEFORE", "AFTER"))
        found[" ".join(words[place : place + 2])] = statement
    return found


def test_a_table_with_no_key_but_its_own_needs_no_victims() -> None:
    for script in (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
        "CREATE TABLE t (a TEXT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID",
    ):
        assert set(by_event(script)) == {"AFTER INSERT", "AFTER UPDATE", "AFTER DELETE"}


def test_each_unique_key_has_its_victims_before_insert_and_before_update() -> None:
    found = by_event("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b, c, UNIQUE (b, c))")
    for event in ("BEFORE INSERT", "BEFORE UPDATE"):
        assert found[event].count("INSERT INTO _zdcdc_journal") == 2
        assert '"t"."a" = NEW."a"' in found[event]
        assert '"t"."b" = NEW."b"' in found[event]
        assert '"t"."c" = NEW."c"' in found[event]


def test_a_key_whose_spellings_fold_is_a_victim_of_another_spelling() -> None:
    found = by_event("CREATE TABLE t (k TEXT COLLATE NOCASE NOT NULL PRIMARY KEY) WITHOUT ROWID")
    assert '"t"."k" = NEW."k" COLLATE "NOCASE"' in found["BEFORE INSERT"]


def test_victims_are_looked_for_only_when_a_unique_column_is_written() -> None:
    found = by_event("CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE, b UNIQUE, other)")
    assert 'BEFORE UPDATE OF "a", "b" ON "t"' in found["BEFORE UPDATE"]


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); CREATE UNIQUE INDEX u ON t (a) WHERE b > 0",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); CREATE UNIQUE INDEX u ON t (lower(a))",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, g AS (a + 1) UNIQUE)",
    ],
)
def test_a_write_to_any_column_may_enter_a_partial_expression_or_generated_key(script: str) -> None:
    assert "UPDATE  ON" in by_event(script)["BEFORE UPDATE"]


def test_the_condition_and_the_expression_of_an_index_are_its_own() -> None:
    found = by_event(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b);"
        "CREATE UNIQUE INDEX u ON t (lower(a) COLLATE RTRIM) WHERE b > 0"
    )
    assert "(lower(a) COLLATE RTRIM) = (SELECT lower(a) COLLATE RTRIM FROM (SELECT " in found["BEFORE INSERT"]
    assert "AND (b > 0)" in found["BEFORE INSERT"]


def test_the_default_stands_in_where_null_meets_not_null() -> None:
    found = by_event(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'x' UNIQUE, b UNIQUE DEFAULT 1)"
    )
    assert "coalesce(NEW.\"a\", ('x'))" in found["BEFORE INSERT"]
    assert '"t"."b" = NEW."b"' in found["BEFORE INSERT"]


def test_a_row_being_updated_is_not_its_own_victim() -> None:
    found = by_event("CREATE TABLE t (a NOT NULL, b NOT NULL, u UNIQUE, PRIMARY KEY (a, b))")
    assert 'AND NOT ("t"."a" IS OLD."a" AND "t"."b" IS OLD."b")' in found["BEFORE UPDATE"]
    assert "OLD" not in found["BEFORE INSERT"]


def test_only_key_and_unique_columns_are_named() -> None:
    statements = "\n".join(
        capture_statements(
            1, table_of("CREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE, secret_column TEXT)")
        )
    )
    assert "secret_column" not in statements


def test_the_table_goes_by_its_number_and_the_key_by_the_columns_of_the_journal() -> None:
    found = by_event("CREATE TABLE t (b TEXT, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID")
    insert = found["AFTER INSERT"]
    assert '(tbl, op, at, k1, k2) VALUES (7, 1, julianday(\'now\'), NEW."a", NEW."b")' in insert
    assert "'t'" not in "".join(found.values())


def test_no_trigger_uses_what_an_old_or_careful_sqlite_refuses() -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE); CREATE UNIQUE INDEX x ON t (lower(u)) WHERE u > 1"
    )
    text = "".join(capture_statements(1, table_of(script))).lower()
    for word in ("json", "upsert", "on conflict", "or ignore", "or replace", "returning", "strict", "temp"):
        assert word not in text


@pytest.fixture
def hostile() -> Iterator[sqlite3.Connection]:
    """A table whose every name tries to break out of its quotes."""
    name = HOSTILE.replace('"', '""')
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f'CREATE TABLE "{name}" ("k{name}" TEXT NOT NULL PRIMARY KEY, "u{name}" UNIQUE)')
        for statement in render("journal", key_columns=", ".join(journal_columns(1))):
            connection.execute(statement)
        yield connection


def test_hostile_names_are_rendered_as_names(hostile: sqlite3.Connection) -> None:
    name = HOSTILE.replace('"', '""')
    table = table_of(
        f'CREATE TABLE "{name}" ("k{name}" TEXT NOT NULL PRIMARY KEY, "u{name}" UNIQUE)', HOSTILE
    )
    for statement in capture_statements(1, table):
        hostile.execute(statement)
    hostile.execute(f'INSERT INTO "{name}" VALUES (?, ?)', ("a", 1))
    hostile.execute(f'INSERT OR REPLACE INTO "{name}" VALUES (?, ?)', ("b", 1))
    recorded = hostile.execute("SELECT op, k1 FROM _zdcdc_journal ORDER BY seq").fetchall()
    assert recorded == [(1, "a"), (3, "a"), (1, "b")]


def test_a_fence_refuses_every_write_with_an_operational_error_that_says_where_to_go(
    hostile: sqlite3.Connection,
) -> None:
    name = HOSTILE.replace('"', '""')
    for statement in fence_statements(1, HOSTILE, fence_message(3)):
        hostile.execute(statement)
    for write in (
        f'INSERT INTO "{name}" VALUES (1, 1)',
        f'INSERT OR IGNORE INTO "{name}" VALUES (1, 1)',
        f'INSERT OR REPLACE INTO "{name}" VALUES (1, 1)',
        f'UPDATE "{name}" SET "u{name}" = 1',
        f'DELETE FROM "{name}"',
        f'DELETE FROM "{name}" WHERE 0',
    ):
        with pytest.raises(sqlite3.OperationalError, match=r"writes moved to MySQL \(epoch 3\)"):
            hostile.execute(write)
    assert hostile.execute(f'SELECT count(*) FROM "{name}"').fetchone() == (0,)


@pytest.mark.parametrize(
    ("before", "write", "lost"),
    [
        ("(1, 'a', 1), (2, 'b', 1)", "INSERT OR REPLACE INTO t VALUES (3, 'a', 1)", {1}),
        ("(1, 'a', 1), (2, 'b', 1)", "UPDATE OR REPLACE t SET u = 'b' WHERE id = 1", {2}),
        ("(1, 'x', 1), (2, 'b', 1)", "INSERT OR REPLACE INTO t VALUES (3, NULL, 1)", {1}),
        ("(1, 'a', 5), (2, 'A', 6)", "INSERT OR REPLACE INTO t VALUES (3, 'z', 5)", {1}),
        ("(1, 'a', 5), (2, 'b', -1)", "UPDATE OR REPLACE t SET p = 5 WHERE id = 2", {1}),
    ],
)
def test_a_row_that_replace_deletes_is_in_the_journal(before: str, write: str, lost: set[int]) -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT NOT NULL DEFAULT 'x' UNIQUE, p INT);"
        "CREATE UNIQUE INDEX part ON t (p) WHERE p > 3;"
    )
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(script + f"INSERT INTO t VALUES {before};")
        for statement in render("journal", key_columns="k1"):
            connection.execute(statement)
        for statement in capture_statements(1, table_of(script)):
            connection.execute(statement)
        kept = {row[0] for row in connection.execute("SELECT id FROM t")}
        connection.execute(write)
        kept -= {row[0] for row in connection.execute("SELECT id FROM t")}
        recorded = {row[0] for row in connection.execute("SELECT k1 FROM _zdcdc_journal")}
    assert kept == lost
    assert lost <= recorded
