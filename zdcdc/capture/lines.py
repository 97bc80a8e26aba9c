"""From raw rows to lines of LOAD DATA: a whole block escaped at once. Pure.

SQLite joins the values of a row with bytes that no UTF-8 text can hold. A text that holds one all the same
is not UTF-8; it is found because the marks would not add up.
"""

from __future__ import annotations

from collections.abc import Sequence

FIELD_MARK = b"\xff"
NULL_MARK = b"\xfe"
_ROW_MARK = b"\xfd"

FIELD_MARK_SQL = "x'ff'"

_MARKS_TO_SPACES = bytes(32 if byte >= 0xFD else byte for byte in range(256))


def escaped_block(rows: Sequence[bytes], fields: int, nulls: int) -> bytes | None:
    """The lines of ``rows``, separated by newlines; None when one of them holds text that is not UTF-8.

    Each row has ``fields`` values; ``nulls`` of all their values are NULL.
    """
    block = _ROW_MARK.join(rows)
    if (
        block.count(_ROW_MARK) != max(0, len(rows) - 1)
        or block.count(FIELD_MARK) != len(rows) * (fields - 1)
        or block.count(NULL_MARK) != nulls
        or not _is_utf8(block.translate(_MARKS_TO_SPACES))
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
    return block


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True
