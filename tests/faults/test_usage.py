"""Nonsense on the command line and in the files that it names: exit 2, what to give, and nothing touched."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.forked import NOWHERE, Commands, Surroundings, zdcdc
from tests.support.migration import made_database
from tests.support.refusals import assert_refused, beside, found_by, tables_in
from tests.support.schema import sqlite_schema_of

SCRIPT = "CREATE TABLE good (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE other (id INTEGER PRIMARY KEY);"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "source"
    place.mkdir()
    return made_database(place / "app.db", SCRIPT)


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["--nonsense", "check"],
        ["check", "--nonsense"],
        ["check", "too", "many", "words"],
        ["check", "--sqlite-path"],
        ["snapshot", "--batch-size=0"],
        ["snapshot", "--batch-size=many"],
        ["cutover", "--max-lag=soon"],
        ["cutover", "--max-pause=-1"],
        ["check", "--mysql-port=x"],
        ["check"],
        ["check", "--sqlite-path=app.db"],
        ["check", "--sqlite-path=app.db", "--mysql-url=nonsense"],
        ["check", "--sqlite-path=app.db", "--mysql-url=postgresql://u:secret@h/d"],
        ["check", "--sqlite-path=app.db", "--mysql-url=mysql://u:secret@h:0x/d"],
        ["check", "--sqlite-path=app.db", "--mysql-url=mysql://u:secret@h:99999/d"],
        ["check", "--sqlite-path=app.db", "--mysql-url=mysql://u:secret@h/d?nonsense=1"],
        ["check", "--sqlite-path=app.db", "--mysql-url=mysql://u:secret@h"],
        ["check", "--sqlite-path=app.db", "--mysql-user=u", "--mysql-database=d", "--mysql-port=99999"],
        ["check", "--sqlite-path=app.db", f"--mysql-url={NOWHERE}", "--mysql-password-file=nowhere"],
        ["check", "--sqlite-path=app.db", f"--mysql-url={NOWHERE}", "--mysql-password-file=."],
        ["check", "--sqlite-path=app.db", f"--mysql-url={NOWHERE}", "--mysql-password-file=binary"],
        ["--config=nowhere.toml", "status"],
        ["--config=.", "status"],
    ],
    ids=" ".join,
)
def test_a_command_that_makes_no_sense_says_what_would(words: list[str], path: Path) -> None:
    (path.parent / "binary").write_bytes(b"\xff\xfe\x00")
    before = beside(path)
    within = Surroundings(directory=path.parent)
    outcome = zdcdc(*words, within=within)
    assert_refused(outcome, 2, "CONF_001", "zdcdc")
    assert "secret" not in outcome.err
    outcome = zdcdc("--json", *words, within=within)
    assert outcome.exit_code == 2
    assert json.loads(outcome.out)["error"]["code"] == "CONF_001"
    assert "Traceback" in zdcdc("-v", *words, within=within).err
    assert beside(path) == before


def test_without_any_word_the_help_is_shown() -> None:
    outcome = zdcdc()
    assert "Commands:" in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"sqlite_path = ", "not valid TOML"),
        (b"sqlite_path = 'app.db'\nsqlite_path = 'b.db'", "not valid TOML"),
        ("sqlite_path = 'žluť'".encode("utf-16"), "not valid TOML"),
        (b"sqlite_pth = 'app.db'", "no setting 'sqlite_pth'"),
        (b"sqlite_path = 5", "it has to be a text"),
        (b"mysql_port = '3306'", "it has to be a whole number"),
        (b"mysql_port = true", "it has to be a whole number"),
        (b"include = 'good'", "it has to be a list of texts"),
        (b"include = [1]", "it has to be a list of texts"),
        (b"retry_seconds = 'soon'", "it has to be a number"),
        (b"retry_seconds = -1", "not a number of seconds"),
        (b"mysql_password = 'secret'", "no setting 'mysql_password'"),
        (b"source = 5", "it has to be a table"),
        (b"[source]\nsetpu = 'a:b'", "no setting 'setpu'"),
        (b"[source]\nsetup = ['a:b']", "it has to be a text"),
        (b"[target]\nhost = 'a'", "no setting 'target'"),
    ],
)
def test_a_settings_file_that_makes_no_sense_is_refused(content: bytes, said: str, path: Path) -> None:
    (path.parent / "zdcdc.toml").write_bytes(content)
    outcome = Commands(path, path.parent / "state").run("check", within=Surroundings(directory=path.parent))
    assert_refused(outcome, 2, "CONF_001", "zdcdc")
    assert said in outcome.err
    assert "'secret'" not in outcome.err
    assert not (path.parent / "state").exists()


@pytest.mark.one_server
@pytest.mark.parametrize("patterns", [["--include=nothing"], ["--exclude=*"], ["--include=[", "--include="]])
def test_patterns_that_select_no_table_are_refused_with_a_hint(
    patterns: list[str], path: Path, target: Target
) -> None:
    commands = Commands.of(path, target)
    schema = sqlite_schema_of(path)
    found = found_by(commands.run("check", "--json", *patterns))
    assert "--include" in found["source.no_tables"]["hint"]
    assert_refused(commands.run("snapshot", *patterns), 3, "CONF_001")
    assert tables_in(target) == set()
    assert sqlite_schema_of(path) == schema


@pytest.mark.one_server
def test_a_pattern_that_matches_nothing_beside_others_is_pointed_out(path: Path, target: Target) -> None:
    commands = Commands.of(path, target)
    outcome = commands.run("check", "--json", "--include=g*", "--include=misspelt", "--exclude=othr")
    assert outcome.exit_code == 0, str(outcome)
    document = json.loads(outcome.out)
    said = [f["message"] for f in document["findings"] if f["id"] == "source.pattern"]
    patterns = ("--include misspelt", "--exclude othr")
    assert said == [f"{pattern}: no table has such a name" for pattern in patterns]


def a_file(place: Path) -> Path:
    (place / "state").write_text("not a directory")
    return place / "state"


def in_a_file(place: Path) -> Path:
    return a_file(place) / "deeper"


def too_long(place: Path) -> Path:
    return place / ("s" * 300)


def on_a_device(place: Path) -> Path:
    return Path(os.devnull) / "state"


def not_ours(place: Path) -> Path:
    """A directory that nobody may write to, root included."""
    return Path("/proc/self")


@pytest.mark.one_server
@pytest.mark.parametrize("made", [a_file, in_a_file, too_long, on_a_device, not_ours])
def test_a_state_directory_that_cannot_be_used_is_refused_before_anything_is_written(
    made: Callable[[Path], Path], path: Path, tmp_path: Path, target: Target
) -> None:
    state = made(tmp_path)
    commands = Commands.of(path, target)
    schema = sqlite_schema_of(path)
    for command, *options in (["check"], ["snapshot"], ["rollback", "--yes"]):
        outcome = commands.run(command, *options, f"--state-dir={state}")
        assert_refused(outcome, 2, "CONF_001", "zdcdc")
        assert "--state-dir" in outcome.err
        assert tables_in(target) == set()
        assert sqlite_schema_of(path) == schema


@pytest.mark.one_server
def test_a_state_directory_on_a_full_disk_does_not_keep_anything_from_its_work(
    path: Path, target: Target
) -> None:
    commands = Commands.of(path, target)
    # In rollback-journal mode, reading writes nothing: only the state directory meets the limit.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    outcome = commands.run("check", within=Surroundings(file_size=100))
    assert outcome.exit_code == 0, str(outcome)
    assert "cannot write facts.json" in outcome.err
    assert "Traceback" not in outcome.err
    assert [file.name for file in commands.state.iterdir()] == []
    (commands.state / "facts.json").write_text('{"file": [1, 2], "sche')
    assert commands.run("snapshot").exit_code == 0
