"""A small shop that four processes write to while its migration is disturbed, and what must hold of it."""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.target import Target
from tests.support.command import Outcome
from tests.support.compare import differences, lost_and_doubled
from tests.support.forked import Started, Surroundings
from tests.support.migration import made_database
from tests.support.sessions import FENCE_MESSAGE
from tests.support.source_side import user_tables
from tests.support.target_side import Connection, quoted
from tests.support.writers import Application, Traffic, add_ack_table, work_on_table

SCRIPT = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE part (a TEXT NOT NULL, b INTEGER NOT NULL, parent INTEGER REFERENCES parent ON DELETE CASCADE,
  v BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE keyless (v);
CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, price REAL, note BLOB);
CREATE TABLE extra (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE stem (id INTEGER PRIMARY KEY, up INTEGER REFERENCES stem);
INSERT INTO stem VALUES (1, NULL), (2, 1);
CREATE INDEX by_parent ON part (parent);
CREATE INDEX by_name ON item (name);
CREATE VIEW parts AS SELECT parent.name, part.b FROM part JOIN parent ON parent.id = part.parent;
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60)
INSERT INTO parent SELECT i, 'name ' || i FROM c;
INSERT INTO part SELECT 'key ' || id, id, id, zeroblob(id) FROM parent;
INSERT INTO keyless SELECT name FROM parent;
INSERT INTO item SELECT a.id + 60 * (b.id - 1), a.name, b.id / 7.0, zeroblob(9)
FROM parent a, parent b WHERE b.id < 4;
INSERT INTO extra SELECT id, name FROM parent WHERE id < 20;
CREATE TRIGGER item_made AFTER INSERT ON item BEGIN
  INSERT OR REPLACE INTO parent (id, name) VALUES (1000 + NEW.id % 90, 'name ' || (NEW.id % 90));
  INSERT OR REPLACE INTO part VALUES ('made ' || (NEW.id % 50), NEW.id % 50, 1000 + NEW.id % 90, NEW.note);
  DELETE FROM keyless WHERE rowid = (SELECT min(rowid) FROM keyless);
  INSERT INTO keyless VALUES (NEW.name);
