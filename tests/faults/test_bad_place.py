"""The source is a database, but not one that this process may or should touch where it lies."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.test_bad_file import COMMANDS
from tests.servers.target import Target
from tests.support.command import Outcome, Zdcdc
from tests.support.forked import NOWHERE, USUAL, Commands, Surroundings
from tests.support.migration import made_database
from tests.support.refusals import assert_refused, beside
from zdcdc import place as product
from zdcdc.cli.main import main
from zdcdc.stages.lock import lock_path

ROOT = os.geteuid() == 0
OWNER, STRANGER = 54321, 54322
"""Users that need not exist. Only root can be them; as anyone else, one is oneself, and root the other."""

SCRIPT = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'one');"


@pytest.fixture
def path() -> Iterator[Path]:
    """A database of ``OWNER``, in a directory that every user can reach (pytest's own are private)."""
    with tempfile.TemporaryDirectory(prefix="zdcdc-test-") as directory:
        top = Path(directory)
        top.chmod(0o755)
        place = top / "source"
        place.mkdir()
        path = made_database(place / "app.db", SCRIPT)
        (top / "source-state").mkdir()
        (top / "source-state").chmod(0o777)
        given_to(OWNER, place, path)
        yield path
        place.chmod(0o755)


def given_to(user: int, *paths: Path) -> None:
    if ROOT:
        for path in paths:
            os.chown(path, user, user)


def as_user(user: int) -> Surroundings:
    return Surroundings(user=user) if ROOT else USUAL


@pytest.mark.parametrize("command", COMMANDS)
def test_another_user_than_the_owner_is_refused_before_the_file_is_opened(command: str, path: Path) -> None:
    given = path if ROOT else Path("/etc/passwd")
    before = beside(path)
    commands = Commands(given, path.parent.parent / "source-state")
    outcome = commands.run(command, *COMMANDS[command], within=as_user(STRANGER))
    assert_refused(outcome, 3, "PERM_001")
    assert (f"#{OWNER}" if ROOT else "sudo -u root") in outcome.err
    assert beside(path) == before


@pytest.mark.one_server
def test_what_zdcdc_makes_beside_the_source_belongs_to_its_owner(path: Path, target: Target) -> None:
    """Root may migrate: SQLite itself gives -wal and -shm to the owner of the database, and so do we."""
    forked = Commands.of(path, target)
    assert forked.run("snapshot").exit_code == 0
    commands = Zdcdc(path, forked.url, forked.password, forked.state)
    with commands.started("follow") as follow:
        made = {"app.db-wal", "app.db-shm", lock_path(path).name}
        follow.wait_until(lambda: made <= {file.name for file in path.parent.iterdir()}, "following")
        owners = {file.stat().st_uid for file in path.parent.iterdir()}
        assert owners == {OWNER if ROOT else os.geteuid()}
        follow.interrupt()


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
@pytest.mark.parametrize("what", ["file", "directory"])
def test_a_source_that_cannot_be_written_is_refused_before_the_file_is_opened(
    what: str, mode: str, path: Path
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
    before = beside(path)
    place = path if what == "file" else path.parent
    place.chmod(0o444 if what == "file" else 0o555)
    commands = Commands(path, path.parent.parent / "source-state")
    for command, options in COMMANDS.items():
        outcome = commands.run(command, *options, within=as_user(OWNER))
        assert_refused(outcome, 3, "PERM_001")
        assert what in outcome.err
    path.parent.chmod(0o755)
    assert beside(path) == before


def test_a_directory_that_cannot_be_entered_is_a_matter_of_permission(path: Path) -> None:
    path.parent.chmod(0o000)
    commands = Commands(path, path.parent.parent / "source-state")
    assert_refused(commands.run("check", within=as_user(OWNER)), 4, "PERM_001")


@pytest.mark.parametrize("command", ["check", "snapshot"])
@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_wal_on_a_shared_file_system_is_refused_before_the_file_is_opened(
    mode: str, command: str, path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """With one more line in the table of mounts of this machine, which need not have such a file system. In
    rollback-journal mode the command goes on to the target, which is not there."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
    given_to(os.geteuid(), path)
    mounted = [*product.mounts(), product.Mount(str(path.parent.resolve()), "nfs4")]
    monkeypatch.setattr(product, "mounts", lambda: mounted)
    before = beside(path)
    state = path.parent.parent / "source-state"
    with pytest.raises(SystemExit) as ended:
        main([command, f"--sqlite-path={path}", f"--mysql-url={NOWHERE}", f"--state-dir={state}"])
    said = capfd.readouterr()
    if mode == "WAL":
        assert ended.value.code == 3
        assert_refused(Outcome(3, said.out, said.err), 3, "CONF_001")
        assert "nfs4" in said.err
        assert "journal_mode = DELETE" in said.err
    else:
        assert ended.value.code == 5
        assert said.err.startswith("CONN_001 [mysql]")
    assert beside(path) == before
