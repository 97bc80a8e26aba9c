"""What is cut out of CREATE TABLE text is what SQLite itself does with the table, however it is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tables import catalog_of, database, table_of
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.names import sqlite_name
from zdcdc.schema import Check, Conflict, Generated, Skipped, Trigger, View
from zdcdc.translate.clauses import table_clauses, virtual_module


def checks_of(definitions: str) -> tuple[Check, ...]:
    return table_of(f"CREATE TABLE t({definitions})").checks


@pytest.mark.parametrize(
    ("definitions", "checks"),
    [
        ("a CHECK (a > 0)", (Check(None, "a > 0", "a"),)),
        ("a CHECK(a>0)CHECK(a<9), b", (Check(None, "a>0", "a"), Check(None, "a<9", "a"))),
        ("a, CHECK (a > 0)", (Check(None, "a > 0", None),)),
        ("a, CONSTRAINT positive CHECK (a > 0)", (Check("positive", "a > 0", None),)),
        ('a CONSTRAINT "it\'s ""so""" CHECK (a > 0)', (Check('it\'s "so"', "a > 0", "a"),)),
        ("a CONSTRAINT [x y] NOT NULL CHECK (a > 0)", (Check("x y", "a > 0", "a"),)),
        ("a CONSTRAINT k UNIQUE, b CHECK (b)", (Check(None, "b", "b"),)),
        (
            "a, CHECK (a) CONSTRAINT `n` CHECK (a>1) UNIQUE (a)",
            (Check(None, "a", None), Check("n", "a>1", None)),
        ),
        (
            "a TEXT CHECK (a IN ('x', ')', '(', ',', '''')), b",
            (Check(None, "a IN ('x', ')', '(', ',', '''')", "a"),),
        ),
        ("a CHECK (a -- ) CHECK (0)\n > 0)", (Check(None, "a   > 0", "a"),)),
        ('"check" CHECK ("check" <> \'CHECK (0)\')', (Check(None, "\"check\" <> 'CHECK (0)'", "check"),)),
        (
            "a VARCHAR(10) DEFAULT (upper('CHECK (x)')) CHECK (length(a) <= (10))",
            (Check(None, "length(a) <= (10)", "a"),),
        ),
        (
            "a, 'b' CHECK (b), CHECK ((a) AND (b)) ON CONFLICT FAIL",
            (Check(None, "b", "b"), Check(None, "(a) AND (b)", None)),
        ),
        ("a /* CHECK (0) */ TEXT, [CHECK (1)] INT", ()),
    ],
)
def test_checks_are_cut_with_their_names_and_places(definitions: str, checks: tuple[Check, ...]) -> None:
    assert checks_of(definitions) == checks


@pytest.mark.parametrize(
    ("definitions", "generated"),
    [
        ("a, b AS (a * 2)", Generated("a * 2", False)),
        ("a, b INT GENERATED ALWAYS AS (a * (2)) STORED", Generated("a * (2)", True)),
        ("a, b GENERATED ALWAYS AS (a || ') AS (') virtual NOT NULL", Generated("a || ') AS ('", False)),
        ("a, b generated always TEXT COLLATE NOCASE", None),
        ("a, b DEFAULT ('GENERATED ALWAYS AS (1)')", None),
    ],
)
def test_the_expression_of_a_generated_column_is_cut(definitions: str, generated: Generated | None) -> None:
    table = table_of(f"CREATE TABLE t({definitions})")
    assert table.column("b").generated == generated
    assert table.column("a").generated is None


@pytest.mark.parametrize(
    ("definition", "collation"),
    [
        ("b TEXT", "BINARY"),
        ("b TEXT COLLATE NOCASE", "NOCASE"),
        ("b TEXT NOT NULL collate /* ! */ 'rtrim' UNIQUE", "RTRIM"),
        ("b COLLATE \"NoCase\" DEFAULT 'COLLATE RTRIM'", "NOCASE"),
        ("b COLLATE NOCASE COLLATE BINARY", "BINARY"),
        ("b DEFAULT ('x' COLLATE NOCASE)", "BINARY"),
        ("b CHECK (b = 'x' COLLATE NOCASE) COLLATE RTRIM", "RTRIM"),
        ("b AS (a COLLATE NOCASE)", "BINARY"),
    ],
)
def test_a_column_has_the_collation_by_which_sqlite_compares_it(definition: str, collation: str) -> None:
    with database(f"CREATE TABLE t(a, {definition})") as connection:
        table = catalog_in_transaction(connection).table("t")
        assert table.column("b").collation == collation
        assert table.column("a").collation == "BINARY"
        connection.execute("CREATE INDEX probe ON t(b)")
        used = connection.execute("SELECT coll FROM pragma_index_xinfo('probe') WHERE seqno = 0").fetchone()
        assert used[0].decode().upper() == collation


