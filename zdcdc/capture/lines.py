"""From raw rows to lines of LOAD DATA: a whole block escaped at once. Pure.

SQLite joins the values of a row with bytes that no UTF-8 text can hold. A text that holds one all the same
is not UTF-8; it is found because the marks would not add up.
"""

from __future__ import annotations

import codecs
import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from zdcdc.codecs.codec import Codec, Form
from zdcdc.codecs.numbers import RealCodec
from zdcdc.codecs.texts import TemporalCodec
from zdcdc.sqlite import Text
from zdcdc.temporal import TemporalForm

FIELD_MARK = b"\xff"
NULL_MARK = b"\xfe"
_ROW_MARK = b"\xfd"

FIELD_MARK_SQL = "x'ff'"

_DECODE_SIZE = 1024 * 1024


RealText = Callable[[float], bytes]

Writer = Callable[[Sequence[Any]], "list[bytes] | None"]
"""Writes the values of one column, many at a time; None when it refuses one of them."""


def plain_real(value: float) -> bytes:
    """The shortest text that reads back as ``value``."""
    return b"%a" % value


def joined(pieces: Sequence[Sequence[Any]], writers: Sequence[Writer]) -> list[bytes] | None:
    """Rows from the columns of pieces that :func:`zdcdc.capture.rows.line_pieces` selects: text, and the
    values that ``writers`` write, in turns. None when a value was refused, as text is by being NULL."""
    columns: list[Sequence[bytes]] = []
    for place, values in enumerate(pieces):
        texts = writers[place // 2](values) if place % 2 else values
        if texts is None or None in texts:
            return None
        columns.append(texts)
    if len(columns) == 1:
        return list(columns[0])
    return list(map(b"".join, zip(*columns, strict=True)))


def writer_of(codec: Codec, form: Form, real_text: RealText) -> Writer | None:
    """Who writes the values of ``codec`` in a RAW form; None where SQLite does."""
    if isinstance(codec, RealCodec):
        return partial(_reals, real_text)
    if isinstance(codec, TemporalCodec):
        return partial(_moments, codec.form, form.proof)
    return None


def _reals(real_text: RealText, values: Sequence[Any]) -> list[bytes] | None:
    kinds = set(map(type, values))
    if not kinds <= {float, type(None)}:
        return None
    reals = [value for value in values if value is not None]
    if not all(map(math.isfinite, reals)) or any(math.copysign(1.0, v) < 0 for v in reals if v == 0):
        return None
    if len(reals) == len(values):
        return list(map(real_text, values))
    return [NULL_MARK if value is None else real_text(value) for value in values]


def _moments(form: TemporalForm, proof: bool, values: Sequence[Any]) -> list[bytes] | None:
    # One regular expression over many values takes a tenth of the time of SQLite's date functions on each.
    if not set(map(type, values)) <= {Text, type(None)}:
        return None
    texts = [value for value in values if value is not None]
    block = b"\n".join([*texts, b""])
    if block.count(b"\n") != len(texts) or not form.fits(block):
        return None
    if proof or form.literal_as_it_is:
        return [NULL_MARK if value is None else value for value in values]
    literal = form.for_mysql
    return [NULL_MARK if value is None else literal(value.decode()).encode() for value in values]


def escaped_block(rows: Sequence[bytes], fields: int, nulls: int) -> bytes | None:
    """The lines of ``rows``, separated by newlines; None when one of them holds text that is not UTF-8.

    Each row has ``fields`` values; ``nulls`` of all their values are NULL.
    """
    block = _ROW_MARK.join(rows)
    if (
        block.count(_ROW_MARK) != max(0, len(rows) - 1)
        or block.count(FIELD_MARK) != len(rows) * (fields - 1)
        or block.count(NULL_MARK) != nulls
    ):
        return None
    for raw, escaped in (
        (b"\\", b"\\\\"),
        (b"\t", b"\\t"),
        (b"\n", b"\\n"),
        (FIELD_MARK, b"\t"),
        (NULL_MARK, b"\\N"),
        (_ROW_MARK, b"\n"),
    ):
        block = block.replace(raw, escaped)
    return block if is_utf8([block]) else None


def is_utf8(texts: Iterable[bytes | bytearray]) -> bool:
    """Whether each of ``texts`` is UTF-8. Piece by piece, as a str may take four times the size."""
    for text in texts:
        decoder = codecs.getincrementaldecoder("utf-8")()
        view = memoryview(text)
        try:
            for start in range(0, len(view), _DECODE_SIZE):
                decoder.decode(view[start : start + _DECODE_SIZE])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
