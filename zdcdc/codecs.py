"""How the values of one column are written in MySQL, and back: exact inverses, pure text.

A codec gives SQL expressions, not values, for the hot paths: rows are encoded inside SQLite, one text
per row, which keeps up with the server where encoding in Python does not. Each expression is NULL for a
value that the codec cannot keep exactly; concatenation then makes the whole row NULL, so that a refused
value can never slip through (trap 40: MySQL rounds 1.5 into BIGINT without a warning).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from zdcdc.keys import Value

REAL_TEXT = "zdcdc_real"
"""SQL function that our own connections register: shortest decimal text that reads back as the double."""

MYSQL_REAL_TEXT = "zdcdc_mysql_real"
"""SQL function that our own connections register: the text that MySQL itself prints for the double."""

LARGEST_EXACT_INTEGER = 2**53
"""Every integer up to here has a double of its own."""

_BEYOND_INTEGERS = "9.2233720368547758e18"


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How a form writes NULL, text, blobs and reals; ``text`` and ``blob`` have one ``{}`` for the value."""

    null: str
    text: str
    blob: str
    real: str


_ESCAPED_TEXT = r"replace(replace(replace({}, '\', '\\'), char(9), '\t'), char(10), '\n')"
_LITERAL_TEXT = r"'''' || replace(replace({}, '\', '\\'), '''', '''''') || ''''"


class Form(Enum):
    """What an encoded value is for.

    A field is one of LOAD DATA; a proof is what verification compares. RAW ones leave text as it is and
    mark NULL by a byte that no UTF-8 text holds (see :mod:`zdcdc.capture.lines`): escaping a block of
    rows at once in Python is several times faster than ``replace`` on each value. They need a UTF-8
    database, ESCAPED ones do not.
    """

    LITERAL = _Spelling("'NULL'", _LITERAL_TEXT, "quote({})", REAL_TEXT)
    RAW_FIELD = _Spelling("x'fe'", "{}", "hex({})", REAL_TEXT)
    RAW_PROOF = _Spelling("x'fe'", "{}", "hex({})", MYSQL_REAL_TEXT)
    ESCAPED_FIELD = _Spelling(r"'\N'", _ESCAPED_TEXT, "hex({})", REAL_TEXT)
    ESCAPED_PROOF = _Spelling(r"'\N'", _ESCAPED_TEXT, "hex({})", MYSQL_REAL_TEXT)


def _proof_or_null(value: str, proof: str) -> str:
    # Not IFNULL of the proof: where that grows beyond max_allowed_packet, the server makes it NULL.
    return f"IF({value} IS NULL, '\\\\N', {proof})"


RAW_FORMS = (Form.RAW_FIELD, Form.RAW_PROOF)


@dataclass(frozen=True, slots=True)
class Codec(ABC):
    """One column's encoding. ``limit`` is the target's length in characters or bytes, None without."""

    limit: int | None = None

    name: ClassVar[str]
    storage: ClassVar[str]
    load_assignment: ClassVar[str | None] = None
    """Template of a SET clause for LOAD DATA, with one ``%s`` for the variable; None: plain field."""

    def expression(self, value: str, form: Form) -> str:
        """SQLite expression: ``value`` in ``form``, NULL when it is refused."""
        branches = " ".join(self._branches(value, form))
        return f"CASE {branches} WHEN {value} IS NULL THEN {form.value.null} END"

    @abstractmethod
    def _branches(self, value: str, form: Form) -> list[str]:
        """A WHEN branch for each storage class that is kept."""

    def mysql_proof(self, value: str) -> str:
        """MySQL expression: the stored value as bytes, as verification compares it."""
        return _proof_or_null(value, f"CAST({value} AS BINARY)")

    def decode(self, value: Value) -> Value:
        """The SQLite value for what PyMySQL returns; the exact inverse of encoding."""
        return value

    def _limited(self, value: str, text: str) -> str:
        if self.limit is None:
            return text
        return f"CASE WHEN length({value}) <= {self.limit} THEN {text} END"


