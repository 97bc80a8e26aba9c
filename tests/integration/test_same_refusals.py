"""After a migration MySQL refuses exactly the rows that SQLite refuses: unique keys of every kind, CHECKs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pymysql

from tests.servers.target import Target
from tests.support.migration import Migration, made_database


@dataclass(frozen=True)
class Case:
    """A table, its indexes, and rows that are tried in order, as lists of values that both engines read."""

    definition: str
    rows: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    loaded: str = ""


REFUSED = (1062, 3819, 4025)
"""A duplicate; a CHECK of MySQL, of MariaDB."""

LONG = "abcdefghij" * 200

CASES = {
    "part": Case(
        "id INTEGER PRIMARY KEY, a TEXT, b INTEGER, live INTEGER",
        ("1, 'x', 1, 1", "2, 'x', 1, 0", "3, 'x', 1, 1", "4, 'x', 2, 1", "5, NULL, 1, 1", "6, NULL, 1, 1",
         "7, 'x', 1, NULL", "8, 'X', 1, 1", "9, 'x ', 1, 1"),
        ("CREATE UNIQUE INDEX part_u ON part (a, b) WHERE live = 1",),
    ),
    "part_number": Case(
        "id INTEGER PRIMARY KEY, a INTEGER, gone TEXT",
        ("1, 5, NULL", "2, 5, 'yes'", "3, 5, NULL", "4, NULL, NULL", "5, NULL, NULL"),
        ("CREATE UNIQUE INDEX part_number_u ON part_number (a) WHERE gone IS NULL",),
    ),
    "expression": Case(
        "id INTEGER PRIMARY KEY, a INTEGER, b TEXT",
        ("1, 3, 'a'", "2, 13, 'b'", "3, 4, 'A'", "4, -3, 'c'", "5, NULL, 'd'", "6, NULL, 'é'", "7, 5, 'É'",
         "8, 6, NULL", "9, 7, NULL"),
        ("CREATE UNIQUE INDEX expression_a ON expression (a % 10)",
         "CREATE UNIQUE INDEX expression_b ON expression (lower(b))"),
    ),
    "nocase": Case(
        "id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE UNIQUE",
        ("1, 'Abc'", "2, 'aBC'", "3, 'abd'", "4, 'abc '", "5, 'a_c'", "6, 'A[C'", "7, 'a{c'"),
    ),
    "nocase_wide": Case(
        "id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE UNIQUE",
        ("1, 'é'", "2, 'É'", "3, 'e'", "4, 'E'", "5, 'ß'", "6, 'SS'", "7, 'ſs'", "8, '🍣'", "9, '🍺'",
         "10, 'Ａ'"),
        loaded="0, 'ü'",
    ),
    "nocase_pair": Case(
        "k TEXT COLLATE NOCASE NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (k, n)",
        ("'a', 1", "'A', 1", "'A', 2", "'á', 1", "'Á', 1"),
    ),
    "rtrim": Case(
        "id INTEGER PRIMARY KEY, a TEXT COLLATE RTRIM UNIQUE, b TEXT, UNIQUE (b COLLATE RTRIM)",
        ("1, 'x', 'x'", "2, 'x ', 'y'", "3, 'y', 'x  '", "4, 'z\t', 'z\t'", "5, 'z', 'z'", "6, '', ''",
         "7, ' ', 'w'", "8, ' z', ' z'"),
    ),
    "exact": Case(
        "id INTEGER PRIMARY KEY, a TEXT UNIQUE, b BLOB UNIQUE",
        ("1, 'x', x'00'", "2, 'X', x'0000'", "3, 'x ', x''", "4, 'x', NULL", "5, NULL, x'00'",
         "6, NULL, NULL", "7, 'é', x'01'", "8, 'e', x'02'", "9, '', x'03'", "10, '', x'04'"),
    ),
    "very_long": Case(
        "id INTEGER PRIMARY KEY, a TEXT UNIQUE, n INTEGER",
        (f"1, '{LONG}', 1", f"2, '{LONG}x', 1", f"3, '{LONG}', 2", f"4, '{LONG} ', 1", "5, 'short', 1",
         "6, 'short', 1", "7, NULL, 1", "8, NULL, 1"),
        loaded=f"0, 'y{LONG}', 0",
    ),
    "computed": Case(
        "id INTEGER PRIMARY KEY, a TEXT, low TEXT AS (lower(a)) UNIQUE",
        ("1, 'A'", "2, 'a'", "3, 'b'", "4, 'Ä'", "5, 'ä'", "6, NULL", "7, NULL"),
    ),
    "checked": Case(
        "id INTEGER PRIMARY KEY, a INTEGER CHECK (a > 0), b TEXT CHECK (length(b) BETWEEN 1 AND 3),"
        " c TEXT CHECK (c IN ('x', 'y')), CHECK (a < 10 OR b IS NULL)",
        ("1, 1, 'a', 'x'", "2, 0, 'a', 'x'", "3, 1, '', 'x'", "4, 1, 'äöü', 'y'", "5, 1, 'abcd', 'x'",
         "6, 1, 'a', 'X'", "7, NULL, NULL, NULL", "8, 10, 'a', 'x'", "9, 10, NULL, 'x'"),
    ),
}  # fmt: skip


def script_of(cases: dict[str, Case]) -> str:
    lines = []
    for name, case in cases.items():
        lines += [f"CREATE TABLE {name} ({case.definition})", *case.indexes]
        if case.loaded:
            lines.append(f"INSERT INTO {name} VALUES ({case.loaded})")
    return ";\n".join(lines)


def columns_of(connection: sqlite3.Connection, name: str) -> str:
    found = connection.execute(f"SELECT name FROM pragma_table_xinfo('{name}') WHERE hidden = 0").fetchall()
    return ", ".join(column for (column,) in found)


def test_mysql_refuses_exactly_the_rows_that_sqlite_refuses(target: Target, tmp_path: Path) -> None:
    migration = Migration(made_database(tmp_path / "app.db", script_of(CASES)), target)
    migration.snapshot()
    taken: dict[str, list[bool]] = {}
    expected: dict[str, list[bool]] = {}
    with (
        closing(sqlite3.connect(":memory:", isolation_level=None)) as source,
        closing(target.connect()) as connection,
        connection.cursor() as cursor,
    ):
        source.executescript(script_of(CASES))
        cursor.execute("SET NAMES utf8mb4")
        for name, case in CASES.items():
            # MySQL's own INSERT of all values leaves out what is invisible, and not what is computed.
            columns = columns_of(source, name)
            for row in case.rows:
                statement = f"INSERT INTO {name} ({columns}) VALUES ({row})"
                expected.setdefault(name, []).append(sqlite_takes(source, statement))
                taken.setdefault(name, []).append(mysql_takes(cursor, statement))
    assert taken == expected
    assert all(False in outcomes and True in outcomes for outcomes in expected.values())


def sqlite_takes(connection: sqlite3.Connection, statement: str) -> bool:
    try:
        connection.execute(statement)
    except sqlite3.IntegrityError:
        return False
    return True


def mysql_takes(cursor: pymysql.cursors.Cursor, statement: str) -> bool:
    try:
        cursor.execute(statement)
    except (pymysql.err.IntegrityError, pymysql.err.OperationalError) as error:
        if error.args[0] not in REFUSED:
            raise
        return False
    return True
