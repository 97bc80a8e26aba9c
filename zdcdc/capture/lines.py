"""From raw rows to lines of LOAD DATA: a whole block escaped at once. Pure.

SQLite joins the values of a row with bytes that no UTF-8 text can hold. A text that holds one all the same
is not UTF-8; it is found because the marks would not add up.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

FIELD_MARK = b"\xff"
NULL_MARK = b"\xfe"
_ROW_MARK = b"\xfd"

FIELD_MARK_SQL = "x'ff'"

_DECODE_SIZE = 1024 * 1024


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
    return block if _is_utf8(block) else None


def _is_utf8(block: bytes) -> bool:
    """Decodes piece by piece: the whole as str might take four times its size."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(block)
    try:
        for start in range(0, len(view), _DECODE_SIZE):
            decoder.decode(view[start : start + _DECODE_SIZE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
