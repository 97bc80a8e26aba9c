"""Expressions of CHECKs, generated columns and indexes in MySQL's words, where they mean the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from zdcdc.mapping import Capabilities
from zdcdc.translate.arithmetic import ARITHMETIC
from zdcdc.translate.functions import FUNCTIONS
from zdcdc.translate.leaves import LEAVES
from zdcdc.translate.logic import LOGIC
from zdcdc.translate.operands import Operand, RefusedError, Translated, Untranslated
from zdcdc.translate.reading import expression_of
from zdcdc.translate.strings import STRINGS
from zdcdc.translate.translator import Node, Translator
from zdcdc.translate.values import Value

NODES: dict[type[exp.Expr], Node] = {**LEAVES, **LOGIC, **ARITHMETIC, **STRINGS}
"""The list: every node of sqlglot's trees that is translated."""


class TableScope:
    """The columns of one table, by their names in SQLite."""

    def __init__(self, columns: Mapping[str, Operand]) -> None:
        self._columns = {name.lower(): (name, operand) for name, operand in columns.items()}

    def find(self, name: str, table: str) -> tuple[str, Operand] | None:
        """See :class:`~zdcdc.translate.translator.Scope`."""
        return self._columns.get(name.lower())


def translate(sql: str, columns: Mapping[str, Operand], server: Capabilities) -> Translated | Untranslated:
    """The value of the expression ``sql``, as a term of an index has it."""
    return _translated(sql, columns, server, Translator.value)


def condition(sql: str, columns: Mapping[str, Operand], server: Capabilities) -> Translated | Untranslated:
    """The expression ``sql`` as a condition (a CHECK, the WHERE of a partial index): true, false or NULL.

    MySQL takes nothing but a boolean for a CHECK.
    """
    return _translated(sql, columns, server, Translator.truth)


def _translated(
    sql: str,
    columns: Mapping[str, Operand],
    server: Capabilities,
    read: Callable[[Translator, exp.Expr], Value],
) -> Translated | Untranslated:
    translator = Translator(TableScope(columns), server, NODES, FUNCTIONS)
    try:
        return translator.finished(read(translator, expression_of(sql)))
    except RefusedError as refused:
        return Untranslated(sql, str(refused))
