"""A target that holds what is not ours, or not what we left there: not written to, nor taken for equal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.servers.target import Target
from tests.support.at_target import assert_done, assert_failed, commands, run_here
from tests.support.command import Zdcdc
from tests.support.compare import differences
from tests.support.migration import made_database
from tests.support.refusals import assert_refused, tables_in
from tests.support.schema import sqlite_schema_of
from zdcdc.demo.installation import Installation, Kind

SERVER_OPTIONS = {Kind.MARIADB: ("--lower-case-table-names=1",)}

SCRIPT = """
CREATE TABLE Parent (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE Child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES Parent, v TEXT, note TEXT);
CREATE INDEX by_v ON Child (v);
INSERT INTO Parent VALUES (1, 'one'), (2, 'two');
INSERT INTO Child VALUES (1, 1, 'a', NULL), (2, 2, 'b', 'n'), (3, NULL, 'c', NULL);
"""


@pytest.fixture
def zdcdc(target: Target, tmp_path: Path) -> Zdcdc:
    patience = {"ZDCDC_RETRY_SECONDS": "1", "ZDCDC_MYSQL_LOCK_WAIT_SECONDS": "1"}
    return commands(target, made_database(tmp_path / "app.db", SCRIPT), **patience)


def write(zdcdc: Zdcdc, script: str) -> None:
    with closing(sqlite3.connect(zdcdc.sqlite_path, isolation_level=None)) as connection:
        connection.executescript(script)


def change(target: Target, *statements: str) -> tuple[tuple[Any, ...], ...]:
    """What somebody does in the target; the rows of the last statement."""
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0")
        for statement in statements:
            cursor.execute(statement)
        return tuple(cursor.fetchall())


def assert_same(zdcdc: Zdcdc, target: Target) -> None:
    with closing(target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []


@pytest.mark.parametrize("kind", ["TABLE Parent (id INT)", "VIEW Parent AS SELECT 1 AS id"])
def test_what_has_the_name_of_a_table_of_ours_is_in_the_way_and_the_rest_is_left_alone(
    zdcdc: Zdcdc, target: Target, kind: str
) -> None:
    before = sqlite_schema_of(zdcdc.sqlite_path)
    change(target, f"CREATE {kind}", "CREATE TABLE others (id INT)", "INSERT INTO others VALUES (7)")
    change(target, "CREATE TABLE PARENT (id INT)")
    assert "Parent: the target has a table of this name already" in run_here(zdcdc, "check").err
    outcome = run_here(zdcdc, "snapshot")
    assert_failed(outcome, 3, "CONF_001", "use an empty database, or drop or exclude the table")
    assert sqlite_schema_of(zdcdc.sqlite_path) == before
    assert tables_in(target) == {"Parent", "PARENT", "others"}
    change(target, f"DROP {kind.split()[0]} Parent")
    assert_done(run_here(zdcdc, "snapshot"))
    assert_done(run_here(zdcdc, "verify"))
    assert_done(run_here(zdcdc, "rollback", "--yes"))
    assert tables_in(target) == {"PARENT", "others"}
    assert change(target, "SELECT * FROM others") == ((7,),)


def test_a_second_migration_into_the_same_database_is_refused(zdcdc: Zdcdc, target: Target) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    path = zdcdc.sqlite_path.with_name("other.db")
    other = made_database(path, "CREATE TABLE quite (id INTEGER PRIMARY KEY)")
    before = sqlite_schema_of(other)
    second = commands(target, other)
    assert_failed(run_here(second, "snapshot"), 3, "CONF_001", "the target holds another migration")
    assert sqlite_schema_of(other) == before
    assert "quite" not in tables_in(target)
    assert_done(run_here(zdcdc, "verify"))


@pytest.fixture
def elsewhere(zdcdc: Zdcdc, target: Target) -> Iterator[Zdcdc]:
    """The same commands with another database, in which others have a table of the same name."""
    name = f"{target.database}_other"
    pattern = name.replace("_", "\\_")
    change(
        target,
        f"CREATE DATABASE {name}",
        f"GRANT ALL ON `{pattern}`.* TO '{target.user}'@'%'",
        f"CREATE TABLE {name}.Child (id BIGINT PRIMARY KEY, p BIGINT, v TEXT, note TEXT)",
        f"INSERT INTO {name}.Child VALUES (9, 9, 'of others', '')",
    )
    yield replace(zdcdc, url=f"{zdcdc.url}_other")
    rows = change(target, f"SELECT * FROM {name}.Child")
    change(target, f"DROP DATABASE {name}")
    assert rows == ((9, 9, "of others", ""),)


def test_a_target_where_this_migration_never_was_is_not_touched(
    zdcdc: Zdcdc, elsewhere: Zdcdc, target: Target
) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    write(zdcdc, "UPDATE Child SET v = v || '!'")
    for command in ("follow", "snapshot"):
        said = ("this migration goes to", "give the target that it began with")
        assert_failed(run_here(elsewhere, command), 3, "PHASE_001", *said)
    assert_refused(run_here(elsewhere, "verify"), 3, "PHASE_001", "zdcdc")
    outcome = run_here(elsewhere, "rollback", "--yes")
    assert_failed(outcome, 3, "PHASE_001", "this migration went to", "give the target that it began with")
    assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
    assert_same(zdcdc, target)


def test_a_database_that_is_dropped_under_us_is_copied_into_again(zdcdc: Zdcdc, target: Target) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    change(target, f"DROP DATABASE {target.database}")
    write(zdcdc, "UPDATE Child SET v = v || '!'")
    for command in ("follow", "verify"):
        assert_failed(run_here(zdcdc, command), 5, "CONN_001", "create the database, or correct its name")
    assert_done(run_here(zdcdc, "status"))
    with closing(target.server.administrator.connect()) as root, root.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {target.database}")
    assert_done(run_here(zdcdc, "snapshot"))
    assert_same(zdcdc, target)


def test_tables_without_a_checkpoint_are_not_taken_for_ours(zdcdc: Zdcdc, target: Target) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    change(target, "DROP TABLE _zdcdc_checkpoint")
    write(zdcdc, "UPDATE Child SET v = v || '!'")
    outcome = run_here(zdcdc, "follow", "--until-caught-up")
    assert_failed(outcome, 3, "CONF_001", "tables of the same names: Child, Parent", "drop them")
    change(target, "DROP TABLE Child, Parent")
    assert_done(run_here(zdcdc, "snapshot"))
    assert_same(zdcdc, target)


@dataclass(frozen=True)
class Altered:
    """What somebody does to ``Child`` in the target, and what a comparison then says."""

    statement: str
    said: str


ALTERED = {
    "column dropped": Altered("ALTER TABLE Child DROP COLUMN note", "Child: column note is gone"),
    "column narrowed": Altered("ALTER TABLE Child MODIFY v VARCHAR(2)", "Child: column v is varchar(2)"),
    "column added": Altered("ALTER TABLE Child ADD COLUMN more INT", "Child: column more was added"),
    "unique key added": Altered("CREATE UNIQUE INDEX u ON Child (p)", "Child: unique key u was added"),
    "index dropped": Altered("DROP INDEX by_v ON Child", "Child: index by_v is gone"),
    "foreign key dropped": Altered(
        "ALTER TABLE Child DROP FOREIGN KEY Child_fk_0", "Child: foreign key Child_fk_0 is gone"
    ),
}


def test_a_table_that_was_altered_is_said_and_made_again_once_it_is_dropped(
    zdcdc: Zdcdc, target: Target, count: Callable[[int, int], int]
) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    for altered in list(ALTERED.values())[: count(3, len(ALTERED))]:
        change(target, altered.statement)
        outcome = run_here(zdcdc, "verify")
        assert_failed(outcome, 5, "DRIFT_001", altered.said, "DROP the table there")
        change(target, "DROP TABLE Child")
        write(zdcdc, "UPDATE Child SET v = v || '!'; UPDATE Parent SET code = code || '!'")
        assert_done(run_here(zdcdc, "snapshot"))
        assert_same(zdcdc, target)
        assert_done(run_here(zdcdc, "verify"))


def test_a_table_that_takes_our_rows_no_more_ends_the_command_with_how_to_mend_it(
    zdcdc: Zdcdc, target: Target
) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    mend = "then zdcdc snapshot"
    write(zdcdc, "UPDATE Child SET v = v || ' and a good deal more'")
    change(target, "ALTER TABLE Child MODIFY v VARCHAR(4)")
    assert_failed(run_here(zdcdc, "follow", "--until-caught-up"), 5, "DATA_001", "(1406)", mend)
    change(target, "ALTER TABLE Child DROP COLUMN v")
    assert_failed(run_here(zdcdc, "follow", "--until-caught-up"), 5, "DRIFT_001", "(1054)", mend)
    change(target, "DROP TABLE Child")
    assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
    assert_same(zdcdc, target)


def test_rows_that_somebody_changed_or_removed_are_seen_and_repaired(zdcdc: Zdcdc, target: Target) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    change(target, "TRUNCATE TABLE Child", "UPDATE Parent SET code = 'spoilt' WHERE id = 1")
    change(target, "INSERT INTO Parent VALUES (9, 'extra')")
    assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
    outcome = run_here(zdcdc, "verify")
    assert outcome.exit_code == 6, str(outcome)
    for said in ("Child (3,): missing", "Parent (1,): differing in code", "Parent (9,): extra"):
        assert said in outcome.out
    assert_done(run_here(zdcdc, "verify", "--repair"))
    assert_same(zdcdc, target)


# MySQL takes this setting when its data directory is made, and at no later time.
@pytest.mark.only_on(Kind.MARIADB)
def test_a_server_that_keeps_names_in_lower_case_knows_our_tables_again(
    installation: Installation, own_target: Target, tmp_path: Path
) -> None:
    target = own_target
    zdcdc = commands(target, made_database(tmp_path / "app.db", SCRIPT))
    change(target, "CREATE TABLE PARENT (id INT)")
    assert_failed(run_here(zdcdc, "snapshot"), 3, "CONF_001", "Parent: the target has a table of this name")
    change(target, "DROP TABLE parent")
    assert_done(run_here(zdcdc, "snapshot"))
    assert tables_in(target) >= {"parent", "child"}
    change(target, "UPDATE Child SET note = 'lost when the table is copied again' WHERE id = 1")
    write(zdcdc, "UPDATE Child SET v = v || '!' WHERE id = 2")
    assert_done(run_here(zdcdc, "snapshot"))
    assert change(target, "SELECT v, note FROM Child WHERE id < 3 ORDER BY id") == (
        ("a", "lost when the table is copied again"),
        ("b!", "n"),
    )
    write(zdcdc, "UPDATE Child SET note = NULL WHERE id = 1")
    assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
    assert_done(run_here(zdcdc, "verify"))
    assert_done(run_here(zdcdc, "rollback", "--yes"))
    assert tables_in(target) == set()