@pytest.mark.parametrize(
    "definitions",
    [
        "a REFERENCES p, b REFERENCES p",
        "a REFERENCES p DEFERRABLE INITIALLY DEFERRED, b REFERENCES p",
        "a REFERENCES p, b REFERENCES p ON DELETE CASCADE deferrable /**/ initially deferred NOT NULL",
        "a REFERENCES p DEFERRABLE INITIALLY IMMEDIATE, b REFERENCES p DEFERRABLE",
        "a REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED, "
        "b REFERENCES p(id) MATCH FULL DEFERRABLE INITIALLY DEFERRED",
        "a REFERENCES p, b DEFERRABLE INITIALLY DEFERRED REFERENCES p",
        "a, b, FOREIGN KEY (a) REFERENCES p DEFERRABLE INITIALLY DEFERRED, FOREIGN KEY (b) REFERENCES p (id)",
        "a, b, FOREIGN KEY (a) REFERENCES p "
        "FOREIGN KEY (b) REFERENCES p ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED",
        "a REFERENCES p DEFERRABLE INITIALLY DEFERRED NOT DEFERRABLE, b, "
        "FOREIGN KEY (b) REFERENCES p ON DELETE NO ACTION",
    ],
)
def test_a_foreign_key_is_deferred_when_only_commit_checks_it(definitions: str) -> None:
    with database(f"CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t({definitions})") as connection:
        table = catalog_in_transaction(connection).table("t")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("INSERT INTO p VALUES (1)")
        assert {foreign.columns for foreign in table.foreign_keys} == {("a",), ("b",)}
        for foreign in table.foreign_keys:
            row = [0 if name in foreign.columns else 1 for name in ("a", "b")]
            connection.execute("BEGIN")
            if foreign.deferred:
                connection.execute("INSERT INTO t(a, b) VALUES (?, ?)", row)
            else:
                with pytest.raises(sqlite3.IntegrityError):
                    connection.execute("INSERT INTO t(a, b) VALUES (?, ?)", row)
            connection.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("definitions", "conflicts"),
    [
        ("a UNIQUE ON CONFLICT REPLACE, b", (Conflict(("a",), "REPLACE"),)),
        ("a NOT NULL ON CONFLICT ignore UNIQUE, b", (Conflict(("a",), "IGNORE"),)),
        ("a NULL ON CONFLICT IGNORE, b", ()),
        ("a INTEGER PRIMARY KEY DESC ON CONFLICT FAIL, b", (Conflict(("a",), "FAIL"),)),
        (
            'a, b, UNIQUE (a, "b" COLLATE NOCASE DESC) ON CONFLICT ROLLBACK',
            (Conflict(("a", "b"), "ROLLBACK"),),
        ),
        ("a, b, PRIMARY KEY (a) CHECK (a) ON CONFLICT FAIL", ()),
        ("a DEFAULT 'ON CONFLICT IGNORE' UNIQUE, b", ()),
    ],
)
def test_what_a_constraint_does_on_conflict_is_read(
    definitions: str, conflicts: tuple[Conflict, ...]
) -> None:
    assert table_of(f"CREATE TABLE t({definitions})").conflicts == conflicts


