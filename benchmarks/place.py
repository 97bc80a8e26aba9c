"""Where measurements run: a private server, a directory, and zdcdc as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zdcdc.demo.endpoint import Endpoint

DATABASE = "bench"


@dataclass(frozen=True)
class Run:
    """One command: seconds it took, its peak memory in bytes, and its JSON output if any."""

    seconds: float
    peak_bytes: int
    output: dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A server, a directory for files, and how much to measure."""

    directory: Path
    root: Endpoint
    client: Path
    rows: int
    runs: int

    def fresh_database(self) -> None:
        """An empty database in the place of the one before."""
        with self.root.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            cursor.execute(f"CREATE DATABASE {DATABASE}")

    def set_local_infile(self, on: bool) -> None:
        """Turns LOAD DATA LOCAL on or off for new connections."""
        with self.root.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SET GLOBAL local_infile = %s", (on,))

    def zdcdc(self, source: Path, *arguments: str) -> Run:
        """Runs a command of zdcdc to its end; raises CalledProcessError when it fails."""
        state = str(self.directory / "state")
        command = [sys.executable, "-m", "zdcdc", "--json", "-q", "--state-dir", state, *arguments]
        environment = {
            **os.environ,
            "ZDCDC_SQLITE_PATH": str(source),
            "ZDCDC_MYSQL_URL": self.root.url(DATABASE),
        }
        begun = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begun
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, output)
        return Run(seconds, usage.ru_maxrss * 1024, json.loads(output or b"{}"))

    def mysql(self, *arguments: str, script: Path | None = None) -> float:
        """Runs the command-line client and returns the seconds it took."""
        command = [
            str(self.client), "--no-defaults", "--protocol=TCP", f"--host={self.root.host}",
            f"--port={self.root.port}", f"--user={self.root.user}", "--default-character-set=utf8mb4",
            "--local-infile=1", *arguments, DATABASE,
        ]  # fmt: skip
        begun = time.monotonic()
        if script is None:
            subprocess.run(command, check=True)
        else:
            with script.open("rb") as lines:
                subprocess.run(command, check=True, stdin=lines)
        return time.monotonic() - begun
