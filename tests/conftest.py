"""What all tests share: real servers, each started at most once in a run, and a database for each test."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from pytest_docker.plugin import Services

from tests.servers.source import (
    DockerSource,
    NoServerError,
    ProgramSource,
    Source,
    UrlSource,
    find_client,
    find_source,
    installation_of,
)
from tests.servers.target import Server, Target, Wish, new_target
from zdcdc.demo.endpoint import Endpoint
from zdcdc.demo.installation import Installation, Kind
from zdcdc.demo.server import PrivateServer

ROOT = Path(__file__).resolve().parent.parent
_CONTAINER_PORT = 3306
_LOCAL_MODES = {"default": None, "on": True, "off": False}
_sources = pytest.StashKey[dict[Kind, "Source | NoServerError"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which servers to test on."""
    parser.addoption(
        "--server",
        choices=[*(kind.value for kind in Kind), "both"],
        default="both",
        help="run tests that need a server on this one only (default: both)",
    )
    parser.addoption("--soak", action="store_true", help="repeat as often as a release needs")


def pytest_configure(config: pytest.Config) -> None:
    """The markers by which a test says what its target shall be like."""
    config.addinivalue_line(
        "markers",
        'local_infile(*modes): run once per mode of that server setting: "on", "off" or "default"',
    )
    config.addinivalue_line("markers", "database(name): the name of the target's database")
    config.addinivalue_line("markers", "one_server: the kind of server does not matter, one is enough")
    config.addinivalue_line("markers", "only_on(kind): what it tries exists on this kind of server only")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """The servers of this run, with their versions."""
    return [f"{kind.value}: {_source(config, kind)}" for kind in _kinds(config)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that takes a ``server`` or a ``target`` on every kind of server."""
    kinds = _kinds(metafunc.config)
    if metafunc.definition.get_closest_marker("one_server"):
        kinds = kinds[:1]
    only = metafunc.definition.get_closest_marker("only_on")
    if only:
        kinds = [kind for kind in kinds if kind is only.args[0]]
    if "target" in metafunc.fixturenames:
        local = metafunc.definition.get_closest_marker("local_infile")
        name = metafunc.definition.get_closest_marker("database")
        wishes = [
            Wish(kind, _LOCAL_MODES[mode], name.args[0] if name else None)
            for kind in kinds
            for mode in (local.args if local else ("default",))
        ]
        metafunc.parametrize("target", wishes, indirect=True, ids=str)
    elif "server" in metafunc.fixturenames:
        metafunc.parametrize("server", kinds, indirect=True, ids=[kind.value for kind in kinds])
    elif "installation" in metafunc.fixturenames:
        metafunc.parametrize("installation", kinds, indirect=True, ids=[kind.value for kind in kinds])


def _kinds(config: pytest.Config) -> list[Kind]:
    chosen = config.getoption("--server")
    return list(Kind) if chosen == "both" else [Kind(chosen)]


def _source(config: pytest.Config, kind: Kind) -> Source | NoServerError:
    known = config.stash.setdefault(_sources, {})
    if kind not in known:
        try:
            known[kind] = find_source(kind, os.environ)
        except NoServerError as missing:
            known[kind] = missing
    return known[kind]


def _missing(reason: NoServerError) -> NoReturn:
    """No server: in CI that is a failure, for a suite that tests nothing must not pass."""
    if os.environ.get("CI"):
        pytest.fail(str(reason), pytrace=False)
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def count(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """How often a test repeats: the first number in each run, the second with ``--soak``."""
    soak: bool = pytestconfig.getoption("--soak")
    return lambda usual, long: long if soak else usual


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """For pytest-docker."""
    return str(ROOT / "docker-compose.yml")


@pytest.fixture(scope="session")
def running_server(request: pytest.FixtureRequest) -> Iterator[Callable[[Kind], Server]]:
    """The server of a kind, started when it is first asked for."""
    running: dict[Kind, Server] = {}
    with contextlib.ExitStack() as stack:

        def of_kind(kind: Kind) -> Server:
            if kind not in running:
                source = _source(request.config, kind)
                if isinstance(source, NoServerError):
                    _missing(source)
                running[kind] = stack.enter_context(_open(request, source))
            return running[kind]

        yield of_kind


@contextlib.contextmanager
def _open(request: pytest.FixtureRequest, source: Source) -> Iterator[Server]:
    if isinstance(source, ProgramSource):
        installation = source.installation
        with PrivateServer(installation) as root:
            yield Server(installation.kind, root.version(), root, installation.client)
        return
    root = source.administrator if isinstance(source, UrlSource) else _in_docker(request, source)
    yield Server(source.kind, root.version(), root, find_client(source.kind, os.environ))


def _in_docker(request: pytest.FixtureRequest, source: DockerSource) -> Endpoint:
    services: Services = request.getfixturevalue("docker_services")
    host: str = request.getfixturevalue("docker_ip")
    return Endpoint(host, services.port_for(source.kind.value, _CONTAINER_PORT), "root", "")


@pytest.fixture
def installation(request: pytest.FixtureRequest) -> Installation:
    """Programs from which a private server can be started, whatever servers the other tests use."""
    try:
        return installation_of(request.param, os.environ)
    except NoServerError as missing:
        _missing(missing)


@pytest.fixture
def server(request: pytest.FixtureRequest, running_server: Callable[[Kind], Server]) -> Server:
    """A running server, shared by all tests of the run: leave its settings as they were."""
    return running_server(request.param)


@pytest.fixture
def target(request: pytest.FixtureRequest, running_server: Callable[[Kind], Server]) -> Iterator[Target]:
    """An empty database with an unprivileged account, once per kind of server."""
    wish: Wish = request.param
    with new_target(running_server(wish.kind), wish) as made:
        yield made
