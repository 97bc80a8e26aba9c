"""The schema of the target keeps up with the source: indexes come and go, columns grow, names are chosen."""

from __future__ import annotations

import os
import subprocess
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import Chosen, differences
from tests.support.migration import Migration, made_database
from zdcdc.config import Config
from zdcdc.errors import Code, TargetError
from zdcdc.stages.status import read_status
from zdcdc.wishes import ColumnWish, Wishes


@dataclass(frozen=True)
class Wishing(Migration):
    """A migration with settings of a person's."""

    wishes: Wishes = Wishes()

    @property
    def config(self) -> Config:
        return replace(super().config, wishes=self.wishes)


def computed_columns(migration: Migration, table: str) -> dict[str, bool]:
    """Columns that the server computes, each with whether an INSERT of all values leaves it out."""
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, extra FROM information_schema.columns WHERE table_schema = DATABASE() "
            "AND table_name = %s AND generation_expression <> ''",
            (table,),
        )
        return {name: "INVISIBLE" in extra for name, extra in cursor.fetchall()}


def keys(migration: Migration, table: str) -> set[str]:
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute(
            "SELECT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() "
            "AND table_name = %s",
            (table,),
        )
        return {str(name) for (name,) in cursor.fetchall()}


def test_an_index_of_an_expression_comes_and_goes_with_its_column(target: Target, tmp_path: Path) -> None:
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT); INSERT INTO t VALUES (1, 2, 'x')"
    migration = Migration(made_database(tmp_path / "app.db", script), target)
    migration.snapshot()
    assert computed_columns(migration, "t") == {}
    migration.write("CREATE INDEX i ON t (a % 7, b); CREATE INDEX j ON t (b) WHERE a > 1")
    migration.follow()
    assert computed_columns(migration, "t") == {"_zdcdc_i_1": True}
    assert keys(migration, "t") == {"PRIMARY", "i", "j"}
    assert migration.verify().identical
    migration.write("DROP INDEX i; CREATE UNIQUE INDEX k ON t (a) WHERE b <> ''")
    migration.write("INSERT INTO t VALUES (2, 3, 'y')")
    migration.follow()
    assert computed_columns(migration, "t") == {"_zdcdc_k_1": True}
    assert keys(migration, "t") == {"PRIMARY", "j", "k", "k_lookup"}
    assert migration.verify().identical
    assert migration.differences() == []


def test_a_unique_text_that_outgrows_an_index_is_told_apart_by_its_hash_from_then_on(
    target: Target, tmp_path: Path
) -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE); INSERT INTO t VALUES (1, 'x'), (2, 'y');"
        "CREATE TABLE folds (id INTEGER PRIMARY KEY, a TEXT, UNIQUE (a COLLATE NOCASE));"
        "INSERT INTO folds VALUES (1, 'x')"
    )
    migration = Migration(made_database(tmp_path / "app.db", script), target)
    migration.snapshot()
    for table in ("t", "folds"):
        migration.write(f"UPDATE {table} SET a = printf('%400s', 'x') WHERE id = 1")
    migration.follow()
    assert computed_columns(migration, "t") == {}
    assert computed_columns(migration, "folds") == {"_zdcdc_folds_unique_1_1": True}
    assert migration.verify().identical
    assert migration.differences() == []
    migration.write("UPDATE t SET a = printf('%900s', 'x') WHERE id = 1; INSERT INTO t VALUES (3, 'z')")
    migration.follow()
    assert computed_columns(migration, "t") == {"_zdcdc_t_unique_1_1": True}
    assert migration.verify().identical
    migration.write("UPDATE t SET a = NULL WHERE id = 2; UPDATE t SET a = 'y' WHERE id = 3")
    migration.follow()
    assert migration.differences() == []


def test_a_value_that_mysql_would_compute_otherwise_holds_its_table(target: Target, tmp_path: Path) -> None:
    script = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, g INTEGER AS (a + 1));"
        "CREATE TABLE other (id INTEGER PRIMARY KEY); INSERT INTO t (id, a) VALUES (1, 1)"
    )
    migration = Migration(made_database(tmp_path / "app.db", script), target)
    migration.snapshot()
    assert computed_columns(migration, "t") == {"g": False}
    # Out of range SQLite goes on with a REAL.
    migration.write(f"UPDATE t SET a = {2**63 - 1}; INSERT INTO other VALUES (1)")
    migration.follow()
    assert "column g: a value does not fit BIGINT" in dict(read_status(migration.config).held)["t"]
    migration.write("UPDATE t SET a = 41")
    migration.follow()
    assert migration.differences() == []
    assert migration.verify().identical


