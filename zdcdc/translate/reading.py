"""SQLite's text as a tree, read by sqlglot and accepted where the tree is the one that SQLite makes of it."""

from __future__ import annotations

import re
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.parsers.sqlite import SQLiteParser

from zdcdc.translate.literals import LARGEST_INTEGER
from zdcdc.translate.operands import RefusedError
from zdcdc.translate.tokens import tokens

_HEX = re.compile("0[xX][0-9A-Fa-f]+")


class _PlainParser(SQLiteParser):
    """Leaves every function the call that was written."""

    FUNCTIONS: ClassVar = {}
    FUNCTION_PARSERS: ClassVar = {"CAST": SQLiteParser.FUNCTION_PARSERS["CAST"]}
    NO_PAREN_FUNCTION_PARSERS: ClassVar = {"CASE": SQLiteParser.NO_PAREN_FUNCTION_PARSERS["CASE"]}


class _Plain(SQLite):
    Parser = _PlainParser


_COMPARISONS = (
    exp.EQ, exp.NEQ, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.In, exp.Between, exp.Like, exp.Glob, exp.Escape,
)  # fmt: skip
_LEVELS: dict[type[exp.Expr], int] = {
    exp.Or: 1,
    exp.And: 2,
    exp.Not: 3,
    **dict.fromkeys(_COMPARISONS, 4),
    **dict.fromkeys((exp.LT, exp.LTE, exp.GT, exp.GTE), 5),
    **dict.fromkeys((exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseLeftShift, exp.BitwiseRightShift), 6),
    **dict.fromkeys((exp.Add, exp.Sub), 7),
    **dict.fromkeys((exp.Mul, exp.Div, exp.Mod), 8),
    exp.DPipe: 9,
    exp.Collate: 10,
    **dict.fromkeys((exp.Neg, exp.BitwiseNot), 11),
}
"""How strongly an operator binds, the strongest last (https://www.sqlite.org/lang_expr.html, section 2)."""

_PRIMARY = 12


def expression_of(sql: str) -> exp.Expr:
    """The tree of one expression. Raises RefusedError."""
    found = statement_of(f"SELECT {sql}\n")
    parts = found.expressions if isinstance(found, exp.Select) else []
    if len(parts) != 1 or {name for name, value in found.args.items() if value} != {"expressions"}:
        raise RefusedError("no single expression")
    part: exp.Expr = parts[0]
    if isinstance(part, exp.Alias):
        raise RefusedError("no single expression")
    return part


def statement_of(sql: str) -> exp.Expr:
    """The tree of one statement. Raises RefusedError where sqlglot cannot read it, or not as SQLite does."""
    if any("\ud800" <= letter <= "\udfff" for letter in sql):
        raise RefusedError("its text is not UTF-8")
    try:
        found = _Plain().parse(_decimal(sql), error_level=ErrorLevel.RAISE)
    except (SqlglotError, RecursionError) as error:
        raise RefusedError("sqlglot cannot read it") from error
    if len(found) != 1 or found[0] is None:
        raise RefusedError("no single statement")
    for node in found[0].walk():
        _require_sqlites_order(node)
    return found[0]


def _decimal(sql: str) -> str:
    """``sql`` with its hexadecimal integers in decimal: releases of sqlglot differ in what they take them
    for."""
    return "".join(_in_decimal(token) if _HEX.fullmatch(token) else token for token in tokens(sql))


def _in_decimal(token: str) -> str:
    number = int(token, 16)
    if number > LARGEST_INTEGER:
        raise RefusedError(f"{token}, of which SQLite makes a negative number")
    return str(number)


def _require_sqlites_order(node: exp.Expr) -> None:
    """Raises RefusedError where SQLite's operators would bind in another order.

    An operator's operand must bind more strongly, or as strongly on its left. Where that holds for a whole
    tree it is the only one that SQLite's grammar has for its text.
    """
    level = _LEVELS.get(type(node), _PRIMARY)
    if level == _PRIMARY:
        return
    first = node.args.get("this")
    for name, value in node.args.items():
        if name == "expressions":
            continue  # of IN: between parentheses and commas
        for operand in value if isinstance(value, list) else [value]:
            if not isinstance(operand, exp.Expr):
                continue
            bound = _LEVELS.get(type(operand), _PRIMARY)
            prefix = level in (3, 11)
            if bound < level or (bound == level and operand is not first and not prefix):
                raise RefusedError(f"{node.key} beside {operand.key} without parentheses")
