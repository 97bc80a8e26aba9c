"""Killed at any named point under four writers, the same command given again ends where it would have."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import LostAndDoubled, differences, lost_and_doubled
from tests.support.kills import Note
from tests.support.scene import Scene, shop
from tests.support.schema import SchemaObject, sqlite_schema_of
from zdcdc.points import POINTS

NOTHING = LostAndDoubled((), (), ())

COMMANDS = ("snapshot", "follow", "verify", "cutover", "rollback", "complete")

DECIDED = ("cutover.committed", "after_hook.before", "after_hook.after")
"""Points after the decision: each needs a migration of its own."""

ARMED_TOO = {
    "cutover.undone": "drain.before_commit:mysql-lock-wait",
    "drain.changes": "cutover.before_commit:sqlite-busy",
}
"""What else is armed: to be undone at all; and not to be done when no change was waiting this time."""

UNDONE = 75


def points_of(command: str) -> list[str]:
    """Where ``command`` can be killed, in the order in which it gets there."""
    return [name for name, point in POINTS.items() if command in point.commands and name not in DECIDED]


@pytest.fixture
def scene(tmp_path: Path, target: Target) -> Scene:
    return Scene(shop(tmp_path), target)


@pytest.fixture
def kill(scene: Scene, note_kill: Note) -> Callable[[str, str], None]:
    """Gives a command that is killed at a point; the source must stand as it should then."""

    def killed(command: str, point: str) -> None:
        armed = f"{point}:kill,{ARMED_TOO.get(point, '')}"
        scene.change(point)
        for _ in range(20):
            outcome = scene.run(command, armed)
            if outcome.exit_code != UNDONE:
                break
        assert outcome.exit_code == -signal.SIGKILL, f"{command} was not killed at {point}: {outcome}"
        standing = scene.standing()
        assert standing == ("fenced" if point in DECIDED or command == "complete" else "writable")
        note_kill(point, standing)

    return killed


def test_every_point_is_reached_by_a_command_that_is_killed_here() -> None:
    killed = {point for command in COMMANDS for point in points_of(command)}
    assert {*killed, *DECIDED} == set(POINTS)


def test_a_copy_killed_everywhere_is_complete_and_its_rollback_killed_everywhere_leaves_no_trace(
    scene: Scene, kill: Callable[[str, str], None], count: Callable[[int, int], int]
) -> None:
    before = schema_but_extra(scene)
    with scene.application() as application:
        application.wait_for_writes(20, timeout_seconds=60)
        for _ in range(count(1, 10)):
            for command in ("snapshot", "follow", "verify"):
                for point in points_of(command):
                    kill(command, point)
                scene.done(command, *(["--until-caught-up"] if command == "follow" else []))
            scene.check_while_it_writes(application)
            for point in points_of("rollback"):
                kill("rollback", point)
            scene.done("rollback")
            assert schema_but_extra(scene) == before
            assert scene.target_tables() == []
        application.wait_for_writes(20, timeout_seconds=60)
        served = application.stop()
    assert served.errors == ()
    assert served.fenced == 0


def schema_but_extra(scene: Scene) -> list[SchemaObject]:
    """The table `extra` is changed by the test itself."""
    return [found for found in sqlite_schema_of(scene.path) if found.name != "extra"]


def test_a_cutover_killed_before_its_decision_changes_nothing(
    scene: Scene, kill: Callable[[str, str], None], count: Callable[[int, int], int]
) -> None:
    with scene.application() as application:
        application.wait_for_writes(20, timeout_seconds=60)
        scene.done("snapshot")
        scene.done("verify")
        for _ in range(count(1, 10)):
            for point in points_of("cutover"):
                kill("cutover", point)
            scene.check_while_it_writes(application)
        scene.done("cutover")
        application.wait_until_moved(timeout_seconds=60)
        served = application.stop()
    assert served.errors == ()
    with closing(scene.target.connect()) as mysql:
        assert lost_and_doubled(served.acknowledged, mysql) == NOTHING
        assert differences(scene.path, mysql) == []


@pytest.mark.parametrize("point", DECIDED)
def test_a_cutover_killed_after_its_decision_is_done_and_can_be_completed(
    point: str, scene: Scene, kill: Callable[[str, str], None], count: Callable[[int, int], int]
) -> None:
    for number in range(count(1, 10)):
        with scene.application(f"application-{number}") as application:
            application.wait_for_writes(20, timeout_seconds=60)
            scene.done("snapshot")
            scene.done("verify")
            kill("cutover", point)
            application.wait_until_moved(timeout_seconds=60)
            served = application.stop()
        assert served.errors == ()
        assert served.fenced == 4
        scene.done("cutover")
        for ending in points_of("complete"):
            kill("complete", ending)
        scene.done("complete")
        with closing(scene.target.connect()) as mysql:
            assert lost_and_doubled(served.acknowledged, mysql) == NOTHING
            assert differences(scene.path, mysql) == []
        scene.begin_again()
