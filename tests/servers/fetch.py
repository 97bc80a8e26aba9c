"""Servers from the distribution's packages, in the cache folder: `python -m tests.servers.fetch [KIND...]`.

Nothing is installed into the system. The programs run through small scripts in ``run/bin`` of the unpacked
tree, by the loader and the libraries that were unpacked with them.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.apt import AptError, PrivateApt, architecture, distribution, own_repository, own_suite
from zdcdc.demo.installation import Installation, Kind, find_installation
from zdcdc.demo.template import cache_directory

_PROGRAMS = {
    Kind.MYSQL: ("usr/sbin/mysqld", "usr/bin/mysql", "usr/bin/mysqldump", "usr/bin/mysqlbinlog"),
    Kind.MARIADB: ("usr/sbin/mariadbd", "usr/bin/mariadb"),
}


@dataclass(frozen=True)
class Recipe:
    """The suite and the packages that make a server of ``kind`` on this machine."""

    kind: Kind
    suite: str
    packages: tuple[str, ...]


def recipe(kind: Kind) -> Recipe:
    """What to fetch here: Debian has MySQL in its unstable suite only. Raises AptError on other systems."""
    own = own_suite()
    packages = (f"{kind.value}-server-core", f"{kind.value}-client-core")
    suite = "unstable" if kind is Kind.MYSQL and distribution() == "debian" else own
    return Recipe(kind, suite, packages)


def fetched(kind: Kind) -> Installation:
    """The installation of ``kind`` in the cache folder, fetched first where it is missing.

    Raises AptError if this machine has no apt or no mirror, or what the mirror gives is not what was signed.
    """
    wanted = recipe(kind)
    home = cache_directory() / "servers"
    place = home / f"{kind.value}-{wanted.suite}-{architecture()}"
    home.mkdir(parents=True, exist_ok=True)
    with _lock(home / f".lock-{kind.value}"):
        if not place.is_dir():
            _fetch(wanted, place)
    installation = find_installation(str(place / "run" / "bin"), kind)
    if installation is None:
        raise AptError(f"{place} holds no {kind.value} server: remove it and try again")
    return installation


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes with its process."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(wanted: Recipe, place: Path) -> None:
    print(f"fetching {' '.join(wanted.packages)} from {wanted.suite} …", file=sys.stderr, flush=True)
    prefix = f".fetching-{wanted.kind.value}-"
    for abandoned in place.parent.glob(f"{prefix}*"):
        shutil.rmtree(abandoned)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place.parent) as scratch:
        apt = PrivateApt(Path(scratch) / "apt", own_repository().source(wanted.suite))
        apt.update()
        root = Path(scratch) / "root"
        apt.unpack([_package(apt, name) for name in wanted.packages], root)
        _write_scripts(wanted.kind, root)
        root.rename(place)


def _package(apt: PrivateApt, name: str) -> str:
    """The suite's package called ``name``, or the newest whose name adds a version to it."""
    found = apt.names(name)
    if not found:
        raise AptError(f"the suite has no package {name}")
    return found[0]


def _write_scripts(kind: Kind, root: Path) -> None:
    """Scripts that run the programs wherever ``root`` is moved to, and links to find their files by."""
    run = root / "run"
    (run / "bin").mkdir(parents=True)
    for name in ("share", "lib"):
        (run / name).symlink_to(Path("..") / "usr" / name)
    loader = _loader(root)
    multiarch = loader.parent.name
    libraries = [place for place in (f"lib/{multiarch}", f"usr/lib/{multiarch}") if (root / place).is_dir()]
    path = ":".join(f'"$root"/{shlex.quote(place)}' for place in libraries)
    for program in _PROGRAMS[kind]:
        if not (root / program).is_file():
            raise AptError(f"the packages hold no {program}")
        script = run / "bin" / Path(program).name
        script.write_text(
            "#!/bin/sh\n"
            'root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")\n'
            f'exec "$root"/{loader.relative_to(root)} --library-path {path} "$root"/{program} "$@"\n'
        )
        script.chmod(0o755)


def _loader(root: Path) -> Path:
    """The dynamic loader that came with the C library: its name differs by architecture."""
    for place in ("usr/lib", "lib"):
        for pattern in ("*/ld-linux*.so.*", "*/ld64.so.*"):
            found = sorted((root / place).glob(pattern))
            if found:
                return found[0]
    raise AptError("the packages hold no dynamic loader")


def main() -> int:
    """Fetch what is asked for and print where each is."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.fetch", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", type=Kind, help="mysql, mariadb (default: both)")
    for kind in parser.parse_args().kinds or list(Kind):
        try:
            installation = fetched(kind)
        except AptError as error:
            print(f"{kind.value}: {error}", file=sys.stderr)
            return os.EX_UNAVAILABLE
        print(f"{kind.value} {installation.version} {installation.server.parent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
