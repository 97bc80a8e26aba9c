"""A column that cannot keep a value any more gets another type where that was asked for or measured, else its
table is held with what helps."""

from __future__ import annotations

import pytest

from tests.support.tables import mapped, wishing
from zdcdc.choose.refit import Refitted, Unfit, grows, refitted
from zdcdc.choose.tables import Mapped
from zdcdc.mapping import ColumnMapping
from zdcdc.wishes import ColumnWish, OnMismatch, Wishes


def refit(
    declared: str, before: list[str], after: list[str], wish: ColumnWish | None = None
) -> Refitted | Unfit:
    """What becomes of a column that was mapped with the values ``before`` and holds ``after`` as well."""

    def script(values: list[str]) -> str:
        rows = "".join(f"INSERT INTO t (c) VALUES ({value});" for value in values)
        return f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {declared}); {rows}"

    old, refusals = mapped(script(before))
    assert refusals == []
    context = wishing(c=wish or ColumnWish())
    mapping, found = mapped(script(before + after), context=context)
    return refitted(old, Mapped(mapping, tuple(found)), ["c"], context.wishes)


@pytest.mark.parametrize(
    ("declared", "before", "after", "type_", "in_place"),
    [
        ("TEXT UNIQUE", ["'a'"], ["printf('%300s', 'b')"], "VARCHAR(600)", True),
        ("BLOB UNIQUE", ["x'00'"], ["zeroblob(300)"], "VARBINARY(600)", True),
        ("DECIMAL", ["1.5"], ["1.125"], "DECIMAL(22,3)", True),
        ("DATETIME", [], ["1700000000"], "BIGINT", True),
        ("DATETIME", [], ["'2024-01-01'"], "DATE", True),
        ("DATE", ["'2024-01-01'"], ["'2024-01-02'"], "DATE", True),
        ("", [], ["x'00'"], "LONGBLOB", True),
    ],
)
def test_what_was_measured_or_guessed_grows(
    declared: str, before: list[str], after: list[str], type_: str, in_place: bool
) -> None:
    found = refit(declared, before, after)
    assert isinstance(found, Refitted)
    assert found.mapping.column("c").type == type_
    assert found.in_place is in_place


@pytest.mark.parametrize(
    ("declared", "before", "after", "type_"),
    [
        ("VARCHAR(5)", ["'a'"], ["'longer'"], "LONGTEXT"),
        ("BOOLEAN", ["1"], ["2"], "BIGINT"),
        ("DATE", ["'2024-01-01'"], ["'soon'"], "LONGTEXT"),
        ("INTEGER", ["1"], ["'a'"], "LONGTEXT"),
        ("DECIMAL(5,2)", ["1.5"], ["1000"], "DOUBLE"),
    ],
)
def test_what_was_declared_is_held_to_with_a_hint_to_the_setting_that_lets_it_grow(
    declared: str, before: list[str], after: list[str], type_: str
) -> None:
    found = refit(declared, before, after)
    assert isinstance(found, Unfit)
    assert type_ in found.message
    assert '[columns."t.c"]' in found.hint
    assert 'on_mismatch = "widen"' in found.hint
    widened = refit(declared, before, after, ColumnWish(on_mismatch=OnMismatch.WIDEN))
    assert isinstance(widened, Refitted)
    assert widened.mapping.column("c").type == type_


def test_a_type_that_is_asked_for_is_given() -> None:
    found = refit("VARCHAR(5)", ["'a'"], ["x'00'"], ColumnWish(codec="tagged"))
    assert isinstance(found, Refitted)
    assert found.mapping.column("c").codec.name == "tagged"
    assert not found.in_place  # what the target holds has no tags


def test_what_no_type_keeps_is_held_with_the_reason() -> None:
    found = refit("TEXT", ["'a'"], ["x'00'"], ColumnWish(on_mismatch=OnMismatch.WIDEN))
    assert isinstance(found, Unfit)
    assert "1 blob, 1 text" in found.message
    assert "tagged" in found.hint


def test_other_columns_and_names_stay_as_they_are() -> None:
    schema = "CREATE TABLE t (a VARCHAR({}), c TEXT UNIQUE); INSERT INTO t VALUES ('a', {})"
    old, _ = mapped(schema.format(5, "'c'"))
    new, _ = mapped(schema.format(9, "printf('%300s', 1)"))
    found = refitted(old, Mapped(new, ()), ["c"], Wishes())
    assert isinstance(found, Refitted)
    assert found.mapping.column("a") == old.column("a")
    assert found.mapping.column("c").name == "c"


def column(declared: str, *values: str, wish: ColumnWish | None = None) -> ColumnMapping:
    rows = "".join(f"INSERT INTO t (c) VALUES ({value});" for value in values)
    script = f"CREATE TABLE t (c {declared}); {rows}"
    mapping, refusals = mapped(script, context=wishing(c=wish or ColumnWish()))
    assert refusals == []
    return mapping.column("c")


def asked(type_: str, codec: str | None = None) -> ColumnMapping:
    return column("TEXT", wish=ColumnWish(type_, codec))


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (asked("VARCHAR(5)"), asked("VARCHAR(6)"), True),
        (asked("VARCHAR(6)"), asked("VARCHAR(5)"), False),
        (asked("VARCHAR(5)"), asked("LONGTEXT"), True),
        (asked("LONGTEXT"), asked("VARCHAR(5)"), False),
        (asked("VARCHAR(5)"), asked("VARCHAR(6)", "tagged"), False),
        (asked("VARCHAR(5)", "mixed"), asked("VARCHAR(5)", "text"), True),
        (asked("VARBINARY(5)"), asked("LONGBLOB"), True),
        (asked("DECIMAL(10,2)"), asked("DECIMAL(12,4)"), True),
        (asked("DECIMAL(10,2)"), asked("DECIMAL(11,4)"), False),
        (asked("DECIMAL(10,2)"), asked("DECIMAL(10,1)"), False),
        (asked("TINYINT(1)"), asked("BIGINT"), True),
        (asked("BIGINT"), asked("TINYINT(1)"), False),
        (asked("DOUBLE"), asked("LONGTEXT"), False),
        (asked("DATE"), asked("DATETIME"), False),
        (column("TEXT COLLATE NOCASE", "'a'"), column("TEXT"), False),
    ],
)
def test_a_server_keeps_what_it_holds_only_where_the_new_type_holds_all_of_the_old(
    old: ColumnMapping, new: ColumnMapping, kept: bool
) -> None:
    assert grows(old, new) is kept
