"""Texts and blobs arrive with every character and byte, within the length that MySQL counts."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.encoding import content, encoded
from tests.support.strategies import BLOBS, TEXTS
from tests.support.values import Value
from zdcdc.codecs.codec import Codec, Form
from zdcdc.codecs.mixed import MixedCodec, TaggedCodec
from zdcdc.codecs.texts import BlobCodec, PrintableCodec, TextCodec

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ESCAPED = (Form.ESCAPED_FIELD, Form.ESCAPED_PROOF)


@QUICK
@given(value=TEXTS)
def test_texts_arrive_with_every_character(connection: sqlite3.Connection, value: str) -> None:
    for form in Form:
        found = encoded(connection, TextCodec(), form, value)
        assert found is not None
        assert content(found, Form.ESCAPED_FIELD if form in ESCAPED else form) == value.encode()
        if form in ESCAPED:
            assert b"\t" not in found
            assert b"\n" not in found


@pytest.mark.parametrize("form", ESCAPED)
def test_a_text_that_looks_like_null_is_not_null(connection: sqlite3.Connection, form: Form) -> None:
    assert encoded(connection, TextCodec(), form, "\\N") == b"\\\\N"


@QUICK
@given(value=BLOBS)
def test_blobs_travel_as_hexadecimal_digits(connection: sqlite3.Connection, value: bytes) -> None:
    digits = value.hex().upper().encode()
    for form in Form:
        found = encoded(connection, BlobCodec(), form, value)
        assert found == (b"X'" + digits + b"'" if form is Form.LITERAL else digits)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    ("kind", "fits", "too_long"),
    [
        (TextCodec(3), "数🐎ž", "数🐎ža"),
        (TextCodec(0), "", "a"),
        (PrintableCodec(3), "a~ ", "a~ b"),
        (BlobCodec(3), b"\x00\xff'", b"\x00\xff'a"),
        (MixedCodec(3), "数🐎ž", "数🐎ža"),
        (MixedCodec(3), -12, -123),
        (MixedCodec(3), 1.5, 1.25),
        (TaggedCodec(5), "数🐎ž", "数🐎ža"),
        (TaggedCodec(5), 123, 1234),
        (TaggedCodec(5), 1.5, 1.25),
        (TaggedCodec(5), b"a", b"ab"),
    ],
)
def test_values_over_the_limit_are_refused(
    connection: sqlite3.Connection, form: Form, kind: Codec, fits: Value, too_long: Value
) -> None:
    assert encoded(connection, kind, form, fits) is not None
    assert encoded(connection, kind, form, too_long) is None


@pytest.mark.parametrize(
    ("value", "characters"), [("a\0bcd", 5), ("\0", 1), ("é\0ééé", 5), ("🐎\0🐎", 3), ("ab\0", 3)]
)
def test_a_nul_neither_hides_the_characters_after_it_nor_makes_them_more(
    connection: sqlite3.Connection, value: str, characters: int
) -> None:
    # length() of SQLite stops at the first NUL; MySQL counts on.
    assert encoded(connection, TextCodec(characters), Form.LITERAL, value) is not None
    assert encoded(connection, TextCodec(characters - 1), Form.LITERAL, value) is None
    assert encoded(connection, TaggedCodec(characters + 2), Form.LITERAL, value) is not None
    assert encoded(connection, TaggedCodec(characters + 1), Form.LITERAL, value) is None


@pytest.mark.parametrize("value", ["é", "a\n", "a\tb", "\x7f", "a\0", "\0a", "\x1f", "ﬀ", "Ａ"])
def test_only_printable_ascii_is_printable(connection: sqlite3.Connection, value: str) -> None:
    assert encoded(connection, PrintableCodec(), Form.LITERAL, value) is None


def test_all_printable_ascii_is_printable(connection: sqlite3.Connection) -> None:
    value = "".join(map(chr, range(32, 127)))
    assert encoded(connection, PrintableCodec(), Form.RAW_FIELD, value) == value.encode()


@pytest.mark.parametrize("declared", ["", "INTEGER", "NUMERIC", "REAL", "DATE", "COLLATE NOCASE"])
@pytest.mark.parametrize("value", [0, -1, 2**63 - 1, 1.5, -1e300, b"", b"\0", b"text"])
def test_no_number_and_no_blob_is_taken_for_text(
    connection: sqlite3.Connection, value: Value, declared: str
) -> None:
    assert encoded(connection, TextCodec(), Form.LITERAL, value, declared) is None
