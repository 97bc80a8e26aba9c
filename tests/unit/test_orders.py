"""What processes say to each other, and what a runner makes of a source that was in other hands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zdcdc.errors import PreconditionError
from zdcdc.model import Decision, Primary
from zdcdc.stages.orders import (
    Kind,
    Order,
    Runner,
    RunnerState,
    SwitchedElsewhereError,
    advanced,
    already,
    answered,
    require_same_migration,
)

ORDER = Order("a1", Kind.PAUSE, "pause", 7)
RUNNER = Runner(8, "follow", attends=True, state=RunnerState.PAUSED, reason="by zdcdc pause", answered="a0")
BEGUN = Decision("m1", Primary.SQLITE, 0, 1, "/state", "mysql://u@h:3306/d")


def test_what_is_written_is_what_is_read() -> None:
    assert Order.from_json(ORDER.to_json()) == ORDER
    assert Runner.from_json(RUNNER.to_json()) == RUNNER


@pytest.mark.parametrize("unreadable", [{}, {"pid": 8}, {**ORDER.to_json(), "kind": "dance"}])
def test_what_another_version_wrote_is_no_order_and_no_runner(unreadable: dict[str, object]) -> None:
    assert Order.from_json(unreadable) is None
    assert Runner.from_json(unreadable) is None


def test_a_runner_shows_that_it_lives_until_it_has_answered() -> None:
    waiting = advanced(RUNNER, ORDER, done=False)
    assert waiting.beat == RUNNER.beat + 1
    assert not answered(waiting, ORDER)
    done = advanced(waiting, ORDER, done=True)
    assert answered(done, ORDER)
    assert advanced(done, ORDER, done=True) == done
    assert advanced(done, None, done=False) == done


def test_pause_and_resume_are_done_already_when_it_is_so() -> None:
    running = replace(RUNNER, state=RunnerState.RUNNING)
    pausing = replace(RUNNER, state=RunnerState.PAUSING)
    assert already(RUNNER, Kind.PAUSE)
    assert already(running, Kind.RESUME)
    for runner in (running, pausing):
        assert not already(runner, Kind.PAUSE)
    for runner in (RUNNER, pausing):
        assert not already(runner, Kind.RESUME)
    assert not already(RUNNER, Kind.STOP)


def test_work_goes_on_in_the_same_migration_only() -> None:
    require_same_migration(None, None)
    require_same_migration(None, BEGUN)
    require_same_migration(BEGUN, BEGUN)
    for now, told in (
        (None, "rolled back from another terminal"),
        (replace(BEGUN, migration_id="m2"), "rolled back from another terminal"),
        (replace(BEGUN, primary=Primary.MYSQL, epoch=1, completed=True), "completed from another terminal"),
        (replace(BEGUN, primary=Primary.MYSQL, epoch=1), "MySQL is primary since switch 1"),
    ):
        with pytest.raises(PreconditionError, match=told) as raised:
            require_same_migration(BEGUN, now)
        assert raised.value.code.value == "PHASE_001"
    with pytest.raises(SwitchedElsewhereError):
        require_same_migration(BEGUN, replace(BEGUN, primary=Primary.MYSQL, epoch=1))
