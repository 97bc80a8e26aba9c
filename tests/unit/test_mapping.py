"""A table in MySQL has a key that tells its rows apart, whole and within the limits of the server."""

from __future__ import annotations

import json

import pytest

from tests.support.tables import mapped, mapped_all
from zdcdc.codecs.numbers import IntegerCodec
from zdcdc.mapping import ROWID_COLUMN, TableMapping
from zdcdc.wishes import OnMismatch


def types_of(script: str) -> list[str]:
    mapping, refusals = mapped(script)
    assert refusals == []
    return [column.type for column in mapping.columns if column.name != ROWID_COLUMN]


@pytest.mark.parametrize(
    ("script", "types"),
    [
        ("CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY); INSERT INTO t VALUES ('a')", ["VARCHAR(255)"]),
        (
            "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY); INSERT INTO t VALUES (printf('%300s', 'a'))",
            ["VARCHAR(600)"],
        ),
        ("CREATE TABLE t (k VARCHAR(40) UNIQUE); INSERT INTO t VALUES ('a')", ["VARCHAR(40)"]),
        ("CREATE TABLE t (k VARCHAR(4000) UNIQUE); INSERT INTO t VALUES ('a')", ["VARCHAR(255)"]),
        (
            "CREATE TABLE t (a TEXT, b TEXT, c TEXT, d TEXT, PRIMARY KEY (a, b, c, d)) WITHOUT ROWID;"
            "INSERT INTO t VALUES (1, 2, 3, 4)",
            ["VARCHAR(192)"] * 4,
        ),
        (
            "CREATE TABLE t (a TEXT, b INTEGER, c TEXT, UNIQUE (a, b), UNIQUE (a, c));"
            "INSERT INTO t VALUES (printf('%200s', 'a'), 2, 'c')",
            ["VARCHAR(384)", "BIGINT", "VARCHAR(255)"],
        ),
        ("CREATE TABLE t (k BLOB NOT NULL PRIMARY KEY); INSERT INTO t VALUES (x'00')", ["VARBINARY(255)"]),
        (
            "CREATE TABLE t (k BLOB NOT NULL PRIMARY KEY); INSERT INTO t VALUES (zeroblob(2000))",
            ["VARBINARY(3072)"],
        ),
        ("CREATE TABLE t (k UNIQUE); INSERT INTO t VALUES (1), ('a')", ["VARCHAR(255)"]),
        ("CREATE TABLE t (k UNIQUE); INSERT INTO t VALUES (1), (2.0)", ["VARCHAR(255)"]),
        (
            "CREATE TABLE t (k NUMERIC(9) UNIQUE, b TEXT, UNIQUE (b, k));"
            "INSERT INTO t VALUES (9007199254740993, 'b')",
            ["VARCHAR(255)", "VARCHAR(255)"],
        ),
        (
            "CREATE TABLE t (k DECIMAL(65,30) NOT NULL, b TEXT, UNIQUE (k, b));"
            "INSERT INTO t VALUES (1, printf('%760s', 'a'))",
            ["DECIMAL(65,30)", "VARCHAR(760)"],
        ),
        ("CREATE TABLE t (k DATE UNIQUE); INSERT INTO t VALUES ('2024-01-01')", ["DATE"]),
        ("CREATE TABLE t (p POINT NOT NULL PRIMARY KEY); INSERT INTO t VALUES ('1,2')", ["VARCHAR(255)"]),
        (
            "CREATE TABLE t (v TEXT); CREATE INDEX i ON t (v); INSERT INTO t VALUES (printf('%800s', 'a'))",
            ["LONGTEXT"],
        ),
        ("CREATE TABLE t (v TEXT); CREATE INDEX i ON t (v); INSERT INTO t VALUES ('a')", ["VARCHAR(255)"]),
    ],
)
def test_what_stands_in_a_key_has_room_to_grow_and_fits_the_index(script: str, types: list[str]) -> None:
    assert types_of(script) == types


@pytest.mark.parametrize(
    "value", ["printf('%800s', 'a')", "zeroblob(3073)", "printf('%800s', 'a')), (2, 5"]
)
def test_a_value_too_long_for_a_primary_or_foreign_key_is_refused_and_not_in_another_unique_key(
    value: str,
) -> None:
    rows = f"INSERT INTO t VALUES (1, {value})"
    longer = "zdcdc_characters(CAST({0} AS BLOB)) > 768" if "printf" in value else "length({0}) > 3072"
    for definition in ("id INTEGER, k PRIMARY KEY NOT NULL", "id INTEGER PRIMARY KEY, k REFERENCES t"):
        _, refusals = mapped(f"CREATE TABLE t ({definition}); {rows}")
        assert "in a key" in refusals[0].message
        assert refusals[0].condition == longer
    mapping, refusals = mapped(f"CREATE TABLE t (id INTEGER PRIMARY KEY, k UNIQUE); {rows}")
    assert refusals == []
    assert mapping.column("k").type == ("LONGTEXT" if "printf" in value else "LONGBLOB")


def test_declared_lengths_outside_of_keys_do_not_fill_the_row() -> None:
    columns = ", ".join(f"c{n} VARCHAR(1000)" for n in range(40))
    types = types_of(f"CREATE TABLE t ({columns})")
    assert sum(4000 for type_ in types if type_ == "VARCHAR(1000)") < 40_000
    assert types[-1] == "LONGTEXT"


def test_both_ends_of_a_foreign_key_have_one_type() -> None:
    mappings = mapped_all(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, code DECIMAL(9,2) UNIQUE, day DATE UNIQUE);"
        "CREATE TABLE c (a REFERENCES p (id), b NUMERIC REFERENCES p (code), d TEXT REFERENCES p (day));"
        "INSERT INTO p VALUES (1, 1.5, '2024-01-01'); INSERT INTO c VALUES (NULL, 1.5, '2024-01-01')"
    )
    parent, child = mappings["p"], mappings["c"]
    for name, target in (("a", "id"), ("b", "code"), ("d", "day")):
        ends = child.column(name), parent.column(target)
        assert len({(end.type.partition("(")[0], end.codec.name, end.collation) for end in ends}) == 1


def test_an_empty_child_takes_the_type_of_its_parent() -> None:
    mappings = mapped_all(
        "CREATE TABLE p (k BLOB NOT NULL PRIMARY KEY); CREATE TABLE c (k TEXT REFERENCES p);"
        "INSERT INTO p VALUES (x'00ff')"
    )
    assert mappings["c"].column("k").type == mappings["p"].column("k").type
    assert "refers to" in mappings["c"].column("k").reason


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
        'CREATE TABLE "t" ("a""b`ž" TEXT COLLATE NOCASE NOT NULL PRIMARY KEY, n NUMERIC, b BLOB UNIQUE,'
        " d DATE, m, c TEXT COLLATE NOCASE UNIQUE, e BOOLEAN);"
        "INSERT INTO t VALUES ('k', 1.5, x'00', '2024-01-01', 1, 'c', NULL);"
        "INSERT INTO t VALUES ('l', 2, x'01', NULL, 'text', 'd', NULL)"
    )
    assert {column.codec.name for column in mapping.columns} == {
        "text", "decimal", "blob", "date", "mixed", "printable", "boolean",
    }  # fmt: skip
    assert {column.on_mismatch for column in mapping.columns} == set(OnMismatch)
    assert TableMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping
