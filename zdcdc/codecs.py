"""How the values of one column are written in MySQL, and back: exact inverses, pure text.

A codec gives SQL expressions, not values, for the hot paths: rows are encoded inside SQLite, one text
per row, which keeps up with the server where encoding in Python does not. Each expression is NULL for a
value that the codec cannot keep exactly; concatenation then makes the whole row NULL, so that a refused
value can never slip through (trap 40: MySQL rounds 1.5 into BIGINT without a warning).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from zdcdc.model import Value

REAL_TEXT = "zdcdc_real"
"""SQL function that our own connections register: shortest decimal text that reads back as the double."""

MYSQL_REAL_TEXT = "zdcdc_mysql_real"
"""SQL function that our own connections register: the text that MySQL itself prints for the double."""

LARGEST_EXACT_INTEGER = 2**53
"""Every integer up to here has a double of its own."""

_BEYOND_INTEGERS = "9.2233720368547758e18"


@dataclass(frozen=True, slots=True)
class Codec(ABC):
    """One column's encoding. ``limit`` is the target's length in characters or bytes, None without."""

    limit: int | None = None

    name: ClassVar[str]
    storage: ClassVar[str]
    load_assignment: ClassVar[str | None] = None
    """Template of a SET clause for LOAD DATA, with one ``%s`` for the variable; None: plain field."""

    @abstractmethod
    def field(self, value: str) -> str:
        """SQLite expression: ``value`` as a field of LOAD DATA (tab, newline, backslash escaped)."""

    @abstractmethod
    def literal(self, value: str) -> str:
        """SQLite expression: ``value`` as a literal in a MySQL statement."""

    @abstractmethod
    def proof(self, value: str) -> str:
        """SQLite expression: the text that verification compares with :meth:`mysql_proof`."""

    @abstractmethod
    def mysql_proof(self, value: str) -> str:
        """MySQL expression: the stored value as bytes, equal to :meth:`proof` for the same value."""

    @abstractmethod
    def decode(self, value: Value) -> Value:
        """The SQLite value for what PyMySQL returns; the exact inverse of encoding."""


def _null_or(value: str, null: str, *branches: str) -> str:
    return f"CASE typeof({value}) {' '.join(branches)} WHEN 'null' THEN '{null}' END"


@dataclass(frozen=True, slots=True)
class IntegerCodec(Codec):
    """INTEGER in BIGINT."""

    name: ClassVar[str] = "integer"
    storage: ClassVar[str] = "integer"

    def field(self, value: str) -> str:
        return _null_or(value, r"\N", f"WHEN 'integer' THEN {value}")

    def literal(self, value: str) -> str:
        return _null_or(value, "NULL", f"WHEN 'integer' THEN {value}")

    def proof(self, value: str) -> str:
        return self.field(value)

    def mysql_proof(self, value: str) -> str:
        return f"IFNULL(CAST({value} AS BINARY), '\\\\N')"

    def decode(self, value: Value) -> Value:
        return value


def _real(value: str, function: str) -> str:
    # Infinity and -0.0 have no exact form in MySQL (traps 42 and 43); NULL refuses them.
    text = f"{function}({value})"
    return f"nullif(nullif(nullif({text}, '-0.0'), 'inf'), '-inf')"


@dataclass(frozen=True, slots=True)
class RealCodec(Codec):
    """REAL in DOUBLE, through the shortest text that reads back as the same double."""

    name: ClassVar[str] = "real"
    storage: ClassVar[str] = "real"

    def field(self, value: str) -> str:
        return _null_or(value, r"\N", f"WHEN 'real' THEN {_real(value, REAL_TEXT)}")

    def literal(self, value: str) -> str:
        return _null_or(value, "NULL", f"WHEN 'real' THEN {_real(value, REAL_TEXT)}")

    def proof(self, value: str) -> str:
        return _null_or(value, r"\N", f"WHEN 'real' THEN {_real(value, MYSQL_REAL_TEXT)}")

    def mysql_proof(self, value: str) -> str:
        return f"IFNULL(CAST({value} AS BINARY), '\\\\N')"

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

    def _branches(self, value: str, function: str) -> tuple[str, str]:
        limit = LARGEST_EXACT_INTEGER
        whole = f"{value} = CAST({value} AS INTEGER) AND abs({value}) < {_BEYOND_INTEGERS}"
        return (
            f"WHEN 'integer' THEN CASE WHEN {value} BETWEEN -{limit} AND {limit} "
            f"THEN {self._integer(value, function)} END",
            f"WHEN 'real' THEN CASE WHEN NOT ({whole}) THEN {_real(value, function)} END",
        )

    @staticmethod
    def _integer(value: str, function: str) -> str:
        return value if function == REAL_TEXT else f"{function}(CAST({value} AS REAL))"

    def field(self, value: str) -> str:
        return _null_or(value, r"\N", *self._branches(value, REAL_TEXT))

    def literal(self, value: str) -> str:
        return _null_or(value, "NULL", *self._branches(value, REAL_TEXT))

    def proof(self, value: str) -> str:
        return _null_or(value, r"\N", *self._branches(value, MYSQL_REAL_TEXT))

    def mysql_proof(self, value: str) -> str:
        return f"IFNULL(CAST({value} AS BINARY), '\\\\N')"

    def decode(self, value: Value) -> Value:
        if value is None:
            return None
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2.0**63 else number


def _limited(value: str, limit: int | None, text: str) -> str:
    return text if limit is None else f"CASE WHEN length({value}) <= {limit} THEN {text} END"


@dataclass(frozen=True, slots=True)
class TextCodec(Codec):
    """TEXT in VARCHAR or LONGTEXT; bytes that are not UTF-8 are refused by the server and found by us."""

    name: ClassVar[str] = "text"
    storage: ClassVar[str] = "text"

    def field(self, value: str) -> str:
        text = rf"replace(replace(replace({value}, '\', '\\'), char(9), '\t'), char(10), '\n')"
        return _null_or(value, r"\N", f"WHEN 'text' THEN {_limited(value, self.limit, text)}")

    def literal(self, value: str) -> str:
        text = rf"'''' || replace(replace({value}, '\', '\\'), '''', '''''') || ''''"
        return _null_or(value, "NULL", f"WHEN 'text' THEN {_limited(value, self.limit, text)}")

    def proof(self, value: str) -> str:
        return self.field(value)

    def mysql_proof(self, value: str) -> str:
        # On bytes: REPLACE on utf8mb4 walks character by character.
        text = f"CAST({value} AS BINARY)"
        for raw, escaped in (("'\\\\'", "'\\\\\\\\'"), ("'\\t'", "'\\\\t'"), ("'\\n'", "'\\\\n'")):
            text = f"REPLACE({text}, {raw}, {escaped})"
        return f"IFNULL({text}, '\\\\N')"

    def decode(self, value: Value) -> Value:
        return value


@dataclass(frozen=True, slots=True)
class BlobCodec(Codec):
    """BLOB in VARBINARY or LONGBLOB; travels as hexadecimal digits."""

    name: ClassVar[str] = "blob"
    storage: ClassVar[str] = "blob"
    load_assignment: ClassVar[str | None] = "unhex(%s)"

    def field(self, value: str) -> str:
        return _null_or(value, r"\N", f"WHEN 'blob' THEN {_limited(value, self.limit, f'hex({value})')}")

    def literal(self, value: str) -> str:
        text = f"'x''' || hex({value}) || ''''"
        return _null_or(value, "NULL", f"WHEN 'blob' THEN {_limited(value, self.limit, text)}")

    def proof(self, value: str) -> str:
        return self.field(value)

    def mysql_proof(self, value: str) -> str:
        return f"IFNULL(CAST(HEX({value}) AS BINARY), '\\\\N')"

    def decode(self, value: Value) -> Value:
        return value


CODECS: dict[str, type[Codec]] = {
    kind.name: kind for kind in (IntegerCodec, RealCodec, NumberCodec, TextCodec, BlobCodec)
}


def codec(name: str, limit: int | None) -> Codec:
    """The codec stored under ``name``. Raises KeyError for one that this version does not know."""
    return CODECS[name](limit)


def concatenated(parts: list[str]) -> str:
    """SQLite expression joining ``parts``, as a balanced tree: a chain of 1,000 would be too deep for
    SQLITE_MAX_EXPR_DEPTH and would copy the row once per column."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({concatenated(parts[:middle])} || {concatenated(parts[middle:])})"
