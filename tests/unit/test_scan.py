"""The facts on which a mapping rests: every odd value is counted, however the reads are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.tables import database, scanned
from zdcdc.capture.blocks import FIRST_FETCH
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.capture.scan import scan_table
from zdcdc.facts import ColumnFacts, TableFacts

ODD = """
CREATE TABLE t (id INTEGER PRIMARY KEY, v);
INSERT INTO t (v) VALUES (1), (-9223372036854775808), (9223372036854775807), (NULL), (NULL), ('数🐎'), (''),
  (x''), (zeroblob(70)), (1.5), (2.0), (-0.0), (0.0), (9e999), (-9e999), (1e300),
  (CAST(x'61ff' AS TEXT)), ('a' || char(0) || 'bc'), ('two' || char(10) || 'lines');
"""
MANY = """
CREATE TABLE t (a TEXT NOT NULL, b INT NOT NULL, r REAL, v, PRIMARY KEY (a, b)) WITHOUT ROWID;
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3000)
INSERT INTO t SELECT printf('%02d', i % 50), i, i / 7.0,
  CASE i % 3 WHEN 0 THEN zeroblob(i % 200) WHEN 1 THEN i END FROM c;
"""


def test_every_odd_value_is_counted() -> None:
    _, facts = scanned(ODD)
    assert facts.rows == 19
    assert facts.columns["id"] == ColumnFacts(integers=19, integer_range=(1, 19), not_boolean=18, digits=2)
    found = facts.columns["v"]
    assert found.counts == {"integer": 3, "null": 2, "text": 5, "blob": 2, "real": 7}
    assert found.values == {"integer", "text", "blob", "real"}
    assert found.nulls == 2
    assert found.integer_range == (-(2**63), 2**63 - 1)
    assert found.longest_blob == 70
    assert found.longest_text == 9
    assert found.whole_reals == 3
    assert found.negative_zeros == 1
    assert found.non_finite == 2
    assert found.invalid_utf8 == 1


@pytest.mark.parametrize("script", [ODD, MANY, "CREATE TABLE t (a, b)"])
@pytest.mark.parametrize("read_seconds", [1e-4, 1e-3, 60.0])
def test_short_reads_give_the_same_facts_as_one_long_read(script: str, read_seconds: float) -> None:
    assert scanned(script, read_seconds=read_seconds)[1] == scanned(script)[1]


def test_no_read_is_left_open_and_progress_counts_every_row() -> None:
    told: list[int] = []
    with database(MANY) as connection:
        table = catalog_in_transaction(connection).table("t")
        facts = scan_table(connection, table, 1e-4, told.append)
        assert not connection.in_transaction
    assert told[-1] == facts.rows == 3000
    assert told == sorted(told)
    assert len(told) > 1


def test_an_empty_table_has_no_facts_but_its_columns() -> None:
    _, facts = scanned("CREATE TABLE t (a, b)")
    assert facts == TableFacts(0, {"a": ColumnFacts(), "b": ColumnFacts()})


def test_a_key_that_folds_case_does_not_hide_rows_from_the_scan() -> None:
    names = ", ".join(f"('{name}{number}')" for number in range(300) for name in ("b", "C"))
    _, facts = scanned(
        f"CREATE TABLE t (k TEXT COLLATE NOCASE NOT NULL PRIMARY KEY); INSERT INTO t VALUES {names}",
        read_seconds=1e-4,
    )
    assert facts.rows == 600


def test_text_that_is_not_utf8_is_counted_in_a_key_too() -> None:
    _, facts = scanned(
        "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY);"
        "INSERT INTO t VALUES ('a'), (CAST(x'ff' AS TEXT)), (CAST(x'ff61' AS TEXT))"
    )
    assert facts.columns["k"].invalid_utf8 == 2


def test_a_character_cut_in_two_by_the_end_of_a_value_is_not_completed_by_the_next() -> None:
    _, facts = scanned(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
        "INSERT INTO t VALUES (1, CAST(x'e282' AS TEXT)), (2, CAST(x'ac' AS TEXT))"
    )
    assert facts.columns["v"].invalid_utf8 == 2


def test_the_largest_row_and_the_total_are_in_bytes() -> None:
    _, facts = scanned(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, zeroblob(100)), (2, '数')"
    )
    assert facts.largest_row == 108
    assert facts.total_size == 108 + 11


def test_rows_that_break_a_check_are_counted_for_each() -> None:
    """They may be older than the CHECK, or written with PRAGMA ignore_check_constraints."""
    _, facts = scanned(
        "PRAGMA ignore_check_constraints = ON;"
        "CREATE TABLE t (a CHECK (a > 0), b, c AS (a + 1), CHECK (t.b <> 'x'), CHECK (c < 9), CHECK (\"b\"));"
        "INSERT INTO t (a, b) VALUES (0, 1), (-1, 'x'), (NULL, NULL), (9, 1.5), (1, 0)"
    )
    assert facts.violations == (2, 1, 1, 2)


def test_a_table_may_have_more_checks_than_sqlite_selects_columns() -> None:
    checks = ", ".join(f"CHECK (a <> {number})" for number in range(2100))
    _, facts = scanned(
        f"PRAGMA ignore_check_constraints = ON; CREATE TABLE t (a, {checks});"
        "INSERT INTO t VALUES (0), (59), (60), (2099), (2099), (5000)"
    )
    assert {number: count for number, count in enumerate(facts.violations) if count} == {
        0: 1,
        59: 1,
        60: 1,
        2099: 2,
    }


def test_a_row_without_a_value_in_any_column_of_the_primary_key_is_counted_once() -> None:
    _, facts = scanned(
        "CREATE TABLE t (a, b, c, PRIMARY KEY (c, a));"
        "INSERT INTO t VALUES (NULL, 1, NULL), (1, NULL, 2), (NULL, 1, 3)"
    )
    assert facts.null_keys == 2


def test_generated_columns_are_looked_at_like_all_others() -> None:
    _, facts = scanned(
        "CREATE TABLE t (a, v AS (a || '!'), s AS (a * 2) STORED); INSERT INTO t VALUES (1), (20)"
    )
    assert facts.columns["v"].longest_text == 3
    assert facts.columns["s"].integer_range == (2, 40)


def test_large_values_do_not_make_a_block_of_many_rows() -> None:
    """A block of 500 rows of 1 MiB would be half a GiB."""
    blocks: list[int] = []
    with database(
        "CREATE TABLE t (v); WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60)"
        "INSERT INTO t SELECT zeroblob(1048576) FROM c"
    ) as connection:
        table = catalog_in_transaction(connection).table("t")
        scan_table(connection, table, 60.0, blocks.append)
    assert max(later - earlier for earlier, later in pairwise([FIRST_FETCH, *blocks])) <= 4


def test_a_read_ends_when_its_time_is_up() -> None:
    with database(MANY) as connection:
        table = catalog_in_transaction(connection).table("t")
        for read_seconds, least, most in ((1e-6, 100, 3001), (60.0, 1, 1)):
            statements: list[str] = []
            connection.set_trace_callback(statements.append)
            scan_table(connection, table, read_seconds)
            connection.set_trace_callback(None)
            assert least <= statements.count("BEGIN") <= most
            assert statements.count("BEGIN") == statements.count("ROLLBACK")
