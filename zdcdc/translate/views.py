"""Views in MySQL's words, where every part of them means the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zdcdc.mapping import Capabilities
from zdcdc.names import mysql_name
from zdcdc.schema import Affinity, View
from zdcdc.translate.operands import Kind, Operand, RefusedError, Untranslated
from zdcdc.translate.reading import statement_of
from zdcdc.translate.selects import Select
from zdcdc.translate.sources import Relation
from zdcdc.translate.tokens import joined, keyword, tokens
from zdcdc.translate.values import Value

_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class TranslatedView:
    """A view that can be made; ``relation`` is how others may read it."""

    view: View
    select: str
    relation: Relation

    @property
    def create(self) -> str:
        """The statement that makes it. Who reads it needs the right to read what it reads."""
        return f"CREATE SQL SECURITY INVOKER VIEW {self.relation.sql} AS\n{self.select}"


def translated_views(
    views: Sequence[View], tables: Mapping[str, Relation], server: Capabilities
) -> list[TranslatedView | tuple[View, Untranslated]]:
    """``views`` in an order in which they can be made, those that cannot last, with the reason.

    ``tables`` are all that migrate, by their names in SQLite.
    """
    relations = {name.lower(): relation for name, relation in tables.items()}
    made: list[TranslatedView | tuple[View, Untranslated]] = []
    left = list(views)
    while left:
        refused: list[tuple[View, Untranslated]] = []
        for view in left:
            found = translated_view(view, relations, server)
            if isinstance(found, TranslatedView):
                relations[view.name.lower()] = found.relation
                made.append(found)
            else:
                refused.append((view, found))
        if len(refused) == len(left):
            return [*made, *refused]
        left = [view for view, _ in refused]
    return made


def translated_view(
    view: View, relations: Mapping[str, Relation], server: Capabilities
) -> TranslatedView | Untranslated:
    """``view``; ``relations`` are what it may read, by their names in SQLite in lower case."""
    try:
        if not view.columns:
            raise RefusedError("SQLite itself cannot use it")
        _require_names(view)
        select = Select(statement_of(_select_of(view.sql)), relations, server)
        if len(select.results) != len(view.columns):
            raise RefusedError("it has other columns than SQLite sees")
    except RefusedError as refused:
        return Untranslated(view.sql, str(refused))
    named = list(zip(select.results, view.columns, strict=True))
    results = ",\n  ".join(f"{value.sql} AS {mysql_name(name)}" for value, name in named)
    text = f"SELECT {'DISTINCT' if select.distinct else ''}\n  {results}\n{select.rest}"
    columns = {name: _operand(value, name) for value, name in named}
    return TranslatedView(
        view, text.replace("SELECT \n", "SELECT\n").rstrip(), Relation(mysql_name(view.name), columns)
    )


def _select_of(sql: str) -> str:
    """What follows AS in a CREATE VIEW. Raises RefusedError."""
    parts = tokens(sql)
    depth = 0
    for place, token in enumerate(parts):
        depth += (token == "(") - (token == ")")
        if depth == 0 and keyword(token) == "AS":
            return joined(parts[place + 1 :])
    raise RefusedError("no CREATE VIEW")


def _require_names(view: View) -> None:
    """Raises RefusedError for names that MySQL does not take."""
    for name in (view.name, *view.columns):
        outside = any(ord(letter) > 0xFFFF or letter == "\0" for letter in name)
        if not name or len(name) > _LONGEST_NAME or name.endswith(" ") or outside:
            raise RefusedError(f"the name {name!r}")
    if len({name.lower() for name in view.columns}) < len(view.columns):
        raise RefusedError("names of columns that differ by case only")


def _operand(value: Value, name: str) -> Operand:
    """A result as those see it who read the view."""
    kind = Kind.OTHER if value.is_null else value.kind
    settled = value.settled or kind is not Kind.TEXT
    return Operand(
        mysql_name(name),
        kind,
        value.affinity or Affinity.BLOB,
        value.collation or "BINARY",
        settled,
        value.form,
    )
