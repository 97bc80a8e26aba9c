"""A throw-away server in a container, where a Docker engine answers."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from zdcdc.demo.endpoint import Endpoint
from zdcdc.demo.installation import Kind
from zdcdc.errors import Code, TargetError

IMAGES = {Kind.MYSQL: "mysql:9", Kind.MARIADB: "mariadb:10.11"}
"""The same as in ``docker-compose.yml``."""

ENGINE_SECONDS = 10
PULL_SECONDS = 600
START_SECONDS = 120
_OPTIONS = ("--server-id=1", "--log-bin=binlog", "--binlog-row-image=FULL", "--binlog-row-metadata=FULL")
_ENVIRONMENT = (
    "MYSQL_ALLOW_EMPTY_PASSWORD=yes",
    "MYSQL_ROOT_HOST=%",
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=yes",
    "MARIADB_ROOT_HOST=%",
)


def engine_answers() -> bool:
    """Whether there is a Docker client on PATH whose engine answers."""
    if shutil.which("docker") is None:
        return False
    try:
        _docker("info", seconds=ENGINE_SECONDS)
    except TargetError:
        return False
    return True


@contextmanager
def container(kind: Kind) -> Iterator[Endpoint]:
    """A server of ``kind`` on a free port of this machine's loopback, removed at the end.

    Raises TargetError when it does not answer within two minutes.
    """
    name = f"zdcdc-demo-{secrets.token_hex(4)}"
    settings = [word for setting in _ENVIRONMENT for word in ("--env", setting)]
    publish = ("--publish", "127.0.0.1::3306")
    _docker(
        "run", "--detach", "--name", name, *publish, *settings, IMAGES[kind], *_OPTIONS, seconds=PULL_SECONDS
    )
    try:
        address = _docker("port", name, "3306/tcp", seconds=ENGINE_SECONDS).split()[0]
        endpoint = Endpoint("127.0.0.1", int(address.rpartition(":")[2]), "root", "")
        _await(endpoint, kind)
        yield endpoint
    finally:
        _docker("rm", "--force", "--volumes", name, seconds=ENGINE_SECONDS * 6)


def _await(endpoint: Endpoint, kind: Kind) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not endpoint.answers():
        if time.monotonic() > deadline:
            raise TargetError(
                Code.CONNECTION,
                f"the container of {IMAGES[kind]} does not answer",
                hint="docker logs shows why; or give --mysql-url",
            )
        time.sleep(0.5)


def _docker(*arguments: str, seconds: float) -> str:
    try:
        done = subprocess.run(
            ["docker", *arguments], capture_output=True, text=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TargetError(Code.CONNECTION, f"docker {arguments[0]}: {error}") from error
    if done.returncode:
        raise TargetError(Code.CONNECTION, f"docker {arguments[0]}: {done.stderr.strip()}")
    return done.stdout
