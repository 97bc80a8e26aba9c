"""Every translated expression has the value that SQLite gives it, in every row, on both servers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.servers.target import Target
from tests.support.both_engines import BothEngines, both_engines, same
from tests.support.expressions import FUNCTION_CASES, NODE_CASES
from tests.support.random_expressions import Expressions
from zdcdc.translate.expressions import condition, translate
from zdcdc.translate.operands import Kind, Translated, Untranslated, operands

CASES = [
    *(e for found in NODE_CASES.values() for e in found),
    *(e for f in FUNCTION_CASES.values() for e in f),
]

AT_ONCE = 60
"""Columns or constraints of one ALTER TABLE: MariaDB takes 64 KiB of expressions in one table."""

HOSTILE_MODES = "ANSI_QUOTES,PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE,IGNORE_SPACE,STRICT_ALL_TABLES"
HOSTILE_SESSION = (
    "SET NAMES latin1 COLLATE latin1_general_ci",
    "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci",
    "SET SESSION time_zone = '+05:30', div_precision_increment = 0",
)


@pytest.fixture
def both(target: Target) -> Iterator[BothEngines]:
    """The table on both."""
    made = both_engines(target)
    with closing(made.lite), closing(made.mysql):
        yield made


def differences(both: BothEngines, made: dict[str, Translated], written: dict[str, str]) -> list[str]:
    """Where the MySQL expressions ``written`` have other values than those that they were ``made`` of."""
    found = []
    for text, translated in made.items():
        lite, mysql = both.in_sqlite(text), both.in_mysql(written[text])
        kind = translated.kind
        if translated.may_overflow and translated.sql != written[text]:
            # A virtual column of MariaDB reads as 0 where its expression is an error.
            direct = both.in_mysql(translated.sql)
            mysql = [
                error if isinstance(error, Exception) else value
                for error, value in zip(direct, mysql, strict=True)
            ]
        if kind is Kind.TEMPORAL:
            (column,) = translated.columns
            codec = both.mapping.column(column).codec
            mysql = [codec.decode(value) for value in mysql]
        for number, (expected, value) in enumerate(zip(lite, mysql, strict=True), 1):
            if not same(expected, value, kind):
                found.append(f"{text} => {written[text]}: row {number}: {expected!r} is {value!r}")
                break
    return found


def test_expressions_at_random_mean_the_same_or_are_refused(
    both: BothEngines, count: Callable[[int, int], int]
) -> None:
    columns = operands(both.table, both.mapping)

    @settings(max_examples=count(300, 10_000), deadline=None, database=None, phases=[Phase.generate])
    @given(st.integers(0, 2**32), st.integers(1, 3))
    def tried(seed: int, depth: int) -> None:
        text = Expressions(random.Random(seed), depth).any()
        made = translate(text, columns, both.server)
        if isinstance(made, Untranslated) or made.kind is Kind.TEMPORAL:
            return
        pairs = zip(both.in_sqlite(text), both.in_mysql(made.sql), strict=True)
        assert all(
            same(lite, mysql, made.kind) or (isinstance(mysql, Exception) and made.may_overflow)
            for lite, mysql in pairs
        ), (text, made.sql)

    tried()


def translated_all(both: BothEngines) -> dict[str, Translated]:
    columns = operands(both.table, both.mapping)
    found = {text: translate(text, columns, both.server) for text in CASES}
    assert not [made for made in found.values() if not isinstance(made, Translated)]
    return {text: made for text, made in found.items() if isinstance(made, Translated)}


def test_every_expression_on_the_list_means_the_same(both: BothEngines) -> None:
    made = translated_all(both)
    assert differences(both, made, {text: found.sql for text, found in made.items()}) == []


def test_it_means_the_same_in_a_table_whoever_writes_and_reads_it(both: BothEngines) -> None:
    """A server keeps an expression as a text of its own, which it reads again with other settings."""
    made = translated_all(both)
    texts = list(made)
    with both.mysql.cursor() as cursor:
        for statement in HOSTILE_SESSION:
            cursor.execute(statement)
        for start in range(0, len(texts), AT_ONCE):
            names = {text: f"g{number}" for number, text in enumerate(texts[start : start + AT_ONCE])}
            cursor.execute(f"SET SESSION sql_mode = '{HOSTILE_MODES}'")
            both.computed({name: made[text] for text, name in names.items()})
            cursor.execute(f"SET SESSION sql_mode = '{HOSTILE_MODES},NO_BACKSLASH_ESCAPES'")
            assert differences(both, {text: made[text] for text in names}, names) == []
            cursor.execute(f"ALTER TABLE t {', '.join(f'DROP COLUMN {name}' for name in names.values())}")


def test_a_condition_is_true_false_or_null_as_in_sqlite(both: BothEngines) -> None:
    columns = operands(both.table, both.mapping)
    checks = []
    for text in CASES:
        found = condition(text, columns, both.server)
        if isinstance(found, Translated):
            checks.append((text, found))
    assert len(checks) > 200
    for text, found in checks:
        lite, mysql = both.in_sqlite(f"({text}) IS TRUE"), both.in_mysql(f"({found.sql}) IS TRUE")
        pairs = zip(lite, mysql, strict=True)
        assert all(value == expected or isinstance(value, Exception) for expected, value in pairs), text
    with both.mysql.cursor() as cursor:
        cursor.execute("CREATE TABLE c LIKE t")
        found_columns = [found for _, found in checks if found.columns]
        for start in range(0, len(found_columns), AT_ONCE):
            some = found_columns[start : start + AT_ONCE]
            names = [f"c{number}" for number in range(len(some))]
            pairs_of = zip(names, some, strict=True)
            added = [f"ADD CONSTRAINT {name} CHECK ({one.sql})" for name, one in pairs_of]
            cursor.execute(f"ALTER TABLE c {', '.join(added)}")
            cursor.execute(f"ALTER TABLE c {', '.join(f'DROP CONSTRAINT {name}' for name in names)}")
