"""Faults of every kind, planted in one database: ``check`` names all of them, with table, column, keys of
some rows and what to do, writes nothing, and exits 3."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.target import Target
from tests.support.forked import Commands
from tests.support.migration import made_database
from tests.support.refusals import tables_in
from tests.support.schema import sqlite_schema_of
from zdcdc.demo.installation import Kind

LONG = "n" * 65
MANY = 1017
HORSE = "\U0001f40e"


@dataclass(frozen=True)
class Fault:
    """What is planted by ``script``, and the finding that names it. ``samples`` are how the keys begin."""

    id: str
    table: str | None
    script: str
    column: str | None = None
    samples: tuple[str, ...] = ()
    level: str = "error"


def one_column(name: str, declared: str, *values: str) -> str:
    rows = "".join(f"INSERT INTO {name} (v) VALUES ({value});" for value in values)
    return f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, v {declared}); {rows}"


def refused(name: str, declared: str, *values: str, rows: tuple[str, ...]) -> Fault:
    return Fault("value.refused", name, one_column(name, declared, *values), "v", rows)


def named(table: str, column: str, id_: str = "name.refused") -> Fault:
    return Fault(id_, table, f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, "{column}")', column)


KEY_COLUMNS = ", ".join(f"c{number}" for number in range(17))
WIDE = ", ".join(f"c{number} TEXT UNIQUE" for number in range(30))
INDEXES = "".join(f"CREATE INDEX many_{number} ON many_indexes (c{number});" for number in range(65))

FAULTS = {
    "infinity": refused("infinite", "REAL", "1.5", "9e999", rows=("2",)),
    "negative infinity": refused("infinite_too", "", "-9e999", "'a'", rows=("1",)),
    "a negative zero": refused("signed", "", "0.0", "-0.0", rows=("2",)),
    "text that is not UTF-8": refused("broken", "TEXT", "'a'", "CAST(x'ff' AS TEXT)", rows=("2",)),
    "a blob among texts": refused("blobs", "", "'a'", "'b'", "x'00'", rows=("3",)),
    "a blob among numbers": refused("pictures", "INTEGER", "x'00'", "1", "2", rows=("1",)),
    "the text 1 beside the number 1": refused("alike", "", "1", "2", "'1'", rows=("3",)),
    "a key of 800 characters": Fault(
        "value.refused",
        "long_keys",
        "CREATE TABLE long_keys (k TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;"
        "INSERT INTO long_keys VALUES ('a'), (hex(zeroblob(400)))",
        "k",
        ("'000",),
    ),
    "a key of 4,000 bytes": Fault(
        "value.refused",
        "wide_keys",
        "CREATE TABLE wide_keys (k BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID;"
        "INSERT INTO wide_keys VALUES (x'01'), (zeroblob(4000))",
        "k",
        ("X'000",),
    ),
    "a table name of 65 characters": Fault(
        "name.refused", LONG, f"CREATE TABLE {LONG} (id INTEGER PRIMARY KEY)"
    ),
    "a column name that ends in a space": named("spaced", "v "),
    "a column name outside of the basic plane": named("horses", HORSE),
    "a column name that is ours": named("ours", "_zdcdc_rowid"),
    "a table whose name is ours": Fault(
        "name.refused", "_ZDCDC_notes", "CREATE TABLE _ZDCDC_notes (id INTEGER PRIMARY KEY, v TEXT)"
    ),
    "columns that differ by the case of é": Fault(
        "name.case", "cases", 'CREATE TABLE cases (id INTEGER PRIMARY KEY, "é", "É")', "É"
    ),
    "tables that differ by the case of é": Fault(
        "name.case",
        "été",
        'CREATE TABLE "Été" (id INTEGER PRIMARY KEY); CREATE TABLE "été" (id INTEGER PRIMARY KEY)',
    ),
    "too many columns": Fault(
        "table.columns", "many", f"CREATE TABLE many ({', '.join(f'c{n} INTEGER' for n in range(MANY + 1))})"
    ),
    "a row that is too wide": Fault(
        "table.width",
        "wide",
        f"CREATE TABLE wide (id INTEGER PRIMARY KEY, {WIDE});"
        f"INSERT INTO wide SELECT 1, {', '.join(['hex(zeroblob(380))'] * 30)}",
    ),
    "more than 64 indexes": Fault(
        "table.indexes",
        "many_indexes",
        f"CREATE TABLE many_indexes ({', '.join(f'c{n} INTEGER' for n in range(65))}, k INTEGER PRIMARY KEY);"
        + INDEXES,
    ),
    "a key of 17 columns": Fault(
        "table.key_parts",
        "parts",
        f"CREATE TABLE parts ({KEY_COLUMNS}, id INTEGER PRIMARY KEY, UNIQUE ({KEY_COLUMNS}))",
    ),
    "a collation that only the application has": Fault("source.unreadable", "sorted", ""),
    "a function that only the application has": Fault("source.unwritable", "slugs", ""),
    "texts longer than was asked for": Fault(
        "value.unfit", "asked", one_column("asked", "TEXT", "'abc'", "'abcd'"), "v", ("2 (text)",)
    ),
    "a date that does not exist": Fault(
        "value.unfit",
        "dated",
        one_column("dated", "TEXT", "'2024-02-29'", "'2023-02-29'"),
        "v",
        ("2 (text)",),
    ),
    "JSON with one name twice": Fault(
        "value.unfit",
        "documents",
        one_column("documents", "TEXT", "'{\"a\":1}'", "'{\"a\":1,\"a\":2}'"),
        "v",
        ("2 (text)",),
    ),
    "a wish for a column that is not there": Fault("source.wish", None, ""),
    "a table that the target has already": Fault("target.table_exists", "taken", one_column("taken", "TEXT")),
    "a row that is larger than a packet": Fault(
        "target.packet", "huge", one_column("huge", "BLOB", "zeroblob(40 * 1024 * 1024)")
    ),
    "a row without a parent": Fault(
        "value.orphans",
        "children",
        "CREATE TABLE children (id INTEGER PRIMARY KEY, p INTEGER REFERENCES asked);"
        "INSERT INTO children VALUES (7, 1), (8, 99)",
        "p",
        ("8",),
        "warning",
    ),
    "a row that breaks a CHECK": Fault(
        "value.check_violated",
        "checked",
        "CREATE TABLE checked (id INTEGER PRIMARY KEY, v INTEGER CHECK (v > 0));"
        "PRAGMA ignore_check_constraints = 1;"
        "INSERT INTO checked VALUES (1, 1), (2, -1); PRAGMA ignore_check_constraints = 0",
        "v",
        ("2",),
        "warning",
    ),
    "text among numbers": Fault(
        "value.mixed", "mixed", one_column("mixed", "INTEGER", "1", "2", "'three'"), "v", ("3",), "warning"
    ),
    "decimals without digits": Fault(
        "value.scale_measured", "prices", one_column("prices", "DECIMAL", "1.5"), "v", (), "warning"
    ),
    "NULL in a primary key": Fault(
        "value.null_key",
        "nulls",
        "CREATE TABLE nulls (k TEXT PRIMARY KEY); INSERT INTO nulls VALUES ('a'), (NULL)",
        "k",
        ("2",),
        "warning",
    ),
    "a pattern that no table has": Fault("source.pattern", None, "", level="warning"),
}

SETTINGS = """
[columns."asked.v"]
type = "VARCHAR(3)"
[columns."dated.v"]
type = "DATE"
[columns."documents.v"]
type = "JSON"
codec = "json"
[columns."asked.misspelt"]
type = "BIGINT"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = made_database(tmp_path / "app.db", ";".join(fault.script for fault in FAULTS.values()))
    with closing(sqlite3.connect(path, isolation_level=None)) as application:
        application.create_collation("SHOP", lambda left, right: (left > right) - (left < right))
        application.create_function("slug", 1, str.lower, deterministic=True)
        application.execute("CREATE TABLE sorted (id TEXT COLLATE SHOP NOT NULL PRIMARY KEY) WITHOUT ROWID")
        application.execute("CREATE TABLE slugs (id INTEGER PRIMARY KEY, v TEXT CHECK (slug(v) = v))")
    return path