@pytest.mark.parametrize(
    ("definitions", "autoincrement"),
    [
        ("a INTEGER PRIMARY KEY", False),
        ("a INTEGER PRIMARY KEY AUTOINCREMENT", True),
        ("a INTEGER CONSTRAINT k PRIMARY KEY ASC ON CONFLICT ABORT autoincrement", True),
        ("a INTEGER, PRIMARY KEY (a AUTOINCREMENT)", True),
        ("a INTEGER PRIMARY KEY, b DEFAULT 'AUTOINCREMENT' /* AUTOINCREMENT */", False),
        ('a INTEGER PRIMARY KEY, "AUTOINCREMENT" INT UNIQUE', False),
    ],
)
def test_autoincrement_is_read_where_no_row_was_ever_written(definitions: str, autoincrement: bool) -> None:
    assert table_of(f"CREATE TABLE t({definitions})").autoincrement is autoincrement


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE t AS SELECT 1 AS a, 'x' AS \"b c\", x'00' AS \"CHECK (0)\", 1.5 AS 'it''s', 2 AS [q\"]",
        "CREATE TABLE IF NOT EXISTS main.t(a CHECK (a))",
        "CREATE TABLE x(a CHECK (a), b COLLATE NOCASE); ALTER TABLE x RENAME TO t; "
        "ALTER TABLE t RENAME b TO [c d]",
        "CREATE TABLE t(a, CHECK (a > 0)); ALTER TABLE t ADD COLUMN b CHECK (b) COLLATE NOCASE",
        "CREATE TABLE t(a, b -- the last one, ok)\n); ALTER TABLE t ADD COLUMN c",
        "CREATE TABLE t(a CHECK (a > 0), b CHECK (b), c); ALTER TABLE t DROP COLUMN b",
        "CREATE TABLE t(a\u00a0b, \u00e9 TEXT \ufeff, \U0001f363\ufeff INT)",
        "CREATE TABLE t(a INT PRIMARY KEY, b ANY) STRICT, WITHOUT ROWID",
    ],
)
def test_every_way_to_make_a_table_can_be_read(script: str) -> None:
    """Whether the columns are those of the pragma decides if the table is read at all."""
    catalog = catalog_of(script)
    assert [table.name for table in catalog.tables] == ["t"]
    assert catalog.table("t").strict is ("STRICT" in script)


SPACES = (" ", "\n", "\t\r\n", " /* , ) CHECK (0) ' */ ", " -- ) \" '\n")
HOSTILE = st.text("aB0 \"'`[](),;-/*\n.é🍣\xa0", min_size=1, max_size=6)
NAMES = st.one_of(HOSTILE, st.sampled_from(["check", "COLLATE", "as", "primary", "values", "constraint"]))
CONDITIONS = (
    "{} > 2",
    "({}) IS NOT 3",
    "{} IN (1, 2, (3))",
    "{} <> ')' AND '(' <> {}",
    "length({}) < 4 -- )\n",
    "{} /* ( */ BETWEEN 1 AND 3",
    "CASE {} WHEN 'x' THEN 0 ELSE ({}) END",
    "{} NOT LIKE '%''%'",
)
TYPES = ("", "TEXT", "INT", "'check'", "generated always", "x (1, -2)", "[a,b]")
DEFAULTS = ("DEFAULT 'CHECK (0)'", "DEFAULT -1.5", "DEFAULT (1 || ')')", "DEFAULT NULL", "DEFAULT x")
VALUES = (None, 0, 1, 2, 3, 4, -1, "", "x", "X", "x ", ")", "(", "abcde", "it's", b"x", 2.5)


def quotations(name: str) -> list[str]:
    """``name`` as every kind of quoted identifier that SQLite takes."""
    found = [mark + name.replace(mark, mark * 2) + mark for mark in ('"', "`", "'")]
    return found if "]" in name else [*found, f"[{name}]"]


@dataclass(frozen=True)
class Written:
    """A column as a test writes it, and what it means."""

    name: str
    text: str
    checks: tuple[tuple[str | None, str], ...]
    collation: str


@st.composite
def columns(draw: st.DrawFn) -> Written:
    def one_of(*choices: str) -> str:
        return draw(st.sampled_from(choices))

    def space() -> str:
        return one_of(*SPACES)

    name = draw(NAMES)
    parts = [one_of(*quotations(name)), one_of(*TYPES)]
    checks: list[tuple[str | None, str]] = []
    collation = "BINARY"
    named: str | None = None
    for kind in draw(st.lists(st.sampled_from("cndkluq"), max_size=4)):
        if kind == "n":
            named = draw(NAMES)
            parts.append(f"CONSTRAINT{space()}{one_of(*quotations(named))}")
        elif kind == "c":
            condition = one_of(*CONDITIONS).replace("{}", sqlite_name(name))
            checks.append((named, condition))
            parts.append(f"check{space()}({condition})")
        elif kind == "k":
            collation = one_of("NOCASE", "RTRIM", "BINARY")
            parts.append(f"COLLATE{space()}{one_of(collation, collation.lower(), *quotations(collation))}")
        elif kind == "d":
            parts.append(one_of(*DEFAULTS))
        elif kind == "u":
            parts.append("UNIQUE ON CONFLICT IGNORE")
        elif kind == "l":
            parts.append(one_of("NULL", "NOT NULL"))
        else:
            parent = one_of(*quotations(draw(NAMES)))
            parts.append(f'REFERENCES{space()}{parent}("COLLATE x") ON DELETE SET NULL')
    return Written(name, space().join(parts), tuple(checks), collation)


