"""Sources with unusual settings or clocks: migrated exactly, from the first command to the cutover."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import differences
from tests.support.forked import Commands
from tests.support.migration import made_database
from tests.support.refusals import assert_refused

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, b BLOB, r REAL);
CREATE TABLE named (name TEXT NOT NULL PRIMARY KEY, v TEXT UNIQUE);
INSERT INTO t VALUES (1, 'žluť', x'00ff', 0.1), (2, '', x'', NULL), (3, 'tab\tnew
line \\ ''', NULL, 1e300);
INSERT INTO named VALUES ('kůň', 'a'), ('🐎', 'b'), ('', NULL);
"""

WRITES = """
INSERT INTO t VALUES (4, '後から🍣', x'deadbeef', -2.5);
UPDATE t SET v = 'ž' || v WHERE id = 1;
REPLACE INTO named VALUES ('nový', 'a');
UPDATE OR REPLACE named SET v = 'b' WHERE name = 'nový';
DELETE FROM t WHERE id = 2;
"""


def ran(commands: Commands, *words: str) -> None:
    outcome = commands.run(*words)
    assert outcome.exit_code == 0, f"{words}: {outcome}"


def assert_equal(commands: Commands, target: Target) -> None:
    with closing(target.connect()) as mysql:
        assert differences(commands.path, mysql) == []


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    return tmp_path / "source" / "app.db"


def test_a_utf_16_database_arrives_exactly_from_snapshot_to_cutover(place: Path, target: Target) -> None:
    commands = Commands.of(made_database(place, SCRIPT, "UTF-16le"), target)
    with closing(sqlite3.connect(place, isolation_level=None)) as application:
        assert application.execute("PRAGMA encoding").fetchone() == ("UTF-16le",)
        ran(commands, "check")
        ran(commands, "snapshot")
        application.executescript(WRITES)
        ran(commands, "follow", "--until-caught-up")
        assert_equal(commands, target)
        ran(commands, "verify")
        application.execute("UPDATE t SET v = v || '🍺'")
        ran(commands, "cutover", "--one-way", "--yes")
        assert_equal(commands, target)


@pytest.mark.one_server
def test_the_triggers_work_in_an_application_that_does_not_trust_its_schema(
    place: Path, target: Target
) -> None:
    commands = Commands.of(made_database(place, SCRIPT), target)
    ran(commands, "snapshot")
    with closing(sqlite3.connect(place, isolation_level=None)) as application:
        application.execute("PRAGMA trusted_schema = OFF")
        application.executescript(WRITES)
        ran(commands, "follow", "--until-caught-up")
        assert_equal(commands, target)
        ran(commands, "verify")
        ran(commands, "cutover", "--one-way", "--yes")
        with pytest.raises(sqlite3.OperationalError, match="writes moved to MySQL"):
            application.execute("INSERT INTO t (v) VALUES ('late')")
    assert_equal(commands, target)


@pytest.fixture
def captured(place: Path, target: Target) -> Iterator[tuple[Commands, sqlite3.Connection]]:
    """A migration that has begun, and its application."""
    commands = Commands.of(made_database(place, SCRIPT), target)
    ran(commands, "snapshot")
    with closing(sqlite3.connect(place, isolation_level=None)) as application:
        yield commands, application


YEARS = 365.25
NEWEST = "(SELECT max(seq) FROM _zdcdc_journal)"


@pytest.mark.one_server
@pytest.mark.parametrize("days", [[30 * YEARS], [-50 * YEARS, 0.5, 7970 * YEARS]])
def test_a_clock_that_jumps_moves_no_change_and_makes_no_lag_negative(
    days: list[float], captured: tuple[Commands, sqlite3.Connection], target: Target
) -> None:
    commands, application = captured
    for number, jump in enumerate(days, 10):
        application.execute("INSERT INTO t (id, v) VALUES (?, 'jumped')", (number,))
        # As it would be had the clock been wrong by this much when the application wrote.
        application.execute(f"UPDATE _zdcdc_journal SET at = at + ? WHERE seq = {NEWEST}", (jump,))
    waiting = json.loads(commands.run("status", "--json").out)["lag"]
    assert waiting["changes"] == len(days)
    assert (waiting["seconds"] > 40 * YEARS * 86400) is (days[0] < 0)
    assert waiting["seconds"] >= 0
    followed = json.loads(commands.run("follow", "--until-caught-up", "--json").out)
    assert followed["worst_lag"]["seconds"] >= 0
    assert_equal(commands, target)
    application.executescript(WRITES)
    application.execute(f"UPDATE _zdcdc_journal SET at = at - 1000 WHERE seq = {NEWEST}")
    ran(commands, "verify")
    assert json.loads(commands.run("status", "--json").out)["lag"] == {"changes": 0, "seconds": 0.0}
    application.execute("DELETE FROM t WHERE id = 10")
    application.execute(f"UPDATE _zdcdc_journal SET at = at + ? WHERE seq = {NEWEST}", (days[0],))
    ran(commands, "cutover", "--one-way", "--yes")
    assert_equal(commands, target)


@pytest.mark.one_server
def test_facts_of_a_time_to_come_are_gathered_again(place: Path, target: Target) -> None:
    """They were stored before the clock was set back, and may be of any age."""
    commands = Commands.of(made_database(place, SCRIPT), target)
    ran(commands, "check")
    file = commands.state / "facts.json"
    facts = json.loads(file.read_bytes())
    facts["tables"]["t"]["columns"]["v"]["blobs"] = 1
    for taken_at, used in ((time.time(), True), (time.time() + 1000, False), (time.time() - 9e5, False)):
        file.write_text(json.dumps({**facts, "taken_at": taken_at}))
        outcome = commands.run("snapshot")
        if used:
            assert_refused(outcome, 3, "VALUE_001")
        else:
            assert outcome.exit_code == 0, str(outcome)
            ran(commands, "rollback", "--yes")
