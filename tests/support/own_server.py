"""A server of a test's own, that may be killed and started again on the same data and port."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.servers.target import Server
from zdcdc.demo.endpoint import Endpoint
from zdcdc.demo.installation import Installation
from zdcdc.demo.server import PrivateServer

_PR_SET_PDEATHSIG = 1
_PATIENCE_SECONDS = 60


class OwnServer:
    """``server`` is how tests reach it; nobody else does."""

    def __init__(self, server: Server, directory: Path) -> None:
        self.server = server
        self._directory = directory
        self._process: psutil.Process = psutil.Process(int((directory / "pid").read_text()))
        self._command = self._process.cmdline()

    @property
    def endpoint(self) -> Endpoint:
        """Root's way in."""
        return self.server.administrator

    def kill(self) -> None:
        """SIGKILL: no shutdown, no goodbye to its clients."""
        self._process.kill()
        self._process.wait(_PATIENCE_SECONDS)

    def start_again(self, *options: str) -> None:
        """Starts the server that was killed, from now on with ``options``, and waits until it answers."""
        self._command += options
        with (self._directory / "again.log").open("ab") as log:
            started = psutil.Popen(
                self._command,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_the_test,
            )
        self._process = started
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self.endpoint.answers():
            assert started.poll() is None, (self._directory / "error.log").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def come_back(self) -> None:
        """Starts it unless it runs."""
        if not self._process.is_running():
            self.start_again()

    def run(self, *statements: str) -> tuple[tuple[Any, ...], ...]:
        """Runs statements as root; the rows of the last one."""
        with closing(self.endpoint.connect()) as root, root.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return tuple(cursor.fetchall())

    @contextmanager
    def having(self, *settings: str) -> Iterator[None]:
        """For the block, the global settings that ``name = value`` give; the first that was set is the last
        to be as before."""
        before: list[tuple[str, Any]] = []
        try:
            for setting in settings:
                name = setting.partition("=")[0].strip()
                ((value,),) = self.run(f"SELECT @@GLOBAL.{name}")
                before.append((name, value))
                self.run(f"SET GLOBAL {setting}")
            yield
        finally:
            self.come_back()
            with closing(self.endpoint.connect()) as root, root.cursor() as cursor:
                for name, value in reversed(before):
                    cursor.execute(f"SET GLOBAL {name} = %s", (value,))

    def close(self) -> None:
        """Ends it if it runs."""
        if self._process.is_running():
            self.kill()


def _die_with_the_test() -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


@contextmanager
def own_server(installation: Installation, options: tuple[str, ...] = ()) -> Iterator[OwnServer]:
    """A server with ``options``, gone at the end with its directory."""
    private = PrivateServer(installation, options)
    with private as root:
        assert private.directory is not None
        server = Server(installation.kind, root.version(), root, installation.client)
        own = OwnServer(server, private.directory)
        try:
            yield own
        finally:
            own.close()