END;
"""

CHANGE = "INSERT INTO item (name, price, note) VALUES ('a change', 0.1, x'00ff')"
TRICKLE_SECONDS = 0.02
WRITES_PER_SECOND = 100.0

WENT_BACK = """
BEGIN IMMEDIATE;
UPDATE extra SET v = v || '!' WHERE id < 5;
DELETE FROM _zdcdc_journal;
COMMIT;
"""
"""To a follower it looks as if the file had lost what it had applied."""

_numbers = itertools.count(1)

LIMITS = """
[limits]
chunk_size = 1000
slice_changes = 50
slice_size = 4000
poll_seconds = 0.001
"""
"""So small that each table takes several chunks, and a transaction several slices."""

OPTIONS = {
    "rollback": ("--yes",),
    "cutover": (
        "--one-way",
        "--yes",
        "--max-lag=5",
        "--max-pause=5",
        "--before-cutover=true",
        "--after-cutover=true",
    ),
}


@dataclass(frozen=True)
class Scene:
    """One source, one target, and commands that migrate the one to the other."""

    path: Path
    target: Target
    settings: str = LIMITS

    def start(self, command: str, points: str = "", *options: str) -> Started:
        """Starts a command with its usual options, or with those given, its points armed."""
        settings = self.path.with_name("zdcdc.toml")
        settings.write_text(self.settings)
        target = self.target
        words = (
            f"--config={settings}",
            f"--state-dir={self.path.with_name('state')}",
            *(["--json"] if command == "status" else []),
            command,
            f"--sqlite-path={self.path}",
            f"--mysql-url=mysql://{target.user}@{target.host}:{target.port}/{target.database}",
            *(options or OPTIONS.get(command, ())),
        )
        within = Surroundings({"ZDCDC_MYSQL_PASSWORD": target.password})
        return Started(*words, within=within, points=points)

    def run(self, command: str, points: str = "", *options: str) -> Outcome:
        """Runs a command to its end."""
        return self.start(command, points, *options).wait()

    def done(self, command: str, *options: str) -> None:
        """Runs a command that must succeed."""
        outcome = self.run(command, "", *options)
        assert outcome.exit_code == 0, f"{command}: {outcome}"

    def status(self) -> dict[str, Any]:
        """What ``status`` says."""
        outcome = self.run("status")
        assert outcome.exit_code == 0, str(outcome)
        document: dict[str, Any] = json.loads(outcome.out)
        return document

    def write(self, statement: str = CHANGE) -> None:
        """What the application does once, on a connection of its own; it changes every table if not told
        otherwise."""
        with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as connection:
            connection.executescript(statement)

    def change(self, point: str) -> None:
        """Changes the source so that a follower comes to ``point``, where it does not get to every time."""
        if point.startswith(("reinstall.", "adoption.", "reconcile.planned")):
            self.write(f"ALTER TABLE extra ADD COLUMN c{next(_numbers)}")
        elif point.startswith(("reconcile.", "repair.")):
            self.write(WENT_BACK)
        elif point.startswith("alter."):
            column = f"v{next(_numbers)}"
            self.write(f"ALTER TABLE extra ADD COLUMN {column} VARCHAR(3)")
            self.done("follow", "--until-caught-up")
            self.write(f"UPDATE extra SET {column} = 'longer' WHERE id = 1")

    @contextmanager
    def trickle(self) -> Iterator[None]:
        """Changes to every table, one after the other, until the end of the block or until the fence."""
        stop = threading.Event()
        with ThreadPoolExecutor(max_workers=1) as pool:
            writing = pool.submit(self._write_until, stop)
            try:
                yield
            finally:
                stop.set()
            writing.result()

    def _write_until(self, stop: threading.Event) -> None:
        while not stop.wait(TRICKLE_SECONDS):
            try:
                self.write(CHANGE)
            except sqlite3.OperationalError as error:
                if FENCE_MESSAGE not in str(error):
                    raise
                return

    def application(self) -> Application:
        """Four processes that write to every table; their units of work are acknowledged."""
        folder = self.path.with_name("application")
        work = work_on_table(self.path, "item")
        return Application(
            Traffic(self.path, folder, writers=4, writes_per_second=WRITES_PER_SECOND, table=work)
        )

    def standing(self) -> str:
        """``writable`` or ``fenced``, every table alike and as the decision row says. AssertionError when the
        source is anything between."""
        with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as connection:
            found = {_standing(connection, name) for name in user_tables(connection)}
            assert len(found) == 1, f"some tables take writes and some do not: {found}"
            (standing,) = found
            assert standing == ("fenced" if _primary(connection) == "mysql" else "writable")
            return standing

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """The application's writers wait; everybody may read."""
        with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def target_tables(self) -> list[str]:
        """Names of all tables and views in the target."""
        with closing(self.target.connect()) as mysql, mysql.cursor() as cursor:
            cursor.execute("SHOW TABLES")
            return sorted(str(row[0]) for row in cursor.fetchall())

    def clear_target(self) -> None:
        """Drops what is in the target."""
        with closing(self.target.connect()) as mysql, mysql.cursor() as cursor:
            cursor.execute("SET foreign_key_checks = 0")
            cursor.execute("SHOW FULL TABLES")
            for name, kind in cursor.fetchall():
                cursor.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {quoted(name)}")

    def check(self, mysql: Connection, acknowledged: tuple[str, ...] = ()) -> None:
        """Nothing is lost, doubled or different, by the comparer that knows nothing of the product."""
        tokens = lost_and_doubled(acknowledged, mysql)
        assert tokens.lost == ()
        assert tokens.doubled == ()
        assert differences(self.path, mysql) == []

    def check_while_it_writes(self, application: Application | None = None) -> None:
        """The same while an application goes on: it waits for the moment that this takes."""
        with self.quiet(), closing(self.target.connect()) as mysql:
            acknowledged = application.acknowledged if application else ()
            self.done("follow", "--until-caught-up")
            self.check(mysql, acknowledged)


def shop(folder: Path) -> Path:
    """The file of the shop."""
    return add_ack_table(made_database(folder / "shop.db", SCRIPT))


def _standing(connection: sqlite3.Connection, table: str) -> str:
    column = connection.execute(f'PRAGMA table_info("{table}")').fetchone()[1]
    found = set()
    for statement in (
        f'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE 0',
        f'UPDATE "{table}" SET "{column}" = "{column}" WHERE 0',
        f'DELETE FROM "{table}" WHERE 0',
    ):
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if FENCE_MESSAGE not in str(error):
                raise
            found.add("fenced")
        else:
            found.add("writable")
    assert len(found) == 1, f"{table} takes some statements and others not"
    return found.pop()


def _primary(connection: sqlite3.Connection) -> str:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_zdcdc_decision'").fetchone():
        return "sqlite"
    return str(connection.execute("SELECT primary_side FROM _zdcdc_decision").fetchone()[0])
