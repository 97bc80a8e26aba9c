"""The command line in processes of their own that need no start-up: forked from one that has it loaded.

Each is a real process with its own locks, signals, limits and user; what :mod:`tests.support.command` starts
from nothing takes most of a second. As the modules are loaded before the user changes, it does not matter
whether that user could read them.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

from tests.servers.target import Target
from tests.support.command import Outcome

PATIENCE_SECONDS = 120.0

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["zdcdc.cli.main", "difflib", "encodings.idna", __name__])


@dataclass(frozen=True)
class Surroundings:
    """What a process finds: environment (nothing of zdcdc's but this), directory, user, largest file in
    bytes."""

    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    user: int | None = None
    file_size: int | None = None


USUAL = Surroundings()


def zdcdc(*arguments: str, within: Surroundings = USUAL) -> Outcome:
    """``zdcdc ARGUMENTS`` run to its end. Raises TimeoutError when there is none."""
    out, out_there = _forks.Pipe(duplex=False)
    err, err_there = _forks.Pipe(duplex=False)
    process = _forks.Process(target=_run, args=(arguments, within, out_there, err_there), daemon=True)
    process.start()
    out_there.close()
    err_there.close()
    with out, err, ThreadPoolExecutor(2) as readers:
        said = [readers.submit(_read, stream) for stream in (out, err)]
        process.join(PATIENCE_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"zdcdc {' '.join(arguments)} did not end: {[s.result() for s in said]}")
        return Outcome(process.exitcode, said[0].result(), said[1].result())


FIRST = ("--json", "--config=", "-v")
NOWHERE = "mysql://u@127.0.0.1:1/d"
"""Nothing listens there: for what has to be found before the target is looked at."""


@dataclass(frozen=True)
class Commands:
    """The commands of one migration. ``url`` holds no password; that goes through the environment."""

    path: Path
    state: Path
    url: str = NOWHERE
    password: str = ""

    @classmethod
    def of(cls, path: Path, target: Target) -> Commands:
        """With the state in a directory beside that of the source."""
        url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
        return cls(path, path.parent.with_name(path.parent.name + "-state"), url, target.password)

    def run(self, command: str, *options: str, within: Surroundings = USUAL) -> Outcome:
        """``command`` run to its end; options that every command takes go before it."""
        words = [option for option in options if option.startswith(FIRST)]
        words += [command, f"--sqlite-path={self.path}", f"--mysql-url={self.url}"]
        words += [option for option in options if not option.startswith(FIRST)]
        if not any(option.startswith("--state-dir") for option in options):
            words.append(f"--state-dir={self.state}")
        environment = {"ZDCDC_MYSQL_PASSWORD": self.password, **within.environment}
        return zdcdc(*words, within=replace(within, environment=environment))


def _read(stream: Connection) -> str:
    # A plain pipe: what is written to it comes from file descriptors, not from Connection.send.
    with os.fdopen(os.dup(stream.fileno()), encoding="utf-8") as file:
        return file.read()


def _run(arguments: tuple[str, ...], within: Surroundings, out: Connection, err: Connection) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    out.close()
    err.close()
    for name in [name for name in os.environ if name.startswith(("ZDCDC_", "MYSQL_", "MIGRATION_"))]:
        del os.environ[name]
    os.environ.update(within.environment)
    if within.directory is not None:
        os.chdir(within.directory)
    if within.file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (within.file_size, within.file_size))
    if within.user is not None:
        os.setgroups([])
        os.setgid(within.user)
        os.setuid(within.user)
    sys.argv = ["zdcdc", *arguments]
    from zdcdc.cli.main import main

    main()
