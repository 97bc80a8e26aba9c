"""Statements that may be silent for hours: watched over another connection, given up when nobody is at work.

An index build gives no sign of life before its end. A bound on that silence would end builds that go well;
without one, a connection that broke unseen would be waited for until the bound of a day.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zdcdc import mysql
from zdcdc.config import TargetConfig
from zdcdc.errors import TargetUnavailableError
from zdcdc.patience import Patience
from zdcdc.retry import Retry
from zdcdc.wire import Wire

LOG = logging.getLogger(__name__)

LONGEST_SECONDS = 24 * 3600.0
IDLE_LOOKS = 2
"""One look may fall between the end of the statement and its answer."""


class Patient:
    """Runs statements that may take hours, and again when their connection broke.

    :attr:`session` is the number by which the server knows who is at it, None while nobody is.
    """

    def __init__(self, target: TargetConfig, patience: Patience) -> None:
        self._target = target
        self._stop = patience.stop
        self._patience = patience
        self.session: int | None = None

    def run(self, action: Callable[[Wire], None]) -> None:
        """Runs ``action``, which looks at what is missing first; returns early when asked to stop.

        Raises TargetError, TargetUnavailableError, InterruptedRun when asked to stop while it waits.
        """
        self._patience.run(lambda: self._once(action))

    def _once(self, action: Callable[[Wire], None]) -> None:
        self._await_former()
        if self._stop.is_set():
            return
        connection = mysql.connect(self._target, read_seconds=LONGEST_SECONDS)
        try:
            self.session = mysql.session_of(connection)
            with _watched(self._target, connection, self.session, self._patience.bound):
                if not self._stop.is_set():
                    action(connection)
            self.session = None
        finally:
            connection.close()

    def _await_former(self) -> None:
        """The server goes on with a statement whose connection broke; another one would wait for its locks
        in vain."""
        while self.session is not None and not self._stop.is_set():
            if not mysql.at_work(self._target, self.session):
                self.session = None
                return
            self._stop.wait(min(1.0, self._target.answer_seconds / 4))


@contextmanager
def _watched(target: TargetConfig, connection: Wire, session: int, bound: Retry) -> Iterator[None]:
    over = threading.Event()
    arguments = (target, connection, session, bound, over)
    watch = threading.Thread(target=_watch, args=arguments, name="zdcdc-watch", daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(
    target: TargetConfig, connection: Wire, session: int, trouble: Retry, over: threading.Event
) -> None:
    """Cuts ``connection`` when an answer is waited for over it and the server is not working on one."""
    between = target.answer_seconds / 2
    idle = 0
    while not over.wait(between):
        if connection.waiting_seconds < between:
            idle = 0
            continue
        try:
            idle = 0 if mysql.at_work(target, session) else idle + 1
            trouble = trouble.succeeded()
        except TargetUnavailableError as error:
            trouble = trouble.failed(time.monotonic())
            LOG.warning("looking after a long statement: %s", error.what)
        if idle >= IDLE_LOOKS or trouble.exhausted(time.monotonic()):
            connection.cut()
            return
