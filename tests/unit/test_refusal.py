"""What a table cannot keep is named by column and key, in reads that keep nobody waiting."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.tables import MYSQL
from zdcdc import sqlite
from zdcdc.capture.catalog import read_catalog
from zdcdc.capture.refusal import fits, misfits, refused
from zdcdc.capture.rows import TableQueries
from zdcdc.capture.scan import scan_table
from zdcdc.choose.tables import Context, Scanned, map_tables
from zdcdc.mapping import TableMapping

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, n, r REAL, at DATETIME, v TEXT, m);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3000)
INSERT INTO t SELECT i, i, i / 7.0, '2024-01-01 10:00:00', 'text', iif(i % 2, i, 'word') FROM c;
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as application:
        application.executescript(SCRIPT)
    with closing(sqlite.connect(path)) as opened:
        yield opened


@pytest.fixture
def mapping(connection: sqlite3.Connection) -> TableMapping:
    table = read_catalog(connection).table("t")
    facts = scan_table(connection, table, 1.0)
    (found,) = map_tables([Scanned(1, table, facts)], Context(MYSQL))
    assert not found.refusals
    return found.mapping


def found(connection: sqlite3.Connection, mapping: TableMapping) -> dict[str, tuple[str, ...]]:
    return {misfit.column.source: misfit.keys for misfit in misfits(connection, mapping)}


def test_what_was_scanned_fits(connection: sqlite3.Connection, mapping: TableMapping) -> None:
    assert found(connection, mapping) == {}
    assert fits(connection, mapping)
    assert "gone by now" in refused(connection, TableQueries(mapping)).what


def test_each_column_is_named_with_keys_and_classes(
    connection: sqlite3.Connection, mapping: TableMapping
) -> None:
    connection.executescript(
        """UPDATE t SET n = 'x' WHERE id IN (1, 2999); UPDATE t SET r = 9e999 WHERE id = 2;
        UPDATE t SET at = 'soon' WHERE id % 100 = 0; UPDATE t SET m = '12' WHERE id = 4;
        UPDATE t SET m = CAST(x'6dff' AS TEXT) WHERE id = 6;
        UPDATE t SET v = CAST(x'61ff' AS TEXT) WHERE id = 3; UPDATE t SET v = x'61' WHERE id = 5"""
    )
    assert found(connection, mapping) == {
        "n": ("1 (text)", "2999 (text)"),
        "r": ("2 (real)",),
        "at": tuple(f"{number}00 (text)" for number in range(1, 6)),
        "v": ("5 (blob)", "3 (text that is not UTF-8)"),
        "m": ("4 (text)", "6 (text that is not UTF-8)"),
    }
    assert not fits(connection, mapping)
    assert "column n: a value does not fit BIGINT" in refused(connection, TableQueries(mapping)).what


def test_no_read_is_held_while_a_table_is_looked_through(
    connection: sqlite3.Connection, mapping: TableMapping
) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    connection.execute(
        "WITH RECURSIVE c (i) AS (SELECT 3001 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) "
        "INSERT INTO t SELECT i, i, 0.5, NULL, NULL, i FROM c"
    )
    assert fits(connection, mapping)
    connection.set_trace_callback(None)
    assert statements.count("BEGIN") > 1
    assert not connection.in_transaction
    with sqlite.read_transaction(connection, "reading a round"):
        assert found(connection, mapping) == {}
        assert connection.in_transaction


def test_a_table_of_very_many_columns_is_looked_through(tmp_path: Path) -> None:
    path = tmp_path / "wide.db"
    columns = [f"c{number}" for number in range(1000)]
    with closing(sqlite3.connect(path)) as application:
        application.executescript(
            f"CREATE TABLE t (id INTEGER PRIMARY KEY, {', '.join(columns)});"
            f"INSERT INTO t VALUES (1, {', '.join(['1'] * 1000)})"
        )
    with closing(sqlite.connect(path)) as connection:
        table = read_catalog(connection).table("t")
        (mapped,) = map_tables([Scanned(1, table, scan_table(connection, table, 1.0))], Context(MYSQL))
        assert fits(connection, mapped.mapping)
        connection.execute("UPDATE t SET c2 = 'x', c999 = 'y'")
        assert list(found(connection, mapped.mapping)) == ["c2", "c999"]