@settings(max_examples=150, deadline=None)
@given(st.lists(columns(), min_size=1, max_size=4, unique_by=lambda column: column.name.lower()), NAMES)
def test_a_table_built_again_from_what_was_cut_refuses_the_same_values(
    written: list[Written], name: str
) -> None:
    made = f"CREATE TABLE {sqlite_name(name)}({','.join(column.text for column in written)})"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(made)
        (kept,) = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'").fetchone()
        clauses = table_clauses(kept)
        assert [column.name for column in clauses.columns] == [column.name for column in written]
        assert [column.collation for column in clauses.columns] == [column.collation for column in written]
        assert [(check.name, check.column) for check in clauses.checks] == [
            (named, column.name) for column in written for named, _ in column.checks
        ]
        for number, column in enumerate(clauses.columns):
            said = " ".join(f"CHECK ({c.expression})" for c in clauses.checks if c.column == column.name)
            meant = " ".join(f"CHECK ({condition}\n)" for _, condition in written[number].checks)
            again = f"{sqlite_name(column.name)} COLLATE {column.collation}"
            connection.execute(f"CREATE TABLE said{number}({again} {said})")
            connection.execute(f"CREATE TABLE meant{number}({again} {meant})")
            for value in VALUES:
                accepted = accepts(connection, f"said{number}", value)
                assert accepted == accepts(connection, f"meant{number}", value)


def accepts(connection: sqlite3.Connection, table: str, value: object) -> bool:
    try:
        connection.execute(f"INSERT INTO {table} VALUES (?)", (value,))
    except sqlite3.IntegrityError:
        return False
    return True


def test_triggers_and_views_come_with_their_texts_in_their_order() -> None:
    catalog = catalog_of(
        "CREATE TABLE t(a); CREATE VIEW w AS SELECT a FROM v; CREATE VIEW v AS SELECT a FROM t; "
        "CREATE TRIGGER z AFTER INSERT ON t BEGIN SELECT 1; END; "
        "CREATE TRIGGER y INSTEAD OF DELETE ON v BEGIN SELECT 2; END"
    )
    assert catalog.views == (
        View("w", "CREATE VIEW w AS SELECT a FROM v", ("a",)),
        View("v", "CREATE VIEW v AS SELECT a FROM t", ("a",)),
    )
    assert catalog.triggers == (
        Trigger("z", "t", "CREATE TRIGGER z AFTER INSERT ON t BEGIN SELECT 1; END"),
        Trigger("y", "v", "CREATE TRIGGER y INSTEAD OF DELETE ON v BEGIN SELECT 2; END"),
    )


def test_a_view_of_what_is_gone_has_no_columns() -> None:
    catalog = catalog_of("CREATE VIEW v AS SELECT a FROM gone; CREATE VIEW w (x, \"y z\") AS SELECT 1, 2")
    assert [view.columns for view in catalog.views] == [(), ("x", "y z")]


def test_virtual_tables_are_skipped_with_their_module_and_text() -> None:
    sql = "CREATE VIRTUAL TABLE \"using x\" USING FTS5(a, b, content='')"
    skipped = {found.name: found for found in catalog_of(sql).skipped}
    reason = "a virtual table: its module exists in SQLite only"
    assert skipped["using x"] == Skipped("using x", "virtual", reason, "fts5", sql)
    assert skipped["using x_data"].kind == "shadow"
    assert virtual_module("CREATE VIRTUAL TABLE r USING [rTree](id, x0, x1)") == "rtree"


def test_a_table_whose_text_was_changed_behind_sqlite_is_not_guessed_at() -> None:
    with database("CREATE TABLE t(a)") as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE t(b, c)'")
        catalog = catalog_in_transaction(connection)
    assert [(skipped.name, skipped.kind) for skipped in catalog.skipped] == [("t", "table")]
