"""What a codec keeps it keeps exactly, and what it cannot keep is NULL: nothing is rounded on the way."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zdcdc import sqlite
from zdcdc.capture.lines import escaped_block
from zdcdc.codecs import CODECS, codec
from zdcdc.codecs.chains import concatenated
from zdcdc.codecs.codec import Codec, Form
from zdcdc.codecs.numbers import LARGEST_EXACT_INTEGER, IntegerCodec, NumberCodec, RealCodec
from zdcdc.codecs.texts import BlobCodec, TextCodec
from zdcdc.keys import Value

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
BLOBS = st.binary(max_size=40)
REALS = st.floats(allow_nan=False)
FINITE_REALS = REALS.filter(lambda v: math.isfinite(v) and repr(v) != "-0.0")
ANY = st.one_of(INT64, TEXTS, BLOBS, FINITE_REALS)
ESCAPED = (Form.ESCAPED_FIELD, Form.ESCAPED_PROOF)
FIELDS = (Form.RAW_FIELD, Form.ESCAPED_FIELD)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection as zdcdc opens it."""
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (v)")
    with closing(sqlite.connect(path)) as opened:
        yield opened


def encoded(connection: sqlite3.Connection, kind: Codec, form: Form, value: Value) -> bytes | None:
    """``value`` in ``form`` as the bytes that go to the server; None when it is refused."""
    expression = kind.expression("t.v", form)
    row = connection.execute(f"SELECT {expression} || '' FROM (SELECT ? AS v) AS t", (value,)).fetchone()
    found: bytes | None = row[0]
    assert found is None or type(found) is sqlite.Text
    return found


def unescaped(field: bytes) -> bytes:
    """How LOAD DATA reads a field that is not NULL; shares nothing with the encoder."""
    out = bytearray()
    rest = iter(field)
    for byte in rest:
        if byte != ord("\\"):
            out.append(byte)
            continue
        following = next(rest)
        out.append({ord("t"): 9, ord("n"): 10}.get(following, following))
    return bytes(out)


def of_literal(literal: bytes) -> bytes:
    """The content of a string literal of MySQL; shares nothing with the encoder."""
    assert literal[:1] == literal[-1:] == b"'"
    return literal[1:-1].replace(b"''", b"'").replace(b"\\\\", b"\\")


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", CODECS)
def test_null_is_marked_and_never_taken_for_a_refusal(
    connection: sqlite3.Connection, name: str, form: Form
) -> None:
    expected = {Form.LITERAL: b"NULL", Form.RAW_FIELD: b"\xfe", Form.RAW_PROOF: b"\xfe"}.get(form, b"\\N")
    assert encoded(connection, codec(name, None), form, None) == expected


@pytest.mark.parametrize("form", Form)
@QUICK
@given(value=INT64)
def test_integers_travel_as_their_digits(connection: sqlite3.Connection, form: Form, value: int) -> None:
    assert encoded(connection, IntegerCodec(), form, value) == str(value).encode()


@pytest.mark.parametrize("form", Form)
@QUICK
@given(value=FINITE_REALS)
def test_reals_read_back_as_the_same_double(connection: sqlite3.Connection, form: Form, value: float) -> None:
    found = encoded(connection, RealCodec(), form, value)
    assert found is not None
    assert float(found).hex() == value.hex()
    assert RealCodec().decode(float(found)) == value


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("kind", [RealCodec(), NumberCodec()])
@pytest.mark.parametrize("value", [math.inf, -math.inf, -0.0])
def test_infinities_and_negative_zero_are_refused(
    connection: sqlite3.Connection, kind: Codec, value: float, form: Form
) -> None:
    assert encoded(connection, kind, form, value) is None


@pytest.mark.parametrize("form", Form)
@QUICK
@given(value=TEXTS)
def test_texts_arrive_with_every_character(connection: sqlite3.Connection, form: Form, value: str) -> None:
    found = encoded(connection, TextCodec(), form, value)
    assert found is not None
    if form is Form.LITERAL:
        assert of_literal(found) == value.encode()
    elif form in ESCAPED:
        assert b"\t" not in found
        assert b"\n" not in found
        assert unescaped(found) == value.encode()
    else:
        assert found == value.encode()


@pytest.mark.parametrize("form", ESCAPED)
def test_a_text_that_looks_like_null_is_not_null(connection: sqlite3.Connection, form: Form) -> None:
    assert encoded(connection, TextCodec(), form, "\\N") == b"\\\\N"


@pytest.mark.parametrize("form", Form)
@QUICK
@given(value=BLOBS)
def test_blobs_travel_as_hexadecimal_digits(connection: sqlite3.Connection, form: Form, value: bytes) -> None:
    found = encoded(connection, BlobCodec(), form, value)
    digits = value.hex().upper().encode()
    assert found == (b"X'" + digits + b"'" if form is Form.LITERAL else digits)


@pytest.mark.parametrize("form", Form)
@QUICK
@given(value=st.one_of(INT64, FINITE_REALS))
def test_a_number_keeps_value_and_class_or_is_refused(
    connection: sqlite3.Connection, form: Form, value: int | float
) -> None:
    found = encoded(connection, NumberCodec(), form, value)
    if isinstance(value, int):
        kept = abs(value) <= LARGEST_EXACT_INTEGER
    else:
        # Such a REAL cannot come out of a NUMERIC column: SQLite would have made it an INTEGER.
        kept = not (value.is_integer() and abs(value) < 9.2233720368547758e18)
    assert (found is not None) == kept
    if found is not None:
        decoded = NumberCodec().decode(float(found))
        assert type(decoded) is type(value)
        assert decoded == value


