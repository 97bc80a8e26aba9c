"""Unique keys hold MySQL to what they hold SQLite to; names of keys are told apart as MySQL does."""

from __future__ import annotations

import pytest

from tests.support.ddl import ddl_of, lines_of, losses_of
from tests.support.tables import MARIADB, mapped, mapped_all
from zdcdc.apply.ddl.identifiers import Names, fitting
from zdcdc.mapping import Capabilities

T = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c REAL);"
OLD_MARIADB = Capabilities("utf8mb4_nopad_bin", "10.6.9-MariaDB", "mariadb")


def keys(script: str, server: Capabilities | None = None) -> list[str]:
    made = ddl_of(script) if server is None else ddl_of(script, server=server)
    unique = [line for line in lines_of(made) if line.startswith("UNIQUE KEY")]
    return unique + [addition.clause for addition in made.keys]


def helper(script: str, name: str) -> str:
    (line,) = (line for line in lines_of(ddl_of(script)) if line.startswith(f"`{name}`"))
    return line


def test_a_unique_key_of_a_part_of_the_rows_is_one_of_a_column_that_is_null_for_the_others() -> None:
    script = T + "CREATE UNIQUE INDEX u ON t (b, c) WHERE a = 'x'"
    assert keys(script)[0] == "UNIQUE KEY `u` (`_zdcdc_u_1`, `c`)"
    assert helper(script, "_zdcdc_u_1") == (
        "`_zdcdc_u_1` BIGINT GENERATED ALWAYS AS (CASE WHEN `a` = 'x' THEN `b` END) VIRTUAL INVISIBLE"
    )


def test_an_index_of_a_part_of_the_rows_becomes_one_of_all() -> None:
    assert keys(T + "CREATE INDEX i ON t (b DESC, c) WHERE a = 'x'") == ["ADD KEY `i` (`b` DESC, `c`)"]


def test_a_key_of_expressions_is_of_columns_that_hold_them() -> None:
    script = T + "CREATE UNIQUE INDEX u ON t (b + 1 DESC, c); CREATE INDEX i ON t (c, a || 'x')"
    assert keys(script) == [
        "UNIQUE KEY `u` (`_zdcdc_u_1` DESC, `c`)",
        "ADD KEY `i` (`c`, `_zdcdc_i_2`(255))",
    ]
    assert helper(script, "_zdcdc_u_1").startswith("`_zdcdc_u_1` BIGINT GENERATED ALWAYS AS (`b` + 1)")
    assert helper(script, "_zdcdc_i_2").startswith("`_zdcdc_i_2` LONGTEXT GENERATED ALWAYS AS (CONCAT(")


def test_a_unique_text_too_long_for_an_index_is_told_apart_by_its_hash() -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b BLOB UNIQUE, c INTEGER, UNIQUE (c, a));"
        "INSERT INTO t VALUES (1, printf('%800s', 'x'), zeroblob(4000), 1)"
    )
    assert helper(script, "_zdcdc_t_unique_1_1") == (
        "`_zdcdc_t_unique_1_1` BINARY(32) GENERATED ALWAYS AS (UNHEX(SHA2(CAST(`a` AS BINARY), 256))) "
        "STORED INVISIBLE"
    )
    assert keys(script)[:3] == [
        "UNIQUE KEY `t_unique_1` (`_zdcdc_t_unique_1_1`)",
        "UNIQUE KEY `t_unique_2` (`_zdcdc_t_unique_2_1`)",
        "UNIQUE KEY `t_unique_3` (`c`, `_zdcdc_t_unique_3_2`)",
    ]


def test_what_a_unique_key_keeps_by_a_hash_can_still_be_looked_up_by_an_index() -> None:
    script = T + "CREATE UNIQUE INDEX u ON t (a, b) WHERE c > 0;"
    assert keys(script)[1:] == ["ADD KEY `u_lookup` (`a`(255), `b`)"]
    assert keys(script + "CREATE INDEX i ON t (a)")[1:] == ["ADD KEY `i` (`a`)"]


def test_two_long_texts_in_one_key_are_hashed_until_it_fits() -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, UNIQUE (a, b));"
        "INSERT INTO t VALUES (1, printf('%500s', 'x'), 'y')"
    )
    assert keys(script)[0] == "UNIQUE KEY `t_unique_1` (`_zdcdc_t_unique_1_1`, `b`)"


