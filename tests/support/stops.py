"""A command that stops itself at a named point, for a test to do something there and let it go on."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import psutil

from tests.support.command import Outcome, Running

PATIENCE_SECONDS = 60.0


def at_first_stop(running: Running, action: Callable[[], object]) -> Outcome:
    """Does ``action`` when the command stops for the first time, lets it go on there and at each further
    stop, and waits for its end. The point is armed by ``ZDCDC_POINT=NAME:stop``."""
    process = psutil.Process(running.process.pid)
    deadline = time.monotonic() + PATIENCE_SECONDS
    acted = False
    while running.process.poll() is None:
        assert time.monotonic() < deadline, running.kill()
        if process.status() == psutil.STATUS_STOPPED:
            if not acted:
                action()
                acted = True
            process.send_signal(signal.SIGCONT)
        time.sleep(0.02)
    outcome = running.ended()
    assert acted, f"it did not stop: {outcome}"
    return outcome
