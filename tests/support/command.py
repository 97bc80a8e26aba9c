"""The product as its user runs it: processes of ``python -m zdcdc``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

INTERRUPTED = 130
PATIENCE_SECONDS = 240.0
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a command ended, with all that it said."""

    exit_code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit {self.exit_code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


@dataclass(frozen=True)
class Running:
    """A command that has not ended yet."""

    process: subprocess.Popen[str]

    def wait_until(self, reached: Callable[[], bool], what: str, timeout_seconds: float = 60.0) -> None:
        """Poll until it is so. RuntimeError if it ends before, TimeoutError; each tells its output."""
        deadline = time.monotonic() + timeout_seconds
        while not reached():
            if self.process.poll() is not None:
                raise RuntimeError(f"ended before {what}: {self._ended()}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {timeout_seconds} s in vain for {what}: {self.kill()}")
            time.sleep(0.05)

    def interrupt(self) -> Outcome:
        """Ctrl-C, as a person would give it; waits for the end."""
        self.process.send_signal(signal.SIGINT)
        return self._ended()

    def ended(self) -> Outcome:
        """Waits for the end."""
        return self._ended()

    def kill(self) -> Outcome:
        """SIGKILL: no chance to clean up."""
        self.process.kill()
        return self._ended()

    def _ended(self) -> Outcome:
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return Outcome(self.process.returncode, out, err)


@dataclass(frozen=True)
class Zdcdc:
    """One migration's commands. ``url`` holds no password; that goes through the environment, as do
    ``settings``."""

    sqlite_path: Path
    url: str
    password: str
    state_dir: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a command finds in its environment."""
        own = {"ZDCDC_MYSQL_PASSWORD": self.password, "ZDCDC_STATE_DIR": str(self.state_dir)}
        return {**own, **self.settings}

    def with_settings(self, **settings: str) -> Zdcdc:
        """The same commands with these settings added."""
        return replace(self, settings={**self.settings, **settings})

    def run(self, command: str, *options: str) -> Outcome:
        """Run a command to its end."""
        with self.started(command, *options) as running:
            out, err = running.process.communicate(timeout=PATIENCE_SECONDS)
            return Outcome(running.process.returncode, out, err)

    @contextmanager
    def started(self, command: str, *options: str) -> Iterator[Running]:
        """Start a command; it is killed if it still runs when the context ends."""
        environment = {
            **os.environ,
            "ZDCDC_MYSQL_PASSWORD": self.password,
            "ZDCDC_STATE_DIR": str(self.state_dir),
            **self.settings,
        }
        words = [command, f"--sqlite-path={self.sqlite_path}", f"--mysql-url={self.url}", *options]
        with _process(words, environment, Path.cwd()) as running:
            yield running

    def elsewhere(self, *words: str) -> Outcome:
        """Run a command to its end as from another terminal; see :meth:`started_elsewhere`."""
        with self.started_elsewhere(*words) as running:
            out, err = running.process.communicate(timeout=PATIENCE_SECONDS)
            return Outcome(running.process.returncode, out, err)

    @contextmanager
    def started_elsewhere(self, *words: str) -> Iterator[Running]:
        """Start ``zdcdc`` with these words, in another directory; it is told the source and the password."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ZDCDC_")}
        environment["ZDCDC_SQLITE_PATH"] = str(self.sqlite_path)
        environment["ZDCDC_MYSQL_PASSWORD"] = self.password
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        with _process(list(words), environment, Path("/")) as running:
            yield running


@contextmanager
def _process(words: list[str], environment: dict[str, str], directory: Path) -> Iterator[Running]:
    process = subprocess.Popen(
        [sys.executable, "-m", "zdcdc", *words],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Running(process)
    finally:
        if process.poll() is None:
            process.kill()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        process.wait()
