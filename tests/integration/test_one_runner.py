"""One runner per source: a second one is refused wherever it comes from, a dead one is in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.command import INTERRUPTED, Running, Zdcdc
from tests.support.migration import made_database
from zdcdc.stages.lock import lock_path, running

SCRIPT = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a');"


@pytest.fixture
def zdcdc(target: Target, tmp_path: Path) -> Zdcdc:
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    return Zdcdc(made_database(tmp_path / "app.db", SCRIPT), url, target.password, tmp_path / "state")


@pytest.fixture
def follower(zdcdc: Zdcdc) -> Iterator[Running]:
    """A ``follow`` that runs and holds the lock."""
    outcome = zdcdc.run("snapshot")
    assert outcome.exit_code == 0, outcome
    with zdcdc.started("follow") as started:
        started.wait_until(lambda: running(zdcdc.sqlite_path) == started.process.pid, "the lock to be taken")
        yield started


def test_a_second_runner_is_refused_and_told_who_is_first(
    zdcdc: Zdcdc, follower: Running, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(zdcdc.sqlite_path)
    assert lock_path(link) == lock_path(zdcdc.sqlite_path)
    assert lock_path(link).stat().st_mode & 0o777 == 0o600
    by_link = Zdcdc(link, zdcdc.url, zdcdc.password, tmp_path / "other-state")
    for runner, command in ((zdcdc, "snapshot"), (by_link, "follow")):
        outcome = runner.run(command)
        assert outcome.exit_code == 3, outcome
        assert "LOCK_001" in outcome.err
        assert str(follower.process.pid) in outcome.err
    assert follower.process.poll() is None
    assert zdcdc.run("status").exit_code == 0
    assert follower.interrupt().exit_code == INTERRUPTED
    assert not lock_path(zdcdc.sqlite_path).exists()


def test_the_lock_of_a_killed_runner_is_in_nobodys_way(zdcdc: Zdcdc, follower: Running) -> None:
    follower.kill()
    assert lock_path(zdcdc.sqlite_path).exists()
    assert running(zdcdc.sqlite_path) is None
    outcome = zdcdc.run("follow", "--until-caught-up")
    assert outcome.exit_code == 0, outcome
    assert not lock_path(zdcdc.sqlite_path).exists()
