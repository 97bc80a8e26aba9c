"""A translated view shows the rows that it shows in SQLite, on both servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest

from tests.servers.target import Target
from tests.support.both_engines import BothEngines, both_engines
from tests.support.views import CHAINED, SECOND, U_COLUMNS, VIEWS
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.schema import View
from zdcdc.sqlite import Text
from zdcdc.translate.operands import Kind, Operand
from zdcdc.translate.sources import Relation, relation
from zdcdc.translate.views import TranslatedView, translated_views


@pytest.fixture
def both(target: Target) -> Iterator[BothEngines]:
    """Both tables on both."""
    made = both_engines(target)
    with closing(made.lite), closing(made.mysql), made.mysql.cursor() as cursor:
        made.lite.executescript(SECOND)
        cursor.execute(
            "CREATE TABLE u (id BIGINT PRIMARY KEY, i BIGINT, label LONGTEXT, amount DOUBLE) "
            f"DEFAULT CHARACTER SET utf8mb4 COLLATE {made.server.collation}"
        )
        cursor.executemany(
            "INSERT INTO u VALUES (%s, %s, %s, %s)", made.lite.execute("SELECT * FROM u").fetchall()
        )
        yield made


def views_of(both: BothEngines) -> list[View]:
    both.lite.text_factory = Text
    found = catalog_in_transaction(both.lite).views
    both.lite.text_factory = str
    return list(found)


def relations(both: BothEngines) -> dict[str, Relation]:
    return {"T": relation(both.table, both.mapping), "u": Relation("`u`", U_COLUMNS)}


def shown(both: BothEngines, made: TranslatedView) -> list[tuple[object, ...]]:
    """What MySQL shows, as SQLite would have it."""
    kept = list(made.relation.columns.values())
    with both.mysql.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {made.relation.sql}")
        return [tuple(map(as_in_sqlite, row, kept)) for row in cursor.fetchall()]


def as_in_sqlite(value: object, operand: Operand) -> object:
    if operand.form is not None and value is not None:
        return operand.form.written(value)  # type: ignore[arg-type]
    if isinstance(value, Decimal) or operand.kind is Kind.NUMBER:
        number = None if value is None else float(value)  # type: ignore[arg-type]
        return int(number) if number is not None and number.is_integer() else number
    return value


def sorted_rows(rows: list[tuple[object, ...]]) -> list[str]:
    return sorted(map(repr, rows))


def test_each_view_shows_the_same_rows(both: BothEngines) -> None:
    for number, select in enumerate(VIEWS):
        both.lite.execute(f"CREATE VIEW v{number} AS {select}")
    made = translated_views(views_of(both), relations(both), both.server)
    assert [found for found in made if not isinstance(found, TranslatedView)] == []
    with both.mysql.cursor() as cursor:
        # MariaDB's ONLY_FULL_GROUP_BY knows no expression again, and is off by default.
        full = "" if both.server.mariadb else "ONLY_FULL_GROUP_BY,"
        cursor.execute(f"SET SESSION sql_mode = '{full}STRICT_ALL_TABLES'")
        for found in made:
            assert isinstance(found, TranslatedView)
            cursor.execute(found.create)
        cursor.execute("SET NAMES utf8mb4 COLLATE utf8mb4_general_ci")
        for found in made:
            assert isinstance(found, TranslatedView)
            expected = both.lite.execute(f'SELECT * FROM "{found.view.name}"').fetchall()
            rows = shown(both, found)
            assert sorted_rows(rows) == sorted_rows(expected), (found.view.sql, found.create)
            if "ORDER BY" in found.view.sql:
                assert [repr(row) for row in rows] == [repr(row) for row in expected], found.create


def test_a_view_of_a_view_is_made_after_it(both: BothEngines) -> None:
    for sql in CHAINED:
        both.lite.execute(sql)
    made = translated_views(views_of(both), relations(both), both.server)
    assert [found.view.name for found in made if isinstance(found, TranslatedView)] == ["first", "second"]
    with both.mysql.cursor() as cursor:
        for found in made:
            assert isinstance(found, TranslatedView)
            cursor.execute(found.create)
    for found in made:
        assert isinstance(found, TranslatedView)
        expected = both.lite.execute(f'SELECT * FROM "{found.view.name}"').fetchall()
        assert sorted_rows(shown(both, found)) == sorted_rows(expected)
