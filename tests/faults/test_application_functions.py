"""Tables that need functions or collations of the application: found, named, and migrated once registered."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support import app_functions
from tests.support.app_functions import NEEDING, SCRIPT, WRITES, register
from tests.support.compare import differences
from tests.support.forked import Commands
from tests.support.refusals import assert_refused, beside, tables_in
from tests.support.schema import sqlite_schema_of


def application(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    register(connection)
    connection.isolation_level = None
    connection.text_factory = str
    return connection


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "source"
    place.mkdir()
    with closing(application(place / "app.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(SCRIPT)
    return place / "app.db"


def configured(place: Path, setup: str) -> str:
    """The option that names a zdcdc.toml with this setup; a copy of the application's module is beside it."""
    module = Path(app_functions.__file__).read_text(encoding="utf-8")
    (place / "shop_functions.py").write_text(module, encoding="utf-8")
    (place / "zdcdc.toml").write_text(f'[source]\nsetup = "{setup}"\n', encoding="utf-8")
    return f"--config={place / 'zdcdc.toml'}"


@pytest.mark.one_server
def test_check_names_each_table_that_needs_something_of_the_application(path: Path, target: Target) -> None:
    commands = Commands.of(path, target)
    schema = sqlite_schema_of(path)
    outcome = commands.run("check", "--json")
    assert outcome.exit_code == 3, str(outcome)
    found = [f for f in json.loads(outcome.out)["findings"] if f["level"] == "error"]
    assert {finding["table"]: finding["id"] for finding in found} == NEEDING
    missing = {finding["table"]: finding["message"] for finding in found}
    assert "REGEXP" in missing["checked"].upper()
    assert "BACKWARDS" in missing["sorted_key"]
    assert "slug" in missing["indexed"]
    assert all("[source]" in finding["hint"] and "--exclude" in finding["hint"] for finding in found)
    outcome = commands.run("snapshot")
    assert_refused(outcome, 3, "CONF_001")
    assert all(table in outcome.err for table in NEEDING)
    assert tables_in(target) == set()
    assert sqlite_schema_of(path) == schema


@pytest.mark.one_server
def test_a_virtual_column_that_cannot_be_computed_makes_its_table_unreadable(
    path: Path, target: Target
) -> None:
    with closing(application(path)) as connection:
        connection.execute("CREATE TABLE v (id INTEGER PRIMARY KEY, t, s AS (slug(t)))")
    outcome = Commands.of(path, target).run("check", "--json", "--include=v")
    (found,) = [f for f in json.loads(outcome.out)["findings"] if f["level"] == "error"]
    assert (found["id"], found["table"]) == ("source.unreadable", "v")


def test_with_the_setup_of_the_application_all_of_it_is_migrated(
    path: Path, tmp_path: Path, target: Target
) -> None:
    config = configured(tmp_path, "shop_functions:register")
    commands = Commands.of(path, target)
    for command in (["check"], ["snapshot"]):
        outcome = commands.run(*command, config)
        assert outcome.exit_code == 0, str(outcome)
    with closing(application(path)) as connection, closing(target.connect()) as mysql:
        connection.executescript(WRITES)
        for command in (["follow", "--until-caught-up"], ["verify"]):
            outcome = commands.run(*command, config)
            assert outcome.exit_code == 0, str(outcome)
        assert differences(path, mysql, prepare=register) == []
        connection.execute("DELETE FROM checked WHERE id = 2")
        outcome = commands.run("cutover", "--one-way", "--yes", config)
        assert outcome.exit_code == 0, str(outcome)
        assert differences(path, mysql, prepare=register) == []
        with pytest.raises(sqlite3.OperationalError, match="writes moved to MySQL"):
            connection.execute("INSERT INTO checked VALUES (9, 'x@y')")


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        ("", "names no function"),
        ("shop_functions", "names no function"),
        (":register", "names no function"),
        ("no_such_module:register", "importing no_such_module failed"),
        ("broken_functions:register", "NameError"),
        ("shop_functions:missing", "has no function missing"),
        ("shop_functions:CONSTANT", "has no function CONSTANT"),
        ("shop_functions:fail", "LookupError: no such plug-in"),
    ],
)
def test_a_setup_that_does_not_work_is_a_matter_of_configuration(
    setup: str, said: str, path: Path, tmp_path: Path
) -> None:
    config = configured(tmp_path, setup)
    (tmp_path / "broken_functions.py").write_text("this_is_no_name", encoding="utf-8")
    before = beside(path)
    commands = Commands(path, tmp_path / "state")
    for command in ("check", "snapshot", "status"):
        outcome = commands.run(command, config)
        assert_refused(outcome, 2, "CONF_001", "zdcdc")
        assert said in outcome.err
        assert beside(path) == before
    assert "Traceback" in commands.run("check", config, "-v").err


@pytest.mark.one_server
def test_sqlite_without_memory_is_said_to_be_that(path: Path, tmp_path: Path, target: Target) -> None:
    schema = sqlite_schema_of(path)
    with closing(application(path)) as connection:
        connection.execute("INSERT INTO triggered VALUES (2, hex(zeroblob(1000000)))")
    config = configured(tmp_path, "shop_functions:starve")
    outcome = Commands.of(path, target).run("check", config, "--include=triggered")
    assert_refused(outcome, 4, "MEM_001")
    assert sqlite_schema_of(path) == schema
