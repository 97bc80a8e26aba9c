"""A cutover begins only when nothing speaks against it, and the gravest reason is said first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zdcdc.cutover.plan import Readiness, SwitchLimits, objections
from zdcdc.cutover.switch import outcome_of
from zdcdc.errors import Code, PreconditionError, TryAgainError
from zdcdc.model import Checkpoint, CopyState, Decision, JournalRow, Lag, Primary, TableCopy

LIMITS = SwitchLimits(max_lag=1.0, max_pause=1.0, timeout=60.0, verification_age=3600.0)
BARRIER = JournalRow(1, 0, 0, (), 2460000.5)
INDEXED = Checkpoint("m", 2, 1, BARRIER, (TableCopy(1, CopyState.INDEXED),))
VERIFIED: dict[str, Any] = {"epoch": 2, "differing": 0, "age_seconds": 5.0}
READY = Readiness(INDEXED, VERIFIED, Lag(0, 0.0), 1)
DECIDED = Decision("m", Primary.MYSQL, 3, 1, "state", "mysql://u@h/d")


def codes(ready: Readiness, limits: SwitchLimits = LIMITS) -> list[tuple[Code, int]]:
    return [(error.code, error.exit_status) for error in objections(ready, limits)]


def test_nothing_speaks_against_a_verified_copy_that_is_caught_up() -> None:
    assert codes(READY) == []
    assert codes(replace(READY, lag=None)) == []


@pytest.mark.parametrize("state", [CopyState.PENDING, CopyState.COPYING, CopyState.COPIED])
def test_a_copy_that_is_not_complete_and_indexed_is_not_switched(state: CopyState) -> None:
    unfinished = replace(INDEXED, copies=(*INDEXED.copies, TableCopy(2, state)))
    assert codes(replace(READY, checkpoint=unfinished)) == [(Code.PHASE, 3)]


@pytest.mark.parametrize("verification", [None, {**VERIFIED, "epoch": 1}])
def test_two_sides_that_were_never_compared_since_the_last_switch_are_not_switched(
    verification: dict[str, Any] | None,
) -> None:
    assert codes(replace(READY, verification=verification)) == [(Code.PHASE, 3)]


def test_sides_that_differ_are_not_switched() -> None:
    assert codes(replace(READY, verification={**VERIFIED, "differing": 1})) == [(Code.DATA, 3)]


def test_an_old_comparison_does_not_count() -> None:
    assert codes(replace(READY, verification={**VERIFIED, "age_seconds": 3601.0})) == [(Code.PHASE, 3)]


def test_lag_over_the_limit_can_be_tried_again() -> None:
    assert codes(replace(READY, lag=Lag(9, 1.5))) == [(Code.LAG, 75)]
    assert codes(replace(READY, lag=Lag(9, 1.0))) == []


def test_a_pause_that_many_tables_would_make_too_long_is_predicted() -> None:
    assert codes(replace(READY, tables=200), replace(LIMITS, max_pause=0.05)) == [(Code.LAG, 75)]
    assert codes(replace(READY, tables=20), replace(LIMITS, max_pause=0.05)) == []


def test_every_reason_is_given_and_those_that_time_cannot_mend_come_first() -> None:
    ready = Readiness(replace(INDEXED, copies=(TableCopy(1),)), None, Lag(5, 9.0), 5000)
    found = objections(ready, LIMITS)
    assert [type(error) for error in found] == [
        PreconditionError,
        PreconditionError,
        TryAgainError,
        TryAgainError,
    ]
    assert all(error.hint for error in found)


def test_only_the_decision_row_says_whether_a_switch_happened() -> None:
    assert outcome_of(DECIDED, "m", 3)
    assert not outcome_of(replace(DECIDED, primary=Primary.SQLITE), "m", 3)
    assert not outcome_of(replace(DECIDED, epoch=2), "m", 3)


@pytest.mark.parametrize("decided", [None, replace(DECIDED, migration_id="another")])
def test_a_decision_row_that_is_gone_is_an_error_and_no_answer(decided: Decision | None) -> None:
    with pytest.raises(PreconditionError) as raised:
        outcome_of(decided, "m", 3)
    assert raised.value.code is Code.DRIFT
