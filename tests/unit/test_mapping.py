"""A column's type follows from what is declared and what is there; what cannot be kept is refused by name."""

from __future__ import annotations

import json

import pytest

from tests.support.tables import mapped
from zdcdc.codecs.numbers import IntegerCodec
from zdcdc.mapping import ROWID_COLUMN, TableMapping


def type_and_codec(declared: str, *values: str) -> tuple[str, str]:
    rows = "".join(f"INSERT INTO t (c) VALUES ({value});" for value in values)
    mapping, refusals = mapped(f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {declared}); {rows}")
    assert refusals == []
    column = mapping.column("c")
    return column.type, column.codec.name


def refusal(declared: str, *values: str) -> str:
    rows = "".join(f"INSERT INTO t (c) VALUES ({value});" for value in values)
    _, refusals = mapped(f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {declared}); {rows}")
    (found,) = refusals
    assert (found.table, found.column) == ("t", "c")
    return found.message


@pytest.mark.parametrize(
    ("declared", "values", "expected"),
    [
        ("INTEGER", ["1"], ("BIGINT", "integer")),
        ("TINYINT", ["300"], ("BIGINT", "integer")),
        ("VARCHAR(3)", ["'longer than three'"], ("LONGTEXT", "text")),
        ("TEXT", ["''"], ("LONGTEXT", "text")),
        ("BLOB", ["x''"], ("LONGBLOB", "blob")),
        ("REAL", ["1"], ("DOUBLE", "real")),
        ("DOUBLE", ["0.5"], ("DOUBLE", "real")),
        ("INTEGER", ["'abc'"], ("LONGTEXT", "text")),
        ("TEXT", ["x'00'"], ("LONGBLOB", "blob")),
        ("BLOB", ["'text'"], ("LONGTEXT", "text")),
        ("DATETIME", ["'2024-01-01'"], ("LONGTEXT", "text")),
        ("BOOLEAN", ["1", "0"], ("BIGINT", "integer")),
        ("DECIMAL(10,2)", ["1.5", "2"], ("DOUBLE", "number")),
        ("DECIMAL(10,2)", ["2"], ("DOUBLE", "number")),
        ("NUMERIC", ["1.5"], ("DOUBLE", "number")),
        ("INTEGER", ["1.5"], ("DOUBLE", "number")),
        ("INTEGER", ["1", "1.5"], ("DOUBLE", "number")),
        ("", ["1.5"], ("DOUBLE", "real")),
        ("", ["2.0"], ("DOUBLE", "real")),
        ("INTEGER", ["9223372036854775807", "-9223372036854775808"], ("BIGINT", "integer")),
        ("NUMERIC", ["9007199254740992", "-9007199254740992"], ("DOUBLE", "number")),
    ],
)
def test_the_data_decides_and_not_the_declared_type(
    declared: str, values: list[str], expected: tuple[str, str]
) -> None:
    assert type_and_codec(declared, *values) == expected
    assert type_and_codec(declared, *values, "NULL") == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("INTEGER", ("BIGINT", "integer")),
        ("REAL", ("DOUBLE", "real")),
        ("TEXT", ("LONGTEXT", "text")),
        ("BLOB", ("LONGBLOB", "blob")),
        ("", ("LONGTEXT", "text")),
        ("BOOL", ("BIGINT", "integer")),
        ("DECIMAL(8, 3)", ("DOUBLE", "number")),
        ("DATE", ("LONGTEXT", "text")),
    ],
)
def test_a_column_without_values_follows_its_declaration(declared: str, expected: tuple[str, str]) -> None:
    assert type_and_codec(declared) == expected
    assert type_and_codec(declared, "NULL") == expected


@pytest.mark.parametrize(
    ("declared", "values", "message"),
    [
        ("INTEGER", ["1", "'a'"], "integer, text"),
        ("", ["'a'", "x'61'"], "blob, text"),
        ("REAL", ["9e999"], "infinite"),
        ("REAL", ["-9e999", "1"], "infinite"),
        ("", ["-0.0"], "-0.0"),
        ("TEXT", ["CAST(x'ff' AS TEXT)"], "UTF-8"),
        ("", ["1", "2.0"], "keep apart"),
        ("NUMERIC", ["1.5", "9007199254740993"], "keep apart"),
        ("NUMERIC", ["9007199254740993"], "keep apart"),
        ("INTEGER", ["0.5", "-9007199254740993"], "keep apart"),
    ],
)
def test_what_no_codec_keeps_exactly_is_refused_with_its_reason(
    declared: str, values: list[str], message: str
) -> None:
    assert message in refusal(declared, *values)


def test_every_column_that_is_refused_is_named_not_only_the_first() -> None:
    _, refusals = mapped(
        "CREATE TABLE t (a REAL, b TEXT, c); INSERT INTO t VALUES (9e999, 'b', 1), (1, 'b', 'c')"
    )
    assert [refusal.column for refusal in refusals] == ["a", "c"]


def test_text_in_a_key_gets_room_to_grow_and_fits_the_index() -> None:
    mapping, _ = mapped("CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY); INSERT INTO t VALUES ('a')")
    assert mapping.column("k").type == "VARCHAR(255)"
    assert mapping.column("k").codec.limit == 255
    mapping, _ = mapped(
        "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY); INSERT INTO t VALUES (printf('%300s', 'a'))"
    )
    assert mapping.column("k").type == "VARCHAR(600)"
    mapping, _ = mapped(
        "CREATE TABLE t (a TEXT, b TEXT, c TEXT, d TEXT, PRIMARY KEY (a, b, c, d)) WITHOUT ROWID;"
        "INSERT INTO t VALUES (1, 2, 3, 4)"
    )
    assert [column.type for column in mapping.columns] == ["VARCHAR(192)"] * 4


