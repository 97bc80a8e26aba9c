"""A generated column that MySQL computes holds what its codec would have written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.servers.target import Target
from tests.support.both_engines import BothEngines, both_engines
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.capture.scan import scan_table
from zdcdc.choose.tables import Context, Scanned, map_tables
from zdcdc.mapping import ColumnMapping
from zdcdc.names import mysql_name
from zdcdc.schema import Column
from zdcdc.sqlite import Text
from zdcdc.translate.generated import computed, twin
from zdcdc.translate.operands import Operand, Translated, Untranslated, operands

KEPT = (
    ("INTEGER", "j % 10"),
    ("INTEGER", "length(x)"),
    ("INT", "x IS NULL"),
    ("BOOLEAN", "i > 0"),
    ("REAL", "s / 2"),
    ("REAL", "j % 10"),
    ("", "s * 2"),
    ("NUMERIC", "s * 3.14159"),
    ("INTEGER", "s / 2"),
    ("DECIMAL(10,2)", "coalesce(d, 0)"),
    ("INTEGER", "d"),
    ("TEXT", "lower(x)"),
    ("TEXT", "x || '-' || y"),
    ("TEXT", "j"),
    ("TEXT", "substr(at, 1, 10)"),
    ("VARCHAR(400)", "trim(x)"),
    ("BLOB", "b"),
    ("TEXT", "hex(b)"),
    ("TEXT COLLATE NOCASE", "nx"),
    ("TEXT", "CASE WHEN f THEN 'yes' ELSE 'no' END"),
    ("INTEGER", "coalesce(f, 0) = 1 AND day IS NOT NULL"),
)
REFUSED = (
    ("TEXT", "s"),
    ("INTEGER", "x"),
    ("BLOB", "mix"),
    ("DATE", "day"),
    ("NUMERIC", "x || 'a'"),
)


@pytest.fixture
def both(target: Target) -> Iterator[BothEngines]:
    """The table on both, in SQLite with generated columns ``g0``, ``g1``, …"""
    made = both_engines(target)
    with closing(made.lite), closing(made.mysql):
        for number, (declared, expression) in enumerate((*KEPT, *REFUSED)):
            made.lite.execute(f"ALTER TABLE t ADD COLUMN g{number} {declared} AS ({expression})")
        yield made


def mapped(both: BothEngines) -> Iterator[tuple[Column, ColumnMapping]]:
    """The generated columns with their mappings."""
    both.lite.text_factory = Text
    table = catalog_in_transaction(both.lite).table("t")
    (found,) = map_tables([Scanned(1, table, scan_table(both.lite, table, 2.0))], Context(both.server))
    both.lite.text_factory = str
    for column in table.columns:
        if column.generated is not None:
            yield column, found.mapping.column(column.name)


def test_a_generated_column_holds_what_its_codec_would_have_written(both: BothEngines) -> None:
    columns = operands(both.table, both.mapping)
    checked: list[tuple[Column, ColumnMapping]] = []
    with both.mysql.cursor() as cursor:
        for column, mapping in mapped(both):
            assert column.generated is not None
            made = computed(column.generated.expression, column, mapping, columns, both.server)
            if int(column.name[1:]) >= len(KEPT):
                assert isinstance(made, Untranslated), (column, mapping, made)
                assert made.text == column.generated.expression
                continue
            assert isinstance(made, Translated), (column, mapping, made)
            collation = f" COLLATE {mapping.collation}" if mapping.collation else ""
            cursor.execute(
                f"ALTER TABLE t ADD COLUMN {mysql_name(mapping.name)} {mapping.type}{collation} "
                f"AS ({made.sql}) STORED"
            )
            checked.append((column, mapping))
        for column, mapping in checked:
            cursor.execute(f"SELECT {column.name} FROM t ORDER BY _zdcdc_rowid")
            stored = [mapping.codec.decode(value) for (value,) in cursor.fetchall()]
            assert list(map(repr, stored)) == list(map(repr, both.in_sqlite(column.name))), (column, mapping)


@pytest.mark.parametrize("name", ["nc", "nx", "rt", "x"])
def test_the_twin_of_a_unique_key_refuses_what_sqlite_refuses(both: BothEngines, name: str) -> None:
    columns: dict[str, Operand] = dict(operands(both.table, both.mapping))
    collation = both.table.column(name).collation
    collation = "NOCASE" if collation == "BINARY" else collation
    values = [value for value in dict.fromkeys(both.in_sqlite(name)) if isinstance(value, str)]
    both.lite.execute(f"CREATE TABLE k (v TEXT COLLATE {collation} UNIQUE, n INTEGER)")
    column = both.mapping.column(name)
    kept = f" COLLATE {column.collation}" if column.collation else ""
    with both.mysql.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE k ({mysql_name(name)} VARCHAR(400){kept}, "
            f"twin VARCHAR(400) AS ({twin(columns[name], collation, both.server)}) STORED INVISIBLE UNIQUE) "
            f"DEFAULT CHARACTER SET utf8mb4 COLLATE {both.server.collation}"
        )
        for value in values:
            lite = "taken"
            try:
                both.lite.execute("INSERT INTO k (v) VALUES (?)", (value,))
            except sqlite3.IntegrityError:
                lite = "refused"
            taken = cursor.execute(f"INSERT IGNORE INTO k ({mysql_name(name)}) VALUES (%s)", (value,))
            assert ("taken" if taken else "refused") == lite, value
