"""A type or codec that is asked for is given, where the two go together and the column can have it."""

from __future__ import annotations

import pytest

from tests.support.tables import MARIADB, mapped, wishing
from zdcdc.choose.tables import Context
from zdcdc.errors import UsageError
from zdcdc.mapping import ColumnMapping, Refusal
from zdcdc.wishes import ColumnWish, OnMismatch, Wishes


def made(
    wish: ColumnWish, declared: str, *values: str, more: str = ""
) -> tuple[ColumnMapping | None, list[Refusal]]:
    rows = "".join(f"INSERT INTO t (c) VALUES ({value});" for value in values)
    script = f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {declared}{more}); {rows}"
    mapping, refusals = mapped(script, context=wishing(c=wish))
    return next((column for column in mapping.columns if column.source == "c"), None), refusals


def chosen(wish: ColumnWish, declared: str, *values: str, more: str = "") -> tuple[str, str]:
    column, refusals = made(wish, declared, *values, more=more)
    assert refusals == []
    assert column is not None
    assert column.reason == "as asked for in zdcdc.toml"
    argument = f":{column.codec.argument}" if column.codec.argument else ""
    return column.type, column.codec.name + argument


@pytest.mark.parametrize(
    ("wish", "declared", "values", "expected"),
    [
        (ColumnWish(type="bigint"), "TEXT", [], ("BIGINT", "integer")),
        (ColumnWish(type="TINYINT(1)"), "INTEGER", ["1"], ("TINYINT(1)", "boolean")),
        (ColumnWish(type="DOUBLE"), "REAL", ["1"], ("DOUBLE", "real")),
        (ColumnWish(type="DOUBLE"), "INTEGER", ["1"], ("DOUBLE", "number")),
        (ColumnWish(type="DECIMAL(20, 4)"), "DECIMAL", ["1.5"], ("DECIMAL(20,4)", "decimal:20,4")),
        (ColumnWish(type="DECIMAL(20,4)"), "REAL", ["1"], ("DECIMAL(20,4)", "decimal:20,4,real")),
        (ColumnWish(type="DECIMAL"), "NUMERIC", ["1.125"], ("DECIMAL(22,3)", "decimal:22,3")),
        (ColumnWish(codec="decimal:9,2"), "REAL", ["1"], ("DECIMAL(9,2)", "decimal:9,2,real")),
        (ColumnWish(type="VARCHAR(40)"), "TEXT", ["'a'"], ("VARCHAR(40)", "text")),
        (ColumnWish(type="VARCHAR(40)"), "", ["'a'", "1"], ("VARCHAR(40)", "mixed")),
        (ColumnWish(type="LONGTEXT"), "VARCHAR(3)", ["'a'"], ("LONGTEXT", "text")),
        (ColumnWish(codec="tagged"), "", ["'1'", "1", "x'00'"], ("LONGTEXT", "tagged")),
        (ColumnWish(codec="tagged"), "UNIQUE", ["'1'"], ("VARCHAR(768)", "tagged")),
        (ColumnWish(codec="printable"), "TEXT", ["'a'"], ("LONGTEXT", "printable")),
        (ColumnWish(type="JSON"), "TEXT", ["'{}'"], ("JSON", "json")),
        (ColumnWish(type="VARBINARY(16)"), "BLOB", ["x'00'"], ("VARBINARY(16)", "blob")),
        (ColumnWish(codec="blob"), "BLOB UNIQUE", ["x'00'"], ("VARBINARY(3072)", "blob")),
        (ColumnWish(type="DATE"), "TEXT", ["'2024-01-01'"], ("DATE", "date:YYYY-MM-DD")),
        (
            ColumnWish(type="DATETIME"),
            "TEXT",
            ["'2024-01-01T10:00:00.5Z'"],
            ("DATETIME(6)", "datetime:YYYY-MM-DDTHH:MM:SS[.f+]Z"),
        ),
        (
            ColumnWish(type="DATETIME(6)"),
            "TEXT",
            [],
            ("DATETIME(6)", "datetime:YYYY-MM-DD HH:MM:SS[.ffffff]"),
        ),
        (ColumnWish(codec="time:HH:MM"), "TEXT", ["'10:00:00'"], ("TIME(6)", "time:HH:MM")),
    ],
)
def test_a_wish_is_given(
    wish: ColumnWish, declared: str, values: list[str], expected: tuple[str, str]
) -> None:
    assert chosen(wish, declared, *values) == expected


