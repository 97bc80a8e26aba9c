"""The MySQL schema as text: what it says, and what it says that it leaves out."""

from __future__ import annotations

import re

import pytest

from tests.support.tables import MARIADB, MYSQL, mapped, mapped_all, table_of
from zdcdc.apply.ddl import TableDdl, table_ddl
from zdcdc.mapping import Capabilities

PARENT = "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);"


def ddl(script: str, name: str = "t", flavor: Capabilities = MYSQL, without: str = "") -> TableDdl:
    made = mapped_all(script, flavor, without)
    return table_ddl(table_of(script, name), made[name], flavor, made)


def column_line(definition: str, name: str = "c") -> str:
    made = ddl(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {definition})")
    return next(
        line.strip().rstrip(",") for line in made.create.splitlines() if line.strip().startswith(f"`{name}`")
    )


@pytest.mark.parametrize(
    ("definition", "line"),
    [
        ("c INTEGER DEFAULT 5", "`c` BIGINT DEFAULT 5"),
        ("c INTEGER NOT NULL DEFAULT -5", "`c` BIGINT NOT NULL DEFAULT -5"),
        ("c INTEGER DEFAULT TRUE", "`c` BIGINT DEFAULT 1"),
        ("c REAL DEFAULT 1.5e3", "`c` DOUBLE DEFAULT 1.5e3"),
        ("c INTEGER DEFAULT NULL", "`c` BIGINT"),
        ("c TEXT DEFAULT 'it''s a \\ `b`'", "`c` LONGTEXT DEFAULT ('it''s a \\\\ `b`')"),
        ("c TEXT UNIQUE DEFAULT 'x'", "`c` VARCHAR(255) DEFAULT 'x'"),
        (
            "c TEXT DEFAULT CURRENT_TIMESTAMP",
            "`c` LONGTEXT DEFAULT (DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:%s'))",
        ),
        ("c DATE DEFAULT CURRENT_DATE", "`c` LONGTEXT DEFAULT (DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d'))"),
    ],
)
def test_a_default_that_means_the_same_is_kept(definition: str, line: str) -> None:
    assert column_line(definition) == line


@pytest.mark.parametrize(
    "definition",
    [
        "c INTEGER DEFAULT (abs(-1))",
        "c INTEGER DEFAULT '5'",
        "c TEXT DEFAULT 5",
        "c TEXT DEFAULT (datetime('now'))",
        "c BLOB DEFAULT x'00'",
        "c INTEGER DEFAULT 0x10",
        "c TEXT DEFAULT ('a' || 'b')",
    ],
)
def test_a_default_that_is_not_known_to_mean_the_same_is_left_out_and_told(definition: str) -> None:
    assert "DEFAULT" not in column_line(definition)
    (told,) = ddl(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {definition})").left_out
    assert told.startswith("column c: default ")


def test_a_default_that_mysql_would_round_is_not_given_to_it() -> None:
    # DEFAULT 1.5 on a BIGINT is taken without a word and becomes 2.
    assert column_line("c INTEGER DEFAULT 1.5") == "`c` BIGINT"


@pytest.mark.parametrize(
    ("flavor", "line"),
    [
        (MYSQL, "`_zdcdc_rowid` BIGINT NOT NULL AUTO_INCREMENT INVISIBLE"),
        (MARIADB, "`_zdcdc_rowid` BIGINT NOT NULL INVISIBLE AUTO_INCREMENT"),
    ],
)
def test_a_rowid_is_kept_in_a_column_that_the_application_does_not_see(
    flavor: Capabilities, line: str
) -> None:
    create = ddl("CREATE TABLE t (a, b)", flavor=flavor).create
    assert line in create
    assert "PRIMARY KEY (`_zdcdc_rowid`)" in create
    assert f"COLLATE {flavor.collation}" in create


def test_an_integer_primary_key_goes_on_counting() -> None:
    assert "`id` BIGINT NOT NULL AUTO_INCREMENT" in ddl("CREATE TABLE t (id INTEGER PRIMARY KEY)").create
    create = ddl("CREATE TABLE t (id INT NOT NULL PRIMARY KEY) WITHOUT ROWID").create
    assert "AUTO_INCREMENT" not in create


def test_names_with_quotes_and_backticks_stay_one_identifier_each() -> None:
    made = ddl(
        'CREATE TABLE "a`b""c" ("x`y" INTEGER PRIMARY KEY, "tab\t(" TEXT, "ž;--" TEXT UNIQUE);'
        'CREATE INDEX "i`1" ON "a`b""c" ("tab\t(")',
        'a`b"c',
    )
    assert made.create.startswith('CREATE TABLE `a``b"c` (')
    assert "`x``y` BIGINT NOT NULL AUTO_INCREMENT" in made.create
    assert "`tab\t(`" in made.create
    assert 'UNIQUE KEY `a``b"c_unique_1` (`ž;--`)' in made.create
    assert made.add_keys() == 'ALTER TABLE `a``b"c`\n  ADD KEY `i``1` (`tab\t(`)'


