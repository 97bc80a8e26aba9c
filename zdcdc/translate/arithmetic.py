"""Operators on numbers.

Where an integer leaves 64 bits SQLite goes on with a REAL, and where a REAL leaves its range with infinity;
MySQL raises an error there. It never gives another value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from zdcdc.translate.moments import counted
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.translator import Node, Translator, binary, node
from zdcdc.translate.values import NULL, Value, operation

_BOTH = {Kind.INTEGER, Kind.REAL}


def _sides(
    operator: str,
    of_integers: Callable[[Value, Value], Value],
    of_reals: Callable[[Value, Value], Value] | None,
) -> Callable[[Translator, exp.Expr], Value]:
    """An operator by the kinds of its sides: two integers, or at least one REAL."""

    def translated(translator: Translator, node: exp.Expr) -> Value:
        left, right = counted(translator.plain(node.this)), counted(translator.plain(node.expression))
        if left.is_null or right.is_null:
            return NULL
        kinds = {left.kind, right.kind}
        translator.ranged |= operator not in ("%", "&", "|")
        if kinds == {Kind.INTEGER}:
            return of_integers(left, right)
        if of_reals is not None and kinds <= _BOTH:
            return of_reals(left, right)
        raise RefusedError(f"{left.kind.value} {operator} {right.kind.value}")

    return translated


def _simple(operator: str) -> Callable[[Translator, exp.Expr], Value]:
    def integers(left: Value, right: Value) -> Value:
        known = operator == "+" and left.least is not None and right.least is not None
        least = (left.least or 0) + (right.least or 0) if known else None
        return operation(f"{left.operand} {operator} {right.operand}", Kind.INTEGER, least=least)

    def reals(left: Value, right: Value) -> Value:
        return operation(f"{left.operand} {operator} {right.operand}", Kind.REAL)

    return _sides(operator, integers, reals)


def _difference(translator: Translator, node: exp.Expr) -> Value:
    def integers(left: Value, right: Value) -> Value:
        if translator.server.mariadb and right.literal is None:
            # MariaDB (10.11) takes the least integer from 0 and gets it again, without an error.
            return operation(f"{left.operand} + {right.operand} * -1", Kind.INTEGER)
        return operation(f"{left.operand} - {right.operand}", Kind.INTEGER)

    def reals(left: Value, right: Value) -> Value:
        return operation(f"{left.operand} - {right.operand}", Kind.REAL)

    return _sides("-", integers, reals)(translator, node)


def _divisor(value: Value) -> str:
    """``value``, and NULL for 0: in a strict mode MySQL refuses to write what was divided by 0."""
    return value.operand if value.literal else f"NULLIF({value.sql}, 0)"


def _quotient(left: Value, right: Value) -> Value:
    return operation(f"{left.operand} DIV {_divisor(right)}", Kind.INTEGER)


def _real_quotient(left: Value, right: Value) -> Value:
    return operation(f"{left.operand} / {_divisor(right)}", Kind.REAL)


def _remainder(left: Value, right: Value) -> Value:
    positive = left.least is not None and left.least >= 0
    return operation(f"{left.operand} % {_divisor(right)}", Kind.INTEGER, least=0 if positive else None)


def _bits(operator: str) -> Callable[[Translator, exp.Expr], Value]:
    def integers(left: Value, right: Value) -> Value:
        # MySQL's are unsigned.
        return Value(f"CAST({left.operand} {operator} {right.operand} AS SIGNED)", Kind.INTEGER)

    return _sides(operator, integers, None)


def _complement(translator: Translator, node: exp.Expr) -> Value:
    value = translator.plain(node.this)
    if value.is_null:
        return NULL
    if value.kind is not Kind.INTEGER:
        raise RefusedError(f"~ {value.kind.value}")
    return Value(f"CAST(~{value.operand} AS SIGNED)", Kind.INTEGER)


def _minus(translator: Translator, node: exp.Expr) -> Value:
    value = translator.plain(node.this)
    if value.is_null:
        return NULL
    if isinstance(value.literal, int | float) and value.atomic:
        number = -value.literal
        least = number if isinstance(number, int) else None
        sql = value.sql.removeprefix("-") if value.sql.startswith("-") else f"-{value.sql}"
        return replace(value, sql=sql, literal=number, least=least, logical=False)
    if value.kind not in (Kind.INTEGER, Kind.REAL, Kind.DECIMAL):
        raise RefusedError(f"- {value.kind.value}")
    translator.ranged = True
    if value.kind is Kind.INTEGER:
        # The negative of a constant would be a DECIMAL.
        return operation(f"{value.operand} * -1", Kind.INTEGER)
    return operation(f"-({value.sql})", value.kind)


ARITHMETIC: dict[type[exp.Expr], Node] = {
    exp.Add: binary(_simple("+")),
    exp.Sub: binary(_difference),
    exp.Mul: binary(_simple("*")),
    exp.Div: binary(_sides("/", _quotient, _real_quotient), "typed", "safe"),
    exp.Mod: binary(_sides("%", _remainder, None)),
    exp.BitwiseAnd: binary(_bits("&")),
    exp.BitwiseOr: binary(_bits("|")),
    exp.BitwiseNot: node(_complement, "this"),
    exp.Neg: node(_minus, "this"),
}
