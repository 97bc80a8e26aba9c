"""Nodes without an operator: columns, literals, parentheses, calls."""

from __future__ import annotations

import re
import sys

from sqlglot import exp

from zdcdc.translate.literals import LARGEST_INTEGER, blob_literal, real_literal, text_literal
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.translator import Node, Translator, node
from zdcdc.translate.values import NULL, Value

_ROWID = ("rowid", "oid", "_rowid_")
_REAL = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def _name_of(node: object) -> str:
    return node.name if isinstance(node, exp.Identifier) else ""


def _column(translator: Translator, node: exp.Expr) -> Value:
    identifier = node.this
    if not isinstance(identifier, exp.Identifier):
        raise RefusedError("*")
    name, table = identifier.name, _name_of(node.args.get("table"))
    found = translator.scope.find(name, table)
    if found is None and identifier.quoted and not table and name.lower() not in _ROWID:
        return _text(name)  # SQLite takes "double quotes" for a string where there is no such column
    if found is None:
        raise RefusedError(f"there is no column {name}")
    known, operand = found
    translator.used.add(known)
    return Value(
        operand.sql,
        operand.kind,
        affinity=operand.affinity,
        collation=operand.collation,
        settled=operand.settled,
        form=operand.form,
    )


def _text(text: str) -> Value:
    without_nul = "\0" not in text
    return Value(text_literal(text), Kind.TEXT, literal=text, ascii=text.isascii(), without_nul=without_nul)


def _literal(translator: Translator, node: exp.Expr) -> Value:
    text = node.name
    if node.is_string:
        return _text(text)
    if text.isdecimal():
        number = int(text)
        if number > LARGEST_INTEGER:
            raise RefusedError(f"{text} does not fit into 64 bits")
        return Value(str(number), Kind.INTEGER, literal=number, logical=number in (0, 1), least=number)
    if _REAL.fullmatch(text) is None or float(text) > sys.float_info.max:
        raise RefusedError(f"the number {text}")
    return Value(real_literal(float(text)), Kind.REAL, literal=float(text))


def _blob(translator: Translator, node: exp.Expr) -> Value:
    value = bytes.fromhex(node.name)
    return Value(blob_literal(value), Kind.BLOB, literal=value)


def _null(translator: Translator, node: exp.Expr) -> Value:
    return NULL


def boolean(translator: Translator, node: exp.Expr) -> Value:
    """TRUE or FALSE, which are columns where there are such."""
    name = "TRUE" if node.this else "FALSE"
    if translator.scope.find(name, "") is not None:
        raise RefusedError(f"a column called {name}")
    number = int(name == "TRUE")
    return Value(name, Kind.INTEGER, literal=number, logical=True, least=number)


def _paren(translator: Translator, node: exp.Expr) -> Value:
    return translator.value(node.this)


def _call(translator: Translator, node: exp.Expr) -> Value:
    name = node.this if isinstance(node.this, str) else _name_of(node.this)
    return translator.call(name, tuple(translator.plain(argument) for argument in node.expressions))


LEAVES: dict[type[exp.Expr], Node] = {
    exp.Column: node(_column, "this", "table"),
    exp.Literal: node(_literal, "this", "is_string"),
    exp.HexString: node(_blob, "this"),
    exp.Null: node(_null),
    exp.Boolean: node(boolean, "this"),
    exp.Paren: node(_paren, "this"),
    exp.Anonymous: node(_call, "this", "expressions"),
}
