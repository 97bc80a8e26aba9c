"""Functions over many rows. Sums of REALs are not among them: they depend on the order of the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from zdcdc.codecs.texts import temporal_codec
from zdcdc.schema import BINARY
from zdcdc.translate.leaves import LEAVES
from zdcdc.translate.operands import NUMERIC, Kind, RefusedError
from zdcdc.translate.translator import Node, Translator, node
from zdcdc.translate.values import NULL, Value, as_text, bytewise, normalised, operation


def told_apart(value: Value, collation: str) -> Value:
    """``value`` where rows are told apart by it: the same are the same to MySQL. Raises RefusedError."""
    if value.kind is Kind.OTHER:
        raise RefusedError("rows told apart by a column that only its codec can read")
    if value.hidden:
        raise RefusedError("rows told apart by what has COLLATE inside")
    if value.kind in (Kind.TEXT, Kind.TEMPORAL) and (value.collation or BINARY) != BINARY:
        raise RefusedError(f"rows told apart by {value.collation}")
    return as_text(value, collation) if value.kind is Kind.TEXT else value


def sortable(value: Value, collation: str) -> Value:
    """``value`` where rows are ordered by it: MySQL does so as SQLite does. Raises RefusedError."""
    if value.kind is Kind.OTHER:
        raise RefusedError("rows ordered by a column that only its codec can read")
    if value.kind not in (Kind.TEXT, Kind.TEMPORAL):
        return value
    if value.hidden:
        raise RefusedError("rows ordered by what has COLLATE inside")
    by = value.collation or BINARY
    if value.form is not None and temporal_codec(value.form).ordered and by == BINARY:
        return value
    text = bytewise(value, collation)
    return text if by == BINARY else replace(text, sql=normalised(text.sql, by))


def _count(translator: Translator, argument: exp.Expr) -> Value:
    if isinstance(argument, exp.Star):
        return Value("COUNT(*)", Kind.INTEGER, least=0)
    if not isinstance(argument, exp.Distinct):
        return Value(f"COUNT({translator.plain(argument).sql})", Kind.INTEGER, least=0)
    if len(argument.expressions) != 1 or argument.args.get("on"):
        raise RefusedError("DISTINCT of several")
    value = told_apart(translator.value(argument.expressions[0]), translator.collation)
    return Value(f"COUNT(DISTINCT {value.sql})", Kind.INTEGER, least=0)


def _sum(translator: Translator, argument: exp.Expr) -> Value:
    value = _integer("sum", translator, argument)
    if value.is_null:
        return value
    # MySQL adds up as DECIMAL; DIV makes a BIGINT of it, and an error where SQLite has one, too.
    return operation(f"SUM({value.sql}) DIV 1", Kind.INTEGER)


def _avg(translator: Translator, argument: exp.Expr) -> Value:
    value = _integer("avg", translator, argument)
    if value.is_null:
        return value
    # MySQL's own AVG() rounds to four more digits.
    return operation(f"CAST(SUM({value.sql}) AS DOUBLE) / COUNT({value.sql})", Kind.REAL)


def _integer(name: str, translator: Translator, argument: exp.Expr) -> Value:
    value = translator.plain(argument)
    if value.kind not in (Kind.INTEGER, Kind.NULL):
        raise RefusedError(f"{name}() of {value.kind.value}")
    return value


def _extreme(name: str) -> Callable[[Translator, exp.Expr], Value]:
    def translated(translator: Translator, argument: exp.Expr) -> Value:
        value = translator.plain(argument)
        if value.is_null:
            return NULL
        told_apart(value, translator.collation)
        value = sortable(value, translator.collation)
        if value.kind not in (*NUMERIC, Kind.TEXT, Kind.BLOB, Kind.TEMPORAL):
            raise RefusedError(f"{name.lower()}() of {value.kind.value}")
        sql = f"{name}({value.sql})"
        return Value(sql, value.kind, settled=value.kind is Kind.TEXT, form=value.form)

    return translated


AGGREGATES: dict[str, Callable[[Translator, exp.Expr], Value]] = {
    "count": _count,
    "sum": _sum,
    "avg": _avg,
    "min": _extreme("MIN"),
    "max": _extreme("MAX"),
}
"""The list. With two arguments min() and max() are other functions."""


def aggregate_of(node: exp.Expr) -> str | None:
    """The name of the aggregate that ``node`` calls, None where it is anything else."""
    if not isinstance(node, exp.Anonymous) or len(node.expressions) > 1:
        return None
    name = node.name.lower()
    return name if name in AGGREGATES else None


def _call(translator: Translator, node: exp.Expr) -> Value:
    name = aggregate_of(node)
    if name is None:
        return LEAVES[exp.Anonymous].translate(translator, node)
    arguments = node.expressions or [exp.Star()]
    if any(aggregate_of(inner) for inner in arguments[0].walk()):
        raise RefusedError("an aggregate of an aggregate")
    return AGGREGATES[name](translator, arguments[0])


AGGREGATE_NODES: dict[type[exp.Expr], Node] = {exp.Anonymous: node(_call, "this", "expressions")}
