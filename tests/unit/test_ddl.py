"""The MySQL schema as text: columns, defaults, keys and names."""

from __future__ import annotations

import re

import pytest

from tests.support.ddl import ddl_of, lines_of, losses_of
from tests.support.tables import MARIADB, MYSQL, catalog_of, completed_all, mapped
from zdcdc.apply.ddl import table_ddl
from zdcdc.mapping import Capabilities
from zdcdc.wishes import ColumnWish, Wishes


def column_line(definition: str, name: str = "c", server: Capabilities = MYSQL) -> str:
    made = ddl_of(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {definition})", server=server)
    return next(line for line in lines_of(made) if line.startswith(f"`{name}`"))


@pytest.mark.parametrize(
    ("definition", "line"),
    [
        ("c INTEGER NOT NULL DEFAULT -5", "`c` BIGINT NOT NULL DEFAULT -5"),
        ("c INTEGER DEFAULT NULL", "`c` BIGINT"),
        ("c TEXT DEFAULT 'new'", "`c` LONGTEXT DEFAULT ('new')"),
        ("c VARCHAR(9) DEFAULT 'x'", "`c` VARCHAR(9) DEFAULT 'x'"),
        ("c DATE DEFAULT CURRENT_DATE", "`c` DATE DEFAULT (UTC_DATE())"),
    ],
)
def test_a_default_that_means_the_same_is_kept(definition: str, line: str) -> None:
    assert column_line(definition) == line


def test_a_default_that_is_not_known_to_mean_the_same_is_left_out_and_told_with_its_text() -> None:
    definition = "c TEXT DEFAULT (datetime('now', 'localtime'))"
    assert column_line(definition) == "`c` LONGTEXT"
    (loss,) = losses_of(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {definition})")
    assert (loss.matter.value, loss.column) == ("default", "c")
    assert loss.text == "DEFAULT datetime('now', 'localtime')"


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
    made = ddl_of("CREATE TABLE t (a, b)", server=flavor)
    assert lines_of(made)[0] == line
    assert "PRIMARY KEY (`_zdcdc_rowid`)" in lines_of(made)
    assert made.create.endswith(f"COLLATE {flavor.collation}")


def test_an_integer_primary_key_goes_on_counting() -> None:
    made = ddl_of("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    assert lines_of(made)[0] == "`id` BIGINT NOT NULL AUTO_INCREMENT"
    assert "AUTO_INCREMENT" not in ddl_of("CREATE TABLE t (id INT PRIMARY KEY) WITHOUT ROWID").create


def test_names_with_quotes_and_backticks_stay_one_identifier_each() -> None:
    made = ddl_of(
        'CREATE TABLE "a`b""c" ("x`y" INTEGER PRIMARY KEY, "tab\t(" TEXT, "ž;--" TEXT UNIQUE);'
        'CREATE INDEX "i`1" ON "a`b""c" ("tab\t(")',
        'a`b"c',
    )
    assert made.create.startswith('CREATE TABLE `a``b"c` (')
    assert lines_of(made)[0] == "`x``y` BIGINT NOT NULL AUTO_INCREMENT"
    assert 'UNIQUE KEY `a``b"c_unique_1` (`ž;--`)' in lines_of(made)
    assert made.add_keys() == 'ALTER TABLE `a``b"c`\n  ADD KEY `i``1` (`tab\t(`)'


def test_unique_keys_come_with_the_table_and_other_indexes_after_the_copy() -> None:
    made = ddl_of(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT); CREATE UNIQUE INDEX u ON t (b);"
        "CREATE INDEX i ON t (a DESC, b)"
    )
    assert "UNIQUE KEY `u` (`b`)" in lines_of(made)
    assert "`i`" not in made.create
    assert made.add_keys() == "ALTER TABLE `t`\n  ADD KEY `i` (`a` DESC, `b`)"


def test_what_is_there_already_is_not_added_again() -> None:
    made = ddl_of(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE INDEX i ON t (a); CREATE INDEX j ON t (id, a);"
        "CREATE INDEX k ON t (id + 1)",
        server=MARIADB,
    )
    assert made.add_keys(frozenset({"i", "k"})) == "ALTER TABLE `t`\n  ADD KEY `j` (`id`, `a`)"
    assert made.add_keys(frozenset({"i", "j", "k"})) is None
    assert made.add_helpers(frozenset({"_zdcdc_k_1"})) is None
    added = made.add_helpers(frozenset())
    assert added is not None
    assert added.startswith("ALTER TABLE `t`\n  ADD COLUMN `_zdcdc_k_1` BIGINT GENERATED ALWAYS AS (")


def test_an_index_on_long_values_holds_their_beginning() -> None:
    made = ddl_of(
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
        prefix = re.search(rf"`{name}`\((\d+)\)", ddl_of(script).keys[0].clause)
        characters += int(prefix.group(1)) if prefix else mapping.column(name).codec.limit or 10**6
    assert 4 * characters <= 3072


def test_names_that_were_asked_for_are_used_wherever_a_table_or_column_is_named() -> None:
    script = (
        "CREATE TABLE p (id INTEGER PRIMARY KEY, k INTEGER, UNIQUE (k));"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER REFERENCES p (k), b INTEGER,"
        " g INTEGER AS (b + 1), CHECK (b > a));"
        "CREATE UNIQUE INDEX u ON t (b) WHERE a > 0; CREATE INDEX i ON t (b DESC, a + b);"
    )
    wishes = Wishes(
        (("t.a", ColumnWish(name="A new")), ("*.b", ColumnWish(name="B new")), ("p.k", ColumnWish(name="K"))),
        (("t", "T new"), ("p", "P new")),
    )
    mappings, _ = completed_all(script, wishes=wishes)
    made = table_ddl(catalog_of(script).table("t"), mappings["t"], MYSQL, mappings)
    assert made.table == "T new"
    assert made.losses == ()
    text = "\n".join([made.create, made.add_keys() or "", made.add_foreign_keys() or ""])
    assert set(re.findall(r"`([^`]*)`", text)) == {
        "T new", "P new", "id", "A new", "B new", "K", "g", "u", "_zdcdc_u_1", "i", "_zdcdc_i_2",
        "T new_chk_1", "T new_fk_0",
    }  # fmt: skip
