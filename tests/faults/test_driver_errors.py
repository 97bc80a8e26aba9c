"""A driver's error at any named point is ridden through, or ends the command, which can be given again."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.servers.target import Target
from tests.support.command import INTERRUPTED, Outcome
from tests.support.compare import differences
from tests.support.forked import Started
from tests.support.scene import LIMITS, Scene, shop
from zdcdc.points import ERRORS, POINTS

PASSING = ("mysql-lost", "mysql-deadlock", "mysql-lock-wait", "sqlite-busy")
LASTING = {"mysql-full": 5, "sqlite-full": 4, "sqlite-ioerr": 4}
"""With the exit status that says on which side."""

COMMANDS = ("snapshot", "follow", "verify", "cutover", "rollback", "complete")
DECIDED = "cutover.committed"
UNDONE = 75

SHORT_PAUSES = LIMITS + "retry_pause_seconds = 0.02\n"
IMPATIENT = "retry_seconds = 0.4\n" + LIMITS


def locked(pair: str) -> bool:
    """Whether the writers of the application wait at this point, so that nothing is tried again there."""
    return pair.startswith(("drain.", "fence.", "triggers.", "cutover.before_commit:"))


def armed(command: str, errors: tuple[str, ...]) -> list[str]:
    """Every point and error of ``command``, as they are armed."""
    return [
        f"{name}:{error}"
        for name, point in POINTS.items()
        if command in point.commands
        for error in point.errors
        if error in errors
    ]


def all_at_once(pairs: list[str]) -> str:
    """The same in one run: the errors of one point one after the other, each the next time it is reached."""
    times: dict[str, int] = {}
    parts = []
    for pair in pairs:
        point = pair.partition(":")[0]
        times[point] = times.get(point, 0) + 1
        parts.append(f"{pair}:{times[point]}")
    return ",".join(parts)


def options(command: str) -> tuple[str, ...]:
    return ("--until-caught-up",) if command == "follow" else ()


def cutover_that_meets(pair: str, scene: Scene) -> Outcome:
    """How a cutover ends in which the error of ``pair`` comes to pass: there may be no change to drain, so it
    is tried until there is one."""
    for _ in range(20):
        child = scene.start("cutover", f"{pair},cutover.before_commit:sqlite-busy")
        outcome = child.wait()
        if pair in child.fired:
            return outcome
        assert outcome.exit_code == UNDONE, f"{pair}: {outcome}"
    raise AssertionError(f"{pair} was not reached")


@pytest.fixture
def scene(tmp_path: Path, target: Target) -> Scene:
    return Scene(shop(tmp_path), target, SHORT_PAUSES)


def test_every_error_passes_or_lasts_and_every_point_with_one_is_met_here() -> None:
    assert {*PASSING, *LASTING} == set(ERRORS)
    assert {command for point in POINTS.values() for command in point.commands} == set(COMMANDS)


def test_what_may_pass_is_ridden_through_in_one_run_of_each_command(scene: Scene) -> None:
    with scene.trickle():
        for command in ("snapshot", "follow", "verify"):
            pairs = armed(command, PASSING)
            if command == "follow":
                scene.change("reinstall.before_commit")
            child = scene.start(command, all_at_once(pairs), *options(command))
            outcome = child.wait()
            assert outcome.exit_code == 0, str(outcome)
            assert set(pairs) - child.fired == set(), str(outcome)
        scene.check_while_it_writes()
        pairs = armed("rollback", PASSING)
        child = scene.start("rollback", all_at_once(pairs))
        outcome = child.wait()
        assert outcome.exit_code == 0, str(outcome)
        assert set(pairs) - child.fired == set(), str(outcome)
        assert scene.target_tables() == []


def test_what_lasts_ends_the_command_with_its_side_and_leaves_it_to_be_given_again(scene: Scene) -> None:
    seen: set[str] = set()
    with scene.trickle():
        for command in ("snapshot", "follow", "verify", "cutover", "rollback"):
            for pair in armed(command, tuple(LASTING)):
                if pair in seen or pair.startswith(DECIDED):
                    continue
                seen.add(pair)
                scene.change(pair)
                ends_with_its_side(command, pair, scene)
                assert scene.standing() == "writable"
            if command == "cutover":
                scene.check_while_it_writes()
            else:
                scene.done(command, *options(command))
        assert scene.target_tables() == []


def ends_with_its_side(command: str, pair: str, scene: Scene) -> None:
    """Gives a command that meets an error which lasts."""
    if command == "cutover":
        outcome = cutover_that_meets(pair, scene)
    else:
        outcome = scene.run(command, pair, *options(command))
    error = pair.partition(":")[2]
    assert outcome.exit_code == LASTING[error], f"{pair}: {outcome}"
    assert error.partition("-")[0] in outcome.err
    assert "Traceback" not in outcome.err


def test_a_cutover_is_undone_by_what_happens_under_the_lock_and_rides_through_what_happens_before(
    scene: Scene,
) -> None:
    pairs = armed("cutover", PASSING)
    with scene.trickle():
        scene.done("snapshot")
        scene.done("verify")
        for pair in filter(locked, pairs):
            outcome = cutover_that_meets(pair, scene)
            assert outcome.exit_code == UNDONE, f"{pair}: {outcome}"
            assert scene.standing() == "writable"
        before = [pair for pair in pairs if not locked(pair)]
        child = scene.start("cutover", all_at_once([*before, f"{DECIDED}:sqlite-ioerr"]))
        outcome = child.wait()
        assert outcome.exit_code == 0, str(outcome)
        assert child.fired == {*before, f"{DECIDED}:sqlite-ioerr"}
        assert scene.standing() == "fenced"
    for pair in armed("complete", tuple(LASTING)):
        ends_with_its_side("complete", pair, scene)
    pairs = armed("complete", PASSING)
    child = scene.start("complete", all_at_once(pairs))
    outcome = child.wait()
    assert outcome.exit_code == 0, str(outcome)
    assert child.fired == set(pairs)
    assert scene.standing() == "fenced"
    with closing(scene.target.connect()) as mysql:
        scene.check(mysql)


@pytest.mark.parametrize(
    ("point", "exit_code", "side"),
    [
        ("install.before_commit:sqlite-busy", 4, "sqlite"),
        ("round.before_write:mysql-lost", 5, "mysql"),
        ("index.before:mysql-lock-wait", 5, "mysql"),
    ],
)
def test_what_was_tried_in_vain_is_said_and_the_next_run_goes_on(
    point: str, exit_code: int, side: str, tmp_path: Path, target: Target
) -> None:
    scene = Scene(shop(tmp_path), target, IMPATIENT)
    outcome = scene.run("snapshot", f"{point}:1+")
    assert outcome.exit_code == exit_code, str(outcome)
    assert f"[{side}]" in outcome.err
    assert " times in 0 s)" in outcome.err or " times in 1 s)" in outcome.err
    assert "the same command goes on where this one was" in outcome.err
    assert outcome.err.count("trying again") == 1
    scene.done("snapshot")
    with closing(target.connect()) as mysql:
        assert differences(scene.path, mysql) == []


@pytest.fixture
def waiting(scene: Scene) -> Iterator[Started]:
    """A ``follow`` that has lost the target and tries again."""
    scene.done("snapshot")
    scene.write("INSERT INTO keyless VALUES ('waits')")
    child = scene.start("follow", "round.before_write:mysql-lost:1+")
    yield child
    child.kill()


def test_an_interrupt_ends_the_waiting_at_once(scene: Scene, waiting: Started) -> None:
    status(scene, 1)
    waiting.signal(signal.SIGINT)
    outcome = waiting.wait(seconds=5)
    assert outcome.exit_code == INTERRUPTED, str(outcome)
    scene.done("follow", "--until-caught-up")


def test_status_says_what_is_waited_for_and_how_often_it_was_tried(scene: Scene, waiting: Started) -> None:
    document = status(scene, 3)
    assert document["state"] == "waiting"
    assert "Lost connection" in str(document["reason"])
    assert document["errors"] == document["retries"]["mysql"]["connection"]


def status(scene: Scene, times: int) -> dict[str, Any]:
    """The status once work was tried again so often."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        document = scene.status()
        if document["errors"] >= times:
            return document
    raise AssertionError(f"not tried {times} times")
