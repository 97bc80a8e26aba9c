"""Dates and times as text, and back: reversible rules, pure.

A form is a rule and not a width: Python's ``str(datetime)`` leaves the fraction out when it is zero, while
SQLAlchemy and Rails always write six digits. A text fits a form when the date or time that it names, written
by the rule, is the same text again; so MySQL's own type keeps it, and gives it back byte for byte.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

DATE = "YYYY-MM-DD"
MINUTES = "HH:MM"
SECONDS = "HH:MM:SS"
SUFFIXES = ("", "Z", "+00:00", " UTC", " +0000 UTC")
"""What may follow: nothing, or UTC as Python, Go and JavaScript write it. An offset that is not zero would
say more than DATETIME holds."""


class Kind(str, Enum):
    """What a text names; the value is MySQL's type, with all six digits of a fraction."""

    DATE = "DATE"
    DATETIME = "DATETIME(6)"
    TIME = "TIME(6)"


class Fraction(str, Enum):
    """How the fraction of a second is written; the value is its spelling in the name of a form."""

    NONE = ""
    OPTIONAL_MICROSECONDS = "[.ffffff]"
    MICROSECONDS = ".ffffff"
    MILLISECONDS = ".fff"
    OPTIONAL_MILLISECONDS = "[.fff]"
    TRIMMED = "[.f+]"


