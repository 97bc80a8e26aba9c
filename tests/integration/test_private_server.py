"""A private server answers with the promised settings, and leaves nothing behind however its parent ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pymysql.err
import pytest

from tests.servers.target import Target
from zdcdc.demo.endpoint import Endpoint
from zdcdc.demo.installation import Installation, Kind, find_installation
from zdcdc.demo.server import PrivateServer
from zdcdc.errors import TargetError

_PATIENCE_SECONDS = 60
_ACCESS_DENIED = (1044, 1142, 1227)

# The child that it forks keeps a copy of the pipe to the supervisor open after the parent's death.
_PARENT = """
import os, signal, sys
from pathlib import Path
from zdcdc.demo.installation import Kind, find_installation
from zdcdc.demo.server import PrivateServer

private = PrivateServer(find_installation(sys.argv[1], Kind(sys.argv[2])))
endpoint = private.start()
child = os.fork()
if child == 0:
    signal.pause()
print(endpoint.port, private.directory, child, flush=True)
signal.pause()
"""


def test_a_killed_parent_takes_its_server_and_the_directory_with_it(installation: Installation) -> None:
    command = [sys.executable, "-c", _PARENT, str(installation.server.parent), installation.kind.value]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_root()) as parent:
        assert parent.stdout is not None
        port, directory, child = parent.stdout.readline().split()
        servers = _processes_under(parent.pid)
        try:
            assert _listens(int(port))
            assert any(directory in " ".join(process.cmdline()) for process in servers)
            parent.kill()
            parent.wait()
            _until(lambda: not Path(directory).exists(), "the directory is still there")
            _until(lambda: not _listens(int(port)), "the port still answers")
            gone, alive = psutil.wait_procs(
                [process for process in servers if process.pid != int(child)], timeout=_PATIENCE_SECONDS
            )
            assert gone
            assert not alive
        finally:
            os.kill(int(child), signal.SIGKILL)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a child with its parent")
def test_a_killed_supervisor_takes_its_server_with_it(installation: Installation) -> None:
    private = PrivateServer(installation)
    try:
        private.start()
        (supervisor,) = [
            child for child in psutil.Process().children() if str(private.directory) in child.cmdline()
        ]
        servers = supervisor.children(recursive=True)
        assert servers
        supervisor.kill()
        _, alive = psutil.wait_procs(servers, timeout=_PATIENCE_SECONDS)
        assert not alive
    finally:
        private.stop()


def test_a_server_is_reachable_on_loopback_and_its_socket_only_and_writes_a_full_binlog(
    installation: Installation,
) -> None:
    private = PrivateServer(installation, ("--local-infile=ON",))
    with private as root:
        directory = private.directory
        assert directory is not None
        assert directory.stat().st_mode & 0o077 == 0
        assert root.socket is not None
        assert root.socket.is_socket()
        settings = _settings(root)
        assert settings["log_bin"] == "ON"
        assert settings["binlog_format"] == "ROW"
        assert settings["binlog_row_image"] == "FULL"
        assert settings["binlog_row_metadata"] == "FULL"
        assert settings["bind_address"] == "127.0.0.1"
        assert settings["local_infile"] == "ON"
        addresses = {
            connection.laddr.ip
            for process in _processes_under(os.getpid())
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        }
        assert addresses == {"127.0.0.1"}
    assert not directory.exists()
    assert not _listens(root.port)


def test_a_server_that_refuses_an_option_is_reported_with_what_it_said(installation: Installation) -> None:
    private = PrivateServer(installation, ("--no-such-option=1",))
    with pytest.raises(TargetError, match="no-such-option"):
        private.start()
    assert private.directory is None


def test_each_kind_is_found_by_what_it_says_it_is_not_by_its_name(installation: Installation) -> None:
    directory = str(installation.server.parent)
    other = Kind.MARIADB if installation.kind is Kind.MYSQL else Kind.MYSQL
    assert find_installation(directory, installation.kind) == installation
    found = find_installation(directory, other)
    assert found is None or found.server != installation.server


@pytest.mark.database("a_b%`'\" ü")
def test_an_account_holds_exactly_the_grants_on_exactly_its_database(target: Target) -> None:
    with target.connect_root() as root, root.cursor() as cursor:
        cursor.execute("SHOW GRANTS FOR %s@'%%'", (target.user,))
        shown = [str(row[0]) for row in cursor.fetchall()]
    on_server = [line for line in shown if " ON *.* " in line]
    on_database = [line for line in shown if line not in on_server]
    assert [line for line in on_server if _privileges(line) != {"USAGE"}] == []
    assert [_privileges(line) for line in on_database] == [
        {"SELECT", "INSERT", "UPDATE", "DELETE"}
        | {"CREATE", "CREATE VIEW", "DROP", "REFERENCES", "INDEX", "ALTER"}
    ]


@pytest.mark.database("shop_1")
def test_an_underscore_in_a_databases_name_opens_no_other_database(target: Target) -> None:
    with target.connect_root() as root, root.cursor() as cursor:
        cursor.execute("CREATE DATABASE `shopx1`")
        try:
            with target.connect() as connection, connection.cursor() as unprivileged:
                unprivileged.execute("CREATE TABLE own (id INT PRIMARY KEY)")
                with pytest.raises(pymysql.err.OperationalError) as refused:
                    unprivileged.execute("CREATE TABLE `shopx1`.other (id INT PRIMARY KEY)")
            assert refused.value.args[0] in _ACCESS_DENIED
        finally:
            cursor.execute("DROP DATABASE `shopx1`")


@pytest.mark.local_infile("on", "off")
def test_the_servers_local_infile_is_as_the_test_asked(target: Target) -> None:
    assert _settings(target.account)["local_infile"] == ("ON" if target.local_infile else "OFF")


def test_the_command_line_client_reaches_the_target(target: Target) -> None:
    if target.server.client is None:
        pytest.skip("the server runs elsewhere, and this machine has no client for it")
    said = subprocess.run(
        [*target.client_command(), "--skip-column-names", "--execute=SELECT DATABASE()"],
        env={**os.environ, "MYSQL_PWD": target.server.administrator.password},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == target.database


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def _processes_under(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def _settings(endpoint: Endpoint) -> dict[str, str]:
    with endpoint.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL VARIABLES")
        return {str(name): str(value) for name, value in cursor.fetchall()}


def _privileges(grant: str) -> set[str]:
    match = re.match(r"GRANT (.*?) ON ", grant)
    assert match is not None, grant
    return set(match[1].split(", "))
