"""Each privilege that an account may lack: found before anything is written, and by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.at_target import assert_done, assert_failed, commands, run_here
from tests.support.command import Zdcdc
from tests.support.compare import differences
from tests.support.migration import made_database
from tests.support.refusals import tables_in
from tests.support.schema import sqlite_schema_of
from zdcdc.check.grants import TABLE_PRIVILEGES
from zdcdc.demo.installation import Kind

SCRIPT = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent, v TEXT);
CREATE INDEX child_v ON child (v);
CREATE VIEW shown AS SELECT id, v FROM child WHERE p > 0;
INSERT INTO parent VALUES (1, 'one');
INSERT INTO child VALUES (1, 1, 'a');
"""


@pytest.fixture
def zdcdc(target: Target, tmp_path: Path) -> Zdcdc:
    return commands(target, made_database(tmp_path / "app.db", SCRIPT), ZDCDC_RETRY_SECONDS="5")


@contextmanager
def without(target: Target, *privileges: str) -> Iterator[None]:
    """The account without these privileges on its database."""
    database = target.database.replace("_", "\\_")
    what, whose = f"{', '.join(privileges)} ON `{database}`.*", f"'{target.user}'@'%'"
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute(f"REVOKE {what} FROM {whose}")
        try:
            yield
        finally:
            cursor.execute(f"GRANT {what} TO {whose}")


def tables_of_root(target: Target) -> tuple[tuple[str, ...], ...]:
    """An account without any privilege sees no table, though there may be one."""
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        return tuple(cursor.fetchall())


@pytest.mark.parametrize("privilege", TABLE_PRIVILEGES)
def test_a_missing_privilege_is_named_alone_with_the_grant_and_nothing_is_left_behind(
    zdcdc: Zdcdc, target: Target, privilege: str
) -> None:
    grant = f"GRANT {', '.join(TABLE_PRIVILEGES)} ON `"
    before = sqlite_schema_of(zdcdc.sqlite_path)
    with without(target, privilege):
        check, snapshot = run_here(zdcdc, "check"), run_here(zdcdc, "snapshot")
        if privilege == "REFERENCES" and target.kind is Kind.MARIADB:
            # MariaDB grants it and never asks for it (MariaDB's manual, GRANT).
            assert_done(check)
            assert_done(snapshot)
            return
        assert check.exit_code == 3, str(check)
        assert f"error   the account lacks {privilege}\n        hint: {grant}" in check.err
        assert "Traceback" not in check.err
        assert_failed(snapshot, 3, "PERM_001", f"the account lacks {privilege}\n", grant)
        assert tables_of_root(target) == ()
        assert sqlite_schema_of(zdcdc.sqlite_path) == before
    if privilege == TABLE_PRIVILEGES[-1]:
        assert_done(run_here(zdcdc, "snapshot"))


def test_several_are_named_at_once(zdcdc: Zdcdc, target: Target) -> None:
    with without(target, "INSERT", "UPDATE", "ALTER"):
        outcome = run_here(zdcdc, "snapshot")
    assert_failed(outcome, 3, "PERM_001", "the account lacks INSERT, UPDATE, ALTER\n")
    assert tables_in(target) == set()


@pytest.mark.parametrize("privilege", ["INSERT", "SELECT"])
def test_one_that_is_taken_away_while_we_follow_ends_the_command_until_it_is_back(
    zdcdc: Zdcdc, target: Target, privilege: str
) -> None:
    assert_done(run_here(zdcdc, "snapshot"))
    with closing(sqlite3.connect(zdcdc.sqlite_path)) as application:
        application.execute("UPDATE parent SET code = 'new'")
        application.commit()
    with without(target, privilege):
        outcome = run_here(zdcdc, "follow", "--until-caught-up")
        denied = f"{privilege} command denied"
        assert_failed(outcome, 5, "PERM_001", denied, "zdcdc check names what is missing")
        assert "trying again" not in outcome.err
        check = run_here(zdcdc, "check")
        assert check.exit_code == 3, str(check)
        found = [line for line in check.err.splitlines() if line.startswith("error ")]
        assert found == [f"error   the account lacks {privilege}"]
    assert_done(run_here(zdcdc, "check"))
    assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
    with closing(target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []
