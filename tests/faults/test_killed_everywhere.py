"""Killed at any named point under four writers, the same command given again ends where it would have."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import LostAndDoubled, differences, lost_and_doubled
from tests.support.kills import Note
from tests.support.scene import Scene, shop
from tests.support.schema import SchemaObject, sqlite_schema_of
from tests.support.writers import Served
from zdcdc.points import POINTS

Kill = Callable[[Scene, str, str], None]

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
def scenes(tmp_path: Path, target: Target, count: Callable[[int, int], int]) -> Iterator[Scene]:
    """As many shops as there shall be kills at each point, one after the other, with an empty target each."""

    def made() -> Iterator[Scene]:
        for number in range(count(1, 10)):
            folder = tmp_path / str(number)
            folder.mkdir()
            scene = Scene(shop(folder), target)
            yield scene
            scene.clear_target()

    return made()


@pytest.fixture
def kill(note_kill: Note) -> Kill:
    """Gives a command that is killed at a point; the source must stand as it should then."""

    def killed(scene: Scene, command: str, point: str) -> None:
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
    scenes: Iterator[Scene], kill: Kill
) -> None:
    for scene in scenes:
        before = schema_but_extra(scene)
        with scene.application() as application:
            application.wait_for_writes(20, timeout_seconds=60)
            for command in ("snapshot", "follow", "verify"):
                for point in points_of(command):
                    kill(scene, command, point)
                scene.done(command, *(["--until-caught-up"] if command == "follow" else []))
            scene.check_while_it_writes(application)
            for point in points_of("rollback"):
                kill(scene, "rollback", point)
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
    scenes: Iterator[Scene], kill: Kill
) -> None:
    for scene in scenes:
        with scene.application() as application:
            application.wait_for_writes(20, timeout_seconds=60)
            scene.done("snapshot")
            scene.done("verify")
            for point in points_of("cutover"):
                kill(scene, "cutover", point)
            scene.check_while_it_writes(application)
            scene.done("cutover")
            application.wait_until_moved(timeout_seconds=60)
            served = application.stop()
        assert_all_is_in_mysql(scene, served)


@pytest.mark.parametrize("point", DECIDED)
def test_a_cutover_killed_after_its_decision_is_done_and_can_be_completed(
    point: str, scenes: Iterator[Scene], kill: Kill
) -> None:
    for scene in scenes:
        with scene.application() as application:
            application.wait_for_writes(20, timeout_seconds=60)
            scene.done("snapshot")
            scene.done("verify")
            kill(scene, "cutover", point)
            application.wait_until_moved(timeout_seconds=60)
            served = application.stop()
        scene.done("cutover")
        for ending in points_of("complete"):
            kill(scene, "complete", ending)
        scene.done("complete")
        assert_all_is_in_mysql(scene, served)


def assert_all_is_in_mysql(scene: Scene, served: Served) -> None:
    """No writer met anything but the fence, and MySQL holds every acknowledged write once."""
    assert served.errors == ()
    assert served.fenced == 4
    with closing(scene.target.connect()) as mysql:
        assert lost_and_doubled(served.acknowledged, mysql) == NOTHING
        assert differences(scene.path, mysql) == []
