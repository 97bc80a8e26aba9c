"""A scan finds what its facts are defined to be, for any values and however its reads are cut."""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.naive_facts import Value, naive_facts
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.capture.scan import scan_table
from zdcdc.facts import ColumnFacts
from zdcdc.sqlite import Text

AnyValue = Value | bytearray

integers = st.integers(-(2**63), 2**63 - 1)
reals = st.floats(allow_nan=False)
money = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)
texts = st.text(st.characters(codec="utf-8"), max_size=12)
# Bytes of which many are the halves of characters.
cut = st.binary(min_size=1, max_size=6).map(lambda text: bytearray(text + b"\xe2\x82"))
moments = st.datetimes(datetime.datetime(1000, 1, 1))
spans = st.timedeltas()
documents = st.recursive(
    st.none() | st.booleans() | st.text("ab\n", max_size=2), lambda inner: st.lists(inner, max_size=2)
)
hexadecimal = st.uuids().map(str) | st.uuids().map(lambda one: one.hex.upper())
iso = st.tuples(st.integers(0, 9), st.integers(0, 99)).map(lambda parts: f"P{parts[0]}DT{parts[1]}.5S")
kinds: list[st.SearchStrategy[AnyValue]] = [
    integers,
    st.integers(-1, 2),
    reals,
    money,
    st.sampled_from([0.0, -0.0, 1e22, 1e23, 1.5e-7, 5e-324, 1e-07, 2.0**63, float("inf"), float("-inf")]),
    st.binary(max_size=30),
    texts,
    texts.map(lambda text: text + " "),
    cut,
    moments.map(str),
    moments.map(lambda moment: moment.isoformat("T", "milliseconds") + "Z"),
    moments.map(lambda moment: str(moment.date())),
    moments.map(lambda moment: str(moment.time())),
    spans.map(str),
    iso,
    hexadecimal,
    st.lists(documents, max_size=3).map(lambda found: str(found).replace("'", '"')),
    money.map(str) | integers.map(str),
    reals.map(repr),
]
columns: st.SearchStrategy[list[AnyValue]] = st.lists(st.sampled_from(kinds), min_size=1, max_size=2).flatmap(
    lambda some: st.lists(st.none() | st.one_of(some), max_size=60)
)


def scanned(values: list[AnyValue], read_seconds: float = 60.0, encoding: str = "UTF-8") -> ColumnFacts:
    """The facts of a column without affinity that holds ``values``."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v)")
        for value in values:
            term = "CAST(? AS TEXT)" if isinstance(value, bytearray) else "?"
            connection.execute(f"INSERT INTO t (v) VALUES ({term})", (value,))
        connection.text_factory = Text
        table = catalog_in_transaction(connection).table("t")
        facts = scan_table(connection, table, read_seconds)
        assert facts.rows == len(values)
        return facts.columns["v"]


@settings(max_examples=150, deadline=None)
@given(columns, st.sampled_from([60.0, 1e-5]))
@example([bytearray(b"\xe2\x82"), bytearray(b"\xac")], 60.0)
@example(["1 day, 0:00:00", "-1 day, 23:59:59.999999"], 60.0)
@example([1.0, 0.5, 1e-07, 1.5e300], 60.0)
@example(["[1", "2]"], 60.0)
@example(['{"a": 1},{"b": 2}', '{"a": 3'], 60.0)
@example(["", " ", "\n", "a\0b", "2024-01-01\n"], 60.0)
@example(["12", "-12.5", "1e+16", "1e-07\n"], 60.0)
def test_a_scan_finds_what_looking_at_each_value_finds(values: list[AnyValue], read_seconds: float) -> None:
    assert scanned(values, read_seconds) == naive_facts(values)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | texts | integers | moments.map(str), max_size=30))
def test_the_encoding_of_the_database_makes_no_difference(values: list[AnyValue]) -> None:
    # SQLite ends a text that it changes into UTF-16 at no NUL.
    assert scanned(values, encoding="UTF-16le") == naive_facts(values)


@pytest.mark.parametrize(
    ("values", "shapes"),
    [
        (["2024-02-29", "2023-12-31"], {"YYYY-MM-DD"}),
        (["2024-02-29", "2023-02-29"], set()),
        (["2024-01-01 00:00:00.000010"] * 30 + ["2024-01-01 00:00:00"], {"YYYY-MM-DD HH:MM:SS[.ffffff]"}),
        (["{}"] * 40 + ["[]"], {"json"}),
        (["{}"] * 40 + ["{"], set()),
        ([' {"a": 1}'], set()),
        (["[NaN]"], set()),
        (["P1D", "1 day, 0:00:00"], {"duration"}),
        (["P", "PT"], set()),
        (["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000"], {"uuid"}),
        (["123e4567-E89b-12d3-a456-426614174000"], set()),
        (["0.50", "-12"], {"decimal"}),
        (["01"], set()),
    ],
)
def test_a_shape_is_what_every_text_has(values: list[AnyValue], shapes: set[str]) -> None:
    assert scanned(values).shapes == frozenset(shapes)


@pytest.mark.parametrize(
    ("value", "decimals", "digits"),
    [
        (0.0, 0, 0),
        (0.05, 2, 0),
        (1e-07, 7, 0),
        (1.25e-07, 9, 0),
        (5e-324, 31, 0),
        (100.0, 0, 3),
        (1e16, 0, 17),
        (1.5e16, 0, 17),
        (1e23, 0, 24),
        (-12.345, 3, 2),
        (9.999999999999998, 15, 1),
        (float("inf"), 0, 0),
        (-7, 0, 1),
        (0, 0, 0),
        (-(2**63), 0, 19),
    ],
)
def test_digits_are_those_of_the_shortest_decimal(value: float, decimals: int, digits: int) -> None:
    found = scanned([value])
    assert (found.decimals, found.digits) == (decimals, digits)
