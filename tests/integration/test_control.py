"""Control from another terminal, in another directory, with the source file and the password alone."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.servers.target import Target
from tests.support.command import INTERRUPTED, Outcome, Running, Zdcdc
from tests.support.compare import LostAndDoubled, differences, lost_and_doubled
from tests.support.migration import made_database
from tests.support.schema import sqlite_schema_of
from tests.support.writers import Application, Traffic, add_ack_table, work_on_table
from zdcdc.errors import PreconditionError
from zdcdc.stages.control import give, runner_of
from zdcdc.stages.lock import lock_path, order_path, wish_path
from zdcdc.stages.orders import Kind, RunnerState

TABLES = 6
ROWS = 1500
SCRIPT = "".join(
    f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, v TEXT, b BLOB); "
    f"WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {ROWS}) "
    f"INSERT INTO t{number} SELECT i, 'value ' || i, zeroblob(i % 9) FROM c;"
    for number in range(TABLES)
)
SLOWLY = "--batch-size=1"
NOTHING = LostAndDoubled((), (), ())


@pytest.fixture
def zdcdc(target: Target, tmp_path: Path) -> Zdcdc:
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    return Zdcdc(made_database(tmp_path / "app.db", SCRIPT), url, target.password, tmp_path / "state")


def state_of(zdcdc: Zdcdc) -> RunnerState | None:
    runner = runner_of(zdcdc.sqlite_path)
    return runner.state if runner and runner.attends else None


@contextmanager
def following(zdcdc: Zdcdc) -> Iterator[Running]:
    """A ``follow`` that attends to other terminals."""
    outcome = zdcdc.run("snapshot")
    assert outcome.exit_code == 0, outcome
    with zdcdc.started("follow") as follow:
        follow.wait_until(lambda: state_of(zdcdc) is RunnerState.RUNNING, "following")
        yield follow


@contextmanager
def copying_paused(zdcdc: Zdcdc, target: Target) -> Iterator[Running]:
    """A ``snapshot`` that was paused when it had copied some tables, and not all."""
    with zdcdc.started("snapshot", SLOWLY) as snapshot, closing(target.connect()) as mysql:

        def copying() -> bool:
            with mysql.cursor() as cursor:
                cursor.execute("SHOW TABLES LIKE '\\_zdcdc\\_copy'")
                if not cursor.fetchall():
                    return False
                cursor.execute("SELECT count(*) FROM _zdcdc_copy WHERE rows_copied > 0")
                (copied,) = cursor.fetchall()
                mysql.rollback()
                return bool(copied[0])

        snapshot.wait_until(copying, "copying")
        answer = give(zdcdc.sqlite_path, Kind.PAUSE, threading.Event())
        assert not answer.already
        yield snapshot


def assert_outcome(outcome: Outcome, status: int, told: str) -> None:
    assert outcome.exit_code == status, outcome
    assert told in outcome.out + outcome.err, outcome
    assert "Traceback" not in outcome.err


def document(zdcdc: Zdcdc, *words: str) -> Any:
    outcome = zdcdc.elsewhere("--json", *words)
    assert outcome.exit_code == 0, outcome
    return json.loads(outcome.out)


def assert_nothing_is_left_beside(path: Path) -> None:
    assert not lock_path(path).exists()
    assert not wish_path(path).exists()
    assert not order_path(path).exists()


def test_every_command_may_be_given_while_follow_runs_and_the_application_writes(
    zdcdc: Zdcdc, target: Target, tmp_path: Path
) -> None:
    add_ack_table(zdcdc.sqlite_path)
    work = work_on_table(zdcdc.sqlite_path, "t0")
    traffic = Traffic(zdcdc.sqlite_path, tmp_path / "application", 2, 100.0, table=work)
    with Application(traffic) as application, following(zdcdc) as follow:
        pid = follow.process.pid
        assert document(zdcdc, "pause")["runner"] == {"pid": pid, "command": "follow"}
        again = document(zdcdc, "pause")
        assert (again["state"], again["already"]) == ("paused", True)
        application.wait_for_writes(20, timeout_seconds=60)
        status = document(zdcdc, "status")
        assert status["state"] == "paused"
        assert status["reason"].startswith("by zdcdc pause at 2")
        assert status["runner"] == {"pid": pid, "command": "follow"}
        assert status["lag"]["changes"] > 0
        outcome = document(zdcdc, "verify")
        assert outcome["identical"]
        assert state_of(zdcdc) in (RunnerState.PAUSED, RunnerState.PAUSING)
        assert document(zdcdc, "resume")["already"] is False
        assert give(zdcdc.sqlite_path, Kind.RESUME, threading.Event()).already
        assert_outcome(zdcdc.elsewhere("cutover", "--dry-run"), 0, "ready")
        assert_outcome(zdcdc.elsewhere("follow"), 3, f"zdcdc follow (process {pid}) is running")
        outcome = document(zdcdc, "cutover", "--one-way", "--yes")
        assert (outcome["primary"], outcome["already"]) == ("mysql", False)
        ended = follow.ended()
        application.wait_until_moved(timeout_seconds=60)
        served = application.stop()
    assert_outcome(ended, 0, "MySQL is primary since switch 1, made from another terminal")
    assert "handed over to zdcdc verify (process " in ended.err
    assert served.errors == ()
    with closing(target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []
        assert lost_and_doubled(served.acknowledged, mysql) == NOTHING
    assert_outcome(zdcdc.elsewhere("complete"), 0, "complete")
    assert_nothing_is_left_beside(zdcdc.sqlite_path)


@pytest.mark.one_server
@pytest.mark.local_infile("off")
def test_a_running_snapshot_is_not_disturbed_by_what_comes_too_early_and_goes_on_after_a_pause(
    zdcdc: Zdcdc, target: Target
) -> None:
    with copying_paused(zdcdc, target) as snapshot:
        pid = snapshot.process.pid
        status = document(zdcdc, "status")
        assert (status["phase"], status["state"]) == ("copying", "paused")
        for words in (["verify"], ["cutover", "--one-way", "--yes"]):
            outcome = zdcdc.elsewhere(*words)
            assert_outcome(outcome, 3, f"wait until zdcdc snapshot (process {pid}) has copied everything")
            assert outcome.err.startswith("PHASE_001")
        assert_outcome(zdcdc.elsewhere("snapshot"), 3, f"zdcdc snapshot (process {pid}) is running")
        assert_outcome(zdcdc.elsewhere("resume"), 0, f"running: zdcdc snapshot (process {pid})")
        ended = snapshot.ended()
    assert_outcome(ended, 0, f"{TABLES * ROWS:,} rows copied")
    assert "handed over" not in ended.err
    with closing(target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []


@pytest.mark.one_server
@pytest.mark.local_infile("off")
def test_a_snapshot_that_is_stopped_says_so_and_resumes_when_given_again(
    zdcdc: Zdcdc, target: Target
) -> None:
    with copying_paused(zdcdc, target) as snapshot:
        assert_outcome(zdcdc.elsewhere("stop"), 0, "stopped: zdcdc snapshot")
        assert_outcome(snapshot.ended(), INTERRUPTED, "stopped from another terminal")
    assert_outcome(zdcdc.elsewhere("stop"), 0, "already: nothing is running")
    assert_outcome(zdcdc.elsewhere("pause"), 3, "PHASE_001 [zdcdc] nothing is running")
    with pytest.raises(PreconditionError, match="nothing is running"):
        give(zdcdc.sqlite_path, Kind.RESUME, threading.Event())
    assert_nothing_is_left_beside(zdcdc.sqlite_path)
    assert_outcome(zdcdc.elsewhere("snapshot"), 0, "rows copied")
    with closing(target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []


@pytest.mark.local_infile("off")
def test_a_rollback_from_another_terminal_ends_the_snapshot_and_leaves_no_trace(
    zdcdc: Zdcdc, target: Target
) -> None:
    before = sqlite_schema_of(zdcdc.sqlite_path)
    with copying_paused(zdcdc, target) as snapshot:
        unconfirmed = zdcdc.elsewhere("rollback")
        assert unconfirmed.exit_code == INTERRUPTED, unconfirmed
        assert state_of(zdcdc) is RunnerState.PAUSED
        assert_outcome(zdcdc.elsewhere("rollback", "--yes"), 0, "undone: the source is as it was")
        assert_outcome(snapshot.ended(), 3, "PHASE_001 [zdcdc] the migration was rolled back from another")
    assert sqlite_schema_of(zdcdc.sqlite_path) == before
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == ()
    assert_nothing_is_left_beside(zdcdc.sqlite_path)


@pytest.mark.one_server
def test_the_password_is_all_that_is_asked_for_and_what_is_given_wins(zdcdc: Zdcdc, tmp_path: Path) -> None:
    assert zdcdc.run("snapshot").exit_code == 0
    assert document(zdcdc, "status")["phase"] == "following"
    logs = sorted(zdcdc.state_dir.iterdir())
    assert_outcome(zdcdc.elsewhere("verify"), 0, "identical")
    assert sorted(zdcdc.state_dir.iterdir()) == logs
    other = tmp_path / "other"
    assert_outcome(zdcdc.elsewhere("verify", f"--state-dir={other}"), 0, "identical")
    assert other.is_dir()
    wrong = zdcdc.elsewhere("verify", "--mysql-host=127.0.0.1", "--mysql-port=1")
    assert_outcome(wrong, 5, "@127.0.0.1:1/")
    with closing(sqlite3.connect(zdcdc.sqlite_path)) as source:
        (target,) = source.execute("SELECT target FROM _zdcdc_decision").fetchone()
    assert zdcdc.password not in target
