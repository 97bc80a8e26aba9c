"""What gives another value each time, for defaults only: the clock and chance."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from zdcdc.mapping import Capabilities
from zdcdc.translate.moments import DATE, DATETIME, TIME, pieces, text_now
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.translator import Function, Node, Translator, node
from zdcdc.translate.values import Value

MOST_RANDOM_BYTES = 1024
"""RANDOM_BYTES() of either server gives no more (MySQL and MariaDB manuals)."""

_RANDOM_SINCE = (10, 10)
"""The first MariaDB with RANDOM_BYTES()."""


def _moment(form: str) -> Value:
    pieces(form)
    return Value(text_now(form), Kind.TEXT, ascii=form.isascii(), without_nul="\0" not in form, moment=form)


def _require_now(arguments: tuple[Value, ...]) -> None:
    """Raises RefusedError unless ``arguments`` name the present time, in UTC."""
    if not arguments:
        return
    first = arguments[0].literal
    if len(arguments) != 1 or not isinstance(first, str) or first.lower() != "now":
        raise RefusedError("another time than the present one, or a modifier")


def _by(form: str) -> Callable[[tuple[Value, ...], Capabilities], Value]:
    def translated(arguments: tuple[Value, ...], server: Capabilities) -> Value:
        _require_now(arguments)
        return _moment(form)

    return translated


def _strftime(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    form, *rest = arguments
    if not isinstance(form.literal, str):
        raise RefusedError("a format that is no literal")
    _require_now(tuple(rest))
    return _moment(form.literal)


def _unixepoch(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    _require_now(arguments)
    return Value("UNIX_TIMESTAMP()", Kind.INTEGER, least=0)


def _random(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    return Value(f"CAST(CONV(HEX({_random_bytes(8, server)}), 16, -10) AS SIGNED)", Kind.INTEGER)


def _randomblob(arguments: tuple[Value, ...], server: Capabilities) -> Value:
    (size,) = arguments
    if not isinstance(size.literal, int) or not 1 <= size.literal <= MOST_RANDOM_BYTES:
        raise RefusedError("a number of random bytes that the server does not give")
    return Value(_random_bytes(size.literal, server), Kind.BLOB)


def _random_bytes(size: int, server: Capabilities) -> str:
    if server.mariadb and server.release < _RANDOM_SINCE:
        raise RefusedError("MariaDB has no random bytes before 10.10")
    return f"RANDOM_BYTES({size})"


def _current(form: str) -> Callable[[Translator, exp.Expr], Value]:
    def translated(translator: Translator, node: exp.Expr) -> Value:
        return _moment(form)

    return translated


CLOCK: dict[str, Function] = {
    "date": Function(0, 1, _by(DATE)),
    "time": Function(0, 1, _by(TIME)),
    "datetime": Function(0, 1, _by(DATETIME)),
    "strftime": Function(1, 2, _strftime),
    "unixepoch": Function(0, 1, _unixepoch),
    "random": Function(0, 0, _random),
    "randomblob": Function(1, 1, _randomblob),
}
"""Functions. Not among them: julianday(), and every modifier of a time."""

CLOCK_NODES: dict[type[exp.Expr], Node] = {
    exp.CurrentTimestamp: node(_current(DATETIME)),
    exp.CurrentDate: node(_current(DATE)),
    exp.CurrentTime: node(_current(TIME)),
}
