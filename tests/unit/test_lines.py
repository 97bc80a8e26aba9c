"""A block of raw rows becomes lines that read back, and what is not UTF-8 is found whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.encoding import unescaped
from tests.support.strategies import TEXTS
from zdcdc.capture.lines import escaped_block

QUICK = settings(max_examples=60, deadline=None)


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
