"""A target that cannot be reached or does not let us in: which of it, on which side, and what to do."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.at_target import assert_done, assert_failed, commands, run_here
from tests.support.command import Zdcdc
from tests.support.migration import made_database
from tests.support.schema import sqlite_schema_of
from zdcdc.demo.installation import Kind

SCRIPT = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a');"
NOWHERE = "mysql://somebody@127.0.0.1:1/shop"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return made_database(tmp_path / "app.db", SCRIPT)


@pytest.fixture
def zdcdc(target: Target, source: Path) -> Zdcdc:
    return commands(target, source)


def nowhere(source: Path, url: str) -> Zdcdc:
    return Zdcdc(source, url, "s3cret", source.with_name("state"))


@pytest.mark.parametrize("command", ["check", "plan", "snapshot"])
@pytest.mark.parametrize(
    "url",
    [NOWHERE, "mysql://somebody@no-such-host.invalid/shop"],
    ids=["port", "name"],
)
def test_a_server_that_is_not_there_ends_the_command_at_once(source: Path, url: str, command: str) -> None:
    before = sqlite_schema_of(source)
    outcome = run_here(nowhere(source, url), command)
    assert_failed(outcome, 5, "CONN_001", "check that the server runs and can be reached")
    assert sqlite_schema_of(source) == before


def test_a_socket_that_is_not_there_is_said_as_well(source: Path) -> None:
    # Not in this process: PyMySQL leaves its own end open.
    outcome = nowhere(source, f"{NOWHERE}?unix_socket=/nonexistent/socket").run("check")
    assert_failed(outcome, 5, "CONN_001", "unix_socket=/nonexistent/socket")


def test_a_port_that_takes_connections_and_says_nothing_is_given_up(source: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = NOWHERE.replace(":1/", f":{listener.getsockname()[1]}/") + "?answer_seconds=1"
        outcome = run_here(nowhere(source, url), "check")
    assert_failed(outcome, 5, "CONN_001", "timed out", "check that the server runs and can be reached")


@dataclass(frozen=True)
class Account:
    """What is done to the account, and what a person is then told: code, and words of the hint."""

    statement: str
    code: str
    hint: str


ACCOUNTS = {
    "password expired": Account("ALTER USER {user} PASSWORD EXPIRE", "PERM_001", "a new password"),
    "locked": Account("ALTER USER {user} ACCOUNT LOCK", "PERM_001", "ACCOUNT UNLOCK"),
    "certificate wanted": Account("ALTER USER {user} REQUIRE X509", "PERM_001", "use TLS"),
    "gone": Account("DROP USER {user}", "PERM_001", "correct the user or the password"),
    "no privileges": Account("REVOKE ALL PRIVILEGES, GRANT OPTION FROM {user}", "PERM_001", "GRANT SELECT"),
}


@pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS.keys())
def test_an_account_that_is_not_let_in_is_told_why(zdcdc: Zdcdc, target: Target, account: Account) -> None:
    before = sqlite_schema_of(zdcdc.sqlite_path)
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute(account.statement.format(user=f"'{target.user}'@'%'"))
        outcome = run_here(zdcdc, "snapshot")
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == ()
    assert_failed(outcome, 5, account.code, account.hint)
    assert target.password not in outcome.err
    assert sqlite_schema_of(zdcdc.sqlite_path) == before


def test_a_wrong_password_or_user_is_not_repeated(zdcdc: Zdcdc) -> None:
    for wrong in (replace(zdcdc, password="wr0ng"), replace(zdcdc, url=zdcdc.url.replace("//", "//no_"))):
        outcome = run_here(wrong, "check")
        assert_failed(outcome, 5, "PERM_001", "correct the user or the password", "ZDCDC_MYSQL_PASSWORD")
        assert wrong.password not in outcome.err


def test_a_database_that_is_not_there_is_told_apart_from_one_that_is_not_ours(
    zdcdc: Zdcdc, target: Target
) -> None:
    absent = replace(zdcdc, url=f"{zdcdc.url}_absent")
    assert_failed(run_here(absent, "check"), 5, "PERM_001", "does the database exist?")
    pattern = f"{target.database}_absent".replace("_", "\\_")
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON `{pattern}`.* TO '{target.user}'@'%'")
    assert_failed(run_here(absent, "check"), 5, "CONN_001", "create the database, or correct its name")


def test_a_server_that_takes_encrypted_connections_only_is_served_where_it_can_encrypt(
    zdcdc: Zdcdc, target: Target
) -> None:
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute(f"ALTER USER '{target.user}'@'%' REQUIRE SSL")
    outcome = run_here(zdcdc, "check")
    if target.kind is Kind.MYSQL:
        assert_done(outcome)
    else:
        assert_failed(outcome, 5, "PERM_001", "has to use TLS")
