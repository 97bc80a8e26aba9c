"""Cases are read as their folders say, and a script that does not do what it says is noticed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.cases import Case, ExpectedFinding, Result, execute, statements

FOUND = {
    "id": "value.refused",
    "level": "error",
    "message": "2 values are infinite",
    "hint": "correct them",
    "table": "t",
    "column": "v",
    "samples": ["1", "2"],
}


def test_a_script_is_taken_apart_with_its_triggers_whole() -> None:
    script = """\
-- a comment; with a semicolon
CREATE TABLE t (v TEXT DEFAULT ';');
CREATE TRIGGER r AFTER INSERT ON t BEGIN
  DELETE FROM t; SELECT 1;
END;
-- the end
"""
    assert [statement.split()[-1] for statement in statements(script)] == ["';');", "END;"]


def test_a_statement_that_does_not_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="SELECT 1"):
        list(statements("SELECT 1"))


@pytest.mark.parametrize(
    "script", ["SELECT nothing;", "-- fails\nSELECT 1;", "-- fails\nSELECT nothing;\nSELECT nothing;"]
)
def test_a_statement_that_fails_or_does_not_against_its_word_is_noticed(script: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(AssertionError):
        execute(connection, script)


def test_a_statement_that_has_to_fail_is_followed_by_the_next() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        execute(connection, "CREATE TABLE t (a);\n-- fails\nSELECT nothing;\nINSERT INTO t VALUES (1);")
        assert connection.execute("SELECT a FROM t").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("expected", "fits"),
    [
        (ExpectedFinding("value.refused", "error", "t", "v"), True),
        (ExpectedFinding("value.refused", "error", "t", "v", ["1", "2"], "infinite"), True),
        (ExpectedFinding("value.refused", "warning", "t", "v"), False),
        (ExpectedFinding("value.other", "error", "t", "v"), False),
        (ExpectedFinding("value.refused", "error", "t"), False),
        (ExpectedFinding("value.refused", "error", "t", "v", ["1"]), False),
        (ExpectedFinding("value.refused", "error", "t", "v", says="-0.0"), False),
    ],
)
def test_a_finding_is_the_expected_one_or_not(expected: ExpectedFinding, fits: bool) -> None:
    assert expected.fits(FOUND) is fits


def case_of(folder: Path, document: str) -> Case:
    (folder / "expected.toml").write_text(document, encoding="utf-8")
    return Case(folder)


def test_what_is_said_for_one_kind_of_server_comes_on_top(tmp_path: Path) -> None:
    case = case_of(
        tmp_path,
        """
result = "held"
held = ["t"]
[columns.t]
a = ["BIGINT", "integer"]
[[answers]]
query = "SELECT 1"
rows = [["1"]]
[mysql]
answers = [{query = "SELECT 2", rows = []}]
[mysql.columns.t]
b = ["DOUBLE", "real"]
[mariadb]
result = "migrated"
held = []
""",
    )
    on_mysql, on_mariadb = case.expected("mysql"), case.expected("mariadb")
    assert on_mysql.result is Result.HELD
    assert on_mysql.columns == {"t": {"a": ["BIGINT", "integer"], "b": ["DOUBLE", "real"]}}
    assert [answer.query for answer in on_mysql.answers] == ["SELECT 1", "SELECT 2"]
    assert on_mariadb.result is Result.MIGRATED
    assert on_mariadb.held == []
    assert on_mariadb.columns == {"t": {"a": ["BIGINT", "integer"]}}


def test_a_word_that_means_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colums"):
        case_of(tmp_path, "[colums.t]\na = ['BIGINT', 'integer']\n").expected("mysql")
