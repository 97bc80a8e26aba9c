"""What a codec is: SQL text by which the values of one column are written in MySQL, and the way back.

A codec gives SQL expressions, not values, for the hot paths: rows are encoded inside SQLite, one text
per row, which keeps up with the server where encoding in Python does not. Each expression is NULL for a
value that the codec cannot keep exactly; concatenation then makes the whole row NULL, so that a refused
value can never slip through (trap 40: MySQL rounds 1.5 into BIGINT without a warning).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from zdcdc.keys import Value

REAL_TEXT = "zdcdc_real"
"""SQL function that our own connections register: shortest decimal text that reads back as the double."""

MYSQL_REAL_TEXT = "zdcdc_mysql_real"
"""SQL function that our own connections register: the text that MySQL itself prints for the double."""

CHARACTERS = "zdcdc_characters"
"""SQL function that our own connections register: how many characters a text has, given as a blob."""

_ESCAPES = {b"\\\\": b"\\", b"\\t": b"\t", b"\\n": b"\n"}
_ESCAPE = re.compile(rb"\\[\\tn]")


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How a form writes NULL, text, blobs and reals; ``text``, ``plain`` and ``blob`` have one ``{}`` for the
    value, ``plain`` being text of digits and signs alone."""

    null: str
    text: str
    plain: str
    blob: str
    real: str


_ESCAPED_TEXT = r"replace(replace(replace({}, '\', '\\'), char(9), '\t'), char(10), '\n')"
_LITERAL_TEXT = r"'''' || replace(replace({}, '\', '\\'), '''', '''''') || ''''"
_QUOTED = "'''' || {} || ''''"


class Form(Enum):
    """What an encoded value is for.

    A field is one of LOAD DATA; a proof is what verification compares. RAW ones leave text as it is and
    mark NULL by a byte that no UTF-8 text holds (see :mod:`zdcdc.capture.lines`): escaping a block of
    rows at once in Python is several times faster than ``replace`` on each value. They need a UTF-8
    database, ESCAPED ones do not.
    """

    LITERAL = _Spelling("'NULL'", _LITERAL_TEXT, _QUOTED, "quote({})", REAL_TEXT)
    RAW_FIELD = _Spelling("x'fe'", "{}", "{}", "hex({})", REAL_TEXT)
    RAW_PROOF = _Spelling("x'fe'", "{}", "{}", "hex({})", MYSQL_REAL_TEXT)
    ESCAPED_FIELD = _Spelling(r"'\N'", _ESCAPED_TEXT, "{}", "hex({})", REAL_TEXT)
    ESCAPED_PROOF = _Spelling(r"'\N'", _ESCAPED_TEXT, "{}", "hex({})", MYSQL_REAL_TEXT)

    @property
    def proof(self) -> bool:
        """Whether it is compared, and not stored."""
        return self.value.real == MYSQL_REAL_TEXT


RAW_FORMS = (Form.RAW_FIELD, Form.RAW_PROOF)


def proof_or_null(value: str, proof: str) -> str:
    """MySQL expression: ``proof``, or the mark of NULL where ``value`` is."""
    # Not IFNULL of the proof: where that grows beyond max_allowed_packet, the server makes it NULL.
    return f"IF({value} IS NULL, '\\\\N', {proof})"


_IN_MYSQL = (
    # What is to be escaped and its escape, for REPLACE; the same for REGEXP_REPLACE, which reads backslashes
    # once more and may have been told to read no white space in a pattern (default_regex_flags).
    (r"'\\'", r"'\\\\'", r"'\\\\'", r"'\\\\\\\\'"),
    (r"'\t'", r"'\\t'", r"'\\t'", r"'\\\\t'"),
    (r"'\n'", r"'\\n'", r"'\\n'", r"'\\\\n'"),
)