def test_blobs_in_a_key_are_counted_in_bytes() -> None:
    mapping, _ = mapped("CREATE TABLE t (k BLOB NOT NULL PRIMARY KEY); INSERT INTO t VALUES (zeroblob(2000))")
    assert mapping.column("k").type == "VARBINARY(3072)"
    assert mapping.column("k").codec.limit == 3072


@pytest.mark.parametrize(
    ("value", "kind"), [("printf('%800s', 'a')", "LONGTEXT"), ("zeroblob(3073)", "LONGBLOB")]
)
def test_a_value_too_long_for_a_primary_or_foreign_key_is_refused_and_not_in_another_unique_key(
    value: str, kind: str
) -> None:
    rows = f"INSERT INTO t VALUES (1, {value})"
    for definition in ("id INTEGER, k PRIMARY KEY NOT NULL", "id INTEGER PRIMARY KEY, k REFERENCES t"):
        _, refusals = mapped(f"CREATE TABLE t ({definition}); {rows}")
        assert "in a key" in refusals[0].message
    mapping, refusals = mapped(f"CREATE TABLE t (id INTEGER PRIMARY KEY, k UNIQUE); {rows}")
    assert refusals == []
    assert mapping.column("k").type == kind


def test_a_long_text_in_an_index_that_is_not_unique_is_indexed_by_prefix() -> None:
    mapping, refusals = mapped(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX i ON t (v);"
        "INSERT INTO t VALUES (1, printf('%800s', 'a'))"
    )
    assert refusals == []
    assert mapping.column("v").type == "LONGTEXT"


def test_text_under_a_key_of_integer_affinity_has_a_length_too() -> None:
    mapping, refusals = mapped(
        "CREATE TABLE t (p POINT NOT NULL PRIMARY KEY); INSERT INTO t VALUES ('1,2'), ('3,4')"
    )
    assert refusals == []
    assert mapping.column("p").type.startswith("VARCHAR")


def test_a_table_without_a_key_is_told_apart_by_its_rowid() -> None:
    mapping, _ = mapped("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)")
    assert mapping.key_is_rowid
    assert mapping.key == ("rowid",)
    assert mapping.columns[0].name == ROWID_COLUMN
    assert mapping.columns[0].codec == IntegerCodec()


def test_a_column_called_rowid_does_not_hide_the_rowid() -> None:
    mapping, _ = mapped("CREATE TABLE t (rowid TEXT, _ROWID_ TEXT); INSERT INTO t VALUES ('a', 'b')")
    assert mapping.key == ("oid",)


@pytest.mark.parametrize("key", ["TEXT PRIMARY KEY", "INTEGER PRIMARY KEY DESC"])
def test_a_primary_key_that_may_hold_null_is_not_the_key_of_a_row(key: str) -> None:
    mapping, refusals = mapped(f"CREATE TABLE t (k {key}, v); INSERT INTO t VALUES (NULL, 1), (NULL, 1)")
    assert refusals == []
    assert mapping.key_is_rowid
    assert not mapping.column("k").not_null


def test_a_key_column_is_never_null_and_a_not_null_column_stays_so() -> None:
    mapping, _ = mapped(
        "CREATE TABLE t (a INTEGER NOT NULL, b TEXT, k TEXT, PRIMARY KEY (k)) WITHOUT ROWID;"
        "INSERT INTO t VALUES (1, 'b', 'k')"
    )
    assert [column.not_null for column in mapping.columns] == [True, False, True]


@pytest.mark.parametrize(
    ("definition", "unique_keys"),
    [
        ("id INTEGER PRIMARY KEY, v TEXT", 1),
        ("id INTEGER PRIMARY KEY, v TEXT UNIQUE", 2),
        ("v TEXT UNIQUE, w TEXT UNIQUE", 3),
        ("k TEXT NOT NULL PRIMARY KEY, v", 1),
        ("k TEXT PRIMARY KEY, v", 2),
        ("id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b), UNIQUE (b)", 3),
    ],
)
def test_unique_keys_are_counted_as_the_target_has_them(definition: str, unique_keys: int) -> None:
    mapping, _ = mapped(f"CREATE TABLE t ({definition})")
    assert mapping.unique_keys == unique_keys


@pytest.mark.parametrize(("collation", "folded"), [("BINARY", False), ("NOCASE", True), ("RTRIM", True)])
def test_a_key_that_folds_its_spellings_is_known(collation: str, folded: bool) -> None:
    mapping, _ = mapped(f"CREATE TABLE t (k TEXT COLLATE {collation} NOT NULL PRIMARY KEY) WITHOUT ROWID")
    assert mapping.folded_key is folded
    assert mapping.collation_of("k") == collation


def test_a_mapping_survives_json() -> None:
    mapping, _ = mapped(
        'CREATE TABLE "t" ("a""b`ž" TEXT COLLATE NOCASE NOT NULL PRIMARY KEY, n NUMERIC, b BLOB UNIQUE);'
        "INSERT INTO t VALUES ('k', 1.5, x'00')"
    )
    assert TableMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping
