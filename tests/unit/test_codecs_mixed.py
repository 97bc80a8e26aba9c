"""Text that stands for several storage classes says of each value which class it has."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.encoding import encoded
from tests.support.values import Value
from zdcdc import sqlite
from zdcdc.codecs.codec import Form
from zdcdc.codecs.mixed import MixedCodec, TaggedCodec
from zdcdc.codecs.texts import JsonCodec, json_fits

FIELD = Form.ESCAPED_FIELD


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (1, b"1"), (-5, b"-5"), (2**63 - 1, b"9223372036854775807"), (1.0, b"1.0"), (1e16, b"1e+16"),
        (1e-07, b"1e-07"), (0.1 + 0.2, b"0.30000000000000004"), ("", b""), ("abc", b"abc"), ("-", b"-"),
        ("+1", b"+1"), (".5", b".5"), ("5.", b"5."), ("1E5", b"1E5"), ("１", "１".encode()), ("1 ", b"1 "),
        ("1\0", b"1\0"), ("0x10", b"0x10"), ("inf", b"inf"), ("1\n", b"1\\n"), ("1,5", b"1,5"),
    ],
)  # fmt: skip
def test_numbers_and_texts_that_are_none_stand_side_by_side(
    connection: sqlite3.Connection, value: Value, sent: bytes
) -> None:
    assert encoded(connection, MixedCodec(), FIELD, value) == sent


@pytest.mark.parametrize(
    "value",
    [
        "1", "00", "-0", "-1", "1.0", "1.50", "1e+16", "1e-07", "99999999999999999999", "1.5e+300", b"1",
        math.inf, -0.0,
    ],
)
def test_a_text_that_reads_as_a_number_is_refused_and_so_is_what_is_neither(
    connection: sqlite3.Connection, value: Value
) -> None:
    assert encoded(connection, MixedCodec(), FIELD, value) is None


@pytest.mark.parametrize(
    "stored", ["1e5", "1.50", "00", "99999999999999999999", "1" * 5000, "+1", "1e999", "-0"]
)
def test_what_somebody_else_wrote_in_another_spelling_is_text(stored: str) -> None:
    assert MixedCodec().decode(stored) == stored


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (1, b"i:1"), (1.0, b"r:1.0"), (math.inf, b"r:inf"), (-math.inf, b"r:-inf"), (-0.0, b"r:-0.0"),
        ("1", b"t:1"), ("", b"t:"), ("i:1", b"t:i:1"), (b"", b"b:"), (b"\0\xff", b"b:00FF"),
        ("\udcff", b"x:FF"),
        ("1\0\udcff", b"x:3100FF"),
    ],
)  # fmt: skip
def test_a_tag_keeps_any_value(connection: sqlite3.Connection, value: Value, sent: bytes) -> None:
    assert encoded(connection, TaggedCodec(), FIELD, value) == sent
    assert repr(TaggedCodec().decode(sent.decode())) == repr(value)
    assert TaggedCodec().encode(value) == sent.decode()


def test_a_key_takes_no_text_that_is_not_utf8_even_with_a_tag(connection: sqlite3.Connection) -> None:
    # It could be stored, and never be asked for.
    assert encoded(connection, TaggedCodec(200), FIELD, "\udcff") is None


@pytest.mark.parametrize("stored", ["i:one", "b:0", "x:zz", "?:1", "", "i", "r:a"])
def test_what_somebody_else_wrote_without_a_tag_is_that_text(stored: str) -> None:
    assert TaggedCodec().decode(stored) == stored


def test_zeros_of_both_signs_are_two_values() -> None:
    assert not TaggedCodec().same(0.0, -0.0)
    assert TaggedCodec().same(-0.0, -0.0)


@pytest.fixture(params=["UTF-16le", "UTF-16be"])
def utf16(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection as zdcdc opens it, to a database in UTF-16, whose blobs of texts are others."""
    path = tmp_path / "utf16.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute(f"PRAGMA encoding = '{request.param}'")
        made.execute("CREATE TABLE made (v)")
    with closing(sqlite.connect(path)) as opened:
        yield opened


@pytest.mark.parametrize("value", ["a", "é数🐎", "", "a\0é"])
def test_a_database_in_utf16_is_kept_as_well(utf16: sqlite3.Connection, value: str) -> None:
    assert encoded(utf16, TaggedCodec(), FIELD, value) == b"t:" + value.encode()
    assert encoded(utf16, TaggedCodec(len(value) + 2), FIELD, value) == b"t:" + value.encode()
    if value:
        assert encoded(utf16, TaggedCodec(len(value) + 1), FIELD, value) is None


def test_json_of_a_database_in_utf16_is_json(utf16: sqlite3.Connection) -> None:
    document = '{"é": "数🐎"}'
    assert encoded(utf16, JsonCodec(), FIELD, document) == document.encode()
    assert encoded(utf16, JsonCodec(), FIELD, document + "}") is None


@pytest.mark.parametrize(
    "text",
    [
        "{}", "[1, 2.5, null]", '"text"', "17", " [ ]\n", '{"a": {"b": []}}', "[18446744073709551615]",
        "[-9223372036854775808]", "[0.1, 1e2, 1.10, 1E+2]", '["\\ud83d\\ude00 \\u0000"]',
        "[" * 100 + "]" * 100,
        "[0.30000000000000004]", "[5e-324]", '{"' + "k" * 65_535 + '": 1}',
    ],
)  # fmt: skip
def test_a_document_that_mysql_keeps_is_json(text: str) -> None:
    assert json_fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "{", "[1,]", "{'a': 1}", "[] []", "\ufeff[]", "NaN", "[Infinity]", '["\t"]',  # no JSON
        '{"a": 1, "a": 2}', '{"a": {"b": 1, "\\u0062": 2}}',  # MySQL keeps one of two
        "[18446744073709551616]", "[-9223372036854775809]", "[-0]", "[-0.0]", "[1e400]",
         # other numbers there
        "[9007199254740993.0]", "[0.1000000000000000000001]", "[1e-400]", f"[{'9' * 5000}]",
        '["\\ud800"]', '{"\\udc00": 1}', '["\\ude00\\ud83d"]',  # half a character
        "[" * 101 + "]" * 101, "[" * 100_000, '{"' + "k" * 65_536 + '": 1}',
    ],
)  # fmt: skip
def test_a_document_that_mysql_would_change_or_refuse_is_not(text: str) -> None:
    assert not json_fits(text)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ('{"a": 1, "b": [true]}', '{"b":[true],"a":1}', True),
        ("[1.0]", "[1]", False),
        ("[1e2]", "[100.0]", True),
        ('["\\u00e9"]', '["é"]', True),
        ("[1, 2]", "[2, 1]", False),
    ],
)
def test_documents_are_the_same_whatever_their_spelling(left: str, right: str, same: bool) -> None:
    assert JsonCodec().same(left, right) is same