def test_all_of_them_are_reported_at_once_with_table_column_keys_and_hint(
    source: Path, target: Target, tmp_path: Path
) -> None:
    settings = tmp_path / "zdcdc.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    before = sqlite_schema_of(source)
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("CREATE TABLE taken (id INT)")
    commands = Commands.of(source, target)
    outcome = commands.run("check", "--json", f"--config={settings}", "--exclude=misspelt*")
    assert outcome.exit_code == 3, str(outcome)
    document = json.loads(outcome.out)
    assert document["ok"] is False
    findings = document["findings"]
    planted = planted_for(target)
    assert len(planted) >= 30
    assert [name for name, fault in planted.items() if not is_reported(findings, fault)] == []
    assert sqlite_schema_of(source) == before
    assert tables_in(target) == {"taken"}


def planted_for(target: Target) -> dict[str, Fault]:
    """MariaDB keeps the text of a JSON document as it is, whatever it holds."""
    mariadb = target.kind is Kind.MARIADB
    return {name: fault for name, fault in FAULTS.items() if not (mariadb and fault.table == "documents")}


def is_reported(findings: list[dict[str, Any]], fault: Fault) -> bool:
    return any(
        (found["id"], found["level"], found["table"]) == (fault.id, fault.level, fault.table)
        and (fault.column is None or found["column"] == fault.column)
        and len(found["samples"]) == len(fault.samples)
        and all(shown.startswith(key) for shown, key in zip(found["samples"], fault.samples, strict=True))
        and bool(found["hint"])
        for found in findings
    )


def test_the_same_is_said_to_a_person(source: Path, target: Target, tmp_path: Path) -> None:
    settings = tmp_path / "zdcdc.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("CREATE TABLE taken (id INT)")
    outcome = Commands.of(source, target).run("check", f"--config={settings}")
    assert outcome.exit_code == 3
    assert "rows with key" in outcome.err
    for fault in planted_for(target).values():
        place = ".".join(part for part in (fault.table, fault.column) if part)
        assert place in outcome.err, fault
