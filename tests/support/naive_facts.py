"""The facts about a column as their definitions read, one value at a time: what a scan must find."""

from __future__ import annotations

import datetime
import math
import re
import uuid
from collections.abc import Sequence
from decimal import Decimal

import orjson

from zdcdc.facts import ColumnFacts
from zdcdc.temporal import FORMS

Value = int | float | str | bytes | None


def naive_facts(values: Sequence[Value | bytearray]) -> ColumnFacts:
    """Facts about ``values``, in which a bytearray is TEXT that is not UTF-8."""
    integers = [v for v in values if type(v) is int]
    reals = [v for v in values if type(v) is float]
    blobs = [v for v in values if type(v) is bytes]
    texts = [v.encode() if isinstance(v, str) else bytes(v) for v in values if isinstance(v, str | bytearray)]
    finite = [Decimal(repr(v)) for v in reals if math.isfinite(v)]
    shapes = [_shapes(text) for text in texts]
    return ColumnFacts(
        integers=len(integers),
        reals=len(reals),
        texts=len(texts),
        blobs=len(blobs),
        nulls=sum(v is None for v in values),
        integer_range=(min(integers), max(integers)) if integers else None,
        not_boolean=sum(v not in (0, 1) for v in integers),
        whole_reals=sum(math.isfinite(v) and v == int(v) and abs(v) < 2**63 for v in reals),
        non_finite=sum(not math.isfinite(v) for v in reals),
        negative_zeros=sum(repr(v) == "-0.0" for v in reals),
        decimals=min(31, max(map(_decimals, finite), default=0)),
        digits=max((_digits(v) for v in [*finite, *map(Decimal, integers)]), default=0),
        longest_text=max(map(_characters, texts), default=0),
        widest_text=max(map(len, texts), default=0),
        longest_blob=max(map(len, blobs), default=0),
        invalid_utf8=sum(not _is_utf8(text) for text in texts),
        with_nul=sum(0 in text for text in texts),
        trailing_spaces=sum(text[-1:] == b" " for text in texts),
        number_like=sum(_is_number_like(text) for text in texts),
        printable=all(32 <= byte <= 126 for text in texts for byte in text),
        shapes=frozenset.intersection(*shapes) if shapes else None,
    )


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def _digits(value: Decimal) -> int:
    whole = abs(int(value))
    return len(str(whole)) if whole else 0


def _characters(text: bytes) -> int:
    if _is_utf8(text):
        return len(text.decode())
    return sum(not 0x80 <= byte < 0xC0 for byte in text)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_number_like(text: bytes) -> bool:
    found = re.fullmatch(rb"-?\d+|-?\d+\.\d+(e[+-]\d+)?|-?\d+e[+-]\d+", text)
    return found is not None


def _shapes(text: bytes) -> frozenset[str]:
    found = {form.name for form in FORMS if b"\n" not in text and form.fits(text + b"\n")}
    if _is_json(text):
        found.add("json")
    if _is_utf8(text):
        shown = text.decode()
        found |= {name for name, test in _TESTS.items() if test(shown)}
    return frozenset(found)


def _is_json(text: bytes) -> bool:
    if text[:1] not in (b"{", b"["):
        return False
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _is_uuid(text: str) -> bool:
    if text not in (text.lower(), text.upper()) or not re.fullmatch("[0-9a-fA-F-]*", text):
        return False
    try:
        known = str(uuid.UUID(text))
    except ValueError:
        return False
    return text.lower() in (known, known.replace("-", ""))


def _is_duration(text: str) -> bool:
    if text[:1] == "P":
        parts = r"P\d+W|P(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
        return text[-1] not in "PT" and re.fullmatch(parts, text, re.ASCII) is not None
    found = re.fullmatch(r"(?:(-?\d+) days?, )?(\d+):(\d+):(\d+)(?:\.(\d{6}))?", text, re.ASCII)
    if found is None:
        return False
    days, hours, minutes, seconds, micro = (int(part or 0) for part in found.groups())
    delta = datetime.timedelta(days, seconds, micro, 0, minutes, hours)
    # The fraction that is there but zero is not as Python writes it, but says the same.
    return str(delta).replace(" days", " day") == text.replace(" days", " day").removesuffix(".000000")


def _is_decimal(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII)) and not re.match(r"-?0\d", text)


def _is_hex_uuid(text: str) -> bool:
    if len(text) != 32 or text != text.lower() or not _is_uuid(text):
        return False
    number = int(text, 16)
    version, variant = number >> 76 & 15, number >> 60 & 15
    return version < 8 or variant > 8


_TESTS = {"uuid": _is_uuid, "hex uuid": _is_hex_uuid, "duration": _is_duration, "decimal": _is_decimal}
