"""Orphans are those that SQLite itself counts, and looking for them holds no read open for long."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tables import database, scanned
from zdcdc import sqlite
from zdcdc.capture.catalog import catalog_in_transaction, read_catalog
from zdcdc.capture.scan import scan_table

Row = tuple[object, ...]

types = st.sampled_from(
    ["", "TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB", "TEXT COLLATE NOCASE", "COLLATE RTRIM"]
)
values = st.sampled_from([None, 1, 2, 1.5, "1", "01", "1.0", "a", "A", "a ", "", b"a", b"1"])
rows = st.lists(st.tuples(values, values), max_size=12)


def schema(parent: list[str], child: list[str], unique: str) -> str:
    references = "FOREIGN KEY (c0, c1) REFERENCES P(x0, X1), FOREIGN KEY (c1) REFERENCES p(x1)"
    return f"""
    CREATE TABLE p (x0 {parent[0]}, x1 {parent[1]}); {unique}
    CREATE TABLE t (c0 {child[0]}, c1 {child[1]}, self REFERENCES t(c0), {references});
    """


UNIQUE = "CREATE UNIQUE INDEX p_both ON p (x0, x1); CREATE UNIQUE INDEX p_one ON p (x1);"
UNIQUE_SELF = "CREATE UNIQUE INDEX t_one ON t (c0)"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(types, min_size=2, max_size=2),
    st.lists(types, min_size=2, max_size=2),
    rows,
    rows,
    st.sampled_from([60.0, 1e-6]),
)
def test_orphans_are_those_of_foreign_key_check_with_or_without_an_index(
    parent: list[str], child: list[str], parents: list[Row], children: list[Row], read_seconds: float
) -> None:
    with database(schema(parent, child, UNIQUE) + UNIQUE_SELF) as connection:
        connection.executemany("INSERT OR IGNORE INTO p VALUES (?, ?)", parents)
        rows = [(*row, row[1]) for row in children]
        connection.executemany("INSERT OR IGNORE INTO t VALUES (?, ?, ?)", rows)
        table = catalog_in_transaction(connection).table("t")
        checked = Counter(row[3] for row in connection.execute("PRAGMA foreign_key_check(t)"))
        expected = tuple(checked[number] for number in range(3))
        assert scan_table(connection, table, read_seconds).orphans == expected
        # SQLite refuses to check foreign keys without these, but the application may never ask it to.
        connection.executescript("DROP INDEX p_both; DROP INDEX p_one; DROP INDEX t_one")
        table = catalog_in_transaction(connection).table("t")
        assert scan_table(connection, table, read_seconds).orphans == expected
        assert connection.execute("SELECT count(*) FROM sqlite_temp_master").fetchone() == (0,)


@pytest.mark.parametrize(
    ("parent", "orphans"),
    [
        ("", 2),
        ("CREATE VIEW p AS SELECT 1 AS id", 2),
        ("CREATE TABLE p (other)", 2),
        ("CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1)", 1),
        ("CREATE TABLE p (id TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO p VALUES ('1')", 1),
        ("CREATE TABLE p (id PRIMARY KEY DESC); INSERT INTO p VALUES (1), (NULL)", 1),
        ("CREATE TABLE p (id); CREATE INDEX i ON p (id) WHERE id > 5; INSERT INTO p VALUES (1), (1)", 1),
        ("CREATE TABLE p (id); CREATE INDEX i ON p (id COLLATE NOCASE); INSERT INTO p VALUES (1)", 1),
        ("CREATE TABLE p (id, x AS (id + 1) UNIQUE); INSERT INTO p (id) VALUES (1)", 1),
    ],
)
def test_a_parent_is_a_table_with_such_a_column_however_it_is_indexed(parent: str, orphans: int) -> None:
    _, facts = scanned(
        f"{parent}; CREATE TABLE t (a REFERENCES p(id)); INSERT INTO t VALUES (1), (2), (NULL)"
    )
    assert facts.orphans == (orphans,)


def test_a_foreign_key_that_names_too_few_columns_has_no_parent() -> None:
    _, facts = scanned(
        "CREATE TABLE p (a, b, PRIMARY KEY (a, b)); INSERT INTO p VALUES (1, 1);"
        "CREATE TABLE t (a REFERENCES p); INSERT INTO t VALUES (1)"
    )
    assert facts.orphans == (1,)


def test_a_parent_that_only_the_application_can_compare_is_none(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path)) as application:
        application.create_collation("app", lambda a, b: (a > b) - (a < b))
        application.executescript(
            "CREATE TABLE p (id TEXT COLLATE app UNIQUE); INSERT INTO p VALUES ('a');"
            "CREATE TABLE t (a REFERENCES p(id)); INSERT INTO t VALUES ('a')"
        )
    with closing(sqlite.connect(path)) as connection:
        assert scan_table(connection, read_catalog(connection).table("t"), 1.0).orphans == (1,)


def test_a_parent_without_an_index_is_not_read_once_for_each_row() -> None:
    """450,000,000 comparisons would be felt in each run of this suite."""
    _, facts = scanned(
        """CREATE TABLE p (x TEXT); CREATE TABLE t (a TEXT REFERENCES p(x));
        WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 30000)
        INSERT INTO p SELECT 'row ' || i FROM c; INSERT INTO t SELECT x FROM p;
        INSERT INTO t VALUES ('none')"""
    )
    assert facts.orphans == (1,)


def test_no_read_of_a_parent_is_held_while_its_keys_are_copied(tmp_path: Path) -> None:
    """In rollback-journal mode a reader keeps the application's commits out: one that commits after each step
    never waits."""
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as application:
        application.executescript(
            """CREATE TABLE p (x TEXT); CREATE TABLE t (a TEXT REFERENCES p(x)); CREATE TABLE log (at);
            WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 5000)
            INSERT INTO p SELECT 'row ' || i FROM c; INSERT INTO t VALUES ('row 1'), ('none')"""
        )

        def commit(rows: int) -> None:
            if rows == 0:
                application.execute("INSERT INTO log VALUES (1)")

        with closing(sqlite.connect(path)) as connection:
            table = read_catalog(connection).table("t")
            assert scan_table(connection, table, 1e-6, commit).orphans == (1,)
        assert application.execute("SELECT count(*) FROM log").fetchone()[0] > 20


def test_keys_of_a_parent_that_are_not_utf8_are_copied_as_well() -> None:
    texts = ", ".join(f"(CAST(x'ff{number:04x}' AS TEXT), {number})" for number in range(3000))
    _, facts = scanned(
        f"CREATE TABLE p (k TEXT PRIMARY KEY, x) WITHOUT ROWID; INSERT INTO p VALUES {texts};"
        "CREATE TABLE t (a REFERENCES p(x)); INSERT INTO t SELECT x FROM p; INSERT INTO t VALUES (3000)",
        read_seconds=1e-5,
    )
    assert facts.orphans == (1,)
