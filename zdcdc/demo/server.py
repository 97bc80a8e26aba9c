"""A private MySQL or MariaDB server: its own directory, port and socket, gone with its parent.

with PrivateServer(installation) as endpoint:
    connection = endpoint.connect()
"""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

from zdcdc.demo import supervisor
from zdcdc.demo.endpoint import Endpoint
from zdcdc.demo.installation import Installation, Kind
from zdcdc.demo.template import data_template, file_options, tail
from zdcdc.errors import Code, TargetError

_ADDRESS = "127.0.0.1"
_START_TIMEOUT_SECONDS = 120
_STOP_TIMEOUT_SECONDS = 30
_ASK_EVERY_SECONDS = 0.05
_STARTS_TRIED = 3
# A socket's path has room for 107 bytes on Linux and 103 on macOS.
_SOCKET_PATH_BYTES = 103

_COMMON_OPTIONS = (
    f"--bind-address={_ADDRESS}",
    "--server-id=1",
    "--log-bin=binlog",
    "--binlog-format=ROW",
    "--binlog-row-image=FULL",
    "--binlog-row-metadata=FULL",
)
# The X protocol would listen on a port and a socket of its own, the same for every server.
_OPTIONS = {Kind.MYSQL: (*_COMMON_OPTIONS, "--mysqlx=OFF"), Kind.MARIADB: _COMMON_OPTIONS}


class PrivateServer:
    """A server of ``installation`` with the binlog on (full row images and metadata), else with its defaults.

    ``options`` are added to its command line, such as ``--local-infile=ON``. It listens on 127.0.0.1 only;
    root has no password. A supervisor kills it and removes its directory when this process lets go or dies.
    """

    def __init__(self, installation: Installation, options: tuple[str, ...] = ()) -> None:
        self.installation = installation
        self._options = options
        self._directory: Path | None = None
        self._supervisor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Endpoint:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def directory(self) -> Path | None:
        """The directory that holds data, socket and ``error.log`` while the server runs."""
        return self._directory

    def start(self) -> Endpoint:
        """Start the server and wait until it answers; returns root's endpoint.

        Raises TargetError if it ends or does not answer, with the end of its log.
        """
        for remaining in reversed(range(_STARTS_TRIED)):
            port = _free_port()
            endpoint = self._launch(port)
            try:
                if self._answers(endpoint):
                    return endpoint
                failure = self._failure()
            except BaseException:
                self.stop()
                raise
            self.stop()
            # Between our choice of the port and the server's, another process may have taken it.
            if not remaining or _is_free(port):
                raise failure
        raise AssertionError("the last try returns or raises")

    def stop(self) -> None:
        """Kill the server and remove its directory; does nothing if it was not started."""
        if self._supervisor is not None:
            self._supervisor.communicate(timeout=_STOP_TIMEOUT_SECONDS)
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
        self._supervisor = None
        self._directory = None

    def _launch(self, port: int) -> Endpoint:
        template = data_template(self.installation)
        self._directory = _new_directory()
        path = self._directory / "socket"
        (self._directory / "tmp").mkdir()
        command = [
            str(self.installation.server),
            "--no-defaults",
            f"--datadir={self._directory / 'data'}",
            f"--tmpdir={self._directory / 'tmp'}",
            f"--socket={path}",
            f"--port={port}",
            f"--pid-file={self._directory / 'pid'}",
            f"--log-error={self._directory / 'error.log'}",
            *file_options(self.installation),
            *_OPTIONS[self.installation.kind],
            *self._options,
        ]
        supervised = [str(os.getpid()), str(self._directory), str(template), *command]
        self._supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", supervisor.__file__, *supervised],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # An interrupt from the terminal is for the parent, which still needs its server to end well.
            start_new_session=True,
        )
        return Endpoint(_ADDRESS, port, "root", "", path)

    def _answers(self, endpoint: Endpoint) -> bool:
        """Wait for an answer; False when the server ended or the time is over."""
        deadline = time.monotonic() + _START_TIMEOUT_SECONDS
        while time.monotonic() < deadline and not self._ended():
            if endpoint.answers():
                return True
            time.sleep(_ASK_EVERY_SECONDS)
        return False

    def _ended(self) -> bool:
        """Whether the supervisor closed its output, which it does when the server ends."""
        if self._supervisor is None or self._supervisor.stdout is None:
            return True
        readable, _, _ = select.select([self._supervisor.stdout], [], [], 0)
        return bool(readable)

    def _failure(self) -> TargetError:
        said = ""
        if self._directory is not None:
            said = tail(self._directory / "error.log") or tail(self._directory / "output.log")
        return TargetError(
            Code.CONNECTION,
            f"{self.installation.server} did not start:\n{said}",
            hint="name a running server with --mysql-url instead",
        )


def _new_directory() -> Path:
    """A new directory, its path short enough for a socket in it."""
    directory = Path(tempfile.mkdtemp(prefix="zdcdc-"))
    if len(os.fsencode(directory / "socket")) <= _SOCKET_PATH_BYTES:
        return directory
    directory.rmdir()
    return Path(tempfile.mkdtemp(prefix="zdcdc-", dir="/tmp"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_ADDRESS, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_ADDRESS, port))
        except OSError:
            return False
    return True
