"""What sqlglot reads is accepted only where SQLite reads the same: both compile to the same program."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from zdcdc.translate.operands import RefusedError
from zdcdc.translate.reading import expression_of

OPERATORS = tuple(
    [
        "OR",
        "AND",
        "=",
        "==",
        "<>",
        "!=",
        "IS",
        "<",
        "<=",
        ">",
        ">=",
        "&",
        "|",
        "<<",
        ">>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "LIKE",
        "GLOB",
    ]
)
BEFORE = ("", "", "", "NOT ", "- ", "~")
AFTER = (
    "",
    "",
    "",
    " IS NULL",
    " COLLATE NOCASE",
    " IN (1, 2)",
    " BETWEEN 1 AND 2",
    " BETWEEN b AND c",
    " IS TRUE",
)

TERMS = st.tuples(
    st.sampled_from(OPERATORS), st.sampled_from(BEFORE), st.sampled_from("abcd"), st.sampled_from(AFTER)
)


def program(connection: sqlite3.Connection, expression: str) -> list[tuple[object, ...]]:
    """What SQLite does to find the value of ``expression``."""
    return [row[1:7] for row in connection.execute(f"EXPLAIN SELECT {expression} FROM t")]


def with_all_parentheses(tree: exp.Expr) -> str:
    """The tree as a text that can be read in one way only."""
    copy = tree.copy()
    kept = (exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.Paren, exp.Escape)
    for node in reversed(list(copy.walk())):
        if node.parent is not None and not isinstance(node, kept):
            node.replace(exp.Paren(this=node.copy()))
    return copy.sql("sqlite")


@settings(max_examples=400, deadline=None)
@given(st.lists(TERMS, min_size=2, max_size=5))
def test_operators_bind_as_in_sqlite_or_are_refused(terms: list[tuple[str, str, str, str]]) -> None:
    text = "".join(f" {operator} {before}{name}{after}" for operator, before, name, after in terms)
    text = text.removeprefix(f" {terms[0][0]} ")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a, b, c, d)")
        try:
            tree = expression_of(text)
        except RefusedError:
            return
        assert program(connection, with_all_parentheses(tree)) == program(connection, text)


@pytest.mark.parametrize("text", ["a = b IN (1)", "a = b LIKE c", "a <> b BETWEEN 1 AND 2", "a = NOT b"])
def test_what_sqlglot_reads_otherwise_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="without parentheses"):
        expression_of(text)


@pytest.mark.parametrize(
    "text", ["a = (b IN (1))", "a AND b OR NOT c", "a || b + c", "a - b - c", "-a * b < c | d"]
)
def test_what_it_reads_alike_is_not(text: str) -> None:
    expression_of(text)
