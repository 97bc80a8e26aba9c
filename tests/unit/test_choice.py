"""A column's type follows from what is there, and from the declaration where that agrees."""

from __future__ import annotations

import pytest

from tests.support.tables import mapped
from zdcdc.mapping import ColumnMapping, Refusal
from zdcdc.wishes import OnMismatch


def made(declared: str, *values: str) -> tuple[ColumnMapping | None, list[Refusal]]:
    rows = "".join(f"INSERT INTO t (c) VALUES ({value});" for value in values)
    mapping, refusals = mapped(f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {declared}); {rows}")
    return next((column for column in mapping.columns if column.source == "c"), None), refusals


def chosen(declared: str, *values: str) -> ColumnMapping:
    column, refusals = made(declared, *values)
    assert refusals == []
    assert column is not None
    return column


def type_and_codec(declared: str, *values: str) -> tuple[str, str]:
    column = chosen(declared, *values)
    argument = f":{column.codec.argument}" if column.codec.argument else ""
    return column.type, column.codec.name + argument


def refusal(declared: str, *values: str) -> Refusal:
    _, (found,) = made(declared, *values)
    assert (found.table, found.column) == ("t", "c")
    return found


HUGE = "9007199254740993"  # the first integer without a double of its own


@pytest.mark.parametrize(
    ("declared", "values", "expected"),
    [
        ("INTEGER", ["1"], ("BIGINT", "integer")),
        ("TINYINT", ["300"], ("BIGINT", "integer")),
        ("INTEGER", ["9223372036854775807", "-9223372036854775808"], ("BIGINT", "integer")),
        ("DATETIME", ["1700000000"], ("BIGINT", "integer")),
        ("BOOLEAN", ["1", "0"], ("TINYINT(1)", "boolean")),
        ("BOOL", ["1"], ("TINYINT(1)", "boolean")),
        ("BOOLEAN", ["1", "2"], ("BIGINT", "integer")),
        ("TINYINT(1)", ["1"], ("BIGINT", "integer")),
        ("REAL", ["1"], ("DOUBLE", "real")),
        ("DOUBLE", ["0.5"], ("DOUBLE", "real")),
        ("", ["1.5"], ("DOUBLE", "real")),
        ("", ["2.0"], ("DOUBLE", "real")),
        ("INTEGER", ["1.5"], ("DOUBLE", "number")),
        ("INTEGER", ["1", "1.5"], ("DOUBLE", "number")),
        ("DATETIME", ["2460310.5"], ("DOUBLE", "number")),
        ("", ["1", "1.5"], ("DOUBLE", "number")),
        ("VARCHAR(3)", ["'abc'"], ("VARCHAR(3)", "text")),
        ("VARCHAR(3)", ["'longer than three'"], ("LONGTEXT", "text")),
        ("CHARACTER VARYING (20)", ["'é'"], ("VARCHAR(20)", "text")),
        ("NATIVE CHARACTER(70)", ["''"], ("VARCHAR(70)", "text")),
        ("VARCHAR(5)", ["'é' || char(0) || 'ééé'"], ("VARCHAR(5)", "text")),
        ("VARCHAR(1024)", ["'a'"], ("VARCHAR(1024)", "text")),
        ("VARCHAR(1025)", ["'a'"], ("LONGTEXT", "text")),
        ("VARCHAR(0)", ["''"], ("LONGTEXT", "text")),
        ("TEXT", ["''"], ("LONGTEXT", "text")),
        ("INTEGER", ["'abc'"], ("LONGTEXT", "text")),
        ("BLOB", ["'text'"], ("LONGTEXT", "text")),
        ("JSON", ["'{}'"], ("LONGTEXT", "text")),
        ("BLOB", ["x''"], ("LONGBLOB", "blob")),
        ("TEXT", ["x'00'"], ("LONGBLOB", "blob")),
    ],
)
def test_the_data_decides_and_not_the_declared_type(
    declared: str, values: list[str], expected: tuple[str, str]
) -> None:
    assert type_and_codec(declared, *values) == expected
    assert type_and_codec(declared, *values, "NULL") == expected


