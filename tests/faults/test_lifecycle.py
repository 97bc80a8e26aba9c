"""Random sequences of commands, kills, changes of the schema, lost commits and writes, against a model of the
phases: no command does what its phase forbids, and the invariants of the design hold after every step."""

from __future__ import annotations

import itertools
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.servers.target import Target
from tests.support.forked import Started
from tests.support.lifecycle import (
    BEGUN,
    COMMANDS,
    FENCED,
    Knowledge,
    Stand,
    after_success,
    expected,
    possible_after_kill,
)
from tests.support.migration import Migration, made_database
from zdcdc.points import POINTS
from zdcdc.stages.status import read_status

SCRIPT = """
CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, v REAL);
CREATE TABLE child (a TEXT NOT NULL, b INTEGER NOT NULL, parent INTEGER REFERENCES parent ON DELETE CASCADE,
  v BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE keyless (v);
CREATE TABLE ack (token INTEGER PRIMARY KEY);
CREATE INDEX by_parent ON child (parent);
CREATE TRIGGER of_the_application AFTER DELETE ON child BEGIN INSERT INTO keyless VALUES (OLD.a); END;
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 40)
INSERT INTO parent SELECT i, 'name ' || i, i / 3.0 FROM c;
INSERT INTO child SELECT 'key ' || id, id, id, zeroblob(id) FROM parent;
INSERT INTO keyless SELECT name FROM parent;
"""
WRITES = (
    "INSERT OR REPLACE INTO parent (name, v) VALUES ('name ' || abs(random() % 60), 0.5)",
    "UPDATE parent SET name = 'other ' || id WHERE id % 9 = 1",
    "UPDATE OR REPLACE child SET a = 'key', b = b % 5 WHERE b % 7 = 2",
    "DELETE FROM parent WHERE id = (SELECT min(id) FROM parent)",
    "DELETE FROM child WHERE b % 10 = 3",
    "INSERT INTO keyless VALUES (NULL)",
    "UPDATE keyless SET v = 'updated' WHERE rowid % 4 = 0",
)
DRIFTS = (
    "ALTER TABLE parent ADD COLUMN {new} TEXT DEFAULT 'd'",
    "CREATE TABLE {new} (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO {new} VALUES (1, 'one')",
    "CREATE INDEX {new} ON parent (v)",
    "CREATE UNIQUE INDEX {new} ON child (b, a)",
    "CREATE TABLE new_ack (token INTEGER PRIMARY KEY); INSERT INTO new_ack SELECT * FROM ack; "
    "DROP TABLE ack; ALTER TABLE new_ack RENAME TO ack",
    "VACUUM",
)

