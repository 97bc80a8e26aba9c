"""Views in MySQL, where every part of them is known to mean the same. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.mapping import Capabilities, TableMapping
from zdcdc.names import mysql_name
from zdcdc.schema import Table, View
from zdcdc.translate.operands import operands
from zdcdc.translate.sources import Relation
from zdcdc.translate.views import TranslatedView, translated_views


@dataclass(frozen=True, slots=True)
class ViewDdl:
    """A view: its name, and the statement that makes it."""

    name: str
    create: str


def view_ddl(
    views: Sequence[View], tables: Sequence[tuple[Table, TableMapping]], capabilities: Capabilities
) -> tuple[list[ViewDdl], list[Loss]]:
    """``views`` in an order in which they can be made, and those that cannot. ``tables`` migrate."""
    relations = {
        table.name: Relation(mysql_name(mapping.name), operands(table, mapping)) for table, mapping in tables
    }
    taken = {mapping.name.lower() for _, mapping in tables}
    found: list[ViewDdl] = []
    losses: list[Loss] = []
    for one in translated_views(views, relations, capabilities):
        if not isinstance(one, TranslatedView):
            view, untranslated = one
            losses.append(_loss(view, untranslated.reason))
        elif one.view.name.lower() in taken:
            losses.append(_loss(one.view, "a table has its name in MySQL"))
        else:
            found.append(ViewDdl(one.view.name, one.create))
    return found, losses


def _loss(view: View, reason: str) -> Loss:
    return Loss(Matter.VIEW, f"view {view.name}", reason, view.sql, table=view.name)
