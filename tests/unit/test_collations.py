"""A column ignores in MySQL what it ignores in SQLite where both mean the same; else all texts stay apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.tables import MARIADB, MYSQL, mapped
from zdcdc.choose.tables import Context
from zdcdc.mapping import Capabilities, ColumnMapping

MARIADB_10_6 = replace(MARIADB, version="10.6.12-MariaDB")
PLAIN = "INSERT INTO t (c) VALUES ('Plain'), ('text ~!');"


def column_of(script: str, at: Capabilities = MYSQL, name: str = "c") -> ColumnMapping:
    mapping, refusals = mapped(script, context=Context(at))
    assert refusals == []
    return mapping.column(name)


@pytest.mark.parametrize(
    ("at", "collation"),
    [
        (MYSQL, "utf8mb4_0900_as_ci"),
        (MARIADB, "utf8mb4_uca1400_nopad_as_ci"),
        (replace(MARIADB, version="11.4.2-MariaDB-log"), "utf8mb4_uca1400_nopad_as_ci"),
        (MARIADB_10_6, None),
    ],
)
def test_nocase_ignores_case_where_the_server_can(at: Capabilities, collation: str | None) -> None:
    column = column_of(f"CREATE TABLE t (c TEXT COLLATE NOCASE); {PLAIN}", at)
    assert column.collation == collation
    assert column.codec.name == "text"


@pytest.mark.parametrize("at", [MYSQL, MARIADB, MARIADB_10_6])
def test_rtrim_ignores_trailing_spaces(at: Capabilities) -> None:
    column = column_of(f"CREATE TABLE t (c TEXT COLLATE RTRIM UNIQUE); {PLAIN}", at)
    assert column.collation == "utf8mb4_bin"


def test_a_unique_column_that_ignores_case_takes_only_letters_on_whose_case_all_agree() -> None:
    column = column_of(f"CREATE TABLE t (c VARCHAR(20) COLLATE NOCASE UNIQUE); {PLAIN}")
    assert column.collation == "utf8mb4_0900_as_ci"
    assert column.codec.name == "printable"
    assert column.codec.limit == 20


@pytest.mark.parametrize("text", ["É", "a\tb", "ß", "a\0", "ﬀ", "\u212a"])
def test_texts_beyond_printable_ascii_are_told_apart(text: str) -> None:
    value = " || ".join(f"char({ord(character)})" for character in text)
    column = column_of(f"CREATE TABLE t (c TEXT COLLATE NOCASE UNIQUE); INSERT INTO t VALUES ({value})")
    assert column.collation is None
    assert column.codec.name == "text"


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE t (c TEXT)",
        "CREATE TABLE t (c TEXT COLLATE NOCASE NOT NULL PRIMARY KEY)",
        "CREATE TABLE t (c TEXT COLLATE NOCASE, d TEXT, PRIMARY KEY (d, c)) WITHOUT ROWID",
        "CREATE TABLE t (c TEXT COLLATE NOCASE REFERENCES p (k))",
        "CREATE TABLE t (c TEXT COLLATE NOCASE); CREATE UNIQUE INDEX i ON t (c COLLATE BINARY)",
        "CREATE TABLE t (c INTEGER COLLATE NOCASE); INSERT INTO t VALUES (1)",
        "CREATE TABLE t (c COLLATE NOCASE); INSERT INTO t VALUES (1), ('a')",
    ],
)
def test_a_key_of_rows_a_foreign_key_and_what_is_no_text_stay_binary(script: str) -> None:
    assert column_of(script).collation is None


def test_the_reason_says_what_does_not_count() -> None:
    assert "the case of letters does not count" in column_of("CREATE TABLE t (c TEXT COLLATE NOCASE)").reason
