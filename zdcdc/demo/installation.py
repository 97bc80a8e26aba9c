"""A database server's programs on this machine, before anything is started."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from zdcdc.errors import Code, TargetError

# A user's PATH on Debian lacks the directories in which its packages put servers.
_SYSTEM_DIRECTORIES = ("/usr/local/sbin", "/usr/sbin")
_VERSION_TIMEOUT_SECONDS = 20


class Kind(str, Enum):
    """Which of the two families of servers; the value is the name that users type."""

    MYSQL = "mysql"
    MARIADB = "mariadb"


_SERVER_NAMES = {Kind.MYSQL: ("mysqld",), Kind.MARIADB: ("mariadbd", "mysqld")}
_CLIENT_NAMES = {Kind.MYSQL: ("mysql",), Kind.MARIADB: ("mariadb", "mysql")}
_SHARE_PLACES = ("share/mysql", "share/mariadb", "share")
_PLUGIN_PLACES = ("lib/mysql/plugin", "lib64/mysql/plugin", "lib/mariadb/plugin", "lib/plugin")


@dataclass(frozen=True)
class Installation:
    """Where a server's programs and files are.

    ``share`` holds the messages (``english/errmsg.sys``), ``charsets`` and, for MariaDB, the SQL that makes
    the system tables. ``plugins`` and ``client`` are None where the installation has none.
    """

    kind: Kind
    version: str
    server: Path
    client: Path | None
    share: Path
    plugins: Path | None


def find_installation(path: str, kind: Kind) -> Installation | None:
    """The first installation of ``kind`` in ``path`` (directories joined as in PATH), or None.

    MariaDB also installs itself under MySQL's names, so a program's own word decides what it is.
    """
    places = os.pathsep.join((path, *_SYSTEM_DIRECTORIES))
    for name in _SERVER_NAMES[kind]:
        program = shutil.which(name, path=places)
        if program is None:
            continue
        version = _version(Path(program))
        if ("MariaDB" in version) != (kind is Kind.MARIADB):
            continue
        server = Path(program)
        share = _first(server, _SHARE_PLACES, "english/errmsg.sys")
        if share is None:
            continue
        client = _client(path, server, kind)
        return Installation(kind, version, server, client, share, _first(server, _PLUGIN_PLACES, "."))
    return None


def _version(program: Path) -> str:
    """What the server says of itself, such as ``9.7.4-2`` or ``10.11.18-MariaDB-0+deb12u1``."""
    try:
        said = subprocess.run(
            [program, "--no-defaults", "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_VERSION_TIMEOUT_SECONDS,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise TargetError(
            Code.CONFIGURATION,
            f"{program} cannot tell its version: {error}",
            hint="take it off PATH, or name a running server with --mysql-url",
        ) from error
    words = said.split()
    return words[words.index("Ver") + 1] if "Ver" in words[:-1] else said.strip()


def _client(path: str, server: Path, kind: Kind) -> Path | None:
    """The command-line client that belongs to ``server``, or else one on ``path``."""
    beside = os.pathsep.join(
        str(directory) for directory in (server.parent, server.parent.parent / "bin") if directory.is_dir()
    )
    for places in (beside, path):
        for name in _CLIENT_NAMES[kind]:
            found = shutil.which(name, path=places)
            if found is not None:
                return Path(found)
    return None


def _first(server: Path, places: tuple[str, ...], proof: str) -> Path | None:
    """The first of ``places`` under the prefix of ``server`` (links followed last) that holds ``proof``."""
    prefixes = dict.fromkeys((server.parent.parent, server.resolve().parent.parent, Path("/usr")))
    for prefix in prefixes:
        for place in places:
            if (prefix / place / proof).exists():
                return (prefix / place).resolve()
    return None
