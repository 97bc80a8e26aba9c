"""Trying again: the one place that waits, logs, counts and gives up where the other side may come back."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from zdcdc.config import Limits
from zdcdc.errors import Code, InterruptedRun, SourceBusyError, TargetUnavailableError
from zdcdc.retry import Retry

LOG = logging.getLogger(__name__)

LOG_SECONDS = 10.0
"""At most one line in so many seconds about failures of one kind."""

T = TypeVar("T")
Passing = TargetUnavailableError | SourceBusyError
PASSING: tuple[type[Passing], ...] = (TargetUnavailableError, SourceBusyError)
Kind = tuple[str, str]
"""The side and the reason of a failure, as the counters name them: ``("mysql", "connection")``."""
Counts = dict[str, dict[str, int]]
"""For each side and reason: how often work was tried again."""
Told = Callable[[Passing, Counts], None]


@dataclass(frozen=True, slots=True)
class Clock:
    """``now`` gives seconds, ``chance`` a number in [0, 1) that spreads the waits of many processes."""

    now: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random


@dataclass(slots=True)
class _Tally:
    """What was met until now, by all threads."""

    counts: Counter[Kind] = field(default_factory=Counter)
    logged: dict[Kind, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    told: Told = lambda error, counts: None
    begun: bool = False


class Patience:
    """Runs work again that failed with what may pass. One for each command; several threads may use it."""

    def __init__(self, limits: Limits, stop: threading.Event, clock: Clock = Clock()) -> None:
        self._limits = limits
        self._clock = clock
        self._tally = _Tally()
        self.stop = stop

    def until(self, stop: threading.Event) -> Patience:
        """The same with another event that ends its waits; both count together."""
        other = Patience(self._limits, stop, self._clock)
        other._tally = self._tally
        return other

    def tell(self, told: Told) -> None:
        """``told`` hears of each failure, and of the counts, before the wait that follows it."""
        self._tally.told = told

    @property
    def bound(self) -> Retry:
        """For how long a connection that is lost may be waited for."""
        return Retry(give_up_after=self._limits.retry_seconds)

    @property
    def counts(self) -> Counts:
        """How often work was tried again."""
        with self._tally.lock:
            counts: Counts = {}
            for (side, reason), number in sorted(self._tally.counts.items()):
                counts.setdefault(side, {})[reason] = number
            return counts

    def first(self, work: Callable[[], T]) -> T:
        """Runs ``work`` once when nothing was done before, and patiently later: a wrong address, or a server
        that is down when a command begins, is told at once."""
        if self._tally.begun:
            return self.run(work)
        result = work()
        self._tally.begun = True
        return result

    def run(
        self,
        work: Callable[[], T],
        again: Callable[[], None] = lambda: None,
        passing: tuple[type[Passing], ...] = PASSING,
    ) -> T:
        """Runs ``work`` until it does not fail, waiting longer and longer. ``again`` runs after each failure,
        before the wait: it lets go of what broke. ``passing`` are the errors after which to try again.

        Raises the last of them, saying what was tried, when that took too long; InterruptedRun when asked to
        stop meanwhile; every other error at once, and so one that a run within ``work`` has given up.
        """
        states: dict[Kind, Retry] = {}
        while True:
            try:
                return work()
            except passing as error:
                if error.given_up_by is self._tally:
                    raise
                kind = kind_of(error)
                state = states.get(kind, bounds(error, self._limits)).failed(self._clock.now())
                states[kind] = state
                again()
                self._wait(error, kind, state)

    def _wait(self, error: Passing, kind: Kind, state: Retry) -> None:
        if self.stop.is_set():
            raise InterruptedRun from error
        now = self._clock.now()
        if state.exhausted(now):
            final = given_up(error, state, now)
            final.given_up_by = self._tally
            raise final from error
        delay = state.delay * (0.5 + self._clock.chance() / 2)
        if self._counted(kind, now):
            LOG.warning("%s; trying again in %.2f s (failure %d)", error.what, delay, state.failures)
        self._tally.told(error, self.counts)
        if self.stop.wait(delay):
            raise InterruptedRun from error

    def _counted(self, kind: Kind, now: float) -> bool:
        """Counts one failure; whether a line about it is due."""
        tally = self._tally
        with tally.lock:
            tally.counts[kind] += 1
            due = now - tally.logged.get(kind, float("-inf")) >= LOG_SECONDS
            if due:
                tally.logged[kind] = now
            return due


def kind_of(error: Passing) -> Kind:
    """Side and reason of ``error``."""
    return error.side.value, error.code.name.lower()


def bounds(error: Passing, limits: Limits) -> Retry:
    """How ``error`` is tried again: locks sooner than a connection, and those of the target not as long,
    because each try waits for them, too."""
    longest = limits.retry_pause_seconds
    if isinstance(error, SourceBusyError):
        return Retry(0.05, min(1.0, longest), limits.retry_seconds)
    if error.code is Code.LOCKED:
        return Retry(0.05, min(1.0, longest), min(limits.lock_retry_seconds, limits.retry_seconds))
    return Retry(0.1, longest, limits.retry_seconds)


def given_up(error: Passing, state: Retry, now: float) -> Passing:
    """``error`` with what was tried."""
    seconds = 0.0 if state.since is None else now - state.since
    times = "once" if state.failures == 1 else f"{state.failures} times"
    resumable = "the same command goes on where this one was"
    final = type(error)(
        error.code,
        f"{error.what} (tried {times} in {seconds:.0f} s)",
        consequence=f"{error.consequence}; {resumable}" if error.consequence else resumable,
        hint=error.hint or "run it again",
        side=error.side,
    )
    final.tried = state.failures
    return final
