"""Nodes that are true, false or NULL, and CASE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from zdcdc.translate.comparisons import comparable, compared
from zdcdc.translate.leaves import boolean
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.results import unified
from zdcdc.translate.translator import Node, Translator, binary, node
from zdcdc.translate.values import NULL, Value, operation, plain


def _logical(operator: str) -> Callable[[Translator, exp.Expr], Value]:
    def translated(translator: Translator, node: exp.Expr) -> Value:
        left, right = translator.truth(node.this), translator.truth(node.expression)
        return operation(f"{left.operand} {operator} {right.operand}", Kind.INTEGER, logical=True)

    return translated


def negated(value: Value) -> Value:
    """NOT of a condition."""
    return operation(f"NOT ({value.sql})", Kind.INTEGER, logical=True)


def _not(translator: Translator, node: exp.Expr) -> Value:
    inside = node.this
    if isinstance(inside, exp.Is) and isinstance(inside.expression, exp.Null):
        return operation(f"{translator.value(inside.this).operand} IS NOT NULL", Kind.INTEGER, logical=True)
    return negated(translator.truth(inside))


def _comparison(operator: str) -> Callable[[Translator, exp.Expr], Value]:
    def translated(translator: Translator, node: exp.Expr) -> Value:
        left, right = translator.value(node.this), translator.value(node.expression)
        return compared(left, operator, right, translator.collation)

    return translated


_same = _comparison("<=>")


def _is(translator: Translator, node: exp.Expr) -> Value:
    other = node.expression
    if isinstance(other, exp.Null):
        return operation(f"{translator.value(node.this).operand} IS NULL", Kind.INTEGER, logical=True)
    if isinstance(other, exp.Boolean):
        said = boolean(translator, other).sql
        return operation(f"{translator.truth(node.this).operand} IS {said}", Kind.INTEGER, logical=True)
    return _same(translator, node)


def _is_not(translator: Translator, node: exp.Expr) -> Value:
    return negated(_same(translator, node))


def _between(translator: Translator, node: exp.Expr) -> Value:
    # MySQL's own BETWEEN compares all three as one type.
    value = translator.value(node.this)
    low = compared(value, ">=", translator.value(node.args["low"]), translator.collation)
    high = compared(value, "<=", translator.value(node.args["high"]), translator.collation)
    return operation(f"{low.operand} AND {high.operand}", Kind.INTEGER, logical=True)


def _in(translator: Translator, node: exp.Expr) -> Value:
    value = translator.value(node.this)
    if not node.expressions:
        raise RefusedError("IN of nothing, or of a query")
    pairs = []
    for listed in node.expressions:
        # What is listed has neither affinity nor collation of its own.
        other = replace(plain(translator.value(listed)), affinity=None, collation=None)
        pairs.append(comparable(value, "=", other, translator.collation))
    sides = {left.operand for left, _ in pairs}
    if len(sides) == 1:
        inside = ", ".join(right.operand for _, right in pairs)
        return operation(f"{sides.pop()} IN ({inside})", Kind.INTEGER, logical=True)
    either = " OR ".join(f"({left.operand} = {right.operand})" for left, right in pairs)
    return operation(either, Kind.INTEGER, logical=True)


def _case(translator: Translator, node: exp.Expr) -> Value:
    base = node.args.get("this")
    value = None if base is None else translator.value(base)
    conditions: list[Value] = []
    results: list[Value] = []
    for branch in node.args["ifs"]:
        if value is None:
            conditions.append(translator.truth(branch.this))
        else:
            conditions.append(compared(value, "=", translator.value(branch.this), translator.collation))
        results.append(translator.plain(branch.args["true"]))
    default = node.args.get("default")
    results.append(NULL if default is None else translator.plain(default))
    parts, result = unified(results, translator.collation)
    whens = " ".join(
        f"WHEN {met.sql} THEN {part.sql}" for met, part in zip(conditions, parts[:-1], strict=True)
    )
    return replace(result, sql=f"CASE {whens} ELSE {parts[-1].sql} END")


LOGIC: dict[type[exp.Expr], Node] = {
    exp.And: binary(_logical("AND")),
    exp.Or: binary(_logical("OR")),
    exp.Not: node(_not, "this"),
    exp.EQ: binary(_comparison("=")),
    exp.NEQ: binary(_comparison("<>")),
    exp.LT: binary(_comparison("<")),
    exp.LTE: binary(_comparison("<=")),
    exp.GT: binary(_comparison(">")),
    exp.GTE: binary(_comparison(">=")),
    exp.Is: binary(_is),
    exp.NullSafeEQ: binary(_same),
    exp.NullSafeNEQ: binary(_is_not),
    exp.Between: node(_between, "this", "low", "high"),
    exp.In: node(_in, "this", "expressions"),
    exp.Case: node(_case, "this", "ifs", "default"),
}