@pytest.mark.parametrize(
    ("declared", "values", "expected"),
    [
        ("DECIMAL(10,2)", ["1.5", "2"], ("DECIMAL(10,2)", "decimal:10,2")),
        ("DECIMAL(10,2)", ["2"], ("DECIMAL(10,2)", "decimal:10,2")),
        ("numeric (10 , 2)", ["99999999.99"], ("DECIMAL(10,2)", "decimal:10,2")),
        ("DECIMAL(10,2)", ["1.005"], ("DOUBLE", "number")),
        ("DECIMAL(10,2)", ["100000000"], ("DOUBLE", "number")),
        ("DECIMAL(10)", ["5"], ("DECIMAL(10,0)", "decimal:10,0")),
        ("DECIMAL(10)", ["5.5"], ("DOUBLE", "number")),
        ("NUMERIC(70,40)", ["1.5"], ("DOUBLE", "number")),
        ("NUMERIC(2,3)", ["0.5"], ("DOUBLE", "number")),
        ("NUMERIC", ["1.5"], ("DECIMAL(21,2)", "decimal:21,2")),
        ("NUMERIC", ["1.5", "0.12345"], ("DECIMAL(24,5)", "decimal:24,5")),
        ("NUMERIC", ["0.1 + 0.2"], ("DOUBLE", "number")),
        ("NUMERIC", ["1e300"], ("DOUBLE", "number")),
        ("NUMERIC", [HUGE], ("DECIMAL(21,2)", "decimal:21,2")),
        ("NUMERIC", ["1.5", HUGE], ("DECIMAL(21,2)", "decimal:21,2")),
        ("DECIMAL", ["9223372036854775807", "0.5"], ("LONGTEXT", "mixed")),
        ("DECIMAL(30,2)", ["1e20", "0.5"], ("DOUBLE", "number")),
        ("DECIMAL(30,2)", ["-9223372036854775808"], ("DECIMAL(30,2)", "decimal:30,2")),
        ("NUMERIC(40,20)", [HUGE, "0.1 + 0.2"], ("DECIMAL(40,20)", "decimal:40,20")),
        ("NUMERIC(10,2)", [HUGE, "0.5"], ("LONGTEXT", "mixed")),
    ],
)
def test_decimals_are_kept_where_each_is_the_double_nearest_to_its_digits(
    declared: str, values: list[str], expected: tuple[str, str]
) -> None:
    assert type_and_codec(declared, *values) == expected


@pytest.mark.parametrize(
    ("declared", "values", "expected"),
    [
        ("DATE", ["'2024-01-01'"], ("DATE", "date:YYYY-MM-DD")),
        ("DATETIME", ["'2024-01-01'"], ("DATE", "date:YYYY-MM-DD")),
        (
            "DATETIME",
            ["'2024-01-01 10:00:00'", "'2024-01-01 10:00:00.000005'"],
            ("DATETIME(6)", "datetime:YYYY-MM-DD HH:MM:SS[.ffffff]"),
        ),
        (
            "TIMESTAMP",
            ["'2024-01-01T10:00:00.000Z'"],
            ("DATETIME(6)", "datetime:YYYY-MM-DDTHH:MM:SS.fffZ"),
        ),
        ("TIME", ["'10:00'"], ("TIME(6)", "time:HH:MM")),
        ("DATETIME", ["'2024-01-01 10:00:00+01:00'"], ("LONGTEXT", "text")),
        ("DATETIME", ["'2024-01-01'", "'2024-01-01 10:00:00'"], ("LONGTEXT", "text")),
        ("DATE", ["'0999-01-01'"], ("LONGTEXT", "text")),
        ("DATE", ["'2023-02-29'"], ("LONGTEXT", "text")),
        ("TIME", ["'24:00:00'"], ("LONGTEXT", "text")),
        ("TEXT", ["'2024-01-01'"], ("LONGTEXT", "text")),
        ("VARCHAR(30)", ["'2024-01-01'"], ("VARCHAR(30)", "text")),
    ],
)
def test_a_date_column_is_one_in_mysql_where_one_rule_gives_every_text_back(
    declared: str, values: list[str], expected: tuple[str, str]
) -> None:
    assert type_and_codec(declared, *values) == expected


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        ("INTEGER", ["1", "'a'"]),
        ("", ["1", "2.0"]),
        ("", ["1.5", "'a'"]),
        ("NUMERIC(10,2)", ["1.5", HUGE]),
        ("NUMERIC(10,2)", [HUGE]),
        ("INTEGER", ["0.5", "-9007199254740993"]),
        ("", ["1", "'１'", "'-'", "'1e'", "'.5'", "''"]),
        ("DATE", ["'2024-01-01'", "1700000000"]),
        ("DATE", ["'2024-01-01'", "2460310.5"]),
    ],
)
def test_classes_that_the_text_tells_apart_stand_side_by_side(declared: str, values: list[str]) -> None:
    assert type_and_codec(declared, *values) == ("LONGTEXT", "mixed")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("INTEGER", ("BIGINT", "integer")),
        ("REAL", ("DOUBLE", "real")),
        ("TEXT", ("LONGTEXT", "text")),
        ("VARCHAR(12)", ("VARCHAR(12)", "text")),
        ("BLOB", ("LONGBLOB", "blob")),
        ("", ("LONGTEXT", "text")),
        ("BOOL", ("TINYINT(1)", "boolean")),
        ("DECIMAL(8, 3)", ("DECIMAL(8,3)", "decimal:8,3")),
        ("NUMERIC", ("DECIMAL(21,2)", "decimal:21,2")),
        ("DATE", ("DATE", "date:YYYY-MM-DD")),
        ("TIMESTAMP", ("DATETIME(6)", "datetime:YYYY-MM-DD HH:MM:SS[.ffffff]")),
        ("TIME", ("TIME(6)", "time:HH:MM:SS[.ffffff]")),
    ],
)
def test_a_column_without_values_follows_its_declaration_and_is_a_guess(
    declared: str, expected: tuple[str, str]
) -> None:
    assert type_and_codec(declared) == expected
    assert type_and_codec(declared, "NULL") == expected
    column = chosen(declared)
    assert column.guessed
    assert column.on_mismatch is OnMismatch.WIDEN


