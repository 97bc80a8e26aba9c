"""The type of one column: what the data is decides, the declaration where it agrees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zdcdc.codecs.codec import CHARACTERS, Codec
from zdcdc.codecs.mixed import MixedCodec
from zdcdc.codecs.numbers import (
    LARGEST_EXACT_INTEGER,
    MOST_DECIMALS,
    MOST_DIGITS,
    BooleanCodec,
    DecimalCodec,
    IntegerCodec,
    NumberCodec,
    RealCodec,
)
from zdcdc.codecs.texts import BlobCodec, TextCodec, temporal_codec
from zdcdc.codecs.uuids import UuidCodec
from zdcdc.facts import ColumnFacts
from zdcdc.schema import Affinity, Column
from zdcdc.temporal import BY_NAME, preferred
from zdcdc.wishes import OnMismatch

USUAL_TEXT_CHARACTERS = 255
USUAL_BLOB_BYTES = 255
LONGEST_NUMBER = 32
"""Characters of the longest number as text, with some to spare."""

LONGEST_DECLARED = 1024
"""Characters up to which a declared length is taken over outside of keys."""

INTEGER_DIGITS = 19
SAFE_DIGITS = 18
"""A REAL with more may be whole and no INTEGER, which a decimal would give back."""

USUAL_DECIMALS = 2
MOST_USUAL_DECIMALS = 10
"""Digits after the point that values have whose column declares none; more come of reckoning with doubles."""

_DECLARED_DECIMAL = re.compile(r"(?:DEC|NUM)\w*\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", re.IGNORECASE)
_DECLARED_UUID = re.compile(r"CHAR\s*\(\s*32\s*\)", re.IGNORECASE)
_DECLARED_LENGTH = re.compile(r"CHAR\w*(?:\s+VARYING)?\s*\(\s*(\d+)\s*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A type with its codec, why, and what follows a value that does not fit."""

    type: str
    codec: Codec
    reason: str
    on_mismatch: OnMismatch = OnMismatch.HOLD


