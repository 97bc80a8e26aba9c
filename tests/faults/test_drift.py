"""Each change of the source is handled as ``docs/drift.md`` says, during the copy and while following, while
the application writes: what can be followed is, what cannot is held and named, and nothing passes unseen."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.servers.target import Target
from tests.support.compare import Difference, Kind
from tests.support.drifts import IN_ORDER, SCHEMA, Drift, documented
from tests.support.killed import SMALL
from tests.support.migration import Migration, made_database
from tests.support.writers import Application, Traffic, add_ack_table, work_on_table
from zdcdc.config import Config
from zdcdc.model import Selection
from zdcdc.stages.follow import follow
from zdcdc.stages.snapshot import snapshot
from zdcdc.stages.status import read_status
from zdcdc.stages.watching import InterruptedRun

LARGE = """
CREATE TABLE zz_large (id INTEGER PRIMARY KEY, v TEXT);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 16000)
INSERT INTO zz_large SELECT i, 'a value of no meaning ' || i FROM c;
"""
"""The last table by name: with small chunks its copy takes longer than all the changes together."""

CORRECTED = """
UPDATE mixed SET v = 2 WHERE id = 2;
UPDATE spoilt SET m = NULL;
"""


class Driven:
    """A migration whose stage runs in a thread of this process, and the events that it logs."""

    def __init__(self, path: Path, target: Target) -> None:
        self.migration = Migration(path, target, SMALL)
        self._failure: list[BaseException] = []

    @property
    def config(self) -> Config:
        return replace(self.migration.config, selection=Selection(exclude=("private*",)))

    @contextmanager
    def running(self, stage: Callable[[Config, threading.Event], object]) -> Iterator[threading.Thread]:
        stop = threading.Event()

        def run() -> None:
            try:
                stage(self.config, stop)
            except InterruptedRun:
                pass
            except BaseException as error:  # noqa: BLE001 - raised again below, in the thread of the test
                self._failure.append(error)

        thread = threading.Thread(target=run, name="stage")
        thread.start()
        try:
            yield thread
        finally:
            stop.set()
            thread.join(60)
            assert not thread.is_alive(), "the stage did not end"
        if self._failure:
            raise self._failure[0]

    def events(self, name: str) -> list[dict[str, Any]]:
        found = []
        for log in self.config.state_directory.glob("migration_log_*.json"):
            found += [json.loads(line) for line in log.read_text().splitlines()]
        return [event for event in found if event["event"] == name]

    def wait(self, reached: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 60
        while not reached():
            if self._failure:
                raise self._failure[0]
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            time.sleep(0.01)

    def handled(self, drift: Drift) -> frozenset[str]:
        """Makes the change, waits until it was followed, and returns how."""
        before = len(self.events("source_changed"))
        self.make(drift)
        if drift.silent:
            self.wait_for_a_write(drift.name)
            assert len(self.events("source_changed")) == before, drift.name
            return frozenset({"nothing"})
        self.wait(lambda: len(self.events("source_changed")) > before, drift.name)
        event = self.events("source_changed")[before]
        kinds = {event["tables"][table] for table in drift.tables if table in event["tables"]}
        kinds |= {"gone"} if drift.tables & set(event["gone"]) else set()
        kinds |= {"held"} if drift.tables & set(event["held"]) else set()
        return frozenset(kinds)

    def make(self, drift: Drift) -> None:
        path = self.migration.path
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
            ids = dict(connection.execute("SELECT name, id FROM _zdcdc_tables"))
            script = drift.script
            for table in ("parent", "child"):
                script = script.replace(f"{{{table}}}", str(ids[table]))
            connection.executescript(script)

    def wait_for_a_write(self, what: str) -> None:
        """Until something that was written after now is in the target."""
        with closing(sqlite3.connect(self.migration.path, isolation_level=None, timeout=30)) as connection:
            connection.execute("INSERT INTO ack VALUES (?)", (f"after {what}",))
        with closing(self.migration.target.connect()) as mysql, mysql.cursor() as cursor:

            def arrived() -> bool:
                mysql.commit()
                cursor.execute("SELECT 1 FROM ack WHERE token = %s", (f"after {what}",))
                return bool(cursor.fetchall())

            self.wait(arrived, f"a write after: {what}")

    def differences(self) -> list[Difference]:
        found = self.migration.differences()
        return [d for d in found if not (d.kind is Kind.TABLE_MISSING and d.table == "private_notes")]


@pytest.fixture
def driven(target: Target, tmp_path: Path) -> Driven:
    path = made_database(tmp_path / "app.db", SCHEMA)
    add_ack_table(path)
    return Driven(path, target)


@contextmanager
def written_to(driven: Driven, folder: Path) -> Iterator[None]:
    """Four processes write meanwhile, and each write that was acknowledged is there at the end."""
    work = work_on_table(driven.migration.path, "written")
    with Application(Traffic(driven.migration.path, folder, 4, 200.0, table=work)) as application:
        yield
        served = application.stop()
    assert served.errors == ()
    driven.migration.follow()
    with closing(driven.migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SELECT token FROM ack WHERE token NOT LIKE 'after %'")
        assert sorted(token for (token,) in cursor.fetchall()) == sorted(served.acknowledged)


def taken_name(target: Target) -> None:
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("CREATE TABLE taken (of_somebody_else INT)")


def correct_what_is_held(driven: Driven) -> None:
    status = read_status(driven.config)
    assert {table for table, _ in status.held} == {"mixed", "spoilt", "taken"}
    assert all(reason for _, reason in status.held)
    driven.migration.write(CORRECTED)
    with closing(driven.migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("DROP TABLE taken")


def test_every_change_that_is_documented_is_made_here() -> None:
    assert list(documented(0)) == sorted(
        (drift.name for drift in IN_ORDER), key=list(documented(0)).index
    )


def test_each_change_while_following_is_handled_as_documented(driven: Driven, tmp_path: Path) -> None:
    snapshot(driven.config, threading.Event())
    taken_name(driven.migration.target)
    with written_to(driven, tmp_path / "traffic"):
        with driven.running(lambda config, stop: follow(config, stop, until_caught_up=False)):
            seen = {drift.name: driven.handled(drift) for drift in IN_ORDER}
            driven.wait_for_a_write("everything")
        correct_what_is_held(driven)
    assert seen == documented(0)
    assert read_status(driven.config).held == ()
    assert driven.differences() == []
    assert driven.migration.verify().identical


def test_each_change_during_the_copy_is_handled_as_documented(driven: Driven, tmp_path: Path) -> None:
    driven.migration.write(LARGE)
    with written_to(driven, tmp_path / "traffic"):
        with driven.running(snapshot):
            driven.wait(lambda: bool(driven.events("capture_installed")), "the copy")
            driven.wait(lambda: read_status(driven.config).copy.rows_done > 0, "the first rows")
            taken_name(driven.migration.target)
            seen = {drift.name: driven.handled(drift) for drift in IN_ORDER}
            assert read_status(driven.config).phase.value == "copying"
        correct_what_is_held(driven)
        driven.migration.snapshot()
    assert seen == documented(0)
    assert driven.differences() == []
    assert driven.migration.verify().identical
