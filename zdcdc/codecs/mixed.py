"""Values of several storage classes in one column, as text that says which class each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from zdcdc.codecs.codec import (
    LONGEST_NUMBER,
    REAL_TEXT,
    Codec,
    Form,
    escaped_in_mysql,
    fitting,
    proof_or_null,
    short,
)
from zdcdc.facts import NUMBER_LIKE
from zdcdc.keys import Value

NUMBER_LIKE_TEXT = "zdcdc_number_like"
"""SQL function that our own connections register: 1 for a text that reads as a number is printed."""

UTF8 = "zdcdc_utf8"
"""SQL function that our own connections register: 1 for a text, given as a blob, that is valid in the
encoding of the database; else 0, or NULL where that is not UTF-8."""


@dataclass(frozen=True, slots=True)
class MixedCodec(Codec):
    """Numbers and text in one text column; no text may read as a number is printed.

    Where the column has numeric affinity SQLite itself makes numbers of such texts.
    """

    name: ClassVar[str] = "mixed"
    storage: ClassVar[str] = "numbers, and text that does not look like one"

    @property
    def ordered(self) -> bool:
        return False

    def _branches(self, value: str, form: Form) -> list[str]:
        real = f"nullif(nullif(nullif({REAL_TEXT}({value}), '-0.0'), 'inf'), '-inf')"
        # Only digits, signs, points and e make a number, so that the function is hardly ever called; and
        # never with what is not UTF-8, behind a NUL, which no function in Python can take.
        safe = (
            f"{value} = '' OR {value} GLOB '*[^-+.e0-9]*' OR instr({value}, char(0)) "
            f"OR NOT {NUMBER_LIKE_TEXT}({value})"
        )
        text = fitting(value, self.limit, form.value.text.format(value))
        return [
            f"WHEN typeof({value}) = 'integer' THEN {form.value.plain.format(short(value, self.limit))}",
            f"WHEN typeof({value}) = 'real' THEN {form.value.plain.format(short(real, self.limit))}",
            f"WHEN typeof({value}) = 'text' THEN CASE WHEN {safe} THEN {text} END",
        ]

    def mysql_proof(self, value: str) -> str:
        return proof_or_null(value, escaped_in_mysql(value))

    def decode(self, value: Any) -> Value:
        if not isinstance(value, str) or NUMBER_LIKE.fullmatch(value) is None:
            kept: Value = value
            return kept
        # What another spelling of a number is was written by somebody else, and is that text.
        number = float(value) if set(value) & set(".e") or len(value) > LONGEST_NUMBER else int(value)
        fits = isinstance(number, float) or -(2**63) <= number < 2**63
        return number if fits and repr(number) == value else value

    def encode(self, value: Value) -> Any:
        return value if value is None or isinstance(value, str) else repr(value)


@dataclass(frozen=True, slots=True)
class TaggedCodec(Codec):
    """Every value, after a letter for its class: ``i:1``, ``r:1.5``, ``t:text``, ``b:`` and hexadecimal
    digits. Keeps infinity and -0.0, too; and a text that is not UTF-8, as ``x:`` and its digits, where there
    is no limit: a key that holds one could not be asked for."""

    name: ClassVar[str] = "tagged"
    storage: ClassVar[str] = "any value"

    @property
    def ordered(self) -> bool:
        return False

    def _branches(self, value: str, form: Form) -> list[str]:
        text = fitting(value, self.limit, form.value.text.format(f"('t:' || {value})"), 2)
        digits = f"hex(CAST({value} AS BLOB))"
        blob, broken = f"('b:' || {digits})", f"('x:' || {digits})"
        if self.limit is not None:
            blob = f"CASE WHEN length({value}) <= {(self.limit - 2) // 2} THEN {blob} END"
            broken = "NULL"
        plain = form.value.plain.format
        integer, real = f"('i:' || {value})", f"('r:' || {REAL_TEXT}({value}))"
        return [
            f"WHEN typeof({value}) = 'integer' THEN {plain(short(integer, self.limit))}",
            f"WHEN typeof({value}) = 'real' THEN {plain(short(real, self.limit))}",
            f"WHEN typeof({value}) = 'blob' THEN {plain(blob)}",
            f"WHEN typeof({value}) = 'text' THEN CASE {UTF8}(CAST({value} AS BLOB)) WHEN 1 THEN {text} "
            f"WHEN 0 THEN {plain(broken)} END",
        ]

    def mysql_proof(self, value: str) -> str:
        return proof_or_null(value, escaped_in_mysql(value))

    def decode(self, value: Any) -> Value:
        if not isinstance(value, str):
            kept: Value = value
            return kept
        tag, rest = value[:2], value[2:]
        try:
            match tag:
                case "t:":
                    return rest
                case "i:":
                    return int(rest)
                case "r:":
                    return float(rest)
                case "b:":
                    return bytes.fromhex(rest)
                case "x:":
                    return bytes.fromhex(rest).decode("utf-8", "surrogateescape")
        except ValueError:
            pass
        return value  # written by somebody else

    def encode(self, value: Value) -> Any:
        match value:
            case None:
                return None
            case str():
                try:
                    value.encode()
                except UnicodeEncodeError:
                    return f"x:{value.encode('utf-8', 'surrogateescape').hex().upper()}"
                return f"t:{value}"
            case bytes():
                return f"b:{value.hex().upper()}"
            case float():
                return f"r:{value!r}"
        return f"i:{value}"

    def same(self, left: Value, right: Value) -> bool:
        return repr(left) == repr(right)  # tells -0.0 from 0.0