@pytest.mark.parametrize(
    ("declared", "values", "message", "condition"),
    [
        ("", ["'a'", "x'61'"], "blob, 1 text", "typeof({0}) = 'blob'"),
        ("", ["1", "x'61'", "x'62'"], "1 integer", "typeof({0}) = 'integer'"),
        ("", ["1", "'1'"], "several storage classes", "zdcdc_number_like({0})"),
        ("", ["1", "'1e+16'", "'a'"], "several storage classes", "zdcdc_number_like({0})"),
        ("", ["1.5", "'00'"], "several storage classes", "zdcdc_number_like({0})"),
        ("REAL", ["9e999"], "infinite", "abs({0}) = 9e999"),
        ("REAL", ["-9e999", "1"], "infinite", "abs({0}) = 9e999"),
        ("", ["-0.0"], "-0.0", "'-0.0'"),
        ("TEXT", ["CAST(x'ff' AS TEXT)"], "UTF-8", ""),
    ],
)
def test_what_no_codec_keeps_exactly_is_refused_with_its_reason_and_a_way_to_find_it(
    declared: str, values: list[str], message: str, condition: str
) -> None:
    found = refusal(declared, *values)
    assert message in found.message
    assert condition in found.condition
    assert found.not_utf8 is (not condition)
    assert "tagged" in found.hint


def test_every_column_that_is_refused_is_named_not_only_the_first() -> None:
    _, refusals = mapped(
        "CREATE TABLE t (a REAL, b TEXT, c); INSERT INTO t VALUES (9e999, 'b', 1), (1, 'b', x'00')"
    )
    assert [refusal.column for refusal in refusals] == ["a", "c"]


@pytest.mark.parametrize(
    ("declared", "values", "on_mismatch"),
    [
        ("VARCHAR(5)", ["'a'"], OnMismatch.HOLD),
        ("TEXT UNIQUE", ["'a'"], OnMismatch.WIDEN),
        ("VARCHAR(5) UNIQUE", ["'a'"], OnMismatch.HOLD),
        ("DECIMAL(10,2)", ["1.5"], OnMismatch.HOLD),
        ("DECIMAL", ["1.5"], OnMismatch.WIDEN),
        ("BOOLEAN", ["1"], OnMismatch.HOLD),
        ("DATE", ["'2024-01-01'"], OnMismatch.HOLD),
    ],
)
def test_what_was_declared_is_held_to_and_what_was_measured_grows(
    declared: str, values: list[str], on_mismatch: OnMismatch
) -> None:
    assert chosen(declared, *values).on_mismatch is on_mismatch


@pytest.mark.parametrize(
    ("declared", "values", "reason"),
    [
        ("INTEGER", ["1", "'a'"], "holds integer, text: kept as text, which tells them apart"),
        ("DECIMAL(10,2)", ["1.5"], "holds real, all as declared DECIMAL(10,2)"),
        ("DATE", [], "holds no value, declared DATE; expected as YYYY-MM-DD"),
        ("TEXT", ["'{}'", "'[1]'"], "holds text, all of it JSON"),
        ("", [], "holds no value, declared without a type"),
    ],
)
def test_the_reason_says_what_was_seen(declared: str, values: list[str], reason: str) -> None:
    assert chosen(declared, *values).reason == reason
