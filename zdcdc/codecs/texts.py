"""Text, blobs, dates and times."""

from __future__ import annotations

import datetime
import decimal
import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from zdcdc.codecs.codec import Codec, Form, escaped_in_mysql, fitting, proof_or_null
from zdcdc.keys import Value
from zdcdc.temporal import BY_NAME, FORMS, Fraction, Kind, TemporalForm

JSON_FITS = "zdcdc_json"
"""SQL function that our own connections register; see :func:`json_fits`."""


@dataclass(frozen=True, slots=True)
class TextCodec(Codec):
    """TEXT in VARCHAR or LONGTEXT; bytes that are not UTF-8 are refused."""

    name: ClassVar[str] = "text"
    storage: ClassVar[str] = "text"

    def _branches(self, value: str, form: Form) -> list[str]:
        # Every text sorts after every number and before every blob (sqlite.org, datatype3, section 4.1):
        # two comparisons take half of the time of typeof(). Under a collation of the application anything may
        # sort before the empty text, hence BINARY.
        kept = fitting(value, self.limit, form.value.text.format(value))
        compared = f"{value} COLLATE BINARY"
        return [f"WHEN {compared} >= '' AND {compared} < x'' THEN {kept}"]

    def mysql_proof(self, value: str) -> str:
        return proof_or_null(value, escaped_in_mysql(value))


@dataclass(frozen=True, slots=True)
class PrintableCodec(TextCodec):
    """TEXT of printable ASCII, on whose case NOCASE and the collations of MySQL agree."""

    name: ClassVar[str] = "printable"
    storage: ClassVar[str] = "text of printable ASCII"

    def _branches(self, value: str, form: Form) -> list[str]:
        kept = fitting(value, self.limit, form.value.text.format(value))
        # GLOB sees a text up to its first NUL only.
        printable = f"{value} NOT GLOB '*[^ -~]*' AND instr({value}, char(0)) = 0"
        return [f"WHEN typeof({value}) = 'text' THEN CASE WHEN {printable} THEN {kept} END"]


@dataclass(frozen=True, slots=True)
class BlobCodec(Codec):
    """BLOB in VARBINARY or LONGBLOB; travels as hexadecimal digits."""

    name: ClassVar[str] = "blob"
    storage: ClassVar[str] = "blob"
    load_assignment: ClassVar[str | None] = "unhex(%s)"

    def _branches(self, value: str, form: Form) -> list[str]:
        kept = form.value.blob.format(value)
        if self.limit is not None:
            kept = f"CASE WHEN length({value}) <= {self.limit} THEN {kept} END"
        return [f"WHEN typeof({value}) = 'blob' THEN {kept}"]

    def mysql_proof(self, value: str) -> str:
        return proof_or_null(value, f"CAST(HEX({value}) AS BINARY)")

    def parse(self, field: bytes) -> Value:
        return bytes.fromhex(field.decode("ascii"))


