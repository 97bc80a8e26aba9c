"""What is given as the database is none, or a broken one: said by each command, and nothing is touched."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.forked import Commands, zdcdc
from tests.support.migration import made_database
from tests.support.refusals import assert_refused, beside, found_by, tables_in
from tests.support.schema import sqlite_schema_of

COMMANDS = {
    "check": (),
    "plan": (),
    "snapshot": (),
    "follow": (),
    "verify": (),
    "cutover": ("--one-way", "--yes"),
    "rollback": ("--yes",),
    "complete": (),
    "status": (),
}
OF_THE_SOURCE = ("pause", "resume", "stop", "tail")
"""Commands that need nothing but the source."""

ROWS = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL); CREATE TABLE other (a);"


def grown(path: Path) -> Path:
    """A database of some MB in rollback-journal mode, so that all of it is in one file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(ROWS)
        connection.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
            "INSERT INTO t SELECT i, hex(zeroblob(60)) FROM n"
        )
    return path


def overwritten(path: Path, offset: int, content: bytes) -> Path:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)
    return path


def missing(path: Path) -> Path:
    return path


def in_no_directory(path: Path) -> Path:
    return path / "deeper" / "app.db"


def directory(path: Path) -> Path:
    path.mkdir()
    return path


def device(path: Path) -> Path:
    return Path(os.devnull)


def dangling(path: Path) -> Path:
    path.symlink_to("nowhere")
    return path


def circle(path: Path) -> Path:
    path.symlink_to(path.name)
    return path


def too_long(path: Path) -> Path:
    return path.with_name("a" * 300)


def text(path: Path) -> Path:
    path.write_text("The quick brown fox jumps over the lazy dog. " * 50)
    return path


def encrypted(path: Path) -> Path:
    path.write_bytes(random.Random(1).randbytes(64 * 1024))
    return path


def without_schema(path: Path) -> Path:
    """The page that holds sqlite_schema, beyond the header of the file."""
    return overwritten(grown(path), 100, random.Random(2).randbytes(3000))


def cut_short(path: Path) -> Path:
    os.truncate(grown(path), 6000)
    return path


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (missing, "CONN_001"),
        (in_no_directory, "CONN_001"),
        (directory, "CONN_001"),
        (device, "CONN_001"),
        (dangling, "CONN_001"),
        (circle, "CONN_001"),
        (too_long, "CONN_001"),
        (text, "DATA_001"),
        (encrypted, "DATA_001"),
        (without_schema, "DATA_001"),
        (cut_short, "DATA_001"),
    ],
)
def test_what_is_no_usable_database_exits_4_in_every_command_and_stays_as_it_was(
    made: Callable[[Path], Path], code: str, tmp_path: Path
) -> None:
    place = tmp_path / "source"
    place.mkdir()
    path = made(place / "app.db")
    before = beside(place / "app.db")
    commands = Commands(path, tmp_path / "state")
    for command, options in COMMANDS.items():
        outcome = commands.run(command, *options)
        assert_refused(outcome, 4, code)
        assert str(path) in outcome.err
        assert beside(place / "app.db") == before, command
    for command in OF_THE_SOURCE:
        outcome = zdcdc(command, f"--sqlite-path={path}")
        if code == "CONN_001" or command == "tail":
            assert_refused(outcome, 4, code)
        assert outcome.exit_code in (0, 3, 4), f"{command}: {outcome}"
        assert "Traceback" not in outcome.err
        assert beside(place / "app.db") == before, command


def damaged(path: Path) -> Path:
    """The root of table t, an interior page of its tree, is garbage; the schema can be read."""
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 't'").fetchone()
    return overwritten(path, (root - 1) * page, random.Random(3).randbytes(page))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "source"
    place.mkdir()
    return place / "app.db"


@pytest.mark.one_server
def test_a_damaged_page_is_found_by_check_before_anything_is_written(path: Path, target: Target) -> None:
    commands = Commands.of(damaged(grown(path)), target)
    before = beside(path)
    for command in ("check", "plan", "snapshot"):
        outcome = commands.run(command)
        assert_refused(outcome, 4, "DATA_001")
        assert "table t" in outcome.err
        assert beside(path) == before
        assert tables_in(target) == set()


@pytest.mark.one_server
def test_a_page_damaged_after_check_stops_the_copy_and_rollback_undoes_it(path: Path, target: Target) -> None:
    schema = sqlite_schema_of(grown(path))
    commands = Commands.of(path, target)
    assert commands.run("check").exit_code == 0
    damaged(path)
    for _ in range(2):
        assert_refused(commands.run("snapshot"), 4, "DATA_001")
        assert tables_in(target) >= {"_zdcdc_checkpoint"}
    undone = commands.run("rollback", "--yes")
    assert undone.exit_code == 0, str(undone)
    assert tables_in(target) == set()
    assert sqlite_schema_of(path) == schema


@pytest.mark.one_server
@pytest.mark.parametrize("content", ["empty", "no table"])
def test_a_database_without_a_table_is_refused_and_asked_about(
    content: str, path: Path, target: Target
) -> None:
    made_database(path, "CREATE VIEW v AS SELECT 1") if content == "no table" else path.touch()
    commands = Commands.of(path, target)
    found = found_by(commands.run("check", "--json"))
    assert "--sqlite-path" in found["source.no_tables"]["hint"]
    assert_refused(commands.run("snapshot"), 3, "CONF_001")
    assert tables_in(target) == set()
    assert [file.name for file in path.parent.iterdir()] == ["app.db"]
