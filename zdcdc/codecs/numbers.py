"""Numbers and booleans."""

from __future__ import annotations

import decimal
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from zdcdc.codecs.codec import REAL_TEXT, Codec, Form
from zdcdc.keys import Value

DECIMAL_TEXT = "zdcdc_decimal"
"""SQL function that our own connections register; see :func:`decimal_text`."""

LARGEST_EXACT_INTEGER = 2**53
"""Every integer up to here has a double of its own."""

MOST_DIGITS = 65
MOST_DECIMALS = 30
"""Of MySQL's DECIMAL, in all and after the point."""

_BEYOND_INTEGERS = "9.2233720368547758e18"
_EXACT = decimal.Context(prec=400)


@dataclass(frozen=True, slots=True)
class IntegerCodec(Codec):
    """INTEGER in BIGINT."""

    name: ClassVar[str] = "integer"
    storage: ClassVar[str] = "integer"

    def _branches(self, value: str, form: Form) -> list[str]:
        return [f"WHEN typeof({value}) = 'integer' THEN {value}"]

    def parse(self, field: bytes) -> Value:
        return int(field)


@dataclass(frozen=True, slots=True)
class BooleanCodec(IntegerCodec):
    """0 and 1 in TINYINT(1), which the libraries of applications read as a boolean."""

    name: ClassVar[str] = "boolean"
    storage: ClassVar[str] = "0 or 1"

    def _branches(self, value: str, form: Form) -> list[str]:
        return [f"WHEN typeof({value}) = 'integer' THEN CASE WHEN {value} IN (0, 1) THEN {value} END"]


def _real(value: str, form: Form) -> str:
    # Infinity and -0.0 have no exact form in MySQL (traps 42 and 43); NULL refuses them.
    return f"nullif(nullif(nullif({form.value.real}({value}), '-0.0'), 'inf'), '-inf')"


@dataclass(frozen=True, slots=True)
class RealCodec(Codec):
    """REAL in DOUBLE, through the shortest text that reads back as the same double."""

    name: ClassVar[str] = "real"
    storage: ClassVar[str] = "real"

    def _branches(self, value: str, form: Form) -> list[str]:
        return [f"WHEN typeof({value}) = 'real' THEN {_real(value, form)}"]

    def decode(self, value: Any) -> Value:
        return None if value is None else float(value)

    def same_proof(self, left: bytes, right: bytes) -> bool:
        # Which notation the server chooses for a double is its own business.
        return float(left) == float(right)


@dataclass(frozen=True, slots=True)
class NumberCodec(Codec):
    """INTEGER and REAL mixed, as a NUMERIC column holds them, in DOUBLE.

    In such a column SQLite itself stores every whole REAL as INTEGER, so the class is told by the value:
    whole and within 64 bits is INTEGER. A REAL that breaks this, or an INTEGER over 2**53, is refused.
    """

    name: ClassVar[str] = "number"
    storage: ClassVar[str] = "integer or real"

    def _branches(self, value: str, form: Form) -> list[str]:
        limit = LARGEST_EXACT_INTEGER
        # MySQL prints a DOUBLE, so a large whole number may come back with an exponent.
        integer = value if form.value.real == REAL_TEXT else f"{form.value.real}(CAST({value} AS REAL))"
        whole = f"{value} = CAST({value} AS INTEGER) AND abs({value}) < {_BEYOND_INTEGERS}"
        exact = f"{value} BETWEEN -{limit} AND {limit}"
        return [
            f"WHEN typeof({value}) = 'integer' THEN CASE WHEN {exact} THEN {integer} END",
            f"WHEN typeof({value}) = 'real' THEN CASE WHEN NOT ({whole}) THEN {_real(value, form)} END",
        ]

    def decode(self, value: Any) -> Value:
        if value is None:
            return None
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2.0**63 else number

    def same_proof(self, left: bytes, right: bytes) -> bool:
        return float(left) == float(right)


_ARGUMENT = re.compile(r"(\d+),(\d+)(,real)?")


@dataclass(frozen=True, slots=True)
class DecimalCodec(Codec):
    """Numbers in DECIMAL(precision, scale): a REAL is kept when it is the double nearest to its own shortest
    decimal, and that has no more than ``scale`` digits after the point.

    As with ``number``, a whole value within 64 bits is INTEGER; with ``always_real``, for a column that keeps
    every number REAL, it is REAL.
    """

    precision: int = MOST_DIGITS
    scale: int = 0
    always_real: bool = False

    name: ClassVar[str] = "decimal"
    storage: ClassVar[str] = "decimal numbers"

    @property
    def argument(self) -> str:
        return f"{self.precision},{self.scale}{',real' if self.always_real else ''}"

    @classmethod
    def of(cls, argument: str) -> DecimalCodec:
        """The inverse of :attr:`argument`. Raises ValueError."""
        found = _ARGUMENT.fullmatch(argument.replace(" ", ""))
        if found is None:
            raise ValueError(f"decimal:{argument} is not decimal:PRECISION,SCALE")
        precision, scale = int(found[1]), int(found[2])
        if not (1 <= precision <= MOST_DIGITS and scale <= min(precision, MOST_DECIMALS)):
            raise ValueError(f"DECIMAL({precision},{scale}) does not exist in MySQL")
        return cls(None, precision, scale, found[3] is not None)

    def _branches(self, value: str, form: Form) -> list[str]:
        real = f"{DECIMAL_TEXT}({value}, {self.precision}, {self.scale}, {int(self.always_real)})"
        branches = [f"WHEN typeof({value}) = 'real' THEN {real}"]
        if not self.always_real:
            zeros = f" || '.{'0' * self.scale}'" if self.scale else ""
            whole = self.precision - self.scale
            fits = f"{value} BETWEEN -{10**whole - 1} AND {10**whole - 1}" if whole < 19 else "1"
            branches.append(f"WHEN typeof({value}) = 'integer' THEN CASE WHEN {fits} THEN {value}{zeros} END")
        return branches

    def parse(self, field: bytes) -> Value:
        return self.decode(decimal.Decimal(field.decode()))

    def decode(self, value: Any) -> Value:
        if value is None:
            return None
        number = decimal.Decimal(value)
        if self.always_real or number != number.to_integral_value() or not _is_integer(number):
            return float(number)
        return int(number)

    def encode(self, value: Value) -> Any:
        return None if value is None else decimal.Decimal(repr(value))


def _is_integer(number: decimal.Decimal | float) -> bool:
    """Whether SQLite has an INTEGER for a whole ``number``."""
    return -(2**63) <= number < 2**63


def decimal_text(value: float, precision: int, scale: int, always_real: int) -> str | None:
    """``value`` with ``scale`` digits after the point.

    None when DECIMAL(precision, scale) cannot give the same double back, or gives an INTEGER for a whole one.
    """
    if value != value or value in (float("inf"), float("-inf")):
        return None
    if value.is_integer() and ((not always_real and _is_integer(value)) or repr(value) == "-0.0"):
        return None
    number = decimal.Decimal(repr(value))
    fixed = number.quantize(decimal.Decimal(1).scaleb(-scale), context=_EXACT)
    if fixed != number or fixed.adjusted() >= precision - scale:
        return None
    return f"{fixed:f}"
