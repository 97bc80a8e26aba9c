"""What a person asks for in zdcdc.toml is taken as it is written, or refused by its name."""

from __future__ import annotations

from typing import Any

import pytest

from zdcdc.errors import UsageError
from zdcdc.wishes import ColumnWish, OnMismatch, Wishes, read

BOTH = {
    "columns": {
        "*.total": {"type": "DECIMAL(20,4)", "on_mismatch": "hold"},
        "orders.*": {"on_mismatch": "widen"},
        "Orders.Total": {"codec": "decimal", "name": "sum"},
    },
    "tables": {"Bad name ": {"name": "bad_name"}},
}


def test_later_entries_override_what_they_say_and_nothing_else() -> None:
    wishes = read(BOTH, "zdcdc.toml")
    assert wishes.column("orders", "total") == ColumnWish("DECIMAL(20,4)", "decimal", OnMismatch.WIDEN, "sum")
    assert wishes.column("orders", "id") == ColumnWish(on_mismatch=OnMismatch.WIDEN)
    assert wishes.column("bills", "TOTAL") == ColumnWish("DECIMAL(20,4)", on_mismatch=OnMismatch.HOLD)
    assert wishes.column("bills", "id") == ColumnWish()


def test_tables_are_renamed_whatever_the_case_of_their_letters() -> None:
    wishes = read(BOTH, "zdcdc.toml")
    assert wishes.table("BAD NAME ") == "bad_name"
    assert wishes.table("other") == "other"


def test_only_a_type_or_a_codec_decides() -> None:
    assert ColumnWish(type="DATE").decides
    assert ColumnWish(codec="tagged").decides
    assert not ColumnWish(on_mismatch=OnMismatch.WIDEN, name="other").decides


def test_patterns_that_nothing_has_are_told() -> None:
    wishes = read(BOTH, "zdcdc.toml")
    assert wishes.unmatched([("ORDERS", "TOTAL"), ("bad name ", "x")]) == []
    assert wishes.unmatched([("orders", "id")]) == ["*.total", "Orders.Total", "Bad name "]
    assert Wishes().unmatched([]) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"columns": {"total": {"type": "DATE"}}}, "names no column"),
        ({"columns": {"t.c": {}}}, "holds nothing"),
        ({"columns": {"t.c": "DATE"}}, "holds nothing"),
        ({"columns": {"t.c": {"typ": "DATE"}}}, "there is no setting 'typ'"),
        ({"columns": {"t.c": {"type": 5}}}, "type is 5"),
        ({"columns": {"t.c": {"type": ""}}}, "type is ''"),
        ({"columns": {"t.c": {"on_mismatch": "ignore"}}}, "on_mismatch is 'ignore'"),
        ({"tables": {"t": {"type": "DATE"}}}, "there is no setting 'type'"),
        ({"tables": {"t": {}}}, "holds nothing"),
        ({"tables": {"t": {"name": ""}}}, "name is ''"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_with_its_place(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(settings, "zdcdc.toml")
    assert said in raised.value.what
    assert "zdcdc.toml, [" in raised.value.what
    assert raised.value.hint
