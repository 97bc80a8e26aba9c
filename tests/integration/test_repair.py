"""``verify --repair``: rows that somebody changed in the target are read again, and only those."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.command import Zdcdc
from tests.support.migration import made_database

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, v REAL);
CREATE TABLE untouched (k TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, v BLOB);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500)
INSERT INTO t SELECT i, 'name ' || i, i / 3.0 FROM c;
INSERT INTO untouched SELECT name, zeroblob(3) FROM t;
"""
DAMAGE = (
    "UPDATE t SET name = 'somebody else' WHERE id = 7",
    "UPDATE t SET name = 'name 7' WHERE id = 8",
    "UPDATE t SET v = v + 1 WHERE id = 100",
    "DELETE FROM t WHERE id IN (200, 499)",
    "INSERT INTO t VALUES (9000, 'name 200', 1)",
)


@pytest.fixture
def zdcdc(target: Target, tmp_path: Path) -> Zdcdc:
    path = made_database(tmp_path / "app.db", SCRIPT)
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    made = Zdcdc(path, url, target.password, tmp_path / "state")
    done = made.run("snapshot")
    assert done.exit_code == 0, done
    return made


def test_rows_changed_in_the_target_are_read_again_and_a_cutover_is_possible(
    zdcdc: Zdcdc, target: Target
) -> None:
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        for statement in DAMAGE:
            cursor.execute(statement)
        mysql.commit()
    found = zdcdc.run("verify")
    assert found.exit_code == 6, found
    assert "zdcdc verify --repair" in found.err
    assert zdcdc.run("cutover", "--one-way", "--yes").exit_code == 3
    repaired = zdcdc.run("verify", "--repair")
    assert repaired.exit_code == 0, repaired
    assert "identical: 1,000 rows of 2 tables" in repaired.out
    again = [line for line in repaired.err.splitlines() if "read again" in line]
    assert again == ["table t: 500 rows compared, 6 read again"], repaired
    switched = zdcdc.run("cutover", "--one-way", "--yes")
    assert switched.exit_code == 0, switched


def test_with_nothing_to_repair_it_is_a_comparison(zdcdc: Zdcdc) -> None:
    done = zdcdc.run("verify", "--repair")
    assert done.exit_code == 0, done
    assert "identical: 1,000 rows of 2 tables" in done.out
