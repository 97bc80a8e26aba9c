"""How an application writes dates is told by the columns that leave no doubt."""

from __future__ import annotations

import pytest

from tests.support.tables import mapped_all, scanned
from zdcdc.choose.habits import habits_of, proven

FULL = "YYYY-MM-DD HH:MM:SS.ffffff"
RAILS = "'2024-01-01 10:00:00.000000'"


def form_of(script: str, table: str, column: str) -> str:
    return mapped_all(script)[table].column(column).codec.argument


def test_a_column_that_leaves_no_doubt_is_believed_by_those_that_do() -> None:
    script = (
        "CREATE TABLE a (made DATETIME, seen DATETIME, gone DATETIME, day DATE, spare TIME);"
        f"INSERT INTO a VALUES ({RAILS}, '2024-01-01 10:00:00.500000', NULL, '2024-01-01', NULL);"
        "CREATE TABLE b (never TIMESTAMP)"
    )
    for table, column in (("a", "made"), ("a", "seen"), ("a", "gone"), ("b", "never")):
        assert form_of(script, table, column) == FULL
    assert form_of(script, "a", "spare") == "HH:MM:SS[.ffffff]"


def test_values_go_before_habits() -> None:
    script = (
        "CREATE TABLE a (made DATETIME, other DATETIME);"
        f"INSERT INTO a VALUES ({RAILS}, '2024-01-01T10:00:00Z')"
    )
    assert form_of(script, "a", "other").endswith("Z")


@pytest.mark.parametrize(
    ("values", "habits"),
    [
        ([RAILS], (FULL,)),
        (["'2024-01-01 10:00:00'"], ()),
        (["'2024-01-01'"], ("YYYY-MM-DD",)),
        (["'no date'"], ()),
        ([], ()),
    ],
)
def test_only_what_is_the_one_possible_form_is_proven(values: list[str], habits: tuple[str, ...]) -> None:
    rows = "".join(f"INSERT INTO t VALUES ({value});" for value in values)
    assert proven([scanned(f"CREATE TABLE t (c DATETIME); {rows}")]) == habits


def test_a_text_column_with_dates_proves_nothing() -> None:
    assert proven([scanned(f"CREATE TABLE t (c TEXT); INSERT INTO t VALUES ({RAILS})")]) == ()


def test_the_commonest_habit_comes_first_and_a_guess_is_none() -> None:
    mappings = mapped_all(
        "CREATE TABLE t (a DATETIME, b DATETIME, c DATE, d DATETIME);"
        f"INSERT INTO t VALUES ({RAILS}, {RAILS}, '2024-01-01', NULL)"
    )
    assert habits_of(mappings.values()) == (FULL, "YYYY-MM-DD")
