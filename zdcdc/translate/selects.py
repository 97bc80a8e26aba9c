"""SELECT as a view has it: joins, conditions, groups and order that both engines read alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from zdcdc.mapping import Capabilities
from zdcdc.translate.aggregates import AGGREGATE_NODES, aggregate_of, sortable, told_apart
from zdcdc.translate.expressions import NODES
from zdcdc.translate.functions import FUNCTIONS
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.sources import Relation, SourcesScope, sources
from zdcdc.translate.translator import Translator
from zdcdc.translate.values import Value, bytewise

_CLAUSES = {
    "expressions",
    "from_",
    "joins",
    "where",
    "group",
    "having",
    "order",
    "limit",
    "offset",
    "distinct",
}
_JOINS = {("", ""): "JOIN", ("", "INNER"): "JOIN", ("", "CROSS"): "JOIN", ("LEFT", ""): "LEFT JOIN",
          ("LEFT", "OUTER"): "LEFT JOIN"}  # fmt: skip


class Select:
    """A SELECT translated: its ``results``, ``distinct`` or not, and the ``rest`` from FROM on.

    ``relations`` are by their names in SQLite, in lower case. Making one raises RefusedError.
    """

    def __init__(self, tree: exp.Expr, relations: Mapping[str, Relation], server: Capabilities) -> None:
        _require_only(tree, _CLAUSES)
        if not isinstance(tree, exp.Select):
            raise RefusedError(f"{tree.key} in a view")
        self._tree = tree
        joins = tree.args.get("joins") or []
        first = [tree.args["from_"].this] if tree.args.get("from_") else []
        self._sources = sources([*first, *(join.this for join in joins)], relations)
        self._named: dict[str, exp.Expr] = {}
        for item in tree.expressions:
            if isinstance(item, exp.Alias):
                self._named.setdefault(item.alias.lower(), item.this)
        self._scope = SourcesScope(self._sources, frozenset(self._named))
        self._translator = Translator(self._scope, server, {**NODES, **AGGREGATE_NODES}, FUNCTIONS)
        self._items = [
            expanded
            for item in tree.expressions
            for expanded in self._scope.expanded(item.this if isinstance(item, exp.Alias) else item)
        ]
        self.distinct = _listed(tree, "distinct") is not None
        self._groups = [self._meant(key, group=True) for key in _listed(tree, "group") or []]
        aggregates = [node for item in self._items for node in item.walk() if aggregate_of(node)]
        self._grouped = bool(self._groups or aggregates or tree.args.get("having"))
        self.results = [self._result(item) for item in self._items]
        clauses = [self._from(), self._where(), self._group(), self._having(), self._order(), self._limit()]
        self.rest = "\n".join(clause for clause in clauses if clause)

    def _result(self, item: exp.Expr) -> Value:
        self._require_grouped(item)
        value = self._translator.plain(item)
        if self.distinct:
            return told_apart(value, self._translator.collation)
        # A text that no column gives a collation is compared by that of the reader's connection.
        made = value.kind is Kind.TEXT and value.affinity is None
        return bytewise(value, self._translator.collation) if made else value

    def _require_grouped(self, node: exp.Expr) -> None:
        """Raises RefusedError for a column that SQLite takes from any row of a group."""
        if not self._grouped or aggregate_of(node) or any(self._same(node, key) for key in self._groups):
            return
        if isinstance(node, exp.Column):
            raise RefusedError(f"{node.name} of any row of a group")
        for child in node.iter_expressions():
            self._require_grouped(child)

    def _same(self, left: exp.Expr, right: exp.Expr) -> bool:
        """Whether both are one expression, whatever a lone column is qualified by."""
        left, right = left.unnest(), right.unnest()
        if isinstance(left, exp.Column) and isinstance(right, exp.Column):
            return self._scope.columns(left.name, left.table) == self._scope.columns(right.name, right.table)
        return left == right

    def _meant(self, key: exp.Expr, *, group: bool) -> exp.Expr:
        """What ``key`` of GROUP BY or ORDER BY stands for: a number or a name may mean a result."""
        if isinstance(key, exp.Literal):
            number = int(key.name) if key.name.isdecimal() and not key.is_string else 0
            if not 1 <= number <= len(self._items):
                raise RefusedError("rows ordered by a literal")
            return self._items[number - 1]
        # ORDER BY looks for results first, everything else for columns.
        if not group and isinstance(key, exp.Column) and not key.table and key.name.lower() in self._named:
            return self._named[key.name.lower()]
        return self._with_results(key)

    def _with_results(self, node: exp.Expr) -> exp.Expr:
        """``node`` with results in the place of names that are theirs alone."""

        def meant(part: exp.Expr) -> exp.Expr:
            if not isinstance(part, exp.Column) or part.table or self._scope.columns(part.name):
                return part
            result = self._named.get(part.name.lower())
            return part if result is None else exp.Paren(this=result.copy())

        found: exp.Expr = node.transform(meant)
        return found

    def _from(self) -> str:
        if not self._sources:
            return ""
        lines = [f"FROM {self._sources[0].sql}"]
        for join, source in zip(self._tree.args.get("joins") or [], self._sources[1:], strict=True):
            _require_only(join, {"this", "side", "kind", "on"})
            word = _JOINS.get((join.side, join.kind))
            on = join.args.get("on")
            if word is None:
                raise RefusedError(f"{join.side} {join.kind} JOIN")
            condition = "TRUE" if on is None else self._translator.truth(on).sql
            lines.append(f"  {word} {source.sql} ON {condition}")
        return "\n".join(lines)

    def _where(self) -> str:
        where = self._tree.args.get("where")
        if where is None:
            return ""
        node = self._with_results(where.this)
        if any(aggregate_of(part) for part in node.walk()):
            raise RefusedError("an aggregate in WHERE")
        return f"WHERE {self._translator.truth(node).sql}"

    def _group(self) -> str:
        if any(aggregate_of(node) for key in self._groups for node in key.walk()):
            raise RefusedError("groups by an aggregate")
        keys = [
            told_apart(self._translator.plain(key), self._translator.collation).sql for key in self._groups
        ]
        return f"GROUP BY {', '.join(keys)}" if keys else ""

    def _having(self) -> str:
        having = self._tree.args.get("having")
        if having is None:
            return ""
        node = self._with_results(having.this)
        self._require_grouped(node)
        return f"HAVING {self._translator.truth(node).sql}"

    def _order(self) -> str:
        keys = []
        for term in _listed(self._tree, "order") or []:
            descending = bool(term.args.get("desc"))
            if bool(term.args.get("nulls_first")) == descending:
                raise RefusedError("NULLS FIRST or LAST")
            node = self._meant(term.this, group=False)
            self._require_grouped(node)
            value = sortable(self._translator.value(node), self._translator.collation)
            if self.distinct and value.sql not in [result.sql for result in self.results]:
                raise RefusedError("distinct rows ordered by what is not among them")
            keys.append(f"{value.sql} DESC" if descending else value.sql)
        return f"ORDER BY {', '.join(keys)}" if keys else ""

    def _limit(self) -> str:
        limit, offset = self._tree.args.get("limit"), self._tree.args.get("offset")
        if limit is None:
            return ""
        if not self._tree.args.get("order"):
            raise RefusedError("LIMIT without ORDER BY")
        numbers = [clause.expression for clause in (limit, offset) if clause is not None]
        if not all(isinstance(n, exp.Literal) and n.name.isdecimal() for n in numbers):
            raise RefusedError("LIMIT by an expression")
        return " OFFSET ".join([f"LIMIT {numbers[0].name}", *(number.name for number in numbers[1:])])


def _require_only(node: exp.Expr, known: set[str]) -> None:
    unknown = {name for name, value in node.args.items() if value} - known
    if unknown:
        raise RefusedError(f"{node.key} with {', '.join(sorted(unknown))}")


def _listed(tree: exp.Expr, clause: str) -> Sequence[exp.Expr] | None:
    """The list of ``clause``, None without that clause."""
    found = tree.args.get(clause)
    if found is None:
        return None
    _require_only(found, {"expressions"})
    return list(found.expressions)
