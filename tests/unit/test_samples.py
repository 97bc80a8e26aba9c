"""A person is shown the keys of the rows in question, and no read is held open to find them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from zdcdc import sqlite
from zdcdc.capture.catalog import catalog_in_transaction, read_catalog
from zdcdc.capture.samples import (
    Wrong,
    is_infinite,
    is_longer_than,
    is_negative_zero,
    is_not_utf8,
    is_of,
    null_key,
    orphan_samples,
    samples,
    samples_of,
    violation_samples,
)
from zdcdc.capture.scan import scan_table
from zdcdc.schema import Table

SCRIPT = """
CREATE TABLE p (id INTEGER PRIMARY KEY);
INSERT INTO p VALUES (1);
CREATE TABLE t (
  a TEXT NOT NULL, b NOT NULL, v, parent REFERENCES p, CHECK (t.v IS NOT 'bad'), PRIMARY KEY (a, b)
);
CREATE TABLE loose (a TEXT, b, PRIMARY KEY (a, b));
CREATE TABLE many (id INTEGER PRIMARY KEY, v);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 5000)
INSERT INTO many SELECT i, i % 1000 FROM c;
"""
ROWS = [
    ("inf", 1, 9e999, 1),
    ("inf", 2, -9e999, 1),
    ("zero", 1, -0.0, 2),
    ("zero", 2, 0.0, None),
    ("it's", b"\x01", "bad", 3),
    ("long", 1.5, "数" * 300, 1),
    ("fits", 2, "a\0" + "b" * 298, 1),
    ("blob", 1, b"\xff\xfe", 1),
    ("int", 1, 0, 1),
    ("none", 1, None, 1),
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as application:
        application.execute("PRAGMA ignore_check_constraints = ON")
        application.executescript(SCRIPT)
        application.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", ROWS)
        application.execute("INSERT INTO t VALUES (CAST(x'c3' AS TEXT), 1, CAST(x'61ff' AS TEXT), 1)")
        application.execute("INSERT INTO loose VALUES (NULL, 1), ('a', NULL), ('a', 1)")
    with closing(sqlite.connect(path)) as opened:
        yield opened


def table(connection: sqlite3.Connection, name: str) -> Table:
    return read_catalog(connection).table(name)


@pytest.mark.parametrize(
    ("wrong", "keys"),
    [
        (is_infinite, ("'inf', 1", "'inf', 2")),
        (is_negative_zero, ("'zero', 1",)),
        (is_not_utf8, ("'\ufffd', 1",)),
        (is_of("blob"), ("'blob', 1",)),
        (is_of("integer", "null"), ("'int', 1", "'none', 1")),
        (is_longer_than(299), ("'fits', 2", "'long', 1.5")),
        (is_longer_than(300), ()),
    ],
)
def test_rows_are_told_by_what_is_wrong_with_a_value(
    wrong: Wrong, keys: tuple[str, ...], connection: sqlite3.Connection
) -> None:
    assert samples_of(connection, table(connection, "t"), "v", wrong) == keys


def test_rows_are_told_by_their_constraints(connection: sqlite3.Connection) -> None:
    found = table(connection, "t")
    assert orphan_samples(connection, found, 0) == ("'it''s', X'01'", "'zero', 1")
    assert violation_samples(connection, found, 0) == ("'it''s', X'01'",)
    loose = table(connection, "loose")
    assert samples(connection, loose, null_key(loose)) == ("1", "2")
    assert samples(connection, table(connection, "many"), null_key(table(connection, "many"))) == ()


def test_a_row_for_which_a_check_fails_is_told_as_one_that_breaks_it(connection: sqlite3.Connection) -> None:
    """json_extract raises an error for what is no JSON, and would end the whole read."""
    connection.executescript(
        """PRAGMA ignore_check_constraints = ON;
        CREATE TABLE j (
          a, b, v, CHECK (json_extract(v, '$.n') > 0), CHECK (a > 0), PRIMARY KEY (a, b)
        ) WITHOUT ROWID;
        INSERT INTO j VALUES
          (1, 1, '{"n": 1}'), (1, 2, 'no'), ('é', 3, '{"n": 0}'), (-1, 4, 'no'), (1, 5, NULL)
        """
    )
    found = table(connection, "j")
    assert violation_samples(connection, found, 0) == ("-1, 4", "1, 2", "'é', 3")
    assert violation_samples(connection, found, 1) == ("-1, 4",)
    assert scan_table(connection, found, 1.0).violations == (3, 1)


def test_no_more_than_five_are_shown_unless_more_are_asked_for(connection: sqlite3.Connection) -> None:
    many = table(connection, "many")
    assert samples(connection, many, "t.v = 7") == ("7", "1007", "2007", "3007", "4007")
    assert samples(connection, many, "t.v = 7", 2) == ("7", "1007")
    assert samples(connection, many, "t.v = -1") == ()
    assert not connection.in_transaction


def test_a_long_key_is_cut(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO t VALUES (?, 1, 'searched', 1)", ("k" * 500,))
    (key,) = samples(connection, table(connection, "t"), "t.v = 'searched'")
    assert key == "'" + "k" * 79


def test_samples_of_a_snapshot_are_those_of_the_snapshot(connection: sqlite3.Connection) -> None:
    with sqlite.read_transaction(connection, "reading") as reading:
        many = catalog_in_transaction(reading).table("many")
        assert samples(reading, many, "t.v = 7", 1) == ("7",)
        assert reading.in_transaction
