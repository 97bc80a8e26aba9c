"""What the values of one column are, learned a block at a time. Pure.

A scan calls this for every value of the source: nothing here looks at values one by one where a function
written in C sees all of a block at once, and what cannot change any more is not looked for.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from zdcdc.capture.texts import ObservedTexts
from zdcdc.facts import MOST_DECIMALS, ColumnFacts

TEXT = bytearray
"""The Python type of TEXT in a scan: tells it from BLOB, which is bytes, and costs the driver half of what a
class of our own does."""

_NULL = type(None)
_BEYOND_INTEGERS = 2.0**63
_FRACTION = re.compile(r"\.(\d+)")
_EXPONENT = re.compile(r"(?:\.(\d+))?e([+-]\d+)")


class ObservedColumn:
    """Facts about one column, growing with each block of its values."""

    def __init__(self) -> None:
        self._counts: Counter[type] = Counter()
        self._integers = _Integers()
        self._reals = _Reals()
        self._texts = ObservedTexts()
        self._longest_blob = 0

    def see(self, values: Sequence[Any]) -> set[type]:
        """Takes in a block of values (not empty); returns the types among them."""
        types = set(map(type, values))
        if len(types) == 1:
            self._see(next(iter(types)), values)
            return types
        rest = len(values)
        for kind in types - {_NULL}:
            of_kind = [value for value in values if type(value) is kind]
            self._see(kind, of_kind)
            rest -= len(of_kind)
        self._counts[_NULL] += rest
        return types

    def _see(self, kind: type, values: Sequence[Any]) -> None:
        self._counts[kind] += len(values)
        if kind is int:
            self._integers.see(values)
        elif kind is float:
            self._reals.see(values)
        elif kind is TEXT:
            self._texts.see(values)
        elif kind is bytes:
            self._longest_blob = max(self._longest_blob, max(map(len, values)))

    def facts(self) -> ColumnFacts:
        """What is known by now."""
        integers, reals, texts = self._integers, self._reals, self._texts
        return ColumnFacts(
            integers=self._counts[int],
            reals=self._counts[float],
            texts=self._counts[TEXT],
            blobs=self._counts[bytes],
            nulls=self._counts[_NULL],
            integer_range=integers.range,
            not_boolean=integers.not_boolean,
            whole_reals=reals.whole,
            non_finite=reals.non_finite,
            negative_zeros=reals.negative_zeros,
            decimals=reals.decimals,
            digits=max(reals.digits, integers.digits),
            longest_text=texts.longest,
            widest_text=texts.widest,
            longest_blob=self._longest_blob,
            invalid_utf8=texts.invalid_utf8,
            with_nul=texts.with_nul,
            trailing_spaces=texts.trailing_spaces,
            number_like=texts.number_like,
            printable=texts.printable,
            shapes=texts.shapes,
        )


class _Integers:
    def __init__(self) -> None:
        self.range: tuple[int, int] | None = None
        self.not_boolean = 0

    def see(self, values: Sequence[int]) -> None:
        low, high = min(values), max(values)
        if low < 0 or high > 1:
            self.not_boolean += len(values)
            if low <= 1 and high >= 0:
                self.not_boolean -= values.count(0) + values.count(1)
        if self.range is not None:
            low, high = min(low, self.range[0]), max(high, self.range[1])
        self.range = low, high

    @property
    def digits(self) -> int:
        if self.range is None:
            return 0
        largest = max(-self.range[0], self.range[1])
        return len(str(largest)) if largest else 0


class _Reals:
    def __init__(self) -> None:
        self.whole = 0
        self.non_finite = 0
        self.negative_zeros = 0
        self.decimals = 0
        self.digits = 0

    def see(self, values: Sequence[float]) -> None:
        if not all(map(math.isfinite, values)):
            finite = list(filter(math.isfinite, values))
            self.non_finite += len(values) - len(finite)
            values = finite
            if not values:
                return
        largest = max(abs(max(values)), abs(min(values)))
        whole = sum(map(float.is_integer, values))
        if whole and largest >= _BEYOND_INTEGERS:
            whole = sum(value.is_integer() and abs(value) < _BEYOND_INTEGERS for value in values)
        self.whole += whole
        if 0.0 in values:
            self.negative_zeros += sum(value == 0 and math.copysign(1, value) < 0 for value in values)
        self.digits = max(self.digits, digits_of(largest))
        if self.decimals <= MOST_DECIMALS:
            self.decimals = min(MOST_DECIMALS + 1, _most_decimals(values, self.decimals))


def digits_of(value: float) -> int:
    """Digits before the point of the shortest decimal of ``value``, which is not negative."""
    mantissa, _, exponent = repr(value).partition("e")
    whole = mantissa.partition(".")[0]
    if exponent:
        return max(0, len(whole) + int(exponent))
    return 0 if whole == "0" else len(whole)


def _most_decimals(values: Sequence[float], most: int) -> int:
    """``most``, or the most digits after the point of any of ``values`` where these are more."""
    shown = " ".join(map(repr, values))
    if "e" in shown:
        for fraction, exponent in _EXPONENT.findall(shown):
            most = max(most, len(fraction) - int(exponent))
        shown = _EXPONENT.sub("", shown)
    # Every REAL has a point in it; one zero behind it is the mark of a whole number.
    if most == 0 or re.search(rf"\.\d{{{most + 1}}}", shown):
        most = max([most, *(len(digits) for digits in _FRACTION.findall(shown) if digits != "0")])
    return most
