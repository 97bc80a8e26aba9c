"""A view of which any part might mean something else is refused, with its text."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing

import pytest

from tests.support.both_engines import source
from tests.support.tables import MYSQL, catalog_of
from tests.support.views import REFUSED, SECOND, U_COLUMNS
from zdcdc.schema import View
from zdcdc.translate.operands import Untranslated, operands
from zdcdc.translate.sources import Relation
from zdcdc.translate.views import TranslatedView, translated_view, translated_views


@pytest.fixture(scope="module")
def relations() -> Mapping[str, Relation]:
    """Two tables."""
    lite, table, mapping = source(MYSQL)
    with closing(lite):
        return {"t": Relation("`t`", operands(table, mapping)), "u": Relation("`u`", U_COLUMNS)}


@pytest.mark.parametrize("select", REFUSED)
def test_a_view_that_might_mean_something_else_is_refused(
    select: str, relations: Mapping[str, Relation]
) -> None:
    lite, _, _ = source(MYSQL)
    with closing(lite):
        lite.executescript(SECOND)
        lite.execute(f"CREATE VIEW v AS {select}")
        try:
            columns = tuple(row[1] for row in lite.execute("PRAGMA table_info(v)"))
        except sqlite3.OperationalError:
            columns = ("id",)
    sql = f"CREATE VIEW v AS {select}"
    found = translated_view(View("v", sql, columns), relations, MYSQL)
    assert isinstance(found, Untranslated), found
    assert found.text == sql
    assert found.reason


def test_a_view_that_sqlite_cannot_use_is_refused(relations: Mapping[str, Relation]) -> None:
    (view,) = catalog_of("CREATE VIEW v AS SELECT a FROM gone").views
    found = translated_view(view, relations, MYSQL)
    assert isinstance(found, Untranslated)
    assert "SQLite itself" in found.reason


def test_views_that_read_each_other_come_in_order_and_those_of_refused_ones_are_refused() -> None:
    tables = {"u": Relation("`u`", U_COLUMNS)}
    script = (
        "CREATE TABLE u (id INTEGER PRIMARY KEY, i INTEGER, label TEXT, amount REAL);"
        "CREATE VIEW c AS SELECT x FROM b; CREATE VIEW b AS SELECT id AS x FROM a;"
        "CREATE VIEW a AS SELECT id FROM u;"
        "CREATE VIEW bad AS SELECT sum(amount) AS s FROM u; CREATE VIEW worse AS SELECT s FROM bad;"
    )
    found = translated_views(catalog_of(script).views, tables, MYSQL)
    assert [one.view.name for one in found if isinstance(one, TranslatedView)] == ["a", "b", "c"]
    assert [one[0].name for one in found if not isinstance(one, TranslatedView)] == ["bad", "worse"]


def test_a_view_is_made_for_whoever_may_read_what_it_reads() -> None:
    (view,) = catalog_of(
        "CREATE TABLE u (id, label); CREATE VIEW [v 1] (n, [a b]) AS SELECT id, label FROM u"
    ).views
    found = translated_view(view, {"u": Relation("`u 2`", U_COLUMNS)}, MYSQL)
    assert isinstance(found, TranslatedView)
    assert found.create == (
        "CREATE SQL SECURITY INVOKER VIEW `v 1` AS\n"
        "SELECT\n  `u`.`id` AS `n`,\n  `u`.`label` AS `a b`\nFROM `u 2` AS `u`"
    )
