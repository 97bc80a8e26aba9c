"""What SQLite holds, told from what MySQL holds and from the source's own column: no rule of the product.

A column of MySQL stands for a column of SQLite only if one rule gives back every value of it. For dates
and times the rule is a spelling that fits all texts of the source; for text that stands for numbers as
well, the class is told by the text itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from tests.support.values import Value

Restore = Callable[[object], Value]
"""From what the driver gives to what SQLite held. Raises TypeError for what this column cannot give."""

LARGEST_INTEGER = 2**63

_MOMENT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})?(?P<separator>[ T])?"
    r"(?P<minutes>-?[0-9]{2,3}:[0-9]{2})?(?P<seconds>:[0-9]{2})?(?:\.(?P<fraction>[0-9]{1,6}))?"
    r"(?P<suffix>Z|\+00:00| UTC| \+0000 UTC)?",
)
_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]*)\Z")
_REAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")

FRACTIONS = ("none", "0 or 6", "6", "3", "0 or 3", "trimmed")
"""Digits after the seconds."""

SUFFIXES = ("", "Z", "+00:00", " UTC", " +0000 UTC")


@dataclass(frozen=True)
class Spelling:
    """One way to write a date, a time or both."""

    separator: str
    seconds: bool
    fraction: str
    suffix: str

    def text(self, stored: str) -> str | None:
        """The text for what MySQL prints of DATE, TIME(6) or DATETIME(6); None where it would leave
        something out."""
        if ":" not in stored:
            return stored
        day, _, time = stored.rpartition(" ")
        head, _, digits = time.partition(".")
        digits = digits.ljust(6, "0")
        if not self.seconds:
            if not head.endswith(":00") or digits != "000000":
                return None
            head = head[:-3]
        fraction = self._fraction(digits) if self.seconds else ""
        if fraction is None:
            return None
        return f"{day}{self.separator if day else ''}{head}{fraction}{self.suffix}"

    def _fraction(self, digits: str) -> str | None:
        zero = digits == "000000"
        if self.fraction == "none":
            return "" if zero else None
        if self.fraction == "trimmed":
            return "" if zero else f".{digits.rstrip('0')}"
        width = int(self.fraction[-1])
        if digits[width:].strip("0"):
            return None
        return "" if zero and self.fraction.startswith("0 or") else f".{digits[:width]}"


SPELLINGS = tuple(
    Spelling(*parts)
    for parts in product(
        (" ", "T"), (True, False), FRACTIONS, SUFFIXES
    )
)


def stored_form(text: str) -> str | None:
    """What MySQL prints for the moment that ``text`` names, None when it names none."""
    found = _MOMENT.fullmatch(text)
    if found is None or (found["date"] is None and found["minutes"] is None):
        return None
    if found["minutes"] is None:
        return found["date"] if text == found["date"] else None
    time = f"{found['minutes']}{found['seconds'] or ':00'}.{(found['fraction'] or '').ljust(6, '0')}"
    return f"{found['date']} {time}" if found["date"] else time


def spelling_of(texts: Iterable[str]) -> Spelling | None:
    """A spelling in which every one of ``texts`` is written, None without one."""
    left: tuple[Spelling, ...] = SPELLINGS
    parts = set()
    for text in texts:
        stored = stored_form(text)
        if stored is None:
            return None
        parts.add((" " in stored, ":" in stored))
        if len(parts) > 1:
            return None
        left = tuple(spelling for spelling in left if spelling.text(stored) == text)
        if not left:
            return None
    return left[0]


def moment(spelling: Spelling) -> Restore:
    """DATE, TIME and DATETIME, fetched as the bytes that MySQL prints."""

    def restore(raw: object) -> Value:
        if raw is None:
            return None
        if not isinstance(raw, bytes):
            raise TypeError(f"a moment came as {raw!r}")
        stored = raw.decode("ascii")
        text = spelling.text(stored)
        return f"{stored} (which has no such spelling)" if text is None else text

    return restore


def integer(raw: object) -> Value:
    """Integer types."""
    if raw is None or type(raw) is int:
        return raw
    raise TypeError(f"an integer column gave {raw!r}")


def real(raw: object) -> Value:
    """DOUBLE in a column that keeps REAL."""
    if raw is None or type(raw) is float:
        return raw
    raise TypeError(f"a double column gave {raw!r}")


def number(raw: object) -> Value:
    """DOUBLE under numeric affinity: there SQLite stores a REAL that is a whole 64-bit number as INTEGER."""
    value = real(raw)
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_INTEGER:
        return int(value)
    return value


def decimal_number(raw: object) -> Value:
    """DECIMAL under numeric affinity; a fraction stands for the REAL nearest to it."""
    value = _decimal(raw)
    if value is None:
        return None
    whole = int(value)
    return whole if whole == value and -LARGEST_INTEGER <= whole < LARGEST_INTEGER else float(value)


def decimal_real(raw: object) -> Value:
    """DECIMAL in a column that keeps REAL."""
    value = _decimal(raw)
    return None if value is None else float(value)


def decimal_integer(raw: object) -> Value:
    """DECIMAL for integers alone, as of a column of text affinity."""
    value = _decimal(raw)
    if value is None or value == int(value):
        return None if value is None else int(value)
    raise TypeError(f"a decimal column of integers gave {raw!r}")


def _decimal(raw: object) -> Decimal | None:
    if raw is None or isinstance(raw, Decimal):
        return raw
    raise TypeError(f"a decimal column gave {raw!r}")


def text(raw: object) -> Value:
    """Text types, fetched as bytes."""
    if raw is None:
        return None
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "surrogateescape")
    raise TypeError(f"a text column gave {raw!r}")


def digits(raw: object) -> Value:
    """UUID: 32 digits without the hyphens that the server puts between them."""
    return None if raw is None else str(raw).replace("-", "")


def text_or_number(raw: object) -> Value:
    """Text types that hold numbers as well: a text that is how a number is written is that number."""
    value = text(raw)
    if not isinstance(value, str):
        return value
    if _INTEGER.match(value) and -LARGEST_INTEGER <= int(value) < LARGEST_INTEGER:
        return int(value)
    number = float(value) if _REAL.match(value) else None
    return number if repr(number) == value else value


def tagged(raw: object) -> Value:
    """A value of any class after a letter for it: ``i:1``, ``r:1.5``, ``t:text``, ``b:`` and hexadecimal
    digits, ``x:`` and those of a text that is not UTF-8."""
    value = text(raw)
    if not isinstance(value, str):
        return value
    tag, _, rest = value.partition(":")
    if tag == "i":
        return int(rest)
    if tag == "r":
        return float(rest)
    if tag == "t":
        return rest
    if tag in ("b", "x"):
        content = bytes.fromhex(rest)
        return content if tag == "b" else content.decode("utf-8", "surrogateescape")
    raise TypeError(f"a tagged column gave {raw!r}")


def blob(raw: object) -> Value:
    """Binary types."""
    if raw is None or isinstance(raw, bytes):
        return raw
    raise TypeError(f"a blob column gave {raw!r}")


def document(raw: object) -> Value:
    """The server's own JSON type."""
    return same_json(text(raw))


def same_json(value: Value) -> Value:
    """A JSON text in one spelling for both sides: the server's own type keeps neither spaces nor the order
    of keys, nor whether a number was written with a fraction of zeros."""
    if not isinstance(value, str):
        return value
    return json.dumps(_plain(json.loads(value)), sort_keys=True, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