HOSTILE = """
CREATE TABLE "p%s" (id INTEGER PRIMARY KEY, "k%d" INTEGER UNIQUE);
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER REFERENCES "p%s" ("k%d"), b INTEGER, g INTEGER AS (b % 9),
  CHECK (b <> 4));
CREATE UNIQUE INDEX u ON t (b) WHERE a > 0; CREATE INDEX i ON t (b DESC, a % 3);
CREATE VIEW v AS SELECT t.b, "p%s".id FROM t JOIN "p%s" ON "p%s"."k%d" = t.a;
INSERT INTO "p%s" VALUES (1, 10), (2, 20);
INSERT INTO t (id, a, b) VALUES (1, 10, 1), (2, 10, 2), (3, NULL, 3);
"""


def test_chosen_names_are_used_for_everything(target: Target, tmp_path: Path) -> None:
    names = {"t.a": "new a", "t.b": "b%s", "*.k%d": "kk"}
    columns = tuple((pattern, ColumnWish(name=name)) for pattern, name in names.items())
    wishes = Wishes(columns, (("t", "new`t"), ("p%s", "parent")))
    migration = Wishing(made_database(tmp_path / "app.db", HOSTILE), target, wishes=wishes)
    migration.snapshot()
    migration.write(
        "BEGIN; UPDATE t SET b = 30 WHERE id = 1; UPDATE t SET b = 1 WHERE id = 2;"
        "UPDATE t SET b = 2 WHERE id = 1; COMMIT; INSERT INTO t (id, a, b) VALUES (9, 20, 9)"
    )
    migration.follow()
    assert migration.verify().identical
    chosen = Chosen(
        {"t": "new`t", "p%s": "parent"},
        {("t", "a"): "new a", ("t", "b"): "b%s", ("p%s", "k%d"): "kk"},
    )
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        assert differences(migration.path, mysql, chosen=chosen) == []
        cursor.execute("SELECT referenced_table_name, referenced_column_name FROM "
                       "information_schema.key_column_usage WHERE table_schema = DATABASE() "
                       "AND referenced_table_name IS NOT NULL")  # fmt: skip
        assert cursor.fetchall() == (("parent", "kk"),)
        cursor.execute("SELECT * FROM v ORDER BY 1")
        assert cursor.fetchall() == ((1, 1), (2, 1), (9, 2))
    assert keys(migration, "new`t") == {"PRIMARY", "u", "i", "new`t_fk_0"}
    migration.rollback()


BY_HAND = """
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p, n INTEGER CONSTRAINT positive CHECK (n > 0),
  word TEXT, text TEXT);
PRAGMA ignore_check_constraints = ON;
INSERT INTO t VALUES (1, 9, -1, 'a word', 'a text');
CREATE VIRTUAL TABLE search USING fts5(word, text, content='t', content_rowid='id');
CREATE VIRTUAL TABLE notes USING fts5(title, body);
CREATE VIRTUAL TABLE boxes USING rtree(id, x1, x2, y1, y2, +label TEXT);
CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM p; END;
CREATE VIEW v AS SELECT quote(word) FROM t;
"""


def test_what_is_left_to_be_done_by_hand_runs_once_the_rows_are_corrected(
    target: Target, tmp_path: Path
) -> None:
    migration = Migration(made_database(tmp_path / "app.db", BY_HAND), target)
    migration.snapshot()
    migration.write("UPDATE t SET p = NULL, n = 1")
    migration.follow()
    file = migration.config.state_directory / "by_hand.sql"
    assert file.stat().st_mode & 0o777 == 0o600
    written = file.read_text(encoding="utf-8")
    for name in ("check", "foreign_key", "fulltext", "rtree", "trigger", "view"):
        assert f" schema.{name}: " in written
    assert "a word" not in written
    done = subprocess.run(
        target.client_command(),
        input=written,
        env={**os.environ, "MYSQL_PWD": target.server.administrator.password},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with closing(target.connect_root()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW CREATE TABLE t")
        ((_, made),) = cursor.fetchall()
        assert "CONSTRAINT `positive` CHECK" in made
        assert "FULLTEXT KEY `search` (`word`,`text`)" in made
        assert "FOREIGN KEY (`p`) REFERENCES `p` (`id`)" in made
        cursor.execute("SHOW TABLES LIKE '_o%s'")
        assert {name for (name,) in cursor.fetchall()} == {"boxes", "notes"}


def test_a_row_that_breaks_a_check_is_named_with_what_helps(target: Target, tmp_path: Path) -> None:
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CONSTRAINT positive CHECK (n > 0))"
    migration = Migration(made_database(tmp_path / "app.db", script), target)
    migration.snapshot()
    migration.write("PRAGMA ignore_check_constraints = ON; INSERT INTO t VALUES (1, -1)")
    with pytest.raises(TargetError, match=r"table t.*positive") as raised:
        migration.follow()
    assert raised.value.code is Code.DATA
    assert "ignore_check_constraints" in raised.value.hint
    migration.write("UPDATE t SET n = 1")
    migration.follow()
    assert migration.differences() == []