@dataclass(frozen=True, slots=True)
class IntegerCodec(Codec):
    """INTEGER in BIGINT."""

    name: ClassVar[str] = "integer"
    storage: ClassVar[str] = "integer"

    def _branches(self, value: str, form: Form) -> list[str]:
        return [f"WHEN typeof({value}) = 'integer' THEN {value}"]


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

    def decode(self, value: Value) -> Value:
        return None if value is None else float(value)


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

    def decode(self, value: Value) -> Value:
        if value is None:
            return None
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2.0**63 else number


@dataclass(frozen=True, slots=True)
class TextCodec(Codec):
    """TEXT in VARCHAR or LONGTEXT; bytes that are not UTF-8 are refused."""

    name: ClassVar[str] = "text"
    storage: ClassVar[str] = "text"

    def _branches(self, value: str, form: Form) -> list[str]:
        # Every text sorts after every number and before every blob (sqlite.org, datatype3, section 4.1):
        # two comparisons take half of the time of typeof(). Under a collation of the application anything may
        # sort before the empty text, hence BINARY.
        kept = self._limited(value, form.value.text.format(value))
        compared = f"{value} COLLATE BINARY"
        return [f"WHEN {compared} >= '' AND {compared} < x'' THEN {kept}"]

    def _limited(self, value: str, text: str) -> str:
        if self.limit is None:
            return text
        # length() counts up to the first NUL only; a text that holds one has to fit by its bytes.
        fits = f"length({value}) <= {self.limit}"
        whole = f"length(CAST({value} AS BLOB)) <= {self.limit} OR instr({value}, char(0)) = 0"
        return f"CASE WHEN {fits} AND ({whole}) THEN {text} END"

    def mysql_proof(self, value: str) -> str:
        # On bytes: REPLACE on utf8mb4 walks character by character.
        text = f"CAST({value} AS BINARY)"
        for raw, escaped in (("'\\\\'", "'\\\\\\\\'"), ("'\\t'", "'\\\\t'"), ("'\\n'", "'\\\\n'")):
            text = f"REPLACE({text}, {raw}, {escaped})"
        return _proof_or_null(value, text)


@dataclass(frozen=True, slots=True)
class BlobCodec(Codec):
    """BLOB in VARBINARY or LONGBLOB; travels as hexadecimal digits."""

    name: ClassVar[str] = "blob"
    storage: ClassVar[str] = "blob"
    load_assignment: ClassVar[str | None] = "unhex(%s)"

    def _branches(self, value: str, form: Form) -> list[str]:
        kept = self._limited(value, form.value.blob.format(value))
        return [f"WHEN typeof({value}) = 'blob' THEN {kept}"]

    def mysql_proof(self, value: str) -> str:
        return _proof_or_null(value, f"CAST(HEX({value}) AS BINARY)")


CODECS: dict[str, type[Codec]] = {
    kind.name: kind for kind in (IntegerCodec, RealCodec, NumberCodec, TextCodec, BlobCodec)
}


def codec(name: str, limit: int | None) -> Codec:
    """The codec stored under ``name``. Raises KeyError for one that this version does not know."""
    return CODECS[name](limit)


_LONGEST_CHAIN = 200


def concatenated(parts: list[str]) -> str:
    """SQLite expression joining the texts ``parts``."""
    return chained(parts, " || ")


def added(parts: list[str]) -> str:
    """SQLite expression for the sum of the numbers ``parts``; 0 without any."""
    return chained(parts, " + ") or "0"


def chained(parts: list[str], operator: str) -> str:
    """A chain is the fastest, but one of 1,000 would be too deep for SQLITE_MAX_EXPR_DEPTH."""
    if len(parts) <= _LONGEST_CHAIN:
        return operator.join(parts)
    chains = [parts[start : start + _LONGEST_CHAIN] for start in range(0, len(parts), _LONGEST_CHAIN)]
    return chained([f"({operator.join(chain)})" for chain in chains], operator)
