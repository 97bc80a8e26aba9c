"""Changes of the schema that an application, or a person, makes beside a running migration.

Each is one entry of the first table of ``docs/drift.md``, in an order in which they can be made in one
database one after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "drift.md"

SCHEMA = """
CREATE TABLE written (id INTEGER PRIMARY KEY, v TEXT, n REAL);
CREATE TABLE columns (id INTEGER PRIMARY KEY, v TEXT, w TEXT, gone TEXT);
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE child (a TEXT NOT NULL, b INTEGER NOT NULL, parent INTEGER REFERENCES parent ON DELETE CASCADE,
  PRIMARY KEY (a, b));
CREATE TABLE "same" (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE django (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, v varchar(10) NOT NULL);
CREATE TABLE alembic (id INTEGER NOT NULL, v VARCHAR, PRIMARY KEY (id));
CREATE TABLE again (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE renamed (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE spoilt (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE keyless (v TEXT);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 90)
INSERT INTO written SELECT i, 'v' || i, i / 7.0 FROM c;
INSERT INTO columns SELECT id, v, 'w' || id, 'g' FROM written;
INSERT INTO parent SELECT id, 'name ' || id FROM written;
INSERT INTO child SELECT 'k' || (id % 7), id, id FROM written;
INSERT INTO "same" SELECT id, v FROM written;
INSERT INTO django SELECT id, v FROM written;
INSERT INTO alembic SELECT id, v FROM written;
INSERT INTO again SELECT id, v FROM written;
INSERT INTO renamed SELECT id, v FROM written;
INSERT INTO spoilt SELECT id, v FROM written;
INSERT INTO keyless SELECT v FROM written;
DELETE FROM keyless WHERE rowid % 3 = 0;
"""


@dataclass(frozen=True)
class Drift:
    """``script`` makes the change and, in the same transaction, writes that no trigger may have seen.

    ``tables`` are those concerned; ``silent`` if the migration has nothing to say about it.
    """

    name: str
    tables: frozenset[str]
    script: str
    silent: bool = False


def _drift(name: str, tables: str, script: str, *, silent: bool = False) -> Drift:
    return Drift(name, frozenset(tables.split()), f"BEGIN IMMEDIATE; {script}; COMMIT;", silent)


IN_ORDER = (
    _drift(
        "column added",
        "columns",
        "ALTER TABLE columns ADD COLUMN x TEXT DEFAULT 'new'; UPDATE columns SET x = 'y' WHERE id = 3",
    ),
    _drift("column renamed", "columns", "ALTER TABLE columns RENAME COLUMN w TO ww"),
    _drift("column dropped", "columns", "ALTER TABLE columns DROP COLUMN gone"),
    _drift(
        "table created",
        "fresh",
        "CREATE TABLE fresh (a TEXT NOT NULL, b BLOB NOT NULL, c INT NOT NULL, v, PRIMARY KEY (a, b, c)); "
        "INSERT INTO fresh SELECT v, x'00ff', id, id / 3.0 FROM written",
    ),
    _drift(
        "table created that is excluded",
        "private_notes",
        "CREATE TABLE private_notes (v); INSERT INTO private_notes VALUES (1)",
        silent=True,
    ),
    _drift(
        "table created that cannot be kept exactly",
        "mixed",
        "CREATE TABLE mixed (id INTEGER PRIMARY KEY, v); INSERT INTO mixed VALUES (1, 1), (2, x'02')",
    ),
    _drift(
        "table created whose name the target has",
        "taken",
        "CREATE TABLE taken (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO taken VALUES (1, 'one')",
    ),
    _drift(
        "table dropped and created again with the same text",
        "again",
        "DROP TABLE again; CREATE TABLE again (id INTEGER PRIMARY KEY, v TEXT); "
        "INSERT INTO again SELECT id + 40, 'other ' || id FROM written",
    ),
    _drift("table renamed", "renamed moved", "ALTER TABLE renamed RENAME TO moved; UPDATE moved SET v = 'm'"),
    _drift(
        "table rebuilt as Django does it",
        "django",
        'CREATE TABLE "new__django" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "v" varchar(20) NULL); '
        'INSERT INTO "new__django" ("id", "v") SELECT "id", "v" FROM "django"; DROP TABLE "django"; '
        'ALTER TABLE "new__django" RENAME TO "django"; UPDATE django SET v = NULL WHERE id < 9',
    ),
    _drift(
        "table rebuilt as Alembic does it",
        "alembic",
        "CREATE TABLE _alembic_tmp_alembic (id INTEGER NOT NULL, v VARCHAR, x INTEGER, PRIMARY KEY (id)); "
        "INSERT INTO _alembic_tmp_alembic (id, v) SELECT id, v FROM alembic; DROP TABLE alembic; "
        "ALTER TABLE _alembic_tmp_alembic RENAME TO alembic; UPDATE alembic SET x = id",
    ),
    _drift(
        "table rebuilt with the same text",
        "same",
        'CREATE TABLE "n" (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO n SELECT * FROM "same"; '
        'DROP TABLE "same"; ALTER TABLE "n" RENAME TO "same"; '
        "UPDATE same SET v = 'unseen' WHERE id % 5 = 0; DELETE FROM same WHERE id = 7; "
        "INSERT INTO same VALUES (1000, 'unseen')",
    ),
    _drift(
        "table changed so that it cannot be kept exactly",
        "spoilt",
        "ALTER TABLE spoilt ADD COLUMN m; UPDATE spoilt SET m = id; "
        "UPDATE spoilt SET m = x'05' WHERE id = 5",
    ),
    _drift("index created", "child", "CREATE INDEX by_b ON child (b)"),
    _drift("index dropped", "child", "DROP INDEX by_b"),
    _drift(
        "unique index created",
        "parent",
        "CREATE UNIQUE INDEX u ON parent (name, id); INSERT OR REPLACE INTO parent VALUES (200, 'name 9')",
    ),
    _drift(
        "unique index dropped", "parent", "DROP INDEX u; INSERT INTO parent VALUES (201, 'name 201')"
    ),
    _drift(
        "trigger created",
        "",
        "CREATE TRIGGER mine AFTER INSERT ON parent BEGIN UPDATE parent SET name = NEW.name || '!' "
        "WHERE id = NEW.id; END; INSERT INTO parent VALUES (300, 'name 300')",
        silent=True,
    ),
    _drift("trigger dropped", "", "DROP TRIGGER mine", silent=True),
    _drift(
        "capture trigger dropped",
        "parent",
        "DROP TRIGGER _zdcdc_{parent}_update; UPDATE parent SET name = 'swapped' WHERE id = 12; "
        "UPDATE parent SET name = 'name 12' WHERE id = 13; UPDATE parent SET name = 'name 13' WHERE id = 12",
    ),
    _drift(
        "capture trigger changed",
        "child",
        "DROP TRIGGER _zdcdc_{child}_delete; CREATE TRIGGER _zdcdc_{child}_delete AFTER DELETE ON child "
        "BEGIN SELECT 1; END; DELETE FROM child WHERE b % 11 = 0",
    ),
    _drift("view created", "", "CREATE VIEW shown AS SELECT * FROM parent", silent=True),
    Drift("statistics gathered", frozenset(), "ANALYZE", silent=True),
    Drift(
        "vacuum, a table without a key",
        frozenset({"keyless"}),
        "VACUUM; UPDATE keyless SET v = 'after' WHERE v = 'v88'",
    ),
    _drift("table dropped", "keyless", "DROP TABLE keyless"),
    Drift("vacuum, every table with a key", frozenset(), "VACUUM", silent=True),
    Drift(
        "journal emptied",
        frozenset({"parent", "child", "same"}),
        "BEGIN IMMEDIATE; UPDATE parent SET name = 'lost' WHERE id = 20; DELETE FROM _zdcdc_journal; COMMIT",
    ),
)


def documented(section: int) -> dict[str, frozenset[str]]:
    """What table number ``section`` of the document says: change, and how it is handled."""
    tables: list[dict[str, frozenset[str]]] = []
    for block in re.split(r"\n\n", DOCUMENT.read_text(encoding="utf-8")):
        rows = [line.strip("|").split("|") for line in block.splitlines() if line.startswith("| ")]
        if rows and rows[0][0].strip() == "change":
            tables.append(
                {row[0].strip(): frozenset(row[1].strip().split(", ")) for row in rows[1:]}
            )
    return tables[section]
