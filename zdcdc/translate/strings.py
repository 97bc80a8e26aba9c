"""Operators on text, COLLATE, and CAST."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from zdcdc.schema import Affinity
from zdcdc.translate.logic import negated
from zdcdc.translate.moments import counted
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.patterns import glob, like
from zdcdc.translate.translator import Node, Translator, binary, node
from zdcdc.translate.values import NULL, Value, as_text, printed, text_of


def _concatenation(translator: Translator, node: exp.Expr) -> Value:
    parts: list[Value] = []
    place: exp.Expr = node
    while isinstance(place, exp.DPipe):
        parts.insert(0, translator.plain(place.expression))
        place = place.this
    parts.insert(0, translator.plain(place))
    if any(part.is_null for part in parts):
        return NULL
    texts = [as_text(printed(part), translator.collation) for part in parts]
    return text_of(f"CONCAT({', '.join(part.sql for part in texts)})", *texts)


def _collate(translator: Translator, node: exp.Expr) -> Value:
    value = translator.value(node.this)
    if value.kind not in (Kind.TEXT, Kind.TEMPORAL):
        return value  # numbers and blobs are compared without
    return replace(value, collation=node.expression.name.upper(), explicit=True)


_INTEGERS = {exp.DType.INT, exp.DType.BIGINT, exp.DType.SMALLINT, exp.DType.TINYINT}
_TEXTS = {exp.DType.TEXT, exp.DType.VARCHAR, exp.DType.CHAR, exp.DType.NVARCHAR, exp.DType.NCHAR}
_REALS = {exp.DType.DOUBLE, exp.DType.FLOAT}


def _cast(translator: Translator, node: exp.Expr) -> Value:
    value = translator.plain(node.this)
    to = node.args["to"].this
    if value.is_null:
        return value
    if to in _INTEGERS:
        value = counted(value)
    if to in _INTEGERS and value.kind is Kind.INTEGER:
        return replace(value, affinity=Affinity.INTEGER)
    if to in _REALS and value.kind is Kind.REAL:
        return replace(value, affinity=Affinity.REAL)
    if to in _REALS and value.kind is Kind.INTEGER:
        return Value(f"CAST({value.sql} AS DOUBLE)", Kind.REAL, affinity=Affinity.REAL)
    if to in _TEXTS and value.kind in (Kind.INTEGER, Kind.TEXT, Kind.TEMPORAL):
        text = as_text(printed(value), translator.collation) if value.form else printed(value)
        return replace(text, affinity=Affinity.TEXT)
    raise RefusedError(f"CAST of {value.kind.value} AS {to.value}")


def _like(translator: Translator, node: exp.Expr) -> Value:
    found = like(translator.plain(node.this), translator.plain(node.expression), "", translator.collation)
    return negated(found) if node.args.get("negate") else found


def _escape(translator: Translator, node: exp.Expr) -> Value:
    inside, escape = node.this, translator.plain(node.expression)
    if type(inside) is not exp.Like or not isinstance(escape.literal, str) or len(escape.literal) != 1:
        raise RefusedError("ESCAPE of what is no character")
    left, pattern = translator.plain(inside.this), translator.plain(inside.expression)
    found = like(left, pattern, escape.literal, translator.collation)
    return negated(found) if inside.args.get("negate") else found


def _glob(translator: Translator, node: exp.Expr) -> Value:
    return glob(translator.plain(node.this), translator.plain(node.expression), translator.collation)


STRINGS: dict[type[exp.Expr], Node] = {
    exp.DPipe: binary(_concatenation, "safe"),
    exp.Collate: binary(_collate),
    exp.Cast: node(_cast, "this", "to", "_type"),
    exp.Like: binary(_like, "negate"),
    exp.Escape: binary(_escape),
    exp.Glob: binary(_glob),
}
