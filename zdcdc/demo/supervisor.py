"""Runs a command that must not outlive the process that wanted it.

Started as a program of its own, by path and without site packages, so that it is small and quick:

    supervisor.py PARENT-PID DIRECTORY TEMPLATE COMMAND...

TEMPLATE is copied to DIRECTORY/data first. Standard input is a pipe that the parent holds. When that closes,
for whatever reason (SIGKILL included), the command is killed and DIRECTORY removed. When the command ends by
itself, standard output is closed, which tells the parent; DIRECTORY with its logs stays until the parent has
let go.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from types import FrameType

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 0.25


def _die_with_supervisor() -> None:
    """In the child, before the command: have Linux kill it if the supervisor itself is killed."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _let_go(parent: int) -> bool:
    """Whether the parent closed the pipe or is gone, after a short wait.

    A child that the parent forked may hold the pipe open after the parent's death: the process id of our own
    parent changes even then.
    """
    readable, _, _ = select.select([0], [], [], _LOOK_SECONDS)
    return bool(readable) or os.getppid() != parent


def supervise(parent: int, directory: str, template: str, command: list[str]) -> None:
    """Run ``command`` in ``directory`` until it ends or ``parent`` lets go; then remove ``directory``."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        shutil.copytree(template, os.path.join(directory, "data"))  # noqa: PTH118
        _run(parent, directory, command)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _run(parent: int, directory: str, command: list[str]) -> None:
    with open(os.path.join(directory, "output.log"), "wb") as output:  # noqa: PTH118, PTH123
        child = subprocess.Popen(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=_die_with_supervisor,
        )
    try:
        while child.poll() is None:
            if _let_go(parent):
                return
        os.close(1)
        while not _let_go(parent):
            pass
    finally:
        child.kill()
        child.wait()


if __name__ == "__main__":
    supervise(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
