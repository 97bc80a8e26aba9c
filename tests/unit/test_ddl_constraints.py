"""Foreign keys, CHECKs and generated columns: kept where MySQL means the same by them, else told."""

from __future__ import annotations

import pytest

from tests.support.ddl import ddl_of, lines_of, losses_of
from tests.support.tables import MARIADB, MYSQL, mapped_all
from zdcdc.mapping import Capabilities, Computed

PARENT = (
    "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, low TEXT COLLATE NOCASE UNIQUE,"
    " half INTEGER); CREATE UNIQUE INDEX p_half ON p (half) WHERE half > 0;"
)
BOTH = pytest.mark.parametrize("flavor", [MYSQL, MARIADB], ids=["mysql", "mariadb"])


def told(script: str, flavor: Capabilities = MYSQL, without: str = "") -> list[tuple[str, str]]:
    return [(loss.matter.value, loss.reason) for loss in losses_of(script, "t", flavor, without)]


def checks(script: str, flavor: Capabilities = MYSQL) -> list[str]:
    return [line for line in lines_of(ddl_of(script, server=flavor)) if line.startswith("CONSTRAINT")]


def computed(script: str, column: str = "g", flavor: Capabilities = MYSQL) -> Computed | None:
    return mapped_all(script, flavor)["t"].column(column).computed


def test_a_foreign_key_keeps_its_actions_and_an_implied_parent_key_is_spelled_out() -> None:
    made = ddl_of(
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
        PARENT + "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER REFERENCES p, b INTEGER REFERENCES p,"
        " c INTEGER REFERENCES p);"
    )
    made = ddl_of(script + "CREATE INDEX i ON t (b, a); CREATE INDEX j ON t (c DESC)")
    assert made.add_keys() == (
        "ALTER TABLE `t`\n  ADD KEY `i` (`b`, `a`),\n  ADD KEY `j` (`c` DESC),\n  ADD KEY `t_fk_0` (`c`),"
        "\n  ADD KEY `t_fk_2` (`a`)"
    )


def test_a_foreign_key_of_several_columns_is_in_the_order_of_the_key_that_it_refers_to() -> None:
    made = ddl_of(
        "CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID;"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, y INT, x INT, FOREIGN KEY (y, x) REFERENCES p (b, a))"
    )
    assert "FOREIGN KEY (`x`, `y`) REFERENCES `p` (`a`, `b`)" in made.foreign_keys[0].clause


def test_foreign_keys_in_a_circle_and_of_a_table_with_itself_are_kept() -> None:
    script = (
        "CREATE TABLE p (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t);"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p, up INTEGER REFERENCES t)"
    )
    assert len(ddl_of(script, "p").foreign_keys + ddl_of(script).foreign_keys) == 3
    assert told(script) == []


@pytest.mark.parametrize(
    ("reference", "without", "reason"),
    [
        ("p INTEGER REFERENCES p ON DELETE SET DEFAULT", "", "InnoDB has no SET DEFAULT"),
        ("p INTEGER REFERENCES p", "p", "that table does not migrate"),
        ("p INTEGER REFERENCES nobody", "", "that table does not migrate"),
        ("p INTEGER NOT NULL REFERENCES p ON DELETE SET NULL", "", "cannot be set to NULL"),
        ("p TEXT REFERENCES p (low)", "", "different collations"),
        ("p INTEGER REFERENCES p (half)", "", "no unique key of these columns alone in MySQL"),
        ("p INTEGER REFERENCES p (missing)", "", "there is no column missing in p"),
    ],
)
def test_a_foreign_key_that_cannot_be_kept_is_told(reference: str, without: str, reason: str) -> None:
    script = PARENT + f"CREATE TABLE t (id INTEGER PRIMARY KEY, {reference})"
    assert ddl_of(script, without=without).foreign_keys == ()
    (loss,) = losses_of(script, without=without)
    assert loss.matter.value == "foreign_key"
    assert reason in loss.reason
    assert loss.text.startswith('FOREIGN KEY ("p") REFERENCES')


