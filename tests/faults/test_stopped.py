"""Two processes that both believe they are in charge: one was stopped, and goes on when another took over.

The lock of the runner is still held by the stopped process. Where a file system's locks do not work, or where
somebody removed the file, a second one gets in all the same: the checks of round, epoch and decision hold.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.command import INTERRUPTED, Outcome
from tests.support.forked import Started
from tests.support.scene import LIMITS, OPTIONS, Scene, shop
from zdcdc.stages.lock import lock_path, wish_path

REFUSED = 3
UNDONE = 75
HELD_SECONDS = 1.3
"""Longer than the time after which a waiting statement gives up here, shorter than any busy timeout."""

HOLDING = ("install.before_commit", "chunk.after_load")
"""Points of a copy at which locks are held that another one needs."""

SHORT_WAITS = "mysql_lock_wait_seconds = 1\n" + LIMITS


@pytest.fixture
def scene(tmp_path: Path, target: Target) -> Scene:
    return Scene(shop(tmp_path), target, SHORT_WAITS)


@pytest.fixture
def copied(scene: Scene) -> Scene:
    scene.done("snapshot")
    scene.write()
    return scene


@pytest.fixture
def verified(copied: Scene) -> Scene:
    copied.done("verify")
    return copied


def stopped(scene: Scene, command: str, point: str, *options: str) -> Started:
    """A command that stands still at a point, without a lock that would keep others out."""
    child = scene.start(command, f"{point}:stop", *options)
    child.wait_until_stopped()
    lock_path(scene.path).unlink()
    wish_path(scene.path).unlink(missing_ok=True)
    return child


def goes_on(child: Started) -> Outcome:
    """How a process ends that was stopped."""
    child.signal(signal.SIGCONT)
    return child.wait()


def interrupted(child: Started) -> Outcome:
    """How a follower ends: by itself when it is refused, else because it is asked to."""
    time.sleep(0.3)
    child.signal(signal.SIGINT)
    return child.wait()


def refused(outcome: Outcome) -> bool:
    """Whether it was told that another one is in charge."""
    return outcome.exit_code == REFUSED and "another zdcdc process is in charge" in outcome.err


def wait_until(reached: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def waits_for_the_checkpoint(scene: Scene) -> bool:
    """Whether a session is at a statement on the checkpoint, which the stopped process has locked."""
    with closing(scene.target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute("SHOW FULL PROCESSLIST")
        return any("_zdcdc_checkpoint" in (row[7] or "") for row in cursor.fetchall())


def check_switched(scene: Scene) -> None:
    assert scene.standing() == "fenced"
    with closing(scene.target.connect()) as mysql:
        scene.check(mysql)


def test_a_round_that_was_read_before_another_process_went_on_is_refused(copied: Scene) -> None:
    for point in ("round.after_read", "round.before_write"):
        copied.write()
        late = stopped(copied, "follow", point)
        copied.write()
        copied.done("follow", "--until-caught-up")
        outcome = goes_on(late)
        assert refused(outcome), str(outcome)
    copied.check_while_it_writes()


@pytest.mark.parametrize("point", ["round.claimed", "round.before_commit"])
def test_a_round_that_waited_for_the_one_under_way_is_refused(point: str, copied: Scene) -> None:
    first = stopped(copied, "follow", point)
    second = copied.start("follow")
    wait_until(lambda: waits_for_the_checkpoint(copied), "the second to wait for the first")
    first.signal(signal.SIGCONT)

    def one_ended() -> bool:
        copied.write()
        return first.ended or second.ended

    wait_until(one_ended, "one of the two to be refused")
    outcomes = [child.wait() if child.ended else interrupted(child) for child in (first, second)]
    assert sorted(outcome.exit_code for outcome in outcomes) == [REFUSED, INTERRUPTED], str(outcomes)
    assert any(map(refused, outcomes)), str(outcomes)
    copied.check_while_it_writes()


def test_of_two_copies_one_is_refused_and_the_other_is_exact(scene: Scene) -> None:
    for point in ("install.before", "create.before", "index.before", *HOLDING):
        first = stopped(scene, "snapshot", point)
        second = scene.start("snapshot")
        if point in HOLDING:
            time.sleep(HELD_SECONDS)
            outcomes = [goes_on(first), second.wait()]
        else:
            outcomes = [second.wait(), goes_on(first)]
        scene.write()
        codes = sorted(outcome.exit_code for outcome in outcomes)
        # The late one may find that nothing is left to do; of two installations one is always refused.
        assert codes == [0, REFUSED] or (codes == [0, 0] and "install" not in point), f"{point}: {outcomes}"
        scene.check_while_it_writes()
        scene.done("rollback")
        assert scene.target_tables() == []


def test_a_cutover_that_comes_late_finds_it_done(verified: Scene) -> None:
    late = stopped(verified, "cutover", "cutover.before_lock")
    verified.done("cutover")
    outcome = goes_on(late)
    assert outcome.exit_code == REFUSED, str(outcome)
    assert "FENCE_001" in outcome.err
    check_switched(verified)


def test_a_cutover_that_another_process_overtook_is_refused_and_nothing_is_switched(verified: Scene) -> None:
    late = stopped(verified, "cutover", "cutover.before_lock")
    verified.write()
    verified.done("follow", "--until-caught-up")
    outcome = goes_on(late)
    assert refused(outcome), str(outcome)
    assert verified.standing() == "writable"
    verified.check_while_it_writes()


@pytest.mark.parametrize("point", ["drain.before_commit", "fence.raised"])
def test_a_follower_is_refused_by_the_cutover_that_it_met(point: str, verified: Scene) -> None:
    switching = stopped(verified, "cutover", point)
    following = verified.start("follow")
    time.sleep(HELD_SECONDS)
    outcome = goes_on(switching)
    assert outcome.exit_code == 0, str(outcome)
    outcome = following.wait()
    assert outcome.exit_code == REFUSED, str(outcome)
    assert "FENCE_001" in outcome.err
    check_switched(verified)


def test_a_cutover_that_stood_still_for_longer_than_its_pause_is_undone(verified: Scene) -> None:
    child = stopped(verified, "cutover", "cutover.locked", *OPTIONS["cutover"], "--max-pause=1")
    time.sleep(HELD_SECONDS)
    outcome = goes_on(child)
    assert outcome.exit_code == UNDONE, str(outcome)
    assert verified.standing() == "writable"
    verified.check_while_it_writes()


def test_a_comparison_of_a_former_migration_does_not_count_for_the_next(copied: Scene) -> None:
    late = stopped(copied, "verify", "verify.compared")
    copied.done("rollback")
    copied.done("snapshot")
    outcome = goes_on(late)
    assert refused(outcome), str(outcome)
    outcome = copied.run("cutover")
    assert outcome.exit_code == REFUSED, str(outcome)
    assert "never compared" in outcome.err


@pytest.mark.parametrize("point", ["rollback.before", "uninstall.before"])
def test_a_rollback_that_comes_late_takes_nothing_from_the_next_migration(
    point: str, copied: Scene
) -> None:
    late = stopped(copied, "rollback", point)
    copied.done("rollback")
    copied.done("snapshot")
    copied.done("verify")
    copied.done("cutover")
    outcome = goes_on(late)
    assert outcome.exit_code == REFUSED, str(outcome)
    check_switched(copied)