def test_unique_keys_come_with_the_table_and_other_indexes_after_the_copy() -> None:
    made = ddl(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT); CREATE UNIQUE INDEX u ON t (b);"
        "CREATE INDEX i ON t (a DESC, b)"
    )
    assert "UNIQUE KEY `u` (`b`)" in made.create
    assert "`i`" not in made.create
    assert made.add_keys() == "ALTER TABLE `t`\n  ADD KEY `i` (`a` DESC, `b`)"


def test_what_is_there_already_is_not_added_again() -> None:
    made = ddl(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE INDEX i ON t (a); CREATE INDEX j ON t (id, a)"
    )
    assert made.add_keys(frozenset({"i"})) == "ALTER TABLE `t`\n  ADD KEY `j` (`id`, `a`)"
    assert made.add_keys(frozenset({"i", "j"})) is None


def test_an_index_on_long_text_is_a_prefix_index_only_where_it_is_not_unique() -> None:
    made = ddl(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, b BLOB); CREATE INDEX i ON t (v);"
        "CREATE INDEX j ON t (b); INSERT INTO t VALUES (1, printf('%800s', 'x'), x'00')"
    )
    assert made.add_keys() == "ALTER TABLE `t`\n  ADD KEY `i` (`v`(255)),\n  ADD KEY `j` (`b`)"


def test_an_index_over_several_long_texts_still_fits_the_limit_of_the_server() -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT);"
        "CREATE INDEX i ON t (a, b, c, d); INSERT INTO t VALUES (1, printf('%300s', 'x'), 'b', 'c', 'd')"
    )
    mapping, _ = mapped(script)
    characters = 0
    for name in "abcd":
        prefix = re.search(rf"`{name}`\((\d+)\)", ddl(script).keys[0].clause)
        characters += int(prefix.group(1)) if prefix else mapping.column(name).codec.limit or 10**6
    assert 4 * characters <= 3072


@pytest.mark.parametrize(
    "index", ["CREATE UNIQUE INDEX i ON t (lower(a))", "CREATE UNIQUE INDEX i ON t (a) WHERE a > 'x'"]
)
def test_an_index_that_mysql_cannot_have_is_told(index: str) -> None:
    made = ddl(f"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); {index}")
    assert made.add_keys() is None
    assert "UNIQUE" not in made.create
    assert made.left_out == ("index i: of an expression or a part of the rows",)


def test_a_foreign_key_keeps_its_actions_and_an_implied_parent_key_is_spelled_out() -> None:
    made = ddl(
        PARENT + "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES P ON DELETE CASCADE, "
        "c TEXT REFERENCES p (code) ON UPDATE SET NULL)"
    )
    clauses = [addition.clause for addition in made.foreign_keys]
    assert sorted(clauses) == [
        "ADD CONSTRAINT `t_fk_0` FOREIGN KEY (`c`) REFERENCES `p` (`code`) "
        "ON DELETE NO ACTION ON UPDATE SET NULL",
        "ADD CONSTRAINT `t_fk_1` FOREIGN KEY (`p`) REFERENCES `p` (`id`) "
        "ON DELETE CASCADE ON UPDATE NO ACTION",
    ]


def test_the_index_of_a_foreign_key_is_built_before_it_unless_there_is_one() -> None:
    script = (
        PARENT + "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER REFERENCES p, b INTEGER REFERENCES p);"
    )
    made = ddl(script + "CREATE INDEX i ON t (b, a)")
    assert made.add_keys() == "ALTER TABLE `t`\n  ADD KEY `i` (`b`, `a`),\n  ADD KEY `t_fk_1` (`a`)"


def test_a_foreign_key_of_several_columns_keeps_their_order() -> None:
    made = ddl(
        "CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, y INTEGER, x INTEGER, FOREIGN KEY (x, y) REFERENCES p)"
    )
    assert "FOREIGN KEY (`x`, `y`) REFERENCES `p` (`a`, `b`)" in made.foreign_keys[0].clause


@pytest.mark.parametrize(
    ("reference", "without", "reason"),
    [
        ("REFERENCES p ON DELETE SET DEFAULT", "", "InnoDB has no SET DEFAULT"),
        ("REFERENCES p", "p", "that table does not migrate"),
        ("NOT NULL REFERENCES p ON DELETE SET NULL", "", "cannot be set to NULL"),
    ],
)
def test_a_foreign_key_that_cannot_be_kept_is_told(reference: str, without: str, reason: str) -> None:
    script = PARENT + f"CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER {reference})"
    made = ddl(script, without=without)
    assert made.foreign_keys == ()
    assert reason in made.left_out[0]


def test_a_generated_column_is_copied_and_told() -> None:
    made = ddl("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, g INT AS (a * 2) STORED)")
    assert "`g` BIGINT" in made.create
    assert "AS (" not in made.create
    assert made.left_out == ("column g: its values are copied, MySQL will not compute them",)


def test_a_foreign_key_between_columns_of_different_types_is_left_out_and_told() -> None:
    made = ddl(PARENT + "CREATE TABLE t (id INTEGER PRIMARY KEY, p REFERENCES p)")
    assert made.foreign_keys == ()
    assert made.left_out == ("foreign key (p) to p: VARCHAR(255) cannot refer to BIGINT",)
