"""Packages of a Debian or Ubuntu suite, fetched by apt with signatures checked, unpacked into a folder.

apt works on a state of its own, so nothing is installed and the machine's package lists stay as they are. The
mirror and its keyring are those of the machine's own configuration, and so are proxies.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path

from tests.servers.repository import Repository, one_lines, stanzas

_FETCH_TIMEOUT_SECONDS = 900
_COMPONENT = "main"
# Never fetched: no server or client needs them to run, and they are large.
_LEFT_OUT = re.compile(r"perl|libperl|libc-gconv|libgdbm|libdb5|debconf|ucf")


class AptError(Exception):
    """The packages cannot be had from here; the text says why."""


def distribution() -> str:
    """The distribution's short name, such as ``debian``. Raises AptError where the system does not say."""
    return _release("ID")


def own_suite() -> str:
    """The code name of the release that this machine runs. Raises AptError where the system does not say."""
    return _release("VERSION_CODENAME")


def _release(field: str) -> str:
    try:
        return platform.freedesktop_os_release()[field]
    except (OSError, KeyError) as error:
        raise AptError(f"this system's os-release does not tell its {field}") from error


def own_repository() -> Repository:
    """The mirror from which this machine has its release. Raises AptError if apt or its entry is missing."""
    suite = own_suite()
    for path in _source_files():
        entries = stanzas if path.suffix == ".sources" else one_lines
        for repository in entries(path.read_text()):
            if suite in repository.suites and _COMPONENT in repository.components:
                return repository
    raise AptError(f"apt is not configured with a mirror of {suite}")


def _source_files() -> list[Path]:
    said = _run(["apt-config", "shell", "MAIN", "Dir::Etc::SourceList/f", "PARTS", "Dir::Etc::SourceParts/d"])
    places = dict(re.findall(r"(\w+)='([^']*)'", said))
    parts = Path(places["PARTS"])
    files = [Path(places["MAIN"])]
    if parts.is_dir():
        files += sorted(path for path in parts.iterdir() if path.suffix in (".list", ".sources"))
    return [path for path in files if path.is_file()]


class PrivateApt:
    """apt with ``directory`` as all of its state, reading what ``source`` (a deb822 entry) names."""

    def __init__(self, directory: Path, source: str) -> None:
        self._directory = directory
        self._configuration = directory / "apt.conf"
        for name in ("state/lists/partial", "cache/archives/partial", "parts", "preferences", "debs"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        # As if nothing were installed: so that a package's whole closure is fetched.
        (directory / "status").write_text("")
        (directory / "suite.sources").write_text(source)
        self._configuration.write_text(_configuration(directory, architecture()))

    def update(self) -> None:
        """Fetch the source's lists. Raises AptError unless they are signed as the source demands."""
        self._apt("update", "--error-on=any")

    def names(self, prefix: str) -> list[str]:
        """The names of packages that begin with ``prefix``: the plain one, else the newest first."""
        found = _run(["apt-cache", "--config-file", str(self._configuration), "pkgnames", prefix]).split()
        return sorted(found, key=lambda name: (name == prefix, _numbers(name)), reverse=True)

    def unpack(self, packages: list[str], root: Path) -> None:
        """Fetch ``packages`` and all that they need to run, and unpack them into ``root``."""
        plan = self._apt("install", "--simulate", "--no-install-recommends", *packages)
        chosen = [
            f"{name}={version}"
            for name, version in re.findall(r"(?m)^Inst (\S+) \((\S+) ", plan)
            if not _LEFT_OUT.match(name)
        ]
        debs = self._directory / "debs"
        self._apt("download", *chosen, directory=debs)
        root.mkdir()
        for deb in sorted(debs.iterdir()):
            _run(["dpkg", "--extract", str(deb), str(root)])

    def _apt(self, *arguments: str, directory: Path | None = None) -> str:
        command = ["apt-get", "--config-file", str(self._configuration), "--quiet", "--yes", *arguments]
        return _run(command, directory or self._directory)


def architecture() -> str:
    """This machine's architecture in the distribution's words, such as ``amd64``."""
    return _run(["dpkg", "--print-architecture"]).strip()


def _configuration(directory: Path, own_architecture: str) -> str:
    """Private state, no hooks of the machine's, one architecture, and never anything unsigned."""
    return f"""\
#clear APT::Architectures;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Default-Release;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::CNF;
APT::Architectures {{ "{own_architecture}"; }};
APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Languages {{ "none"; }};
Acquire::Retries "3";
Dir::State "{directory}/state";
Dir::State::status "{directory}/status";
Dir::Cache "{directory}/cache";
Dir::Etc::SourceList "{directory}/suite.sources";
Dir::Etc::SourceParts "{directory}/parts";
Dir::Etc::Preferences "{directory}/preferences.none";
Dir::Etc::PreferencesParts "{directory}/preferences";
"""


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _run(command: list[str], directory: Path | None = None) -> str:
    """What ``command`` prints. Raises AptError with its complaint if it is missing or fails."""
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_FETCH_TIMEOUT_SECONDS,
            env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AptError(f"{command[0]}: {error}") from error
    if done.returncode != 0:
        raise AptError(f"{' '.join(command)} failed (exit {done.returncode}):\n{done.stderr.strip()}")
    return done.stdout
