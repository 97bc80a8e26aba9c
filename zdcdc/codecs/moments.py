"""Dates and times in several spellings, in one DATETIME: the same moments, not the same texts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, ClassVar

from zdcdc.codecs.codec import Codec, Form, proof_or_null
from zdcdc.keys import Value
from zdcdc.temporal import BY_NAME, FORMS, Kind

MOMENT = "zdcdc_moment"
"""SQL function that our own connections register; see :func:`moment`."""

_WRITTEN = BY_NAME["YYYY-MM-DD HH:MM:SS.ffffff"]
_FORMS = [form for form in FORMS if form.kind is not Kind.TIME]


@dataclass(frozen=True, slots=True)
class MomentCodec(Codec):
    """TEXT that any form of a date, or of a date with a time, writes, in DATETIME(6).

    What comes back is the moment with all six digits, so this is a conversion that a person has to choose:
    where a default of SQLite and a library write the same column in different ways, no form gives back both.
    """

    name: ClassVar[str] = "moment"
    storage: ClassVar[str] = "dates and times in any spelling"

    @property
    def ordered(self) -> bool:
        return False

    def _branches(self, value: str, form: Form) -> list[str]:
        written = f"CASE WHEN typeof({value}) = 'text' THEN {MOMENT}(CAST({value} AS BLOB)) END"
        return [f"WHEN {value} IS NOT NULL THEN {form.value.plain.format(written)}"]

    def mysql_proof(self, value: str) -> str:
        return proof_or_null(value, f"CAST(CAST({value} AS CHAR) AS BINARY)")

    def decode(self, value: Any) -> Value:
        if isinstance(value, datetime.datetime):
            return _WRITTEN.written(value)
        kept: Value = value
        return kept

    def encode(self, value: Value) -> Any:
        return moment(value) if isinstance(value, str) else value

    def same(self, left: Value, right: Value) -> bool:
        return bool(self.encode(left) == self.encode(right))


def moment(text: str) -> str | None:
    """``text`` with a space, all six digits and no zone (which is UTC); None when no form writes it."""
    if not text.isascii() or "\n" in text:
        return None
    line = f"{text}\n".encode()
    for form in _FORMS:
        if form.fits(line):
            literal = form.for_mysql(text)
            whole = literal if form.kind is Kind.DATETIME else f"{literal} 00:00:00"
            head, _, fraction = whole.partition(".")
            return f"{head}.{fraction:0<6}"
    return None
