"""What the tests of faults share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.target import Server, Target, Wish, new_target
from tests.support.certificate import self_signed
from tests.support.kills import note_kill as note_kill
from tests.support.kills import pytest_terminal_summary as pytest_terminal_summary
from tests.support.own_server import OwnServer, own_server
from zdcdc.demo.installation import Installation, Kind
from zdcdc.demo.server import PrivateServer


@pytest.fixture
def encrypted_target(installation: Installation, tmp_path: Path) -> Iterator[Target]:
    """A target that offers TLS, as MySQL does by itself and MariaDB 10.11 does not."""
    options: tuple[str, ...] = ()
    if installation.kind is Kind.MARIADB:
        certificate, key = self_signed(tmp_path)
        options = (f"--ssl-cert={certificate}", f"--ssl-key={key}")
    with PrivateServer(installation, options) as root:
        server = Server(installation.kind, root.version(), root, installation.client)
        with new_target(server, Wish(installation.kind, local_infile=True)) as target:
            yield target


_OWN_OPTIONS = {
    # Without TLS a password of caching_sha2_password travels encrypted by the server's own key (trap 92). And
    # a limit that is set at the start can be changed later; MariaDB refuses that otherwise.
    Kind.MYSQL: ("--tls-version=", "--max-user-connections=100"),
    Kind.MARIADB: ("--max-user-connections=100",),
}


@pytest.fixture(scope="session")
def own_servers() -> Iterator[Callable[[Installation, tuple[str, ...]], OwnServer]]:
    """Servers that no other test uses meanwhile, each started when it is first asked for."""
    running: dict[tuple[Installation, tuple[str, ...]], OwnServer] = {}
    with contextlib.ExitStack() as stack:

        def of(installation: Installation, options: tuple[str, ...]) -> OwnServer:
            key = (installation, options)
            if key not in running:
                running[key] = stack.enter_context(own_server(installation, options))
            return running[key]

        yield of


@pytest.fixture
def own(
    request: pytest.FixtureRequest,
    installation: Installation,
    own_servers: Callable[[Installation, tuple[str, ...]], OwnServer],
) -> OwnServer:
    """A server that may be killed and set otherwise; started with the options that ``SERVER_OPTIONS`` of the
    module names for its kind, if it does."""
    options = getattr(request.module, "SERVER_OPTIONS", _OWN_OPTIONS).get(installation.kind, ())
    server = own_servers(installation, options)
    server.come_back()
    return server


@pytest.fixture
def own_target(own: OwnServer) -> Iterator[Target]:
    """An empty database on a server of the test's own."""
    with new_target(own.server, Wish(own.server.kind)) as target:
        yield target
        own.come_back()
