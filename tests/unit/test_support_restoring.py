"""The comparer's own rules give back exactly what SQLite held, and notice where none does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support import restoring
from tests.support.restoring import moment, same_json, spelling_of, stored_form
from tests.support.values import Value, identity


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-02-29", "1999-12-31"],
        ["2024-01-02 03:04:05", "2024-01-02 03:04:05.000600"],
        ["2024-01-02 03:04:05.120000", "2024-01-02 03:04:05.000000"],
        ["2024-01-02T03:04:05.123Z", "2024-01-02T03:04:05.000Z"],
        ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.123Z"],
        ["2024-01-02 03:04:05.12", "2024-01-02 03:04:05", "2024-01-02 03:04:05.000001"],
        ["2024-01-02T03:04", "2024-01-02T23:59"],
        ["2024-01-02 03:04:05+00:00", "2024-01-02 03:04:05.500000+00:00"],
        ["2024-01-02 03:04:05 +0000 UTC"],
        ["03:04:05", "23:59:59.999999"],
        ["03:04"],
    ],
)
def test_texts_in_one_spelling_come_back_from_what_the_server_prints(texts: list[str]) -> None:
    spelling = spelling_of(texts)
    assert spelling is not None
    restore = moment(spelling)
    for text in texts:
        assert restore((stored_form(text) or "").encode()) == text


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-01-02", "2024-01-02 00:00:00"],
        ["2024-01-02 03:04:05", "2024-01-02T03:04:05"],
        ["2024-01-02 03:04:05.1", "2024-01-02 03:04:05.100000"],
        ["2024-01-02 03:04:05+02:00"],
        ["2024-01-02 03:04:05.1234567"],
        ["2024-1-2"],
        ["1704164645"],
        [""],
    ],
)
def test_texts_without_a_spelling_in_common_have_none(texts: list[str]) -> None:
    assert spelling_of(texts) is None


def test_a_moment_that_its_spelling_cannot_write_is_never_the_text_of_the_source() -> None:
    spelling = spelling_of(["2024-01-02 03:04"])
    assert spelling is not None
    for stored in (b"2024-01-02 03:04:01.000000", b"2024-01-02 03:04:00.000001"):
        assert moment(spelling)(stored) != "2024-01-02 03:04"


@pytest.mark.parametrize(
    ("raw", "numeric", "real"),
    [
        ("1.10", 1.1, 1.1),
        ("0.30", 0.3, 0.3),
        ("2.00", 2, 2.0),
        ("-7", -7, -7.0),
        ("9007199254740993.00", 2**53 + 1, float(2**53)),
        ("9223372036854775808.0", 2.0**63, 2.0**63),
    ],
)
def test_a_decimal_is_the_number_that_sqlite_has_under_each_affinity(
    raw: str, numeric: Value, real: Value
) -> None:
    assert identity(restoring.decimal_number(Decimal(raw))) == identity(numeric)
    assert identity(restoring.decimal_real(Decimal(raw))) == identity(real)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"12", 12),
        (b"-9223372036854775808", -(2**63)),
        (b"9.223372036854776e+18", 2.0**63),
        (b"9223372036854775808", "9223372036854775808"),
        (b"1e5", "1e5"),
        (b"1.50", "1.50"),
        (b"1.5", 1.5),
        (b"1e+100", 1e100),
        (b"1.0", 1.0),
        (b"abc", "abc"),
        (b"", ""),
        (b" 1", " 1"),
        (b"1 ", "1 "),
        (b"1\n", "1\n"),
        (b"+1", "+1"),
        (b"0x10", "0x10"),
        (b"inf", "inf"),
    ],
)
def test_a_text_that_looks_like_a_number_stands_for_it_where_there_are_numbers(
    raw: bytes, value: Value
) -> None:
    assert identity(restoring.text_or_number(raw)) == identity(value)


def test_json_is_compared_by_what_it_says() -> None:
    assert same_json('{"b": 1.0, "a": [null, "é"]}') == same_json('{"a":[null,"\\u00e9"],"b":1}')
    assert same_json('{"a": 1}') != same_json('{"a": "1"}')
    assert same_json("[1, 2]") != same_json("[2, 1]")


@pytest.mark.parametrize(
    "rule", [restoring.integer, restoring.real, restoring.decimal_real, restoring.text, restoring.blob]
)
def test_null_is_null_and_what_a_type_cannot_give_is_no_value(rule: restoring.Restore) -> None:
    assert rule(None) is None
    with pytest.raises(TypeError):
        rule([])