@pytest.mark.parametrize(
    ("definition", "flavor", "folds"),
    [
        ("a TEXT COLLATE NOCASE UNIQUE", MARIADB, False),
        ("a TEXT COLLATE NOCASE UNIQUE", OLD_MARIADB, True),
        ("a TEXT UNIQUE, UNIQUE (a COLLATE NOCASE)", MARIADB, True),
        ("a TEXT COLLATE NOCASE, UNIQUE (a COLLATE BINARY)", MARIADB, False),
        ("a TEXT COLLATE RTRIM UNIQUE", MARIADB, False),
        ("a TEXT, UNIQUE (a COLLATE RTRIM)", MARIADB, True),
        ("a INTEGER COLLATE NOCASE UNIQUE", MARIADB, False),
    ],
)
def test_a_unique_key_that_ignores_case_or_spaces_gets_a_twin_unless_the_column_does_so(
    definition: str, flavor: Capabilities, folds: bool
) -> None:
    made = ddl_of(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {definition})", server=flavor)
    assert bool(made.helpers) is folds
    if folds:
        assert made.helpers[-1].type == "BINARY(32)"


def test_a_row_key_that_ignores_case_keeps_its_spellings_and_gets_a_twin() -> None:
    script = "CREATE TABLE t (k TEXT COLLATE NOCASE NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (k, n))"
    made = ddl_of(script)
    assert "PRIMARY KEY (`k`, `n`)" in lines_of(made)
    assert keys(script) == ["UNIQUE KEY `t_unique_1` (`_zdcdc_t_unique_1_1`, `n`)"]
    assert mapped(script)[0].unique_keys == 2


def test_unique_keys_are_counted_as_mysql_has_them() -> None:
    script = (
        T + "CREATE UNIQUE INDEX u ON t (b) WHERE c > 0; CREATE UNIQUE INDEX v ON t (b * 2);"
        "CREATE UNIQUE INDEX w ON t (id + b); CREATE INDEX i ON t (b)"
    )
    assert mapped_all(script)["t"].unique_keys == 3
    assert mapped_all(script, MARIADB)["t"].unique_keys == 4


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        ("CREATE UNIQUE INDEX u ON t (quote(a))", "quote"),
        ("CREATE UNIQUE INDEX u ON t (a) WHERE a GLOB a", ""),
        ("CREATE UNIQUE INDEX u ON t (id % 10)", "AUTO_INCREMENT"),
        ("CREATE INDEX u ON t (b, quote(a))", "quote"),
    ],
)
def test_a_key_that_mysql_cannot_have_is_told_with_its_text(index: str, reason: str) -> None:
    made = ddl_of(T + index)
    assert (made.add_keys() or "").count("`u`") == 0
    assert "`u`" not in made.create
    assert made.helpers == ()
    (loss,) = losses_of(T + index)
    assert loss.matter.value == "index"
    assert reason in loss.reason
    assert loss.text.replace('"', "").startswith(index.partition(" (")[0])


def test_what_reads_as_a_number_cannot_be_folded() -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, UNIQUE (a COLLATE NOCASE));"
        "INSERT INTO t VALUES (1, 'Abc'), (2, 5)"
    )
    (loss,) = losses_of(script)
    assert "numbers and text" in loss.reason


def test_names_of_keys_stay_apart_within_64_characters_and_are_none_that_mysql_keeps_for_itself() -> None:
    long = "x" * 70
    made = ddl_of(
        T + f'CREATE UNIQUE INDEX "{long}1" ON t (b); CREATE UNIQUE INDEX "{long}2" ON t (c);'
        'CREATE INDEX "PRIMARY" ON t (a); CREATE INDEX "Ä" ON t (b); CREATE INDEX "ä" ON t (c);'
        'CREATE INDEX "end " ON t (a, b); CREATE INDEX "😀" ON t (a, c);'
        "CREATE INDEX gen_clust_index ON t (a)"
    )
    names = sorted(made.unique) + [addition.name for addition in made.keys]
    assert len({name.lower() for name in names}) == len(names) == 8
    assert all(len(name) <= 64 and name == name.strip() and max(name) < "\u0100" for name in names)
    assert not {"primary", "gen_clust_index"} & {name.lower() for name in names}


def test_a_name_that_fits_stays_as_it_is_and_another_one_keeps_its_end() -> None:
    assert fitting("orders", "_fk_0") == "orders_fk_0"
    assert fitting("a`b;--") == "a`b;--"
    short = fitting("x" * 64, "_fk_0")
    assert len(short) == 64
    assert short.endswith("_fk_0")
    assert short != fitting("x" * 63 + "y", "_fk_0")
    names = Names(["Taken"])
    assert [names.give("taken"), names.give("TAKEN"), names.give("free")] == ["taken_2", "TAKEN_3", "free"]