@pytest.mark.parametrize("value", [2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)])
def test_an_integer_without_a_double_of_its_own_is_refused(
    connection: sqlite3.Connection, value: int
) -> None:
    assert all(encoded(connection, NumberCodec(), form, value) is None for form in Form)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", CODECS)
@QUICK
@given(value=ANY)
def test_a_value_of_another_class_is_refused(
    connection: sqlite3.Connection, name: str, form: Form, value: Value
) -> None:
    kind = codec(name, None)
    classes = {int: "integer", float: "real", str: "text", bytes: "blob"}
    if classes[type(value)] not in kind.storage:
        assert encoded(connection, kind, form, value) is None


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    ("kind", "fits", "too_long"),
    [
        (TextCodec(3), "数🐎ž", "数🐎ža"),
        (BlobCodec(3), b"\x00\xff'", b"\x00\xff'a"),
        (TextCodec(0), "", "a"),
    ],
)
def test_values_over_the_limit_are_refused(
    connection: sqlite3.Connection, form: Form, kind: Codec, fits: Value, too_long: Value
) -> None:
    assert encoded(connection, kind, form, fits) is not None
    assert encoded(connection, kind, form, too_long) is None


@pytest.mark.parametrize("form", Form)
def test_a_nul_does_not_hide_the_characters_after_it_from_the_limit(
    connection: sqlite3.Connection, form: Form
) -> None:
    # length() of SQLite stops at the first NUL; MySQL counts on.
    assert encoded(connection, TextCodec(3), form, "a\0bcd") is None
    assert encoded(connection, TextCodec(5), form, "a\0bcd") is not None


@pytest.mark.parametrize("name", CODECS)
def test_a_codec_is_found_by_the_name_it_is_stored_under(name: str) -> None:
    assert codec(name, 7) == CODECS[name](7)
    assert codec(name, 7).name == name


def test_an_unknown_codec_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        codec("decimal", None)


@pytest.mark.parametrize("name", CODECS)
def test_null_decodes_to_null(name: str) -> None:
    assert codec(name, None).decode(None) is None


@pytest.mark.parametrize(
    ("stored", "value"), [(2.0, 2), (0.0, 0), (-3.0, -3), (1e300, 1e300), (2.0**63, 2.0**63)]
)
def test_a_whole_number_comes_back_as_the_integer_that_sqlite_held(stored: float, value: int | float) -> None:
    decoded = NumberCodec().decode(stored)
    assert decoded == value
    assert type(decoded) is type(value)


@QUICK
@given(values=st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=6), copies=st.integers(1, 4))
def test_a_raw_block_is_escaped_to_lines_that_read_back(values: list[str | None], copies: int) -> None:
    row = b"\xff".join(b"\xfe" if value is None else value.encode() for value in values)
    block = escaped_block([row] * copies, len(values), copies * values.count(None))
    assert block is not None
    lines = block.split(b"\n")
    assert len(lines) == copies
    for line in lines:
        fields = line.split(b"\t")
        read = [None if field == b"\\N" else unescaped(field).decode() for field in fields]
        assert read == values


@QUICK
@given(value=st.binary(min_size=1, max_size=12))
def test_a_block_with_bytes_that_are_not_utf8_is_refused_whatever_they_are(value: bytes) -> None:
    try:
        value.decode()
    except UnicodeDecodeError:
        assert escaped_block([b"a\xff" + value + b"\xffb"], 3, 0) is None
        assert escaped_block([b"a\xff" + value + b"\xff\xfe"], 3, 1) is None
    else:
        assert escaped_block([b"a\xff" + value + b"\xffb"], 3, 0) is not None


@pytest.mark.parametrize(
    "value", [b"\xfd", b"\xfe", b"\xff", b"\xe2\x82", b"\xc0\x80", b"\xed\xa0\x80", b"a\xff\xfe\xfd"]
)
def test_the_marks_and_broken_characters_in_a_text_are_refused(value: bytes) -> None:
    assert escaped_block([value], 1, 0) is None
    assert escaped_block([b"ok", value, b"ok"], 1, 0) is None


def test_a_character_that_is_cut_at_the_end_of_a_row_is_not_completed_by_the_next() -> None:
    assert escaped_block([b"\xe2\x82", b"\xac"], 1, 0) is None


def test_an_empty_block_has_no_line() -> None:
    assert escaped_block([], 3, 0) == b""


def test_a_row_of_a_thousand_columns_is_not_too_deep_for_sqlite(connection: sqlite3.Connection) -> None:
    expression = concatenated(["t.v"] * 1000)
    connection.execute("INSERT INTO t VALUES ('x')")
    assert connection.execute(f"SELECT {expression} FROM t").fetchone()[0] == b"x" * 1000


@pytest.mark.parametrize("form", FIELDS)
def test_one_refused_value_refuses_the_whole_row(connection: sqlite3.Connection, form: Form) -> None:
    connection.execute("INSERT INTO t VALUES (1)")
    good, bad = IntegerCodec().expression("t.v", form), TextCodec().expression("t.v", form)
    assert connection.execute(f"SELECT {concatenated([good, bad, good])} FROM t").fetchone()[0] is None
