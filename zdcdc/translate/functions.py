"""The functions of SQLite that are translated: the list, with what each means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from zdcdc.mapping import Capabilities
from zdcdc.schema import BINARY
from zdcdc.translate.comparisons import compared
from zdcdc.translate.operands import NUMERIC, Kind, RefusedError
from zdcdc.translate.results import unified
from zdcdc.translate.translator import Function, condition
from zdcdc.translate.values import (
    Value,
    as_text,
    before_nul,
    folded,
    raised,
    text_of,
)

_Rule = Callable[[tuple[Value, ...], Capabilities], Value]


def _texts(arguments: tuple[Value, ...], server: Capabilities) -> list[Value]:
    return [as_text(argument, server.collation) for argument in arguments]


def _abs(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    (number,) = arguments
    if number.kind not in NUMERIC:
        raise RefusedError(f"abs() of {number.kind.value}")
    return Value(f"ABS({number.sql})", number.kind, least=0 if number.kind is Kind.INTEGER else None)


def _coalesce(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    parts, result = unified(arguments, server.collation)
    if result.is_null:
        return result
    return replace(result, sql=f"COALESCE({', '.join(part.sql for part in parts)})")


def _iif(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    first, *results = arguments
    met = condition(first)
    parts, result = unified(results, server.collation)
    return replace(result, sql=f"IF({met.sql}, {', '.join(part.sql for part in parts)})")


def _nullif(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    value, other = arguments
    equal = compared(value, "=", other, server.collation)
    (part, _), result = unified((value, replace(value, sql="NULL", kind=Kind.NULL)), server.collation)
    return replace(result, sql=f"CASE WHEN {equal.sql} THEN NULL ELSE {part.sql} END", least=None)


def _length(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    (value,) = arguments
    if value.kind is Kind.BLOB:
        return Value(f"LENGTH({value.sql})", Kind.INTEGER, least=0)
    text = before_nul(as_text(value, server.collation), server.collation)
    return Value(f"CHAR_LENGTH({text.sql})", Kind.INTEGER, least=0)


def _cased(name: str, fold: Callable[[str], str]) -> _Rule:
    def translated(arguments: tuple[Value, ...], server: Capabilities) -> Value:
        (text,) = _texts(arguments, server)
        return text_of(f"{name}({text.sql})" if text.ascii else fold(text.sql), text)

    return translated


def _trimmed(side: str) -> _Rule:
    def translated(arguments: tuple[Value, ...], server: Capabilities) -> Value:
        text, *rest = _texts(arguments, server)
        letter = rest[0].literal if rest else " "
        if not isinstance(letter, str) or len(letter) != 1 or letter == "\0":
            # SQLite takes each of several letters away, MySQL all of them together.
            raise RefusedError("trimming of other than one letter")
        what = rest[0].sql if rest else "' '"
        return text_of(f"TRIM({side} {what} FROM {text.sql})", text)

    return translated


def _substr(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    value, start, *length = arguments
    if start.least is None or start.least < 1:
        raise RefusedError("substr() from a place that may be before the first character")
    if any(part.least is None or part.least < 0 for part in length):
        raise RefusedError("substr() of a length that may be negative")
    text = before_nul(as_text(value, server.collation), server.collation)
    places = ", ".join(part.sql for part in (start, *length))
    return text_of(f"SUBSTRING({text.sql}, {places})", text)


def _instr(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    text, wanted = _texts(arguments, server)
    if not wanted.without_nul:
        # MySQL (9.7) finds a text that holds NUL where only its beginning is.
        raise RefusedError("instr() of a text that may hold NUL")
    searched = text.sql
    if not (text.settled or wanted.settled):
        searched = f"{text.operand} COLLATE {server.collation}"
    return Value(f"LOCATE({wanted.sql}, {searched})", Kind.INTEGER, least=0)


def _replace(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    text, old, new = _texts(arguments, server)
    if not old.literal or not old.without_nul:
        raise RefusedError("replace() of what may be empty")
    sql = f"REPLACE({text.sql}, {old.sql}, {new.sql})"
    if new.literal is None:
        # MariaDB looks at what is put in only where there is something to put it.
        sql = f"CASE WHEN {new.operand} IS NULL THEN NULL ELSE {sql} END"
    return replace(text_of(sql, text, old, new), settled=text.settled)


def _extreme(name: str) -> _Rule:
    def translated(arguments: tuple[Value, ...], server: Capabilities) -> Value:
        kinds = {argument.kind for argument in arguments}
        if len(kinds) != 1:
            raise RefusedError(f"{name}() of {' and '.join(sorted(kind.value for kind in kinds))}")
        if any((argument.collation or BINARY) != BINARY or argument.hidden for argument in arguments):
            raise RefusedError(f"{name}() of a column with a collation")
        parts, result = unified(arguments, server.collation)
        if result.kind is Kind.TEXT and not result.settled:
            parts[0] = replace(parts[0], sql=f"{parts[0].operand} COLLATE {server.collation}")
            result = replace(result, settled=True)
        return replace(result, sql=f"{name}({', '.join(part.sql for part in parts)})", least=None)

    return translated


def _hex(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    (value,) = arguments
    if value.kind is not Kind.BLOB:
        # Of a text SQLite gives the bytes in the encoding of the database.
        raise RefusedError(f"hex() of {value.kind.value}")
    return Value(f"COALESCE(HEX({value.sql}), '')", Kind.TEXT, ascii=True, without_nul=True)


_CLASSES = {
    Kind.INTEGER: "integer",
    Kind.REAL: "real",
    Kind.TEXT: "text",
    Kind.TEMPORAL: "text",
    Kind.BLOB: "blob",
    Kind.NULL: "null",
}


def _typeof(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    (value,) = arguments
    name = _CLASSES.get(value.kind)
    if name is None:
        raise RefusedError(f"typeof() of {value.kind.value}")
    sql = f"CASE WHEN {value.operand} IS NULL THEN 'null' ELSE '{name}' END"
    return Value(sql, Kind.TEXT, ascii=True, without_nul=True)


FUNCTIONS: dict[str, Function] = {
    "abs": Function(1, 1, _abs, ranged=True),
    "coalesce": Function(2, 100, _coalesce, null_of_null=False),
    "ifnull": Function(2, 2, _coalesce, null_of_null=False),
    "iif": Function(3, 3, _iif, null_of_null=False),
    "nullif": Function(2, 2, _nullif, null_of_null=False),
    "length": Function(1, 1, _length),
    "lower": Function(1, 1, _cased("LOWER", folded)),
    "upper": Function(1, 1, _cased("UPPER", raised)),
    "trim": Function(1, 2, _trimmed("BOTH")),
    "ltrim": Function(1, 2, _trimmed("LEADING")),
    "rtrim": Function(1, 2, _trimmed("TRAILING")),
    "substr": Function(2, 3, _substr),
    "substring": Function(2, 3, _substr),
    "instr": Function(2, 2, _instr),
    "replace": Function(3, 3, _replace),
    "min": Function(2, 100, _extreme("LEAST")),
    "max": Function(2, 100, _extreme("GREATEST")),
    "hex": Function(1, 1, _hex, null_of_null=False),
    "typeof": Function(1, 1, _typeof, null_of_null=False),
}
"""The list. Not on it: round() (halves go another way), LIKE and GLOB as functions, quote(), printf(),
json_valid() (MySQL fails on deep documents, MariaDB takes ``1.``), and all that reads the clock or a zone."""
