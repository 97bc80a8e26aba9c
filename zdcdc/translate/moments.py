"""The present time as SQLite writes it, by the formats of strftime(), in MySQL's words: UTC, always.

Both take the time once for a whole statement, and cut it off: SQLite at milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from zdcdc.temporal import Kind as TemporalKind
from zdcdc.temporal import TemporalForm
from zdcdc.translate.literals import text_literal
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.values import Value

DATE = "%Y-%m-%d"
TIME = "%H:%M:%S"
DATETIME = f"{DATE} {TIME}"

_PIECE = re.compile(r"%.|[^%]", re.DOTALL)
_RENAMED = {"%M": "%i"}
"""What DATE_FORMAT() calls otherwise; the rest that is known means the same to it."""

_SECONDS, _EPOCH, _PERCENT = "%f", "%s", "%%"
_SHOWN = {
    "%d": ("29", "01"), "%m": ("02", "12"), "%Y": ("2024", "1999"), "%H": ("00", "23"), "%M": ("00", "59"),
    "%S": ("00", "59"), "%j": ("060", "335"), "%w": ("4", "0"), _PERCENT: ("%", "%"),
    _SECONDS: ("00.000", "59.123"), _EPOCH: ("1709164800", "944089199"),
}  # fmt: skip
"""Each specifier of strftime() that is known, with what it may come to."""


def pieces(form: str) -> list[str]:
    """``form`` cut into specifiers and single letters. Raises RefusedError for one that is not known."""
    found = _PIECE.findall(form)
    for piece in found:
        if piece[0] == "%" and piece not in _SHOWN:
            raise RefusedError(f"{piece} of strftime()")
    return found


def samples(form: str) -> tuple[str, str]:
    """Two texts that ``form`` may come to, one with as many zeros as there can be."""
    cut = pieces(form)
    return (
        "".join(_SHOWN[piece][0] if piece in _SHOWN else piece for piece in cut),
        "".join(_SHOWN[piece][1] if piece in _SHOWN else piece for piece in cut),
    )


def is_number(form: str) -> bool:
    """Whether ``form`` comes to digits alone, of which numeric affinity makes an integer."""
    return all(shown.isdecimal() for shown in samples(form))


def counted(value: Value) -> Value:
    """``value`` as a number where SQLite reckons with it: a time may be a text of digits alone."""
    if value.moment is None or not is_number(value.moment):
        return value
    sql = "UNIX_TIMESTAMP()" if value.moment == _EPOCH else f"CAST({value.sql} AS SIGNED)"
    return Value(sql, Kind.INTEGER, least=0)


def text_now(form: str) -> str:
    """MySQL expression: the present time by ``form``, as text."""
    return _joined(pieces(form))


def typed_now(form: str, known: Sequence[TemporalForm]) -> str:
    """MySQL expression: the same for a column whose texts are written by one of ``known``.

    Raises RefusedError where a text by ``form`` is by none of them.
    """
    lines = [f"{shown}\n".encode() for shown in samples(form)]
    temporal = next((one for one in known if all(one.fits(line) for line in lines)), None)
    if temporal is None:
        raise RefusedError(f"{form}, which is not how the column is written")
    whole = {TemporalKind.DATE: (DATE, "UTC_DATE()"), TemporalKind.TIME: (TIME, "UTC_TIME()")}
    plain, function = whole.get(temporal.kind, (DATETIME, "UTC_TIMESTAMP()"))
    cut = pieces(form.removesuffix(temporal.suffix))
    if temporal.kind is TemporalKind.DATETIME:
        cut[cut.index(temporal.separator)] = " "
    if temporal.kind is not TemporalKind.DATE and not temporal.seconds:
        cut += list(":00")
    return function if "".join(cut) == plain else _joined(cut)


def _joined(cut: list[str]) -> str:
    precise = _SECONDS in cut
    moment = "UTC_TIMESTAMP(3)" if precise else "UTC_TIMESTAMP()"
    parts: list[str] = []
    run = ""
    for piece in [*cut, ""]:
        if piece not in ("", _SECONDS, _EPOCH):
            run += _RENAMED.get(piece, piece)
            continue
        if run:
            literal = text_literal(run)
            parts.append(literal if "%" not in run else f"DATE_FORMAT({moment}, {literal})")
            run = ""
        if piece == _SECONDS:
            parts.append(f"LEFT(DATE_FORMAT({moment}, '%S.%f'), 6)")
        elif piece == _EPOCH:
            parts.append("CAST(UNIX_TIMESTAMP() AS CHAR CHARACTER SET utf8mb4)")
    return parts[0] if len(parts) == 1 else f"CONCAT({', '.join(parts)})"
