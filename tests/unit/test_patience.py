"""Work is tried again by class of error, with pauses that grow, a bound, few lines and every failure counted;
giving up says what was tried."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from zdcdc.config import Limits
from zdcdc.errors import (
    Code,
    InterruptedRun,
    PreconditionError,
    SourceBusyError,
    TargetBusyError,
    TargetError,
    TargetUnavailableError,
    ZdcdcError,
)
from zdcdc.patience import LOG_SECONDS, Clock, Patience

LIMITS = Limits(retry_seconds=60.0, lock_retry_seconds=30.0, retry_pause_seconds=5.0)


class Time(threading.Event):
    """A clock that only waiting moves on, and an event whose waits cost nothing."""

    def __init__(self, set_at: float = float("inf")) -> None:
        super().__init__()
        self.now = 1000.0
        self.waits: list[float] = []
        self._set_at = 1000.0 + set_at

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.waits.append(timeout)
        self.now = min(self.now + timeout, self._set_at)
        if self.now >= self._set_at:
            self.set()
        return self.is_set()

    def patience(self, limits: Limits = LIMITS, chance: float = 1.0) -> Patience:
        return Patience(limits, self, Clock(lambda: self.now, lambda: chance))


def lost() -> TargetUnavailableError:
    return TargetUnavailableError(Code.CONNECTION, "reading: lost connection (2013)", hint="look at it")


def deadlock() -> TargetUnavailableError:
    return TargetUnavailableError(Code.LOCKED, "writing: deadlock (1213)")


def busy() -> SourceBusyError:
    return SourceBusyError(Code.LOCKED, "writing: locked (SQLITE_BUSY)", consequence="rolled back")


class Work:
    """Fails with what it is given, in order, and for ever with the last one when it is told so."""

    def __init__(self, failures: Iterable[Callable[[], ZdcdcError]], *, for_ever: bool = False) -> None:
        self._failures = list(failures)
        self._for_ever = for_ever
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        if self.times <= len(self._failures):
            raise self._failures[self.times - 1]()
        if self._for_ever:
            raise self._failures[-1]()
        return "done"


def test_what_passes_is_tried_again_and_what_it_returns_is_returned() -> None:
    time = Time()
    work = Work([lost, deadlock, busy, lost])
    let_go: list[int] = []
    assert time.patience().run(work, lambda: let_go.append(len(time.waits))) == "done"
    assert work.times == 5
    # What broke is let go of before each wait, not after it.
    assert let_go == [0, 1, 2, 3]


def test_pauses_grow_to_the_longest_and_are_spread() -> None:
    time = Time()
    time.patience().run(Work([lost] * 9))
    assert time.waits == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0])
    half = Time()
    half.patience(chance=0.0).run(Work([lost] * 3))
    assert half.waits == pytest.approx([0.05, 0.1, 0.2])


@pytest.mark.parametrize(("failure", "bound"), [(lost, 60.0), (deadlock, 30.0), (busy, 60.0)])
def test_each_class_of_errors_has_its_bound(failure: Callable[[], ZdcdcError], bound: float) -> None:
    time = Time()
    with pytest.raises(type(failure())):
        time.patience().run(Work([failure], for_ever=True))
    assert bound <= time.now - 1000.0 <= bound + LIMITS.retry_pause_seconds


def test_no_class_is_tried_for_longer_than_the_bound_of_all() -> None:
    time = Time()
    with pytest.raises(TargetUnavailableError):
        time.patience(replace(LIMITS, retry_seconds=2.0)).run(Work([deadlock], for_ever=True))
    assert time.now - 1000.0 <= 3.0


def test_without_a_bound_in_time_it_is_tried_once() -> None:
    work = Work([lost], for_ever=True)
    with pytest.raises(TargetUnavailableError, match="tried once"):
        Time().patience(replace(LIMITS, retry_seconds=0.0)).run(work)
    assert work.times == 1


def test_giving_up_says_what_was_tried_and_that_it_goes_on_from_there() -> None:
    work = Work([lost], for_ever=True)
    with pytest.raises(TargetUnavailableError) as raised:
        Time().patience().run(work)
    error = raised.value
    assert error.tried == work.times
    assert f"(tried {work.times} times in 6" in error.what
    assert error.what.startswith("reading: lost connection (2013)")
    assert "the same command goes on" in error.consequence
    assert (error.code, error.side, error.hint) == (Code.CONNECTION, lost().side, "look at it")
    assert error.__cause__ is not None


def test_a_consequence_that_was_known_is_kept() -> None:
    with pytest.raises(SourceBusyError) as raised:
        Time().patience().run(Work([busy], for_ever=True))
    assert raised.value.consequence.startswith("rolled back; ")


@pytest.mark.parametrize("failure", [TargetError, PreconditionError])
def test_what_lasts_is_raised_at_once(failure: type[ZdcdcError]) -> None:
    time = Time()
    work = Work([lambda: failure(Code.DISK, "full")])
    with pytest.raises(failure):
        time.patience().run(work)
    assert (work.times, time.waits, time.patience().counts) == (1, [], {})


def test_only_the_errors_that_are_named_are_tried_again() -> None:
    time = Time()
    crowded = Work([lambda: TargetBusyError(Code.CONNECTION, "no room"), lost])
    with pytest.raises(TargetUnavailableError):
        time.patience().run(crowded, passing=(TargetBusyError,))
    assert crowded.times == 2


def test_what_a_run_within_the_work_gave_up_is_not_tried_again() -> None:
    time = Time()
    patience = time.patience()
    inner = Work([lost], for_ever=True)
    outer = 0

    def work() -> str:
        nonlocal outer
        outer += 1
        return patience.until(time).run(inner)

    with pytest.raises(TargetUnavailableError):
        patience.run(work)
    assert outer == 1
    assert time.now - 1000.0 <= 65.0


def test_what_another_patience_gave_up_may_be_tried_again() -> None:
    time = Time()
    inner = Work([lost] * 5)
    work = lambda: time.patience(replace(LIMITS, retry_seconds=0.0)).run(inner)  # noqa: E731
    assert time.patience().run(work) == "done"


def test_the_first_contact_fails_at_once_and_later_ones_are_tried_again() -> None:
    time = Time()
    patience = time.patience()
    with pytest.raises(TargetUnavailableError) as raised:
        patience.first(Work([lost]))
    assert (raised.value.tried, time.waits) == (0, [])
    assert patience.first(Work([])) == "done"
    assert patience.until(time).first(Work([lost, lost])) == "done"
    assert len(time.waits) == 2


def test_an_interrupt_ends_the_wait_and_counts_as_one() -> None:
    time = Time(set_at=2.0)
    with pytest.raises(InterruptedRun) as raised:
        time.patience().run(Work([lost], for_ever=True))
    assert time.now == 1002.0
    assert isinstance(raised.value.__cause__, TargetUnavailableError)


def test_once_asked_to_stop_nothing_is_tried_again() -> None:
    time = Time()
    time.set()
    work = Work([lost])
    with pytest.raises(InterruptedRun):
        time.patience().run(work)
    assert (work.times, time.waits) == (1, [])


def test_every_failure_is_counted_by_side_and_reason_over_all_that_share_it() -> None:
    time = Time()
    patience = time.patience()
    patience.run(Work([lost, lost, deadlock]))
    other = Time()
    patience.until(other).run(Work([busy, lost]))
    assert patience.counts == {"mysql": {"connection": 3, "locked": 1}, "sqlite": {"locked": 1}}
    assert other.waits
    assert patience.until(other).counts == patience.counts


def test_each_failure_is_told_before_its_wait() -> None:
    time = Time()
    patience = time.patience()
    heard: list[tuple[str, int, int]] = []
    patience.tell(
        lambda error, counts: heard.append((error.what, counts["mysql"]["connection"], len(time.waits)))
    )
    patience.run(Work([lost, lost]))
    assert heard == [(lost().what, 1, 0), (lost().what, 2, 1)]


def test_lines_about_one_kind_are_few(caplog: pytest.LogCaptureFixture) -> None:
    time = Time()
    with caplog.at_level(logging.WARNING), pytest.raises(TargetUnavailableError):
        time.patience().run(Work([lost], for_ever=True))
    assert 2 <= len(caplog.records) <= 60.0 / LOG_SECONDS + 1
    assert caplog.records[0].getMessage() == f"{lost().what}; trying again in 0.10 s (failure 1)"


def test_each_kind_has_lines_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        Time().patience().run(Work([lost, busy, deadlock, lost, busy]))
    assert [record.args[0] for record in caplog.records if isinstance(record.args, tuple)] == [
        lost().what,
        busy().what,
        deadlock().what,
    ]