def test_a_foreign_key_between_columns_of_different_types_is_told() -> None:
    script = PARENT + "CREATE TABLE t (id INTEGER PRIMARY KEY, p REFERENCES p); INSERT INTO t VALUES (1, 'x')"
    assert ddl_of(script).foreign_keys == ()
    assert told(script) == [("foreign_key", "VARCHAR(255) cannot refer to BIGINT")]


def test_a_foreign_key_to_a_key_that_ignores_case_is_told() -> None:
    script = (
        "CREATE TABLE p (k TEXT COLLATE NOCASE NOT NULL PRIMARY KEY);"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p TEXT REFERENCES p)"
    )
    ((kind, reason),) = told(script)
    assert kind == "foreign_key"
    assert "other spellings" in reason


def test_a_foreign_key_that_rows_break_is_left_out_until_they_are_corrected() -> None:
    script = PARENT + "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p);"
    script += "INSERT INTO t VALUES (1, 9)"
    assert ddl_of(script).foreign_keys == ()
    (loss,) = losses_of(script)
    assert loss.reason == "rows without a parent break it"
    assert loss.statement.startswith("ALTER TABLE `t` ADD CONSTRAINT `t_fk_0` FOREIGN KEY (`p`)")
    assert 'PRAGMA foreign_key_check("t")' in loss.hint


def test_a_foreign_key_that_mysql_treats_in_another_way_is_kept_and_told() -> None:
    script = PARENT + (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p INT REFERENCES p DEFERRABLE INITIALLY DEFERRED,"
        " up INT REFERENCES t (id) ON UPDATE CASCADE)"
    )
    assert len(ddl_of(script).foreign_keys) == 2
    assert [kind for kind, _ in told(script)] == ["foreign_key", "deferrable"]


@BOTH
def test_each_check_is_a_constraint_of_the_table_under_a_name_of_its_own(flavor: Capabilities) -> None:
    script = (
        "CREATE TABLE s (id INTEGER PRIMARY KEY, n INTEGER, CONSTRAINT positive CHECK (n > 0));"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CONSTRAINT positive CHECK (a > b),"
        " b INTEGER CHECK (b <> 1) CHECK (b IN (2, 3)), CONSTRAINT T_FK_0 CHECK (a <> b),"
        " FOREIGN KEY (a) REFERENCES s)"
    )
    assert checks(script, flavor) == [
        "CONSTRAINT `positive_2` CHECK (`a` > `b`)",
        "CONSTRAINT `t_chk_2` CHECK (`b` <> 1)",
        "CONSTRAINT `t_chk_3` CHECK (`b` IN (2, 3))",
        "CONSTRAINT `T_FK_0_2` CHECK (`a` <> `b`)",
    ]


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("a INTEGER, CHECK (quote(a) = 'x')", "quote"),
        ("a INTEGER, CHECK (id > 0)", "AUTO_INCREMENT"),
        ("a INTEGER REFERENCES p ON UPDATE CASCADE CHECK (a > 0)", "foreign key may change a"),
        ("a INTEGER REFERENCES p ON DELETE SET NULL CHECK (a > 0)", "foreign key may change a"),
    ],
)
def test_a_check_that_the_server_would_refuse_is_told(definition: str, reason: str) -> None:
    script = PARENT + f"CREATE TABLE t (id INTEGER PRIMARY KEY, {definition})"
    assert checks(script) == []
    (loss,) = losses_of(script)
    assert loss.matter.value == "check"
    assert reason in loss.reason
    assert loss.text.startswith("CHECK (")


def test_a_check_of_a_column_from_which_rows_are_only_deleted_is_kept() -> None:
    definition = "a INTEGER REFERENCES p ON DELETE CASCADE CHECK (a > 0)"
    assert len(checks(PARENT + f"CREATE TABLE t (id INTEGER PRIMARY KEY, {definition})")) == 1


