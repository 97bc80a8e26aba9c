"""What is translated is on a list, each entry of which is tried on both engines; all else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

import pytest
from sqlglot import exp

from tests.support.both_engines import source
from tests.support.expressions import FUNCTION_CASES, NODE_CASES, REFUSED
from tests.support.tables import MARIADB, MYSQL
from zdcdc.mapping import Capabilities
from zdcdc.schema import Affinity
from zdcdc.translate.expressions import NODES, condition, translate
from zdcdc.translate.functions import FUNCTIONS
from zdcdc.translate.operands import Kind, Operand, Translated, Untranslated, operands
from zdcdc.translate.reading import expression_of


@pytest.fixture(scope="module")
def columns() -> Mapping[str, Operand]:
    """Every kind of column."""
    lite, table, mapping = source(MYSQL)
    with closing(lite):
        return operands(table, mapping)


def translated(sql: str, columns: Mapping[str, Operand], server: Capabilities = MYSQL) -> Translated:
    found = translate(sql, columns, server)
    assert isinstance(found, Translated), found
    return found


@pytest.mark.parametrize("kind", NODES, ids=lambda kind: kind.key)
def test_every_node_on_the_list_is_tried_on_both_engines(kind: type[exp.Expr]) -> None:
    for case in NODE_CASES[kind.key]:
        assert kind in [type(node) for node in expression_of(case).walk()], case


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_on_the_list_is_tried_on_both_engines(name: str) -> None:
    for case in FUNCTION_CASES[name]:
        assert name in [node.name.lower() for node in expression_of(case).find_all(exp.Anonymous)], case


def test_nothing_is_tried_that_is_not_on_the_list() -> None:
    assert set(NODE_CASES) == {kind.key for kind in NODES}
    assert set(FUNCTION_CASES) == set(FUNCTIONS)


@pytest.mark.parametrize("target_server", [MYSQL, MARIADB], ids=["mysql", "mariadb"])
@pytest.mark.parametrize("sql", REFUSED)
def test_what_is_not_known_to_mean_the_same_is_refused_with_its_text(
    sql: str, target_server: Capabilities, columns: Mapping[str, Operand]
) -> None:
    for found in (translate(sql, columns, target_server), condition(sql, columns, target_server)):
        assert isinstance(found, Untranslated), found
        assert found.text == sql
        assert found.reason


@pytest.mark.parametrize(
    "sql", ["i; DROP TABLE t", "i) FROM t --", "i AS j", "i, j", "", "SELECT 1", "(((", "'a", "i FROM t", "*"]
)
def test_a_text_that_is_no_expression_is_refused(sql: str, columns: Mapping[str, Operand]) -> None:
    assert isinstance(translate(sql, columns, MYSQL), Untranslated)


def test_an_expression_that_is_too_deep_is_refused(columns: Mapping[str, Operand]) -> None:
    assert isinstance(translate("(" * 5000 + "i" + ")" * 5000, columns, MYSQL), Untranslated)


def test_the_columns_that_an_expression_names_are_told_by_their_names_in_sqlite(
    columns: Mapping[str, Operand],
) -> None:
    assert translated('I + "j" * [i]', columns).columns == {"i", "j"}
    assert translated("'i'", columns).columns == frozenset()


def test_what_may_leave_its_range_is_told(columns: Mapping[str, Operand]) -> None:
    assert translated("i + 1", columns).may_overflow
    assert translated("abs(i) = 1", columns).may_overflow
    assert not translated("i = -5 AND x = 'a'", columns).may_overflow


def test_texts_of_a_utf16_source_may_be_null_and_nothing_else() -> None:
    lite, table, mapping = source(MYSQL)
    with closing(lite):
        columns = operands(table, mapping, "UTF-16le")
    assert isinstance(translate("x < 'a'", columns, MYSQL), Untranslated)
    assert translated("x IS NULL AND i > 0 AND day > '2024-01-01'", columns).columns == {"x", "i", "day"}


def test_any_name_is_quoted_as_it_is_in_mysql() -> None:
    columns = {'a "b': Operand("`a ``b`", Kind.TEXT, Affinity.TEXT)}
    assert translated('"A ""b" = \'"A ""b"\'', columns).sql == '`a ``b` = \'"A ""b"\''


def test_double_quotes_are_a_string_only_where_there_is_no_such_column(
    columns: Mapping[str, Operand],
) -> None:
    assert translated('x = "y"', columns).sql == "`x` = `y`"
    assert translated('x = "yy"', columns).sql == "`x` = 'yy'"


@pytest.mark.parametrize(
    ("sql", "mysql"),
    [
        ("i > 0 AND j IN (1, 2)", "(`i` > 0) AND (`j` IN (1, 2))"),
        ("x LIKE '%@%'", "SUBSTRING_INDEX(`x`, CONVERT(x'00' USING utf8mb4) COLLATE utf8mb4_0900_bin, 1) "
                         "LIKE '%@%' ESCAPE '|'"),
        ("at >= '2024-02-29 00:00:00'", "`at` >= '2024-02-29 00:00:00'"),
        ("i / 2", "`i` DIV 2"),
        ("i / j", "`i` DIV NULLIF(`j`, 0)"),
        ("x IS NOT NULL", "`x` IS NOT NULL"),
        ("x = 'it''s'", "`x` = (CONVERT(x'69742773' USING utf8mb4) COLLATE utf8mb4_0900_bin)"),
    ],
)  # fmt: skip
def test_a_translation_is_readable(sql: str, mysql: str, columns: Mapping[str, Operand]) -> None:
    assert translated(sql, columns).sql == mysql
