"""The command line in processes of their own that need no start-up: forked from one that has it loaded.

Each is a real process with its own locks, signals, limits and user; what :mod:`tests.support.command` starts
from nothing takes most of a second. As the modules are loaded before the user changes, it does not matter
whether that user could read them.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

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


class Started:
    """``zdcdc ARGUMENTS`` in a process of its own, its named points armed as ``points`` says."""

    def __init__(self, *arguments: str, within: Surroundings = USUAL, points: str = "") -> None:
        self._name = f"zdcdc {' '.join(arguments)}"
        out, out_there = _forks.Pipe(duplex=False)
        err, err_there = _forks.Pipe(duplex=False)
        self._fired, fired_there = _forks.Pipe(duplex=False)
        there = _There(out_there, err_there, fired_there)
        self._process = _forks.Process(target=_run, args=(arguments, within, points, there), daemon=True)
        self._process.start()
        there.close()
        self._readers = ThreadPoolExecutor(2)
        self._said = [self._readers.submit(_read, stream) for stream in (out, err)]
        self.fired: frozenset[str] = frozenset()
        """After it ended by itself: what was armed and came to pass, as it was armed but for the times."""

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it is no more."""
        return self._process.exitcode is not None

    def wait(self, seconds: float = PATIENCE_SECONDS) -> Outcome:
        """How it ended; the code is negative where a signal ended it. Raises TimeoutError."""
        self._process.join(seconds)
        if self._process.exitcode is None:
            self.kill()
            raise TimeoutError(f"{self._name} did not end: {[said.result() for said in self._said]}")
        with self._fired:
            if self._fired.poll():
                with suppress(EOFError):  # it was killed, and had nothing more to say
                    self.fired = frozenset(self._fired.recv())
        self._readers.shutdown()
        return Outcome(self._process.exitcode, *(said.result() for said in self._said))

    def wait_until_stopped(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Until SIGSTOP holds it. Raises TimeoutError, also when it ended instead."""
        deadline = time.monotonic() + seconds
        while psutil.Process(self.pid).status() != psutil.STATUS_STOPPED:
            if self._process.exitcode is not None or time.monotonic() > deadline:
                raise TimeoutError(f"was not stopped: {self.wait(0)}")
            time.sleep(0.002)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal, as a person or another program would; no harm where it has ended."""
        if self._process.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL; no harm where it has ended."""
        self._process.kill()
        self._process.join()


def zdcdc(*arguments: str, within: Surroundings = USUAL) -> Outcome:
    """``zdcdc ARGUMENTS`` run to its end. Raises TimeoutError when there is none."""
    return Started(*arguments, within=within).wait()


@dataclass(frozen=True)
class _There:
    """The ends that the process has of what it writes to: output, errors, and which points came to pass."""

    out: Connection
    err: Connection
    fired: Connection

    def close(self) -> None:
        for end in (self.out, self.err, self.fired):
            end.close()


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
    with stream, os.fdopen(os.dup(stream.fileno()), encoding="utf-8") as file:
        return file.read()


def _run(arguments: tuple[str, ...], within: Surroundings, points: str, there: _There) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(there.out.fileno(), 1)
    os.dup2(there.err.fileno(), 2)
    there.out.close()
    there.err.close()
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
    from zdcdc.points import arm

    armed = arm(points)
    try:
        main()
    finally:
        there.fired.send([f"{one.point}:{one.action}" for one in armed if one.fired])
