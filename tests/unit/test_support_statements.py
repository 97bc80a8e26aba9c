"""The random statements are worth running: they are repeatable, stay within their classes, and do harm."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.statement_schema import SHAPES, Shape
from tests.support.statements import Statements, late_triggers_sql, schema_sql
from tests.support.storage_classes import storage_classes

STEPS = 2_000
TABLES_WITH_VICTIMS = {"item", "seat", "thing", "counter", "folded", "label"}
"""Those with several unique keys, and the one whose key stands for several spellings."""


def prepared(seed: int, path: Path) -> tuple[Statements, sqlite3.Connection]:
    statements = Statements(seed)
    connection = statements.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(schema_sql)
    statements.seed_rows(connection)
    return statements, connection


def key_of(shape: Shape, row: str) -> str:
    """The key as one text, for the row that ``row`` names (a table, OLD or NEW)."""
    return " || '|' || ".join(f"quote({row}.{column})" for column in shape.key)


def count_keys_as_naive_capture_would(connection: sqlite3.Connection) -> None:
    """Row triggers alone, on this connection only: what a REPLACE removes goes past them."""
    connection.execute("CREATE TEMP TABLE seen (tbl TEXT, k TEXT)")
    for shape in SHAPES:
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            body = " ".join(
                f"INSERT INTO seen VALUES ('{shape.table}', {key_of(shape, row)});" for row in rows
            )
            name = f"naive_{event}_{shape.table}"
            connection.execute(
                f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.{shape.table} BEGIN {body} END"
            )


def rows(connection: sqlite3.Connection, shape: Shape) -> dict[str, tuple[object, ...]]:
    cursor = connection.execute(f"SELECT {key_of(shape, shape.table)}, * FROM {shape.table}")
    return {row[0]: row[1:] for row in cursor}


@pytest.mark.parametrize("seed", [0, 4])
def test_the_same_seed_gives_the_same_database(seed: int, tmp_path: Path) -> None:
    dumps: list[list[str]] = []
    for name in ("one.db", "other.db"):
        statements, connection = prepared(seed, tmp_path / name)
        with closing(connection):
            for _ in range(300):
                statements.step(connection)
            statements.settle(connection)
            dumps.append(list(connection.iterdump()))
    assert dumps[0] == dumps[1]


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_no_column_ever_holds_two_storage_classes_and_no_foreign_key_dangles(
    seed: int, tmp_path: Path
) -> None:
    path = tmp_path / "source.db"
    statements, connection = prepared(seed, path)
    with closing(connection):
        connection.executescript(late_triggers_sql)
        for _ in range(STEPS):
            statements.step(connection)
        statements.settle(connection)
        assert not connection.in_transaction
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    mixed = [str(column) for column in storage_classes(path) if len(column.rows.keys() - {"null"}) > 1]
    assert mixed == []


def test_row_triggers_alone_would_miss_rows_in_every_table_where_replace_has_victims(tmp_path: Path) -> None:
    """Else a capture that lacks the victim triggers would pass for a good one."""
    missed: set[str] = set()
    for seed in (0, 1, 2):
        statements, connection = prepared(seed, tmp_path / f"{seed}.db")
        with closing(connection):
            connection.executescript(late_triggers_sql)
            count_keys_as_naive_capture_would(connection)
            replica = {shape.table: rows(connection, shape) for shape in SHAPES}
            for number in range(STEPS):
                statements.step(connection)
                if number % 10 == 0 and not connection.in_transaction:
                    missed |= missed_at_this_watermark(connection, replica)
    assert missed == TABLES_WITH_VICTIMS


def missed_at_this_watermark(
    connection: sqlite3.Connection, replica: dict[str, dict[str, tuple[object, ...]]]
) -> set[str]:
    """Apply the keys seen since the last watermark to the replica; the tables that differ then, mended."""
    seen = set(connection.execute("SELECT tbl, k FROM seen").fetchall())
    connection.execute("DELETE FROM seen")
    different: set[str] = set()
    for shape in SHAPES:
        current = rows(connection, shape)
        copied = replica[shape.table]
        for table, key in seen:
            if table == shape.table:
                copied.pop(key, None)
                if key in current:
                    copied[key] = current[key]
        if copied != current:
            different.add(shape.table)
            replica[shape.table] = current
    return different


def test_every_kind_of_step_happens_and_is_let_through(tmp_path: Path) -> None:
    statements, connection = prepared(3, tmp_path / "source.db")
    done: set[str] = set()
    refused = 0
    with closing(connection):
        for _ in range(STEPS):
            step = statements.step(connection)
            refused += step.refused
            if not step.refused:
                done |= {word for word in WORDS if word in step.sql}
    assert done == set(WORDS)
    assert refused < STEPS / 2


WORDS = (
    "INSERT OR REPLACE INTO",
    "INSERT OR IGNORE INTO",
    "INSERT OR FAIL INTO",
    "INSERT OR ROLLBACK INTO",
    "UPDATE OR REPLACE",
    "UPDATE OR IGNORE",
    "UPDATE OR FAIL",
    "ON CONFLICT DO UPDATE SET",
    "ON CONFLICT DO NOTHING",
    "exchange of",
    "COLLATE BINARY",
    "DELETE FROM item",
    "UPDATE OR REPLACE item SET id =",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "ROLLBACK TO",
    "RELEASE",
)