def test_a_wish_in_a_key_of_several_columns_leaves_room_for_the_others() -> None:
    assert chosen(ColumnWish(codec="tagged"), "TEXT", more=", d TEXT, e TEXT, UNIQUE (c, d, e)") == (
        "VARCHAR(256)",
        "tagged",
    )
    # What a wish makes of a number may be text.
    mapping, refusals = mapped(
        "CREATE TABLE t (c INTEGER, d INTEGER, UNIQUE (c, d)); INSERT INTO t VALUES (1, 2)",
        context=wishing(c=ColumnWish(codec="tagged"), d=ColumnWish(codec="mixed")),
    )
    assert refusals == []
    assert [mapping.column(name).type for name in "cd"] == ["VARCHAR(384)"] * 2


@pytest.mark.parametrize(
    ("wish", "declared", "hint"),
    [
        (ColumnWish(type="LONGTEXT"), "TEXT REFERENCES t", "VARCHAR(768)"),
        (ColumnWish(type="LONGBLOB"), "BLOB REFERENCES t", "VARBINARY(3072)"),
        (ColumnWish(type="VARCHAR(769)"), "TEXT REFERENCES t", "VARCHAR(768)"),
        (ColumnWish(type="VARBINARY(3073)"), "BLOB REFERENCES t", "VARBINARY(3072)"),
        (ColumnWish(type="JSON"), "TEXT UNIQUE", "no index takes JSON"),
    ],
)
def test_a_type_that_a_key_does_not_take_is_refused(wish: ColumnWish, declared: str, hint: str) -> None:
    _, (refusal,) = made(wish, declared)
    assert "its key does not take" in refusal.message
    assert hint in refusal.hint


def test_an_integer_primary_key_stays_a_bigint() -> None:
    context = wishing(id=ColumnWish(codec="tagged"))
    _, (refusal,) = mapped("CREATE TABLE t (id INTEGER PRIMARY KEY)", context=context)
    assert "BIGINT" in refusal.message
    _, refusals = mapped("CREATE TABLE t (id INTEGER PRIMARY KEY)", context=wishing(id=ColumnWish("BIGINT")))
    assert refusals == []


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (ColumnWish(type="MEDIUMINT"), "there is no type 'MEDIUMINT'"),
        (ColumnWish(type="VARCHAR"), "needs a length"),
        (ColumnWish(type="VARCHAR(0)"), "needs a length"),
        (ColumnWish(type="DATETIME(3)"), "would be DATETIME(6)"),
        (ColumnWish(type="TINYINT(4)"), "would be TINYINT(1)"),
        (ColumnWish(type="BIGINT(20)"), "would be BIGINT"),
        (ColumnWish(type="DECIMAL(70,2)"), "does not exist in MySQL"),
        (ColumnWish(codec="roman"), "there is no codec 'roman'"),
        (ColumnWish(codec="decimal:2"), "decimal:2"),
        (ColumnWish(codec="date:DD.MM.YYYY"), "no form that is known"),
        (ColumnWish(type="BIGINT", codec="text"), "codec text does not fill BIGINT"),
        (ColumnWish(type="DECIMAL(10,2)", codec="decimal:12,3"), "would be DECIMAL(12,3)"),
    ],
)
def test_a_wish_that_means_nothing_is_an_error_that_names_the_column(wish: ColumnWish, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        made(wish, "TEXT")
    assert said in raised.value.what
    assert '[columns."t.c"]' in raised.value.what
    assert raised.value.hint


def test_json_of_mariadb_is_text_and_said_so() -> None:
    wishes = Wishes((("t.c", ColumnWish(type="JSON")),))
    mapping, _ = mapped("CREATE TABLE t (c TEXT)", context=Context(MARIADB, wishes))
    assert (mapping.column("c").type, mapping.column("c").codec.name) == ("LONGTEXT", "text")


def test_a_wish_renames_and_says_what_follows_a_misfit_without_deciding_the_type() -> None:
    wish = ColumnWish(name="total", on_mismatch=OnMismatch.WIDEN)
    column, _ = made(wish, "VARCHAR(5)", "'a'")
    assert column is not None
    assert (column.source, column.name, column.type) == ("c", "total", "VARCHAR(5)")
    assert column.on_mismatch is OnMismatch.WIDEN
