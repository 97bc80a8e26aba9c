"""Studies of Optuna move while they grow, and are tuned on in MySQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.migration import Migration
from tests.support.program import Program, alchemy_url
from zdcdc.wishes import ColumnWish, Wishes

HEARTBEAT = "trial_heartbeats.heartbeat"


def tuning(url: str) -> Program:
    return Program("tests.support.tuning", {"STORAGE_URL": url})


def test_optuna_loads_its_studies_with_equal_trials_and_runs_more_after_its_migration(
    target: Target, tmp_path: Path
) -> None:
    path = tmp_path / "tuning.db"
    before = tuning(f"sqlite:///{path}")
    before.run("fill")
    migration = Migration(path, target)
    migration.snapshot()
    studies = before.run("change")["studies"]
    migration.follow()
    assert migration.verify().identical
    assert migration.differences() == []
    migration.cutover()
    migration.complete()
    assert tuning(alchemy_url(target)).run("use")["studies"] == studies


@pytest.mark.parametrize("command", ["copied", "followed"])
def test_a_heartbeat_that_was_renewed_counts_after_the_migration(
    target: Target, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "tuning.db"
    before = tuning(f"sqlite:///{path}")
    before.run("fill")
    # SQLite's default writes the first beat without a fraction, SQLAlchemy the others with six digits.
    migration = Migration(path, target, wishes=Wishes(((HEARTBEAT, ColumnWish(codec="moment")),)))
    if command == "copied":
        before.run("beat")
    migration.snapshot()
    studies = before.run("change")["studies"]
    if command == "followed":
        before.run("beat")
    migration.follow()
    assert migration.verify().identical
    # The moments are the same; no one spelling gives all texts back.
    assert {f"{found.table}.{found.column}" for found in migration.differences()} <= {HEARTBEAT}
    migration.cutover()
    migration.complete()
    assert tuning(alchemy_url(target)).run("use")["studies"] == studies