def escaped_in_mysql(text: str) -> str:
    """MySQL expression: ``text`` as bytes, escaped as LOAD DATA reads it."""
    # On bytes: REPLACE on utf8mb4 walks character by character. MariaDB's REPLACE moves the rest of the text
    # at each match (22 s for 25,000 lines of 40 characters), its REGEXP_REPLACE does not; MySQL's takes no
    # bytes. MySQL ignores comments that begin with M, MariaDB those for MySQL 8.0.
    escaped = f"CAST({text} AS BINARY)"
    for raw, mark, pattern, replacement in _IN_MYSQL:
        escaped = (
            f"/*!80000 REPLACE(*//*M! REGEXP_REPLACE(*/{escaped}, "
            f"/*!80000 {raw}, {mark}*//*M! {pattern}, {replacement}*/)"
        )
    return escaped


def unescaped(field: bytes) -> bytes:
    """The text of an escaped field."""
    return _ESCAPE.sub(lambda match: _ESCAPES[match.group()], field)


def fitting(value: str, limit: int | None, kept: str, besides: int = 0) -> str:
    """SQLite expression: ``kept`` where ``value`` has at most ``limit`` characters, less ``besides``."""
    if limit is None:
        return kept
    # length() counts up to the first NUL only; what follows one is looked at where it could be too much.
    most = limit - besides
    blob = f"CAST({value} AS BLOB)"
    whole = f"length({blob}) <= {most} OR instr({value}, char(0)) = 0 OR {CHARACTERS}({blob}) <= {most}"
    return f"CASE WHEN length({value}) <= {most} AND ({whole}) THEN {kept} END"


LONGEST_NUMBER = 32
"""Characters of the longest number as text, with a tag, and some to spare."""


def short(number: str, limit: int | None) -> str:
    """SQLite expression: ``number``, which is one as text, where it has at most ``limit`` characters."""
    if limit is None or limit >= LONGEST_NUMBER:
        return number
    return f"CASE WHEN length({number}) <= {limit} THEN {number} END"


@dataclass(frozen=True, slots=True)
class Codec(ABC):
    """One column's encoding. ``limit`` is the target's length in characters or bytes, None without."""

    limit: int | None = None

    name: ClassVar[str]
    storage: ClassVar[str]
    load_assignment: ClassVar[str | None] = None
    """Template of a SET clause for LOAD DATA, with one ``%s`` for the variable; None: plain field."""

    @property
    def argument(self) -> str:
        """What else makes the codec, as it is stored and configured after ``name:``; empty without."""
        return ""

    @property
    def ordered(self) -> bool:
        """Whether MySQL orders what is stored as SQLite orders the values."""
        return True

    def expression(self, value: str, form: Form) -> str:
        """SQLite expression: ``value`` in ``form``, NULL when it is refused."""
        branches = " ".join(self._branches(value, form))
        return f"CASE {branches} WHEN {value} IS NULL THEN {form.value.null} END"

    @abstractmethod
    def _branches(self, value: str, form: Form) -> list[str]:
        """A WHEN branch for each storage class that is kept; none may be taken by NULL."""

    def mysql_proof(self, value: str) -> str:
        """MySQL expression: the stored value as bytes, as verification compares it."""
        return proof_or_null(value, f"CAST({value} AS BINARY)")

    def parse(self, field: bytes) -> Value:
        """The value of a proof that is not NULL."""
        return self.decode(unescaped(field).decode())

    def decode(self, value: Any) -> Value:
        """The SQLite value for what PyMySQL returns; the exact inverse of encoding."""
        stored: Value = value
        return stored

    def encode(self, value: Value) -> Any:
        """What to bind in MySQL to meet ``value``, which fits."""
        return value

    def same_proof(self, left: bytes, right: bytes) -> bool:
        """Whether two proofs, neither of NULL, mean the same value though they are not the same bytes."""
        return False

    def same(self, left: Value, right: Value) -> bool:
        """Whether a value of SQLite and one decoded from MySQL are the same."""
        return left == right and type(left) is type(right)