@dataclass(frozen=True, slots=True)
class Refused:
    """Why no type will do; ``condition`` holds for the rows in the way, ``{}`` standing for the column."""

    message: str
    condition: str = ""
    hint: str = ""
    not_utf8: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands in its table.

    ``key_bytes`` is what it may take of an index, None outside of all; ``whole`` says that an index has to
    hold all of a value: of a primary or foreign key. ``plain`` asks for a type of few rules, as both
    ends of a foreign key need the same. ``room`` is false where the row has no room for declared lengths.
    ``uuids`` says that the server has a type for UUIDs, which is what Django and SQLAlchemy expect there.
    """

    key_bytes: int | None = None
    whole: bool = False
    plain: bool = False
    room: bool = True
    uuids: bool = False
    unique: bool = False
    """Whether it is in a unique key, so that two of its values may not become one."""


def chosen(column: Column, facts: ColumnFacts, place: Place, habits: Sequence[str]) -> Choice | Refused:
    """The type of ``column``. ``habits`` are names of temporal forms that other columns prove."""
    refused = unkeepable(facts)
    if refused is not None:
        return refused
    seen = ", ".join(sorted(facts.values))
    reason = f"holds {seen}" if seen else f"holds no value, declared {column.declared or 'without a type'}"
    kind = kind_of(column, facts)
    if kind == "integer":
        return _integer(column, facts, place, reason)
    if kind == "real":
        return Choice("DOUBLE", RealCodec(), reason)
    if kind == "number":
        return _number(column, facts, place, reason)
    if kind == "text":
        reason += _shape(facts)
        return (
            _temporal(column, facts, place, reason, habits)
            or _uuid(column, facts, place, reason)
            or _text(column, facts, place, reason)
        )
    if kind == "blob":
        return _blob(facts, place, reason)
    return _mixed(facts, place, reason)


def unkeepable(facts: ColumnFacts) -> Refused | None:
    """Values that only the codec ``tagged`` keeps."""
    if facts.non_finite:
        return Refused(
            f"{facts.non_finite} values are infinite, which MySQL cannot store",
            "typeof({0}) = 'real' AND abs({0}) = 9e999",
        )
    if facts.negative_zeros:
        return Refused(
            f"{facts.negative_zeros} values are -0.0, which MySQL stores as 0.0",
            "typeof({0}) = 'real' AND {0} = 0 AND zdcdc_real({0}) = '-0.0'",
        )
    if facts.invalid_utf8:
        return Refused(
            f"{facts.invalid_utf8} values are stored as text but are not valid UTF-8", not_utf8=True
        )
    return None


def kind_of(column: Column, facts: ColumnFacts) -> str | None:
    """What a column holds, None for a mixture that is no number."""
    values = facts.values
    decimal = is_decimal(column)
    if values <= {"integer", "real"} and (len(values) == 2 or (decimal and values)):
        return "number"
    if values == {"real"} and column.affinity is not Affinity.REAL:
        # Only REAL affinity keeps a whole number REAL; elsewhere SQLite will store the next 2.0 as 2.
        return "real" if column.affinity is Affinity.BLOB else "number"
    if len(values) == 1:
        return next(iter(values))
    if values:
        return None
    if decimal:
        return "number"
    if is_temporal(column):
        return "text"
    by_affinity = {
        Affinity.INTEGER: "integer",
        Affinity.REAL: "real",
        Affinity.TEXT: "text",
        Affinity.BLOB: "blob" if "BLOB" in column.declared.upper() else "text",
        Affinity.NUMERIC: "integer" if is_boolean(column) else "text",
    }
    return by_affinity[column.affinity]


def is_decimal(column: Column) -> bool:
    """Whether it is declared DECIMAL, NUMERIC or the like."""
    declared = column.declared.upper()
    return column.affinity is Affinity.NUMERIC and ("DEC" in declared or "NUM" in declared)


def is_boolean(column: Column) -> bool:
    """Whether it is declared BOOL or BOOLEAN."""
    return column.declared.upper().startswith("BOOL")


def is_temporal(column: Column) -> bool:
    """Whether it is declared as a date or a time."""
    declared = column.declared.upper()
    return "DATE" in declared or "TIME" in declared


def _integer(column: Column, facts: ColumnFacts, place: Place, reason: str) -> Choice:
    if is_boolean(column) and not facts.not_boolean and not place.plain:
        return Choice("TINYINT(1)", BooleanCodec(), f"{reason}, only 0 and 1, declared {column.declared}")
    return Choice("BIGINT", IntegerCodec(), reason)


def _number(column: Column, facts: ColumnFacts, place: Place, reason: str) -> Choice | Refused:
    exact = _decimal(column, facts, reason) if is_decimal(column) and not place.plain else None
    if exact is not None:
        return exact
    if kept_in_double(facts):
        return Choice("DOUBLE", NumberCodec(), reason)
    if facts.whole_reals and not facts.integers:
        return _mixed(facts, place, f"{reason}, of which a DOUBLE would give whole ones back as integer")
    return _mixed(facts, place, f"{reason}, which one DOUBLE cannot keep apart")


def kept_in_double(facts: ColumnFacts) -> bool:
    """Whether a DOUBLE gives INTEGERs and REALs back as what they were."""
    low, high = facts.integer_range or (0, 0)
    return max(-low, high) <= LARGEST_EXACT_INTEGER and not facts.whole_reals


def is_number(column: Column, facts: ColumnFacts) -> bool:
    """Whether the type chosen by the data will be a number, which takes little room in a key."""
    kind = kind_of(column, facts)
    return kind in ("integer", "real") or (kind == "number" and kept_in_double(facts))


def _decimal(column: Column, facts: ColumnFacts, reason: str) -> Choice | None:
    """DECIMAL where every REAL is the double nearest to its own decimal of so many digits."""
    if facts.whole_reals or (facts.reals and facts.digits > SAFE_DIGITS):
        return None
    declared = _DECLARED_DECIMAL.search(column.declared)
    if declared is not None:
        precision, scale = int(declared[1]), int(declared[2] or 0)
        possible = scale <= min(precision, MOST_DECIMALS) and 1 <= precision <= MOST_DIGITS
        if possible and facts.decimals <= scale and facts.digits <= precision - scale:
            codec = DecimalCodec(None, precision, scale)
            reason = f"{reason}, all as declared {column.declared}"
            return Choice(f"DECIMAL({precision},{scale})", codec, reason)
        return None
    if facts.decimals > MOST_USUAL_DECIMALS:
        return None
    scale = max(facts.decimals, USUAL_DECIMALS)
    precision = INTEGER_DIGITS + scale
    codec = DecimalCodec(None, precision, scale)
    reason = f"{reason}, with up to {facts.decimals} digits after the point"
    return Choice(f"DECIMAL({precision},{scale})", codec, reason, OnMismatch.WIDEN)


def _temporal(
    column: Column, facts: ColumnFacts, place: Place, reason: str, habits: Sequence[str]
) -> Choice | None:
    """DATE, DATETIME(6) or TIME(6) where one form gives every value back."""
    if not is_temporal(column) or place.plain:
        return None
    if facts.texts:
        form = preferred([name for name in facts.shapes or () if name in BY_NAME], habits)
        if form is None:
            return None
        return Choice(form.kind.value, temporal_codec(form), f"holds text, all of it as {form.name}")
    form = BY_NAME[_guess(column, habits)]
    return Choice(form.kind.value, temporal_codec(form), f"{reason}; expected as {form.name}")


def _shape(facts: ColumnFacts) -> str:
    """What all texts are, where a person may want another type for it."""
    known = {"json": "JSON", "uuid": "UUIDs", "duration": "durations", "decimal": "decimal numbers"}
    return "".join(f", all of it {said}" for name, said in known.items() if name in (facts.shapes or ()))


def _guess(column: Column, habits: Sequence[str]) -> str:
    declared = column.declared.upper()
    if "DATETIME" in declared or "TIMESTAMP" in declared:
        usual = "YYYY-MM-DD HH:MM:SS[.ffffff]"
    else:
        usual = "YYYY-MM-DD" if "DATE" in declared else "HH:MM:SS[.ffffff]"
    kind = BY_NAME[usual].kind
    return next((habit for habit in habits if BY_NAME[habit].kind is kind), usual)


def _uuid(column: Column, facts: ColumnFacts, place: Place, reason: str) -> Choice | None:
    """UUID where Django and SQLAlchemy, which declare CHAR(32) for it, send values of this type."""
    if not place.uuids or place.plain or _DECLARED_UUID.fullmatch(column.declared) is None:
        return None
    if facts.texts and "hex uuid" not in (facts.shapes or ()):
        return None
    return Choice("UUID", UuidCodec(), f"{reason}; UUIDs of 32 digits, declared {column.declared}")


def _text(column: Column, facts: ColumnFacts, place: Place, reason: str) -> Choice | Refused:
    declared = _DECLARED_LENGTH.search(column.declared)
    length = int(declared[1]) if declared else 0
    fits = length > 0 and facts.longest_text <= length
    if place.key_bytes is None:
        if fits and length <= LONGEST_DECLARED and place.room and not place.plain:
            reason = f"{reason}, none longer than declared {column.declared}"
            return Choice(f"VARCHAR({length})", TextCodec(length), reason)
        return Choice("LONGTEXT", TextCodec(), reason)
    room = place.key_bytes // 4
    if fits and length <= room:
        reason = f"{reason}, in a key, none longer than declared {column.declared}"
        return Choice(f"VARCHAR({length})", TextCodec(length), reason)
    length = min(room, max(USUAL_TEXT_CHARACTERS, 2 * facts.longest_text))
    if facts.longest_text <= length:
        reason = f"{reason}, in a key"
        return Choice(f"VARCHAR({length})", TextCodec(length), reason, OnMismatch.WIDEN)
    if place.whole:
        return Refused(
            f"values of {facts.longest_text} characters in a key that may hold {length}",
            f"{CHARACTERS}(CAST({{0}} AS BLOB)) > {length}",
        )
    return Choice("LONGTEXT", TextCodec(), f"{reason}, too long for an index to hold whole")


def _blob(facts: ColumnFacts, place: Place, reason: str) -> Choice | Refused:
    if place.key_bytes is None:
        return Choice("LONGBLOB", BlobCodec(), reason)
    length = min(place.key_bytes, max(USUAL_BLOB_BYTES, 2 * facts.longest_blob))
    if facts.longest_blob <= length:
        return Choice(f"VARBINARY({length})", BlobCodec(length), f"{reason}, in a key", OnMismatch.WIDEN)
    if place.whole:
        message = f"values of {facts.longest_blob} bytes in a key that may hold {length}"
        return Refused(message, f"length({{0}}) > {length}")
    return Choice("LONGBLOB", BlobCodec(), f"{reason}, too long for an index to hold whole")


def _mixed(facts: ColumnFacts, place: Place, reason: str) -> Choice | Refused:
    """Text that tells the classes apart, as long as no text reads as a number."""
    counts = {kind: count for kind, count in facts.counts.items() if kind != "null"}
    shown = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    if facts.blobs or facts.number_like:
        rarest = min(counts, key=lambda kind: (counts[kind], kind))
        condition = f"typeof({{0}}) = '{rarest}'"
        if not facts.blobs:
            condition = "typeof({0}) = 'text' AND zdcdc_number_like({0})"
        return Refused(f"values of several storage classes: {shown}", condition)
    longest = max(facts.longest_text, LONGEST_NUMBER)
    reason = f"{reason}: kept as text, which tells them apart"
    if place.key_bytes is None:
        return Choice("LONGTEXT", MixedCodec(), reason)
    length = min(place.key_bytes // 4, max(USUAL_TEXT_CHARACTERS, 2 * longest))
    if longest <= length:
        return Choice(f"VARCHAR({length})", MixedCodec(length), f"{reason}, in a key", OnMismatch.WIDEN)
    if place.whole:
        message = f"values of {longest} characters in a key that may hold {length}"
        return Refused(message, f"{CHARACTERS}(CAST({{0}} AS BLOB)) > {length}")
    return Choice("LONGTEXT", MixedCodec(), f"{reason}, too long for an index to hold whole")