@dataclass(frozen=True, slots=True)
class TemporalCodec(Codec):
    """A date or time written by one rule, in the type of MySQL that is made for it."""

    form: TemporalForm = FORMS[0]

    @property
    def argument(self) -> str:
        return self.form.name

    @property
    def ordered(self) -> bool:
        # "…:00Z" sorts after "…:00.5Z".
        varying = (Fraction.OPTIONAL_MICROSECONDS, Fraction.OPTIONAL_MILLISECONDS, Fraction.TRIMMED)
        return not (self.form.suffix == "Z" and self.form.fraction in varying)

    def _branches(self, value: str, form: Form) -> list[str]:
        literal = self.form.in_sqlite(value)
        if form.proof:
            return [f"WHEN {literal} IS NOT NULL THEN {form.value.plain.format(value)}"]
        return [f"WHEN {value} IS NOT NULL THEN {form.value.plain.format(literal)}"]

    def mysql_proof(self, value: str) -> str:
        return proof_or_null(value, f"CAST({self.form.in_mysql(value)} AS BINARY)")

    def decode(self, value: Any) -> Value:
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
            return self.form.written(value)
        text: Value = value
        return text

    def encode(self, value: Value) -> Any:
        return self.form.for_mysql(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class DateCodec(TemporalCodec):
    """TEXT in DATE."""

    name: ClassVar[str] = "date"
    storage: ClassVar[str] = "dates"


@dataclass(frozen=True, slots=True)
class DateTimeCodec(TemporalCodec):
    """TEXT in DATETIME(6)."""

    name: ClassVar[str] = "datetime"
    storage: ClassVar[str] = "dates with a time"


@dataclass(frozen=True, slots=True)
class TimeCodec(TemporalCodec):
    """TEXT in TIME(6)."""

    name: ClassVar[str] = "time"
    storage: ClassVar[str] = "times of a day"


_BY_KIND: dict[Kind, type[TemporalCodec]] = {
    Kind.DATE: DateCodec,
    Kind.DATETIME: DateTimeCodec,
    Kind.TIME: TimeCodec,
}


def temporal_codec(form: TemporalForm) -> TemporalCodec:
    """The codec of ``form``."""
    return _BY_KIND[form.kind](None, form)


def form_called(name: str, kind: type[TemporalCodec]) -> TemporalForm:
    """The form with this name. Raises ValueError when there is none of this kind."""
    form = BY_NAME.get(name)
    if form is None or _BY_KIND[form.kind] is not kind:
        known = ", ".join(f.name for f in FORMS if _BY_KIND[f.kind] is kind)
        raise ValueError(f"{kind.name}:{name} is no form that is known; these are: {known}")
    return form


@dataclass(frozen=True, slots=True)
class JsonCodec(Codec):
    """TEXT that is JSON, in MySQL's JSON: the same document, not the same text.

    MySQL orders the keys of an object and writes numbers and spaces its own way, so this is a conversion that
    a person has to choose.
    """

    name: ClassVar[str] = "json"
    storage: ClassVar[str] = "JSON documents"

    @property
    def ordered(self) -> bool:
        return False

    def _branches(self, value: str, form: Form) -> list[str]:
        fits = f"{JSON_FITS}(CAST({value} AS BLOB))"
        kept = f"CASE WHEN {fits} THEN {form.value.text.format(value)} END"
        return [f"WHEN typeof({value}) = 'text' THEN {kept}"]

    def mysql_proof(self, value: str) -> str:
        return proof_or_null(value, escaped_in_mysql(f"CAST({value} AS CHAR)"))

    def same(self, left: Value, right: Value) -> bool:
        if not (isinstance(left, str) and isinstance(right, str)):
            return left is right
        return _canonical(left) == _canonical(right)


def _canonical(text: str) -> str:
    return json.dumps(json.loads(text), sort_keys=True)


class _NotKept(ValueError):  # noqa: N818 - a signal, not an error
    pass


_LONGEST_NAME = 65_535
"""Bytes of the name of a member that MySQL takes (its error 3151)."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotKept  # MySQL keeps one of two equal keys
    if any(len(name) > _LONGEST_NAME // 4 and len(name.encode()) > _LONGEST_NAME for name in found):
        raise _NotKept
    return found


def _integer(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**64 or text == "-0":
        raise _NotKept  # MySQL makes a double of it
    return number


def _double(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")) or repr(number) == "-0.0":
        raise _NotKept
    if decimal.Decimal(text) not in (decimal.Decimal(repr(number)), decimal.Decimal(number)):
        raise _NotKept  # it has more digits than a double keeps
    return number


def _constant(text: str) -> Any:
    raise _NotKept(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_double, parse_constant=_constant
)
_DEEPEST = 100
"""Levels that MySQL takes (manual, The JSON Data Type)."""


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def json_fits(text: str) -> int:
    """Whether MySQL's JSON keeps the document ``text``: 1 or 0."""
    try:
        document = _DECODER.decode(text)
        if _SURROGATE.search(text):
            json.dumps(document, ensure_ascii=False).encode()  # one without its other half is no character
    except (ValueError, RecursionError):
        return 0
    return int(_depth(document) <= _DEEPEST)


def _depth(document: Any) -> int:
    level, depth = [document], 0
    while level:
        depth += 1
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        level = inner
    return depth
