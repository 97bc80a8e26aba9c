"""Views come with the tables that they read, follow the source, and go with a rollback."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.migration import Migration, made_database

SCRIPT = """
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price INTEGER, hidden INTEGER);
INSERT INTO item VALUES (1, 'a', 10, 0), (2, 'b', 20, 1), (3, 'c', 30, 0);
CREATE VIEW second AS SELECT name FROM first WHERE price > 10;
CREATE VIEW first AS SELECT id, name, price FROM item WHERE hidden = 0;
CREATE VIEW "of %s" AS SELECT sum(price) AS total FROM item;
CREATE VIEW never AS SELECT quote(name) FROM item;
"""


@pytest.fixture
def migration(target: Target, tmp_path: Path) -> Migration:
    return Migration(made_database(tmp_path / "app.db", SCRIPT), target)


def shown(migration: Migration, view: str) -> list[tuple[object, ...]]:
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute(f"SELECT * FROM `{view}`")
        return sorted(cursor.fetchall())


def views(migration: Migration) -> set[str]:
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW FULL TABLES WHERE Table_type = 'VIEW'")
        return {str(name) for name, _ in cursor.fetchall()}


def objects(migration: Migration) -> set[str]:
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        return {str(name) for (name,) in cursor.fetchall()}


def test_views_that_mean_the_same_are_there_after_the_snapshot_and_gone_after_a_rollback(
    migration: Migration,
) -> None:
    migration.snapshot()
    assert views(migration) == {"first", "second", "of %s"}
    assert shown(migration, "second") == [("c",)]
    assert shown(migration, "of %s") == [(60,)]
    assert migration.verify().identical
    by_hand = (migration.config.state_directory / "by_hand.sql").read_text(encoding="utf-8")
    assert "CREATE VIEW never AS SELECT quote(name) FROM item" in by_hand
    assert "CREATE VIEW first" not in by_hand
    migration.rollback()
    assert objects(migration) == set()


def test_views_follow_the_source_while_it_is_migrated(migration: Migration) -> None:
    migration.snapshot()
    migration.write(
        'DROP VIEW second; DROP VIEW "of %s"; CREATE VIEW third AS SELECT id FROM first;'
        "DROP VIEW first; CREATE VIEW first AS SELECT id, name FROM item WHERE hidden = 1"
    )
    migration.follow()
    assert views(migration) == {"first", "third"}
    assert shown(migration, "first") == [(2, "b")]
    assert shown(migration, "third") == [(2,)]
    migration.write("ALTER TABLE item ADD COLUMN size INTEGER DEFAULT 7; UPDATE item SET hidden = 1")
    migration.follow()
    assert shown(migration, "first") == [(1, "a"), (2, "b"), (3, "c")]
    migration.verify()
    migration.cutover()
    assert views(migration) == {"first", "third"}


def test_a_view_of_somebody_else_is_refused_before_anything_is_written_and_never_touched(
    migration: Migration,
) -> None:
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("CREATE VIEW first AS SELECT 'theirs' AS v")
        with pytest.raises(Exception, match="first: the target has a table of this name already"):
            migration.snapshot()
        cursor.execute("DROP VIEW first")
    migration.snapshot()
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("CREATE VIEW later AS SELECT 'theirs' AS v")
    migration.write("CREATE VIEW later AS SELECT id FROM item")
    migration.follow()
    assert shown(migration, "later") == [("theirs",)]
    migration.rollback()
    assert objects(migration) == {"later"}