class Lifecycle(RuleBasedStateMachine):
    """One source, one target, and a person who gives commands in any order."""

    def __init__(self, target: Target, folder: Path) -> None:
        super().__init__()
        self.migration = Migration(made_database(folder / "app.db", SCRIPT), target)
        self.folder = folder
        self.known = Knowledge()
        self.tokens = itertools.count(1)
        self.acknowledged: set[int] = set()
        self.own_schema = self.schema()
        self.numbers = itertools.count(1)
        self.saved: tuple[str | None, set[int], list[Any]] | None = None

    # what an application does

    @rule(statements=st.lists(st.sampled_from(WRITES), min_size=1, max_size=4))
    def write(self, statements: list[str]) -> None:
        token = next(self.tokens)
        with closing(sqlite3.connect(self.migration.path, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE")
            if self.known.stand in FENCED:
                with pytest.raises(sqlite3.OperationalError, match="writes moved to MySQL"):
                    connection.execute(statements[0])
                return
            for statement in statements:
                connection.execute(statement)
            connection.execute("INSERT INTO ack VALUES (?)", (token,))
            connection.execute("COMMIT")
        self.acknowledged.add(token)

    @precondition(lambda self: self.known.stand not in FENCED)
    @rule(drift=st.sampled_from(DRIFTS))
    def change_the_schema(self, drift: str) -> None:
        name = f"made_{next(self.numbers)}"
        self.migration.write(drift.replace("{new}", name))
        self.own_schema = self.schema()
        if self.known.stand is not Stand.NEW:
            self.known = replace(self.known, drifted=True)

    @precondition(lambda self: self.known.stand in BEGUN)
    @rule()
    def save_a_copy(self) -> None:
        copy = self.folder / "saved.db"
        copy.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(self.migration.path)) as source,
            closing(sqlite3.connect(copy)) as saved,
        ):
            source.backup(saved)
        self.saved = (self.migration_id(), set(self.acknowledged), self.own_schema)

    @precondition(lambda self: self.known.stand in BEGUN and self.saved is not None)
    @rule()
    def put_the_copy_back(self) -> None:
        assert self.saved is not None
        of_migration, acknowledged, own_schema = self.saved
        if of_migration != self.migration_id():
            return
        for suffix in ("-wal", "-shm"):
            self.migration.path.with_name(self.migration.path.name + suffix).unlink(missing_ok=True)
        (self.folder / "saved.db").replace(self.migration.path)
        self.saved = None
        self.acknowledged, self.own_schema = acknowledged, own_schema
        self.known = replace(self.known, verified=None, drifted=None)

    # what a person does

    @rule(command=st.sampled_from(list(COMMANDS)))
    def give(self, command: str) -> None:
        before = self.known
        wanted = expected(command, before)
        done = Started(*self.words(command)).wait()
        assert done.exit_code in wanted.exits, f"{command} as {before}: {done}"
        assert "Traceback" not in done.err, done
        if done.exit_code:
            if command == "cutover" and before.stand is Stand.FOLLOWING:
                self.known = replace(before, verified=None)
            return
        self.known = after_success(command, before, wanted.to)
        self.ended_well(command, before)

    @rule(data=st.data(), command=st.sampled_from(list(COMMANDS)), nth=st.sampled_from((1, 1, 2, 5)))
    def kill(self, data: st.DataObject, command: str, nth: int) -> None:
        points = [point for point, found in POINTS.items() if command in found.commands]
        if not points:
            return
        point = data.draw(st.sampled_from(points))
        before = self.known
        done = Started(*self.words(command), points=f"{point}:kill:{nth}").wait()
        if done.exit_code != -signal.SIGKILL:
            # The point was not reached so often: the command ran to its end.
            assert done.exit_code in expected(command, before).exits, f"{command} as {before}: {done}"
            if done.exit_code == 0:
                self.known = after_success(command, before, expected(command, before).to)
            elif command == "cutover":
                self.known = replace(before, verified=None)
            return
        stand = Stand(self.status().phase.value)
        assert stand in possible_after_kill(command, before), f"{command} at {point} as {before}: {stand}"
        undone = before.half_undone or (command == "rollback" and stand in BEGUN)
        self.known = Knowledge(stand, None, None, undone and stand in BEGUN)

    # what has to be so

    def ended_well(self, command: str, before: Knowledge) -> None:
        if command in ("snapshot", "follow") or (command == "cutover" and before.stand in BEGUN):
            assert self.migration.differences() == [], command
            assert self.tokens_in_mysql() == self.acknowledged
        if command == "rollback":
            assert self.schema() == self.own_schema
            assert self.everything() == self.own_schema, "a trace is left in the source"
            assert self.tables_in_mysql() == set()

    @invariant()
    def the_phase_is_what_it_has_to_be(self) -> None:
        status = self.status()
        seen = Stand(status.phase.value)
        # A changed table is copied again while the migration follows.
        copied_again = self.known.drifted is not False and {seen, self.known.stand} <= set(BEGUN)
        assert seen is self.known.stand or copied_again
        assert status.held == ()

    @invariant()
    def the_source_is_writable_or_fenced_and_never_in_between(self) -> None:
        with closing(sqlite3.connect(self.migration.path, isolation_level=None)) as connection:
            tables = [name for kind, name, *_ in self.own_schema if kind == "table"]
            tables.remove("sqlite_sequence")
            connection.execute("BEGIN IMMEDIATE")
            refused = set()
            for table in tables:
                try:
                    connection.execute(f'DELETE FROM "{table}" WHERE 0')
                except sqlite3.OperationalError:
                    refused.add(table)
            connection.execute("ROLLBACK")
        assert refused == (set(tables) if self.known.stand in FENCED else set())

    @invariant()
    def no_acknowledged_write_is_lost_on_the_primary(self) -> None:
        if self.known.stand in FENCED:
            assert self.tokens_in_mysql() == self.acknowledged
            return
        with closing(sqlite3.connect(self.migration.path)) as connection:
            found = {token for (token,) in connection.execute("SELECT token FROM ack")}
        assert found == self.acknowledged

    def teardown(self) -> None:
        with closing(self.migration.target.connect()) as mysql, mysql.cursor() as cursor:
            cursor.execute("SET foreign_key_checks = 0")
            for table in self.tables_in_mysql():
                cursor.execute(f"DROP TABLE `{table}`")

    def words(self, command: str) -> list[str]:
        config = self.migration.config
        words = COMMANDS[command]
        return [
            words[0],
            f"--sqlite-path={config.sqlite_path}",
            f"--mysql-url={self.migration.target.url}",
            f"--state-dir={config.state_directory}",
            *words[1:],
        ]

    def status(self) -> Any:
        return read_status(self.migration.config)

    def migration_id(self) -> str | None:
        found: str | None = self.status().migration_id
        return found

    def everything(self) -> list[Any]:
        with closing(sqlite3.connect(self.migration.path)) as connection:
            return connection.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"
            ).fetchall()

    def schema(self) -> list[Any]:
        """What is the application's, in order of rowid."""
        return [row for row in self.everything() if not row[1].startswith("_zdcdc_")]

    def tables_in_mysql(self) -> set[str]:
        with closing(self.migration.target.connect()) as mysql, mysql.cursor() as cursor:
            cursor.execute("SHOW TABLES")
            return {name for (name,) in cursor.fetchall()}

    def tokens_in_mysql(self) -> set[int]:
        with closing(self.migration.target.connect()) as mysql, mysql.cursor() as cursor:
            cursor.execute("SELECT token FROM ack")
            return {token for (token,) in cursor.fetchall()}


def test_random_sequences_keep_to_the_phases_and_the_invariants(
    target: Target, tmp_path_factory: pytest.TempPathFactory, count: Callable[[int, int], int]
) -> None:
    class Here(Lifecycle):
        def __init__(self) -> None:
            super().__init__(target, tmp_path_factory.mktemp("lifecycle"))

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=count(6, 500),
            stateful_step_count=12,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
