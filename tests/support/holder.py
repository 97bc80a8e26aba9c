"""``python -m tests.support.holder PATH``: a command that takes over from whoever runs, and is slow.

It says ``has it`` when it has the source, and gives it back when its standard input is closed.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.command import ROOT
from zdcdc.stages.control import taken_over

COMMAND = "hold"


@contextmanager
def holder(sqlite_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The process; it is killed if it still runs when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.holder", str(sqlite_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until_it_has_it(process: subprocess.Popen[str]) -> None:
    """Returns once the process holds the source. Raises AssertionError if it ended before."""
    assert process.stdout is not None
    assert process.stdout.readline() == "has it\n", f"exit {process.wait()}"


def _main(sqlite_path: Path) -> None:
    with taken_over(sqlite_path, COMMAND, threading.Event()):
        print("has it", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