_FRACTIONS = {
    Fraction.NONE: "",
    Fraction.OPTIONAL_MICROSECONDS: r"(?:\.(?!000000)\d{6})?",
    Fraction.MICROSECONDS: r"\.\d{6}",
    Fraction.MILLISECONDS: r"\.\d{3}",
    Fraction.OPTIONAL_MILLISECONDS: r"(?:\.(?!000)\d{3})?",
    Fraction.TRIMMED: r"(?:\.\d{0,5}[1-9])?",
}
# Years before 1000 are outside of what MySQL promises to keep.
_DATE = (
    r"[1-9]\d{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|02-(?:0[1-9]|1\d|2[0-9]))"
)
_MINUTES = r"(?:[01]\d|2[0-3]):[0-5]\d"
_LEAP_DAY = re.compile(rb"^(\d{4})-02-29", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TemporalForm:
    """One rule. ``separator`` stands between date and time, ``seconds`` is False where the minutes end it."""

    kind: Kind
    separator: str = ""
    seconds: bool = True
    fraction: Fraction = Fraction.NONE
    suffix: str = ""

    @property
    def name(self) -> str:
        """The rule as it is shown, stored and configured, such as ``YYYY-MM-DD HH:MM:SS[.ffffff]``."""
        date = "" if self.kind is Kind.TIME else DATE
        if self.kind is Kind.DATE:
            return date
        time = SECONDS + self.fraction.value if self.seconds else MINUTES
        return f"{date}{self.separator}{time}{self.suffix}"

    @property
    def expression(self) -> str:
        """A regular expression for one text; a 29th of February is to be looked at besides."""
        date = "" if self.kind is Kind.TIME else _DATE
        if self.kind is Kind.DATE:
            return date
        seconds = r":[0-5]\d" + _FRACTIONS[self.fraction] if self.seconds else ""
        return f"{date}{self.separator}{_MINUTES}{seconds}{re.escape(self.suffix)}"

    def fits(self, texts: bytes) -> bool:
        """Whether every line of ``texts``, which ends in a newline, is written by this rule."""
        if _block(self).fullmatch(texts) is None:
            return False
        if self.kind is Kind.TIME or b"-02-29" not in texts:
            return True
        return all(_is_leap(int(year)) for year in _LEAP_DAY.findall(texts))

    def written(self, value: datetime.date | datetime.time | datetime.timedelta) -> str:
        """``value``, as PyMySQL or mysql-replication returns it, as the text that it was made from; with all
        that it says, and so another text, where it was changed since to what the rule cannot write."""
        if isinstance(value, datetime.timedelta):
            if not datetime.timedelta(0) <= value < datetime.timedelta(days=1):
                return _as_mysql_prints(value)
            value = (datetime.datetime(2000, 1, 1) + value).time()
        if not isinstance(value, datetime.datetime | datetime.time):
            return value.isoformat()
        seconds, fraction = value.strftime(":%S"), self._fraction_of(value.microsecond)
        if fraction is None or not (self.seconds or (seconds == ":00" and not value.microsecond)):
            fraction = f".{value.microsecond:06}"
        elif not self.seconds:
            seconds = ""
        # strftime("%Y") does not pad years below 1000 everywhere.
        day = f"{value.date().isoformat()}{self.separator}" if isinstance(value, datetime.datetime) else ""
        return f"{day}{value.strftime('%H:%M')}{seconds}{fraction}{self.suffix}"

    def _fraction_of(self, microsecond: int) -> str | None:
        """None where the rule leaves some of it out."""
        digits = f".{microsecond:06}"
        match self.fraction:
            case Fraction.NONE:
                return None if microsecond else ""
            case Fraction.MICROSECONDS:
                return digits
            case Fraction.MILLISECONDS:
                return None if microsecond % 1000 else digits[:4]
            case Fraction.OPTIONAL_MICROSECONDS:
                return digits if microsecond else ""
            case Fraction.OPTIONAL_MILLISECONDS:
                if not microsecond:
                    return ""
                return None if microsecond % 1000 else digits[:4]
            case Fraction.TRIMMED:
                return digits.rstrip("0") if microsecond else ""

    @property
    def literal_as_it_is(self) -> bool:
        """Whether the text is a literal of MySQL's type itself."""
        return not self.suffix and self.separator != "T" and (self.seconds or self.kind is Kind.DATE)

    def for_mysql(self, text: str) -> str:
        """``text``, which fits, as a literal of MySQL's type."""
        literal = text.removesuffix(self.suffix) if self.suffix else text
        if self.kind is Kind.DATETIME:
            literal = f"{literal[:10]} {literal[11:]}"
        return literal if self.seconds or self.kind is Kind.DATE else f"{literal}:00"

    def in_sqlite(self, value: str) -> str:
        """SQLite expression: the literal of :meth:`for_mysql` for the text ``value``, NULL when it does not
        fit."""
        # What SQLite's own date functions write back is a real date, in the one spelling that they have; only
        # a modifier makes them reckon, which turns the 30th of February into a day of March.
        text = f"{value} COLLATE BINARY"
        if self.kind is Kind.DATE:
            return f"CASE WHEN date({value}, '+0 days') = {text} AND {_modern(value)} THEN {value} END"
        start = 1 if self.kind is Kind.TIME else 12
        length = (start - 1) + (8 if self.seconds else 5)
        clock = f"substr({value}, {start}, {8 if self.seconds else 5})"
        shape = "%H:%M:%S" if self.seconds else "%H:%M"
        if self.kind is Kind.TIME:
            base, literal = f"strftime('{shape}', {clock}, '+0 days')", clock
        else:
            moment = f"substr({value}, 1, 10) || ' ' || {clock}"
            base = f"strftime('%Y-%m-%d{self.separator}{shape}', {moment}, '+0 days')"
            literal = moment
        if not self.seconds:
            literal = f"{literal} || ':00'"
        modern = "" if self.kind is Kind.TIME else f" AND {_modern(value)}"
        end = f"|| '{self.suffix}'" if self.suffix else ""
        branches = []
        for digits in _DIGITS[self.fraction]:
            size = length + (digits + 1 if digits else 0) + len(self.suffix)
            fraction = f"substr({value}, {length + 1}, {digits + 1})"
            checks = f"length({value}) = {size} AND {base} "
            if digits:
                checks += f"|| {fraction} "
            checks += f"{end} = {text}{modern}"
            written = literal
            if digits:
                checks += f" AND {fraction} GLOB '.{'[0-9]' * digits}'{self._canonical(fraction, digits)}"
                written = f"{literal} || {fraction}"
            branches.append(f"WHEN {checks} THEN {written}")
        return f"CASE {' '.join(branches)} END"

    def _canonical(self, fraction: str, digits: int) -> str:
        if self.fraction is Fraction.TRIMMED:
            return f" AND {fraction} NOT GLOB '*0'"
        if self.fraction in (Fraction.OPTIONAL_MICROSECONDS, Fraction.OPTIONAL_MILLISECONDS):
            return f" AND {fraction} <> '.{'0' * digits}'"
        return ""

    def in_mysql(self, column: str) -> str:
        """MySQL expression: the text that ``column`` was made from; another one if it was changed since to
        what the rule cannot write."""
        text = f"CAST({column} AS CHAR)"
        if self.kind is Kind.DATE:
            return text
        date = 0 if self.kind is Kind.TIME else 11
        whole = f"LEFT({text}, {date + 8})"
        thousands = f"LEFT({text}, {date + 12})"
        micro = f"MICROSECOND({column})"
        written = {
            Fraction.NONE: f"IF({micro} = 0, {whole}, {text})",
            Fraction.MICROSECONDS: text,
            Fraction.OPTIONAL_MICROSECONDS: f"IF({micro} = 0, {whole}, {text})",
            Fraction.MILLISECONDS: f"IF({micro} MOD 1000 = 0, {thousands}, {text})",
            Fraction.OPTIONAL_MILLISECONDS: (
                f"IF({micro} = 0, {whole}, IF({micro} MOD 1000 = 0, {thousands}, {text}))"
            ),
            Fraction.TRIMMED: f"TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {text}))",
        }[self.fraction]
        if not self.seconds:
            short = f"LEFT({text}, {date + 5})"
            written = f"IF({micro} = 0 AND SECOND({column}) = 0, {short}, {text})"
        if self.separator == "T":
            written = f"REPLACE({written}, ' ', 'T')"
        return f"CONCAT({written}, '{self.suffix}')" if self.suffix else written


_DIGITS: dict[Fraction, tuple[int, ...]] = {
    Fraction.NONE: (0,),
    Fraction.OPTIONAL_MICROSECONDS: (0, 6),
    Fraction.MICROSECONDS: (6,),
    Fraction.MILLISECONDS: (3,),
    Fraction.OPTIONAL_MILLISECONDS: (0, 3),
    Fraction.TRIMMED: (0, 1, 2, 3, 4, 5, 6),
}


def _modern(value: str) -> str:
    """SQLite expression: whether a date that is written as SQLite does has a year of 1000 or later."""
    # Not by comparing: a column declared DATE would make a number of '1000', and every text is greater.
    return f"{value} GLOB '[1-9]*'"


@cache
def _block(form: TemporalForm) -> re.Pattern[bytes]:
    return re.compile(f"(?:{form.expression}\n)*".encode(), re.ASCII)


def _as_mysql_prints(value: datetime.timedelta) -> str:
    """TIME is a duration in MySQL, of up to 838 hours in both directions."""
    seconds, microsecond = divmod(abs(value) // datetime.timedelta(microseconds=1), 1_000_000)
    minutes, second = divmod(seconds, 60)
    sign = "-" if value < datetime.timedelta(0) else ""
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}:{second:02}.{microsecond:06}"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _clocks(kind: Kind, separators: Iterable[str], suffixes: Sequence[str]) -> list[TemporalForm]:
    found = []
    for separator in separators:
        for suffix in suffixes:
            found += [TemporalForm(kind, separator, True, fraction, suffix) for fraction in Fraction]
            found.append(TemporalForm(kind, separator, False, Fraction.NONE, suffix))
    return found


FORMS: tuple[TemporalForm, ...] = (
    TemporalForm(Kind.DATE),
    *_clocks(Kind.DATETIME, (" ", "T"), SUFFIXES),
    *_clocks(Kind.TIME, ("",), ("",)),
)
"""Every form, the more likely one of two that fit the same texts after the less likely one."""

BY_NAME = {form.name: form for form in FORMS}

_FIXED = (Fraction.MICROSECONDS, Fraction.MILLISECONDS)

PREFERENCE = (
    Fraction.OPTIONAL_MICROSECONDS,
    Fraction.MICROSECONDS,
    Fraction.MILLISECONDS,
    Fraction.OPTIONAL_MILLISECONDS,
    Fraction.TRIMMED,
    Fraction.NONE,
)
"""Which rule to believe in where the values so far fit several: a whole second may still be followed by
others, so Python's rule goes before one without any fraction."""


def fitting(texts: bytes, candidates: Iterable[str] | None) -> frozenset[str]:
    """Names of the forms by which every line of ``texts`` is written, of ``candidates`` (None: of all)."""
    if candidates is None:
        end = texts.index(b"\n") + 1
        candidates = [form.name for form in FORMS if form.fits(texts[:end])]
    forms = [BY_NAME[name] for name in candidates]
    if b"." in texts:
        return frozenset(form.name for form in forms if form.fits(texts))
    # Without a fraction anywhere, all forms that may leave it out are one.
    plain = {form: replace(form, fraction=Fraction.NONE) for form in forms if form.fraction not in _FIXED}
    fits = {form for form in set(plain.values()) if form.fits(texts)}
    return frozenset(form.name for form, alike in plain.items() if alike in fits)


def preferred(names: Iterable[str], habits: Sequence[str] = ()) -> TemporalForm | None:
    """The form to choose of those that fit: one of ``habits`` (names of forms that other columns prove, the
    commonest first) if it fits, else by :data:`PREFERENCE`; None without any."""
    fits = set(names)
    for habit in habits:
        if habit in fits:
            return BY_NAME[habit]
    forms = [BY_NAME[name] for name in fits]
    if not forms:
        return None
    return min(forms, key=lambda form: (not form.seconds, PREFERENCE.index(form.fraction), form.name))
