"""What a codec keeps it keeps exactly, and what it cannot keep is NULL: nothing is rounded on the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import strategies
from tests.support.encoding import DECLARED, FIELDS, Sent, kept, of_all, stored, table_of
from tests.support.kinds import ALL, KINDS, Kinds
from tests.support.values import Value, identity
from zdcdc import codecs
from zdcdc.capture.lines import is_utf8, joined, plain_real, writer_of
from zdcdc.capture.refusal import misfits
from zdcdc.codecs.chains import concatenated
from zdcdc.codecs.codec import RAW_FORMS, Codec, Form
from zdcdc.codecs.functions import mysql_real
from zdcdc.codecs.numbers import IntegerCodec
from zdcdc.codecs.texts import TextCodec
from zdcdc.mapping import ColumnMapping, TableMapping

CONVERSIONS = ("json", "moment")
"""What a person has to choose: the same document or moment comes back, not the same text."""


@pytest.mark.parametrize("name", KINDS)
def test_each_odd_value_is_kept_exactly_or_refused_in_any_column(
    connection: sqlite3.Connection, name: str
) -> None:
    # There are many forms of dates, and tests of their own.
    kinds = KINDS[name][:: max(1, len(KINDS[name]) // 6)]
    for declared in DECLARED:
        look_at_all(connection, kinds, strategies.ODD, declared)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(list(KINDS)),
    values=st.lists(strategies.ANY, min_size=1, max_size=12),
    declared=st.sampled_from(DECLARED),
)
def test_any_value_is_kept_exactly_or_refused_in_any_column(
    connection: sqlite3.Connection, name: str, values: list[Value], declared: str
) -> None:
    look_at_all(connection, KINDS[name], values, declared)


def look_at_all(
    connection: sqlite3.Connection, kinds: Kinds, values: Iterable[Value], declared: str
) -> None:
    for value in values:
        here = stored(connection, value, declared)
        for (kind, type_), sent in zip(kinds, of_all(connection, kinds, declared), strict=True):
            look_at(kind, type_, here, sent)


def look_at(kind: Codec, type_: str, here: Value, sent: Sent) -> None:
    """What was sent of the value ``here``: the same value again, or refused by every way to write it."""
    if here is None:
        return
    usable = {form: text for form, text in sent.forms.items() if text is not None and is_utf8([text])}
    if not usable:
        assert not any(lines_of(kind, form, sent.raw) for form in RAW_FORMS)
        return
    assert set(usable) == set(Form)
    for form in FIELDS:
        back = kind.decode(kept(kind, type_, usable[form], form))
        assert kind.same(here, back)
        assert kind.name in CONVERSIONS or identity(back) == identity(here)
    for form in RAW_FORMS:
        lines = lines_of(kind, form, sent.raw)
        # SQLite and the lines may write a double in two ways, which the server reads as one.
        assert lines is None or kind.name == "real" or lines == [usable[form]]
    proven = kind.parse(usable[Form.ESCAPED_PROOF])
    assert kind.same(here, proven)
    assert kind.name in CONVERSIONS or identity(proven) == identity(here)
    bound = kind.encode(here)
    if kind.name in ("date", "datetime", "time", "moment", "uuid"):
        bound = kept(kind, type_, bound.encode(), Form.RAW_FIELD)
    assert bound == kept(kind, type_, usable[Form.ESCAPED_FIELD], Form.ESCAPED_FIELD)


def lines_of(kind: Codec, form: Form, raw: object) -> list[bytes] | None:
    """The line of a row of one value, where it is not SQLite that writes it; None when it is refused."""
    writer = writer_of(kind, form, plain_real if form is Form.RAW_FIELD else mysql_real)
    return None if writer is None else joined([[b""], [raw], [b""]], [writer])


@pytest.mark.parametrize("name", KINDS)
def test_the_rows_that_do_not_fit_are_those_whose_values_are_refused(
    connection: sqlite3.Connection, name: str
) -> None:
    kind, type_ = KINDS[name][0]
    column = ColumnMapping("v", "v", type_, kind, False, "")
    key = ColumnMapping("id", "id", "BIGINT", IntegerCodec(), True, "")
    mapping = TableMapping(1, "odd", "odd", (key, column), ("id",), False, ("BINARY",))
    connection.execute("CREATE TEMP TABLE odd (id INTEGER PRIMARY KEY, v)")
    refused = set()
    for number, value in enumerate(strategies.ODD):
        stored(connection, value)
        connection.execute(f"INSERT INTO odd SELECT {number}, v FROM {table_of('')}")
        sent = of_all(connection, [(kind, type_)])[0].forms[Form.ESCAPED_FIELD]
        if sent is None or not is_utf8([sent]):
            refused.add(number)
    found = set()
    while some := misfits(connection, mapping):
        keys = [int(key.partition(" ")[0]) for key in some[0].keys]
        found.update(keys)
        connection.execute(f"DELETE FROM odd WHERE id IN ({', '.join(map(str, keys))})")
    assert found == refused


def test_null_is_marked_and_never_taken_for_a_refusal(connection: sqlite3.Connection) -> None:
    marks = {Form.LITERAL: b"NULL", Form.RAW_FIELD: b"\xfe", Form.RAW_PROOF: b"\xfe"}
    stored(connection, None)
    for kind, type_ in ALL:
        (sent,) = of_all(connection, [(kind, type_)])
        assert sent.forms == {form: marks.get(form, b"\\N") for form in Form}
        assert kind.decode(None) is None
        assert kind.encode(None) is None
        assert kind.same(None, None)


def test_a_codec_is_found_by_what_is_stored_of_it() -> None:
    for kind, _ in ALL:
        assert codecs.codec(kind.name, kind.limit, kind.argument) == kind


def test_an_unknown_codec_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        codecs.codec("roman", None)


@pytest.mark.parametrize(
    ("name", "argument", "said"),
    [
        ("decimal", "", "PRECISION,SCALE"),
        ("decimal", "10", "PRECISION,SCALE"),
        ("decimal", "66,2", "does not exist"),
        ("decimal", "2,3", "does not exist"),
        ("decimal", "40,31", "does not exist"),
        ("date", "HH:MM", "no form that is known"),
        ("datetime", "YYYY-MM-DD", "no form that is known"),
        ("time", "", "no form that is known"),
    ],
)
def test_an_argument_that_makes_no_codec_is_an_error(name: str, argument: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        codecs.codec(name, None, argument)


def test_a_row_of_a_thousand_columns_is_not_too_deep_for_sqlite(connection: sqlite3.Connection) -> None:
    stored(connection, "x")
    line = concatenated(["t.v"] * 1000)
    assert connection.execute(f"SELECT {line} FROM {table_of('')} AS t").fetchone()[0] == b"x" * 1000


@pytest.mark.parametrize("form", FIELDS)
def test_one_refused_value_refuses_the_whole_row(connection: sqlite3.Connection, form: Form) -> None:
    stored(connection, 1)
    good, bad = IntegerCodec().expression("t.v", form), TextCodec().expression("t.v", form)
    whole = concatenated([good, bad, good])
    assert connection.execute(f"SELECT {whole} FROM {table_of('')} AS t").fetchone()[0] is None
