"""The observer of read transactions sees those of others, and only those."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.read_locks import observed

READ_FOR_SECONDS = 0.3

READER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
print("ready", flush=True)
for _ in range(5):
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM t").fetchall()
    time.sleep(float(sys.argv[2]))
    connection.execute("ROLLBACK")
sys.stdin.read()
"""

WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
print("ready", flush=True)
connection.execute("BEGIN IMMEDIATE")
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
sys.stdin.read()
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("PRAGMA journal_mode = delete")
    return path


def started(program: str, source: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(source), str(READ_FOR_SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def ended(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_long_read_transaction_of_another_process_is_seen(source: Path) -> None:
    process = started(READER, source)
    with observed(source, but_not=frozenset()) as observer:
        ended(process)
    assert observer.result.met > 0
    assert observer.result.longest_seconds > READ_FOR_SECONDS / 2


def test_the_applications_own_readers_are_left_out(source: Path) -> None:
    process = started(READER, source)
    with observed(source, but_not=frozenset({process.pid})) as observer:
        ended(process)
    assert observer.result.looks > 0
    assert observer.result.met == 0


def test_a_write_transaction_is_no_read_transaction(source: Path) -> None:
    process = started(WRITER, source)
    with observed(source, but_not=frozenset()) as observer:
        # Long enough for many looks while the writer holds its lock.
        threading.Event().wait(READ_FOR_SECONDS)
        ended(process)
    assert observer.result.looks > 0
    assert observer.result.longest_seconds < READ_FOR_SECONDS
