"""What the texts of one column have in common, learned a block at a time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import orjson

from zdcdc.capture.lines import is_utf8
from zdcdc.codecs.uuids import HEX_UUID
from zdcdc.facts import NUMBER_LIKE
from zdcdc.temporal import fitting

_PRINTABLE = bytes(range(ord(" "), ord("~") + 1))
_CONTINUATIONS = bytes(range(0x80, 0xC0))
"""Every byte of UTF-8 that does not begin a character."""

_NUMBER_LINES = re.compile(rf"\n{NUMBER_LIKE.pattern}(?=\n)".encode())

JSON = "json"
_HEX = ("[0-9a-f]", "[0-9A-F]")
_UUID = "|".join(
    f"{digit}{{32}}|" + "-".join(f"{digit}{{{count}}}" for count in (8, 4, 4, 4, 12)) for digit in _HEX
)
_ISO_DURATION = (
    r"[+-]?P(?=[0-9T])(?:[0-9]+W|(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
    r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?)"
)
_TIMEDELTA = r"(?:-?[0-9]+ days?, )?(?:1?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?"
_SHAPES = {
    "uuid": _UUID,
    "hex uuid": HEX_UUID,
    "duration": f"{_ISO_DURATION}|{_TIMEDELTA}",
    "decimal": r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?",
}
_LIKE_NUMBERS = {"decimal", "uuid"}
"""The shapes of texts that may read as a number is printed: the digits of a UUID may all be decimal."""

_BLOCKS = {name: re.compile(rf"(?:(?:{text})\n)*".encode()) for name, text in _SHAPES.items()}


class ObservedTexts:
    """Facts about the texts of a column; see :class:`zdcdc.facts.ColumnFacts` for what they mean.

    A text that is not UTF-8 counts as many characters as it has bytes that could begin one.
    """

    def __init__(self) -> None:
        self.longest = 0
        self.widest = 0
        self.invalid_utf8 = 0
        self.with_nul = 0
        self.trailing_spaces = 0
        self.number_like = 0
        self.printable = True
        self.shapes: frozenset[str] | None = None

    def see(self, texts: Sequence[bytearray]) -> None:
        """Takes in a block of texts (not empty)."""
        # Functions written in C see through all of them as one, a hundred times faster than through each.
        # The newline keeps a value that ends in the middle of a character from being completed by the next.
        block = b"\n".join((b"", *texts, b""))
        lines = texts
        single = block.count(b"\n") == len(texts) + 1
        if not single:
            lines = [text for text in texts if b"\n" not in text]
        self._measure(block, texts, single)
        if b"\0" in block:
            self.with_nul += sum(b"\0" in text for text in texts)
        if single:
            self.trailing_spaces += block.count(b" \n")
        else:
            self.trailing_spaces += sum(text.endswith(b" ") for text in texts)
            block = b"\n".join((b"", *lines, b""))
        if self.shapes is None or self.shapes:
            self.shapes = self._shapes(block[1:], texts, single)
        if self.shapes <= _LIKE_NUMBERS:
            self.number_like += len(_NUMBER_LINES.findall(block))

    def _measure(self, block: bytes, texts: Sequence[bytearray], single: bool) -> None:
        widest = max(map(len, texts))
        self.widest = max(self.widest, widest)
        if self.printable:
            # What is left are the newlines that were put between them.
            self.printable = len(block.translate(None, _PRINTABLE)) == len(texts) + 1
        if block.isascii():
            self.longest = max(self.longest, widest)
            return
        if not is_utf8((block,)):
            self.invalid_utf8 += sum(not is_utf8((text,)) for text in texts)
        if widest > self.longest:
            heads: Iterable[bytes | bytearray] = (
                block.translate(None, _CONTINUATIONS).split(b"\n")
                if single
                else (text.translate(None, _CONTINUATIONS) for text in texts)
            )
            self.longest = max(self.longest, *map(len, heads))

    def _shapes(self, block: bytes, texts: Sequence[bytearray], single: bool) -> frozenset[str]:
        known = self.shapes
        found = set()
        if (known is None or JSON in known) and _are_json(texts):
            found.add(JSON)
        if single:
            found |= {
                name
                for name, pattern in _BLOCKS.items()
                if (known is None or name in known) and pattern.fullmatch(block)
            }
            temporal = None if known is None else known - {JSON} - _BLOCKS.keys()
            if temporal is None or temporal:
                found |= fitting(block, temporal)
        return frozenset(found)


def characters(text: bytearray) -> int:
    """Characters of ``text``."""
    return len(text.translate(None, _CONTINUATIONS))


def _are_json(texts: Sequence[bytearray]) -> bool:
    """Whether each is an object or an array."""
    if not all(text.startswith((b"{", b"[")) for text in texts):
        return False
    try:
        for text in texts:
            orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
