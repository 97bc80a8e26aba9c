"""What MySQL will not have of a schema is said as a finding and in a file, with a way out if there is one."""

from __future__ import annotations

import pytest

from tests.support.ddl import losses_of
from tests.support.tables import MARIADB, MYSQL, catalog_of, mapped_all, scanned
from zdcdc.apply.ddl import Loss, Matter
from zdcdc.check.by_hand import by_hand_documents, by_hand_sql
from zdcdc.check.findings import Level
from zdcdc.check.schema import catalog_losses, counter_findings, loss_findings, of_table, table_losses
from zdcdc.mapping import Capabilities

TRIGGER = "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 'a''b'; END"
VIEW = "CREATE VIEW v AS SELECT 1"
DOCS = "CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, body TEXT, size INTEGER);"
SEARCH = "CREATE VIRTUAL TABLE search USING fts5(title, body, content='docs', content_rowid='id')"
OWN = "CREATE VIRTUAL TABLE own USING fts4(subject, \"the body\", tokenize=porter)"
BOXES = "CREATE VIRTUAL TABLE boxes USING rtree(id, min_x, max_x, min_y, max_y, +label TEXT)"
DEEP = "CREATE VIRTUAL TABLE deep USING rtree(id, a, b, c, d, e, f)"


def of_catalog(script: str, server: Capabilities = MYSQL) -> dict[str, Loss]:
    losses = catalog_losses(catalog_of(script), mapped_all(script, server), server)
    return {loss.subject: loss for loss in losses}


def test_a_full_text_table_is_offered_as_a_key_of_the_table_that_it_reads() -> None:
    loss = of_catalog(DOCS + SEARCH)["table search (fts5)"]
    assert loss.matter is Matter.FULLTEXT
    assert loss.text == SEARCH
    assert loss.statement == "ALTER TABLE `docs` ADD FULLTEXT KEY `search` (`title`, `body`)"


@pytest.mark.parametrize(
    "search",
    [
        OWN,
        "CREATE VIRTUAL TABLE own USING fts5(title, size, content='docs')",
        "CREATE VIRTUAL TABLE own USING fts5(title, content='')",
    ],
)
def test_a_full_text_table_with_a_content_of_its_own_is_offered_as_a_table(search: str) -> None:
    module = search.partition(" USING ")[2].partition("(")[0]
    loss = of_catalog(DOCS + search)[f"table own ({module})"]
    assert loss.statement.startswith("CREATE TABLE `own` (`rowid` BIGINT NOT NULL PRIMARY KEY, `")
    assert "FULLTEXT KEY (`" in loss.statement


def test_boxes_are_offered_as_a_table_with_a_spatial_key() -> None:
    found = of_catalog(DOCS + BOXES + ";" + DEEP)
    loss = found["table boxes (rtree)"]
    assert loss.matter is Matter.RTREE
    assert "`box` GEOMETRY NOT NULL SRID 0, `label` LONGTEXT, SPATIAL KEY (`box`)" in loss.statement
    assert "SRID" not in of_catalog(DOCS + BOXES, MARIADB)["table boxes (rtree)"].statement
    assert found["table deep (rtree)"].statement == ""


def test_triggers_are_told_with_their_text_and_never_translated() -> None:
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY);" + TRIGGER
    loss = of_catalog(script)["trigger r"]
    assert (loss.matter, loss.table, loss.text, loss.statement) == (Matter.TRIGGER, "t", TRIGGER, "")


def test_what_a_constraint_does_in_place_of_an_error_is_told() -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE ON CONFLICT IGNORE, b NOT NULL ON CONFLICT ABORT,"
        " c, UNIQUE (b, c) ON CONFLICT REPLACE)"
    )
    table, _ = scanned(script)
    losses = list(table_losses(table))
    assert [(loss.subject, loss.column) for loss in losses] == [
        ('ON CONFLICT IGNORE of ("a")', "a"),
        ('ON CONFLICT REPLACE of ("b", "c")', None),
    ]


def test_each_is_a_warning_with_its_table_and_column() -> None:
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 'x' CHECK (quote(a) = 1))"
    table, _ = scanned(script)
    findings = list(loss_findings(of_table(table, losses_of(script))))
    assert [(f.id, f.level, f.table, f.column) for f in findings] == [
        ("schema.check", Level.WARNING, "t", "a"),
        ("schema.default", Level.WARNING, "t", "a"),
    ]
    assert all("by_hand.sql" in finding.hint for finding in findings)


def test_what_mysql_counts_in_another_way_is_said_once_and_a_last_key_apart() -> None:
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT);"
    last = f"INSERT INTO u VALUES ({2**63 - 1})"
    (told,) = counter_findings([scanned(script, "t"), scanned(script, "u")])
    assert (told.id, told.level) == ("schema.auto_increment", Level.INFO)
    assert "of t becomes" in told.message
    _, warned = counter_findings([scanned(script + last, "t"), scanned(script + last, "u")])
    assert (warned.level, warned.table, warned.column) == (Level.WARNING, "u", "id")


def test_nothing_of_sqlite_comes_out_of_a_comment_in_the_file() -> None:
    hostile = "CHECK (a <> 'x\nDROP TABLE t;\r\nDROP TABLE t;\u2028DROP TABLE t; */ DROP')"
    losses = [
        Loss(Matter.CHECK, "CHECK", "why\nDROP TABLE t", hostile, hint="\rDROP TABLE t", table="a\nDROP"),
        Loss(Matter.INDEX, "index i", "why", "CREATE INDEX", "ALTER TABLE t ADD KEY i (a)"),
    ]
    written = by_hand_sql(losses)
    statements = [line for line in written.splitlines() if line and not line.startswith("-- ")]
    assert statements == ["ALTER TABLE t ADD KEY i (a);"]
    assert "SQLite: CHECK (a <> 'x" in written


def test_a_file_without_anything_to_do_says_so() -> None:
    assert by_hand_sql([]) == "-- Nothing is left to be done by hand.\n"


def test_the_same_is_there_as_a_document() -> None:
    (found,) = by_hand_documents([Loss(Matter.VIEW, "view v", "why", VIEW, table="v")])
    assert found == {
        "id": "schema.view", "table": "v", "column": None, "subject": "view v", "reason": "why",
        "sqlite": VIEW, "statement": None, "hint": "",
    }  # fmt: skip
