"""Walking the tree of an expression by a list of nodes and a list of functions; nothing else gets through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from sqlglot import exp

from zdcdc.mapping import Capabilities
from zdcdc.schema import BINARY
from zdcdc.translate.operands import NUMERIC, Kind, Operand, RefusedError, Translated
from zdcdc.translate.values import NULL, Value, operation, plain


class Scope(Protocol):
    """The columns that an expression can name."""

    def find(self, name: str, table: str) -> tuple[str, Operand] | None:
        """The column called ``name`` of ``table`` (empty: of any), with the name by which it is reported.

        None without one. Raises RefusedError where there are several.
        """


@dataclass(frozen=True, slots=True)
class Function:
    """A function of SQLite: how many arguments it takes, and its translation for a server.

    ``null_of_null`` says that it is NULL as soon as one of its arguments is, ``ranged`` that its result may
    be out of range.
    """

    fewest: int
    most: int
    translate: Callable[[tuple[Value, ...], Capabilities], Value]
    null_of_null: bool = True
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """How a kind of node is translated, and which of sqlglot's ``arguments`` it may have."""

    translate: Callable[[Translator, exp.Expr], Value]
    arguments: frozenset[str]


def node(translated: Callable[[Translator, exp.Expr], Value], *arguments: str) -> Node:
    """A node with ``arguments``."""
    return Node(translated, frozenset(arguments))


def binary(translated: Callable[[Translator, exp.Expr], Value], *arguments: str) -> Node:
    """An operator with two sides, and further ``arguments``."""
    return Node(translated, frozenset({"this", "expression", *arguments}))


def condition(value: Value) -> Value:
    """``value`` as a condition: MySQL takes nothing but the result of an operator for a CHECK. Raises
    RefusedError."""
    if value.logical and not value.atomic:
        return value
    if value.kind not in NUMERIC and not value.is_null:
        raise RefusedError(f"a {value.kind.value} as a condition")
    return operation(f"{value.operand} <> 0", Kind.INTEGER, logical=True)


class Translator:
    """Translates expressions; ``used`` collects the columns that it meets, by the names of its scope, and
    ``called`` the functions. ``ranged`` tells whether it met what may leave the range of its type."""

    def __init__(
        self,
        scope: Scope,
        server: Capabilities,
        nodes: Mapping[type[exp.Expr], Node],
        functions: Mapping[str, Function],
    ) -> None:
        self.scope = scope
        self.server = server
        self.used: set[str] = set()
        self.called: set[str] = set()
        self.ranged = False
        self._nodes = nodes
        self._functions = functions

    @property
    def collation(self) -> str:
        """The server's binary one."""
        return self.server.collation

    def value(self, node: exp.Expr) -> Value:
        """``node`` translated. Raises RefusedError."""
        rule = self._nodes.get(type(node))
        if rule is None:
            raise RefusedError(f"{node.key} is not on the list")
        unknown = {name for name, value in node.args.items() if value} - rule.arguments
        if unknown:
            raise RefusedError(f"{node.key} with {', '.join(sorted(unknown))}")
        value = rule.translate(self, node)
        if not value.explicit and value.kind is Kind.TEXT and node.find(exp.Collate) is not None:
            return replace(value, hidden=True)
        return value

    def plain(self, node: exp.Expr) -> Value:
        """The same for a place where SQLite looks at no collation."""
        return plain(self.value(node))

    def truth(self, node: exp.Expr) -> Value:
        """``node`` as a condition."""
        return condition(self.plain(node))

    def call(self, name: str, arguments: tuple[Value, ...]) -> Value:
        """The function ``name`` of SQLite. Raises RefusedError."""
        function = self._functions.get(name.lower())
        if function is None:
            raise RefusedError(f"the function {name}() is not on the list")
        if not function.fewest <= len(arguments) <= function.most:
            raise RefusedError(f"{name}() of {len(arguments)} arguments")
        if function.null_of_null and any(argument.is_null for argument in arguments):
            return NULL
        self.called.add(name.lower())
        self.ranged |= function.ranged
        return function.translate(arguments, self.server)

    def finished(self, value: Value) -> Translated:
        """What is handed out of ``value``."""
        collation = value.collation or BINARY
        return Translated(value.sql, value.kind, frozenset(self.used), collation, self.ranged)