def test_a_check_that_rows_break_is_left_out_until_they_are_corrected() -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a > 0)); "
        "PRAGMA ignore_check_constraints = ON; INSERT INTO t VALUES (1, 0), (2, 1), (3, NULL), (4, -1)"
    )
    assert checks(script) == []
    (loss,) = losses_of(script)
    assert loss.reason == "2 rows break it"
    assert loss.statement == "ALTER TABLE `t` ADD CONSTRAINT `t_chk_1` CHECK (`a` > 0)"
    assert 'WHERE NOT (a > 0)' in loss.hint


@pytest.mark.parametrize("kind", ["VIRTUAL", "STORED"])
def test_a_generated_column_stays_one(kind: str) -> None:
    script = f"CREATE TABLE t (id INTEGER PRIMARY KEY, a INT NOT NULL, g INT AS (a + 1) {kind} NOT NULL)"
    assert f"`g` BIGINT GENERATED ALWAYS AS (`a` + 1) {kind} NOT NULL" in lines_of(ddl_of(script))
    # MariaDB: out of range, a VIRTUAL one would read as 0.
    line = "`g` BIGINT GENERATED ALWAYS AS (`a` + 1) STORED"
    assert line in lines_of(ddl_of(script, server=MARIADB))
    mapping = mapped_all(script)["t"]
    assert [column.source for column in mapping.written] == ["id", "a"]


def test_what_is_computed_from_a_computed_column_follows_it() -> None:
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, g INTEGER AS (a % 7), h INTEGER AS (g % 3))"
    assert computed(script) == Computed("`a` % 7", False)
    assert computed(script, "h") == Computed("`g` % 3", False)
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, g INTEGER AS (h % 7), h INTEGER AS (a % 3))"
    assert computed(script) is None
    assert computed(script, "h") == Computed("`a` % 3", False)


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("a TEXT, g TEXT AS (quote(a))", "quote"),
        ("a TEXT, g INTEGER AS (a || '1')", "text in a column with numeric affinity"),
        ("a REAL, g BOOLEAN AS (a)", "a number in a column that holds"),
        ("a INTEGER, g INTEGER AS (id % 2)", "AUTO_INCREMENT"),
    ],
)
def test_a_generated_column_that_mysql_cannot_compute_is_copied_and_told(
    definition: str, reason: str
) -> None:
    script = f"CREATE TABLE t (id INTEGER PRIMARY KEY, {definition})"
    assert computed(script) is None
    assert "GENERATED" not in ddl_of(script).create
    (loss,) = losses_of(script)
    assert (loss.matter.value, loss.column) == ("generated", "g")
    assert reason in loss.reason
    assert "its values are copied" in loss.reason


def test_what_is_stored_from_a_column_that_a_foreign_key_writes_is_computed_when_it_is_read() -> None:
    script = PARENT + (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE CASCADE,"
        " g INTEGER AS (p % 10) STORED)"
    )
    for flavor in (MYSQL, MARIADB):
        assert computed(script, flavor=flavor) == Computed("`p` % 10", False)


def test_a_computed_column_in_a_foreign_key_is_stored_where_the_server_needs_that() -> None:
    script = PARENT + (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, g INTEGER AS (a % 10) REFERENCES p);"
        "CREATE TABLE u (id INTEGER PRIMARY KEY, a INTEGER, g INTEGER AS (a % 10) UNIQUE);"
        "CREATE TABLE v (id INTEGER PRIMARY KEY, u INTEGER REFERENCES u (g));"
    )
    for flavor, stored in ((MYSQL, True), (MARIADB, False)):
        mappings = mapped_all(script, flavor)
        assert mappings["t"].column("g").computed == Computed("`a` % 10", stored)
        assert mappings["u"].column("g").computed == Computed("`a` % 10", stored)
        assert len(ddl_of(script, "t", flavor).foreign_keys + ddl_of(script, "v", flavor).foreign_keys) == 2


def test_a_computed_column_that_a_foreign_key_would_change_keeps_its_expression() -> None:
    script = PARENT + (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, g INT AS (a % 10) REFERENCES p ON DELETE SET NULL)"
    )
    assert computed(script) is not None
    ((kind, reason),) = told(script)
    assert kind == "foreign_key"
    assert "the foreign key would change it" in reason
