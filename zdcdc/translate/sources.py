"""What a SELECT reads: tables and views under the names that it gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from zdcdc.mapping import TableMapping
from zdcdc.names import mysql_name
from zdcdc.schema import Table
from zdcdc.translate.operands import UTF8, Operand, RefusedError, operands


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view in MySQL: its quoted name there, and its columns by their names in SQLite, in order."""

    sql: str
    columns: Mapping[str, Operand]


def relation(table: Table, mapping: TableMapping, encoding: str = UTF8) -> Relation:
    """What views may read of ``table``; ``encoding`` as in :func:`~zdcdc.translate.operands.operands`."""
    return Relation(mysql_name(mapping.name), operands(table, mapping, encoding))


@dataclass(frozen=True, slots=True)
class Source:
    """A relation under the name that it has in one SELECT."""

    alias: str
    relation: Relation

    @property
    def sql(self) -> str:
        """How FROM names it."""
        return f"{self.relation.sql} AS {mysql_name(self.alias)}"

    def operand(self, name: str) -> Operand:
        """Its column ``name`` (in SQLite), whatever other columns are called so."""
        found = self.relation.columns[name]
        return replace(found, sql=f"{mysql_name(self.alias)}.{found.sql}")


def sources(tables: Sequence[exp.Expr], relations: Mapping[str, Relation]) -> list[Source]:
    """``tables`` of FROM and JOIN; ``relations`` are by their names in SQLite, in lower case. Raises
    RefusedError."""
    found = [_source(table, relations) for table in tables]
    if len({source.alias.lower() for source in found}) < len(found):
        raise RefusedError("two tables under one name")
    return found


def _source(table: exp.Expr, relations: Mapping[str, Relation]) -> Source:
    unknown = {name for name, value in table.args.items() if value} - {"this", "db", "alias", "indexed"}
    if not isinstance(table, exp.Table) or unknown or table.db.lower() not in ("", "main"):
        raise RefusedError(f"{table.key} where a table is read")
    alias = table.args.get("alias")
    if alias is not None and alias.args.get("columns"):
        raise RefusedError("a table with other names of columns")
    relation = relations.get(table.name.lower())
    if relation is None:
        raise RefusedError(f"{table.name} is not in MySQL")
    return Source(table.alias or table.name, relation)


class SourcesScope:
    """The columns of all sources. ``results`` are the names of what is selected, in lower case: SQLite takes
    them for a string less readily than for a result."""

    def __init__(self, found: Sequence[Source], results: frozenset[str]) -> None:
        self._sources = found
        self._results = results

    def find(self, name: str, table: str) -> tuple[str, Operand] | None:
        """See :class:`~zdcdc.translate.translator.Scope`."""
        found = self.columns(name, table)
        if len(found) > 1:
            raise RefusedError(f"several columns called {name}")
        if not found and not table and name.lower() in self._results:
            raise RefusedError(f"the result {name} inside of an expression")
        return found[0] if found else None

    def columns(self, name: str, table: str = "") -> list[tuple[str, Operand]]:
        """Every column called ``name`` of ``table`` (empty: of any source)."""
        return [
            (known, source.operand(known))
            for source in self._sources
            if not table or source.alias.lower() == table.lower()
            for known in source.relation.columns
            if known.lower() == name.lower()
        ]

    def expanded(self, item: exp.Expr) -> list[exp.Expr]:
        """``item`` of a list of results, and for a star the columns that it stands for."""
        star = item.this if isinstance(item, exp.Column) else item
        if not isinstance(star, exp.Star):
            return [item]
        if any(star.args.values()):
            raise RefusedError("* with exceptions")
        table = item.table.lower() if isinstance(item, exp.Column) else ""
        return [
            exp.column(exp.to_identifier(name, quoted=True), exp.to_identifier(source.alias, quoted=True))
            for source in self._sources
            if not table or source.alias.lower() == table
            for name in source.relation.columns
        ]
