"""What a translated part of an expression is: its text for MySQL and all that its meaning depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zdcdc.schema import BINARY, Affinity
from zdcdc.temporal import TemporalForm
from zdcdc.translate.operands import Kind, RefusedError

NUL = "CONVERT(x'00' USING utf8mb4)"
NOCASE, RTRIM = "NOCASE", "RTRIM"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Value:
    """One part. ``sql`` needs parentheses where an operator follows, unless it is ``atomic``.

    ``affinity`` and ``collation`` are those of a column, None for what has none; ``explicit`` marks a
    COLLATE, ``hidden`` one somewhere inside, which SQLite heeds in some comparisons and not in others.
    ``settled`` says that MySQL compares the text byte for byte. ``literal`` is the value of a literal.
    ``logical`` marks 0, 1 and NULL. ``least`` is a lower bound of integers. ``ascii`` and ``without_nul`` are
    about every text that it can be. ``moment`` is the format, as strftime() takes it, of a text that is the
    present time.
    """

    sql: str
    kind: Kind
    atomic: bool = True
    affinity: Affinity | None = None
    collation: str | None = None
    explicit: bool = False
    hidden: bool = False
    settled: bool = False
    literal: int | float | str | bytes | None = None
    logical: bool = False
    least: int | None = None
    ascii: bool = False
    without_nul: bool = False
    form: TemporalForm | None = None
    moment: str | None = None

    @property
    def operand(self) -> str:
        """``sql`` as an operand of any operator."""
        return self.sql if self.atomic else f"({self.sql})"

    @property
    def is_null(self) -> bool:
        return self.kind is Kind.NULL


NULL = Value("NULL", Kind.NULL, logical=True)


def operation(sql: str, kind: Kind, *, logical: bool = False, least: int | None = None) -> Value:
    """The result of an operator."""
    return Value(sql, kind, atomic=False, logical=logical, least=least)


def plain(value: Value) -> Value:
    """``value`` where SQLite looks at no collation. Raises RefusedError for COLLATE, which SQLite would see
    there all the same."""
    if value.explicit:
        raise RefusedError("COLLATE inside of an expression")
    return value


def as_text(value: Value, collation: str) -> Value:
    """``value`` as a text that MySQL compares byte for byte, by its binary ``collation``; a literal stays.

    Raises RefusedError for numbers and blobs.
    """
    if value.kind is Kind.TEMPORAL and value.form is not None:
        # The text of a date is in the character set of the connection.
        written = f"CONVERT({value.form.in_mysql(value.sql)} USING utf8mb4)"
        value = replace(
            value, sql=written, kind=Kind.TEXT, form=None, settled=False, ascii=True, without_nul=True
        )
    if value.kind is not Kind.TEXT:
        raise RefusedError(f"a value of kind {value.kind.value} where text is needed")
    # A plain literal takes the collation of what it meets, one that is converted has its own.
    if value.settled or (value.literal is not None and value.sql.startswith("'")):
        return value
    return replace(value, sql=f"{value.operand} COLLATE {collation}", atomic=False, settled=True)


def bytewise(value: Value, collation: str) -> Value:
    """The same even for a literal, and for what is made of literals alone."""
    text = as_text(value, collation)
    if text.settled:
        return text
    return replace(text, sql=f"{text.operand} COLLATE {collation}", atomic=False, settled=True)


def printed(value: Value) -> Value:
    """``value`` where SQLite makes a text of an integer; anything else as it is."""
    if value.kind is not Kind.INTEGER:
        return value
    sql = f"CAST({value.sql} AS CHAR CHARACTER SET utf8mb4)"
    return Value(sql, Kind.TEXT, ascii=True, without_nul=True)


def text_of(sql: str, *parts: Value) -> Value:
    """The text that a function makes of ``parts``, each of which is of :func:`as_text`, and takes its
    collation from; some take it from the first one only."""
    return Value(
        sql,
        Kind.TEXT,
        settled=any(part.settled for part in parts),
        ascii=all(part.ascii for part in parts),
        without_nul=all(part.without_nul for part in parts),
    )


def before_nul(value: Value, collation: str) -> Value:
    """The part of a text that SQLite's C strings see: up to its first NUL."""
    if value.without_nul:
        return value
    # Its collation is that of the text, whatever COLLATE the other has.
    sql = f"SUBSTRING_INDEX({value.sql}, {NUL} COLLATE {collation}, 1)"
    return replace(value, sql=sql, atomic=True, without_nul=True, literal=None)


def lowered(text: str) -> str:
    """``text`` with A to Z in lower case."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def letters_of(text: str) -> str:
    """The letters of A to Z that are in ``text`` in either case."""
    return "".join(letter for letter in _LETTERS if letter in text or letter.lower() in text)


def folded(sql: str, letters: str = _LETTERS) -> str:
    """MySQL expression: the text ``sql`` with ``letters`` (of A to Z) in lower case and no other changed.

    LOWER() knows the letters of all languages, SQLite those of ASCII only.
    """
    for letter in letters:
        sql = f"REPLACE({sql}, '{letter}', '{letter.lower()}')"
    return sql


def raised(sql: str) -> str:
    """MySQL expression: the text ``sql`` with a to z in upper case and no other letter changed."""
    for letter in _LETTERS:
        sql = f"REPLACE({sql}, '{letter.lower()}', '{letter}')"
    return sql


def normalised(sql: str, collation: str) -> str:
    """MySQL expression: a text that is byte for byte the same for all that SQLite's ``collation`` (BINARY,
    NOCASE or RTRIM) takes for equal, and sorts as it does. Raises RefusedError for any other."""
    if collation == BINARY:
        return sql
    if collation == NOCASE:
        return folded(sql)
    if collation == RTRIM:
        return f"TRIM(TRAILING ' ' FROM {sql})"
    raise RefusedError(f"the collation {collation}, which only the application knows")
