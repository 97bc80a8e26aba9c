"""Which server of a kind the tests use here: the first that there is of URL, Docker, PATH and packages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.apt import AptError
from tests.servers.fetch import fetched
from zdcdc.demo.container import engine_answers
from zdcdc.demo.endpoint import Endpoint
from zdcdc.demo.installation import Installation, Kind, find_installation

URL_VARIABLE = {Kind.MYSQL: "ZDCDC_TEST_MYSQL_URL", Kind.MARIADB: "ZDCDC_TEST_MARIADB_URL"}
_DEFAULT_PORT = 3306


class NoServerError(Exception):
    """There is no server of the kind to be had; the text says what was tried."""


@dataclass(frozen=True)
class UrlSource:
    """A server that runs already. Its URL names an account that may make databases and accounts."""

    kind: Kind
    administrator: Endpoint

    def __str__(self) -> str:
        return f"{self.administrator.version()} (at the URL in {URL_VARIABLE[self.kind]})"


@dataclass(frozen=True)
class DockerSource:
    """The service of the same name in docker-compose.yml."""

    kind: Kind

    def __str__(self) -> str:
        return "docker-compose.yml"


@dataclass(frozen=True)
class ProgramSource:
    """An installation that is started privately."""

    installation: Installation

    def __str__(self) -> str:
        return f"{self.installation.version} ({self.installation.server})"


Source = UrlSource | DockerSource | ProgramSource


def find_source(kind: Kind, environment: Mapping[str, str]) -> Source:
    """The source of servers of ``kind``; packages are fetched if need be. Raises NoServerError."""
    url = environment.get(URL_VARIABLE[kind])
    if url:
        return UrlSource(kind, administrator_of(url))
    if engine_answers():
        return DockerSource(kind)
    return ProgramSource(installation_of(kind, environment))


def installation_of(kind: Kind, environment: Mapping[str, str]) -> Installation:
    """The installation of ``kind`` on PATH, or in the cache folder, fetched if need be; or NoServerError."""
    found = find_installation(environment.get("PATH", os.defpath), kind)
    if found is not None:
        return found
    try:
        return fetched(kind)
    except AptError as error:
        raise NoServerError(
            f"no {kind.value} server: {URL_VARIABLE[kind]} is not set, no Docker engine answers, "
            f"there is none on PATH, and fetching packages failed: {error}"
        ) from error


def find_client(kind: Kind, environment: Mapping[str, str]) -> Path | None:
    """A command-line client for a server of ``kind`` that others started, or None."""
    try:
        return installation_of(kind, environment).client
    except NoServerError:
        return None


def administrator_of(url: str) -> Endpoint:
    """The endpoint that ``mysql://user:password@host:port[/?unix_socket=…]`` names."""
    parts = urlsplit(url)
    if parts.scheme not in ("mysql", "mariadb") or not parts.hostname or not parts.username:
        raise NoServerError("the URL of a test server has the form mysql://user:password@host:port/")
    sockets = parse_qs(parts.query).get("unix_socket", [])
    return Endpoint(
        parts.hostname,
        parts.port or _DEFAULT_PORT,
        unquote(parts.username),
        unquote(parts.password or ""),
        Path(sockets[0]) if sockets else None,
    )
