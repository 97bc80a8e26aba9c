"""Trying again has a growing delay, a cap and an end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zdcdc.retry import Retry


def test_without_a_failure_there_is_no_delay_and_no_end() -> None:
    assert Retry().delay == 0
    assert not Retry().exhausted(1e12)


def test_the_delay_doubles_up_to_the_cap() -> None:
    retry = Retry(first_delay=0.1, longest_delay=1.0)
    delays = []
    for _ in range(6):
        retry = retry.failed(0.0)
        delays.append(round(retry.delay, 6))
    assert delays == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]


@given(failures=st.integers(1, 10_000))
def test_the_delay_never_passes_the_cap_however_often_it_fails(failures: int) -> None:
    assert 0 < Retry(longest_delay=5.0, failures=failures).delay <= 5.0


def test_failures_that_last_too_long_end_the_trying() -> None:
    retry = Retry(give_up_after=60).failed(100.0).failed(130.0)
    assert retry.since == 100.0
    assert not retry.exhausted(159.9)
    assert retry.exhausted(160.0)


def test_a_success_forgets_the_failures_before_it() -> None:
    retry = Retry(give_up_after=60).failed(0.0).succeeded()
    assert retry.delay == 0
    assert not retry.exhausted(1000.0)
    assert retry.failed(1000.0).since == 1000.0
