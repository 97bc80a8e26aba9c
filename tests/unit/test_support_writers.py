"""The live application of the tests: its acknowledgements can be relied on, and it does not hide errors."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.chinook import in_journal_mode
from tests.support.sessions import FENCE_MESSAGE
from tests.support.writers import Application, Traffic, add_ack_table, work_on_table

HOLD_SECONDS = 0.4


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT, size REAL, data BLOB, n INTEGER)"
        )
    return in_journal_mode(add_ack_table(path), "wal")


def traffic(source: Path, readers: int = 0) -> Traffic:
    return Traffic(
        source, source.parent / "application", writers=2, readers=readers, table=work_on_table(source, "note")
    )


def test_every_acknowledged_write_is_in_the_database_once(source: Path) -> None:
    with Application(traffic(source, readers=1)) as application:
        application.wait_for_writes(100, timeout_seconds=30)
        served = application.stop()
    assert served.errors == ()
    assert served.reads > 0
    assert served.fenced == 0
    with closing(sqlite3.connect(source)) as connection:
        tokens = [row[0] for row in connection.execute("SELECT token FROM ack")]
    assert sorted(served.acknowledged) == sorted(tokens)
    assert served.acknowledged_in("sqlite") == served.acknowledged


def test_writers_stop_at_the_fence_and_take_it_for_no_error(source: Path) -> None:
    with Application(traffic(source)) as application:
        application.wait_for_writes(20, timeout_seconds=30)
        with closing(sqlite3.connect(source)) as connection:
            connection.executescript(
                f'CREATE TRIGGER fence BEFORE INSERT ON ack BEGIN SELECT "{FENCE_MESSAGE} (epoch 1)"(); END'
            )
        application.wait_until_moved(timeout_seconds=30)
        served = application.stop()
    assert served.fenced == 2
    assert served.errors == ()


def test_any_other_error_is_the_applications_to_report(source: Path) -> None:
    with Application(traffic(source)) as application:
        application.wait_for_writes(1, timeout_seconds=30)
        with closing(sqlite3.connect(source)) as connection:
            connection.execute(
                "CREATE TRIGGER broken BEFORE INSERT ON ack BEGIN SELECT RAISE(ABORT, 'oh no'); END"
            )
        with pytest.raises(RuntimeError, match="oh no"):
            application.wait_for_writes(10_000, timeout_seconds=30)
        served = application.stop()
    assert any("oh no" in error for error in served.errors)


def test_a_wait_for_a_lock_counts_as_a_pause(source: Path) -> None:
    with Application(traffic(source)) as application:
        application.wait_for_writes(5, timeout_seconds=30)
        with closing(sqlite3.connect(source, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            # Not a test of speed: the lock is held for this long, so the pause cannot be shorter.
            threading.Event().wait(HOLD_SECONDS)
            connection.execute("COMMIT")
        application.wait_for_writes(5, timeout_seconds=30)
        served = application.stop()
    assert served.longest_pause_seconds > HOLD_SECONDS / 2


def test_the_processes_are_gone_after_the_context_even_when_the_test_fails(source: Path) -> None:
    pids: frozenset[int] = frozenset()

    def fail() -> None:
        nonlocal pids
        with Application(traffic(source)) as application:
            pids = application.pids
            raise LookupError("the test failed")

    with pytest.raises(LookupError):
        fail()
    assert len(pids) == 2
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
