"""Numbers keep value and class, and one that a type of MySQL has no place for is refused."""

from __future__ import annotations

import math
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.encoding import encoded
from tests.support.strategies import FINITE, INT64
from zdcdc.codecs.codec import Codec, Form
from zdcdc.codecs.functions import mysql_real_text
from zdcdc.codecs.numbers import (
    LARGEST_EXACT_INTEGER,
    BooleanCodec,
    DecimalCodec,
    IntegerCodec,
    NumberCodec,
    RealCodec,
    decimal_text,
)

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FIELD = Form.ESCAPED_FIELD
BEYOND = 9.2233720368547758e18


@QUICK
@given(value=INT64)
def test_integers_travel_as_their_digits(connection: sqlite3.Connection, value: int) -> None:
    assert {encoded(connection, IntegerCodec(), form, value) for form in Form} == {str(value).encode()}


@pytest.mark.parametrize(("value", "sent"), [(0, b"0"), (1, b"1"), (2, None), (-1, None), (1.0, None)])
def test_a_boolean_is_0_or_1(connection: sqlite3.Connection, value: float, sent: bytes | None) -> None:
    assert encoded(connection, BooleanCodec(), FIELD, value) == sent


@QUICK
@given(value=FINITE)
def test_reals_read_back_as_the_same_double(connection: sqlite3.Connection, value: float) -> None:
    for form in Form:
        found = encoded(connection, RealCodec(), form, value)
        assert found is not None
        assert float(found).hex() == value.hex()


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("kind", [RealCodec(), NumberCodec(), DecimalCodec.of("40,20,real")])
@pytest.mark.parametrize("value", [math.inf, -math.inf, -0.0])
def test_infinities_and_negative_zero_are_refused(
    connection: sqlite3.Connection, kind: Codec, value: float, form: Form
) -> None:
    assert encoded(connection, kind, form, value) is None


@QUICK
@given(value=st.one_of(INT64, FINITE))
def test_a_number_keeps_value_and_class_or_is_refused(
    connection: sqlite3.Connection, value: int | float
) -> None:
    found = encoded(connection, NumberCodec(), FIELD, value)
    if isinstance(value, int):
        kept = abs(value) <= LARGEST_EXACT_INTEGER
    else:
        # Such a REAL cannot come out of a NUMERIC column: SQLite would have made it an INTEGER.
        kept = not (value.is_integer() and abs(value) < BEYOND)
    assert (found is not None) == kept


@pytest.mark.parametrize("value", [2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)])
def test_an_integer_without_a_double_of_its_own_is_refused(
    connection: sqlite3.Connection, value: int
) -> None:
    assert encoded(connection, NumberCodec(), FIELD, value) is None


@pytest.mark.parametrize(
    ("stored", "value"),
    [(2.0, 2), (0.0, 0), (-3.0, -3), (1e300, 1e300), (2.0**63, 2.0**63), (-(2.0**63), -(2.0**63))]
)
def test_a_whole_number_comes_back_as_the_integer_that_sqlite_held(stored: float, value: int | float) -> None:
    decoded = NumberCodec().decode(stored)
    assert decoded == value
    assert type(decoded) is type(value)


@pytest.mark.parametrize(
    ("argument", "value", "sent"),
    [
        ("10,2", 1.5, b"1.50"),
        ("10,2", -1.5, b"-1.50"),
        ("10,2", 3, b"3.00"),
        ("10,2", 1.005, None),
        ("10,2", 99999999.99, b"99999999.99"),
        ("10,2", 100000000.5, None),
        ("10,2", 99999999, b"99999999.00"),
        ("10,2", 100000000, None),
        ("10,2", -100000000, None),
        ("10,2", 2.0, None),
        ("10,2,real", 2.0, b"2.00"),
        ("10,2,real", 2, None),
        ("10,2,real", 0.0, b"0.00"),
        ("10,10", 1e-07, b"0.0000001000"),
        ("10,9", 1e-10, None),
        ("5,5", 0.12345, b"0.12345"),
        ("5,5", 0, b"0.00000"),
        ("5,5", 1, None),
        ("40,17", 0.1 + 0.2, b"0.30000000000000004"),
        ("40,16", 0.1 + 0.2, None),
        ("19,0", 2**63 - 1, b"9223372036854775807"),
        ("19,0", -(2**63), b"-9223372036854775808"),
        ("65,30", 1e20, b"100000000000000000000." + b"0" * 30),
        ("65,30", 1e34, b"10000000000000000000000000000000000." + b"0" * 30),
        ("65,30", 1e35, None),
        ("65,30", 123456789012345.67, b"123456789012345.67" + b"0" * 28),
        ("65,30", 2.0**63, b"9223372036854776000." + b"0" * 30),
        ("65,30", -(2.0**63), None),
        ("65,30", 5e-324, None),
    ],
)
def test_a_decimal_is_kept_when_it_is_the_double_nearest_to_it(
    connection: sqlite3.Connection, argument: str, value: int | float, sent: bytes | None
) -> None:
    kind = DecimalCodec.of(argument)
    assert encoded(connection, kind, FIELD, value) == sent
    if sent is not None:
        back = kind.decode(Decimal(sent.decode()))
        assert back == value
        assert type(back) is type(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_decimal(value: float) -> None:
    assert decimal_text(value, 65, 30, 1) is None


def test_an_argument_is_taken_with_spaces_as_a_person_writes_it() -> None:
    assert DecimalCodec.of("10, 2") == DecimalCodec(None, 10, 2)
    assert DecimalCodec.of("10,2,real").argument == "10,2,real"


def test_doubles_in_two_notations_are_the_same() -> None:
    assert NumberCodec().same_proof(b"1e16", b"10000000000000000")
    assert RealCodec().same_proof(b"0.1", b"1e-1")
    assert not RealCodec().same_proof(b"0.1", b"0.10000000000000002")


@settings(max_examples=300, deadline=None)
@given(st.floats(allow_nan=False))
def test_mysql_text_of_a_double_reads_back_as_that_double(value: float) -> None:
    text = mysql_real_text(value)
    if math.isfinite(value):
        assert float(text) == value
        assert "e+" not in text
        assert not text.endswith(".0") or repr(value) == "-0.0"
    else:
        assert text == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0.0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (1e14, "100000000000000"),
        (123456789012345.6, "123456789012345.6"),
        (1e15, "1e15"),
        (1e22, "1e22"),
        (1.25e-5, "0.0000125"),
        (5e-324, "5e-324"),
        (-1.7976931348623157e308, "-1.7976931348623157e308"),
        (0.1, "0.1"),
    ],
)
def test_mysql_text_of_well_known_doubles(value: float, text: str) -> None:
    assert mysql_real_text(value) == text
