"""The whole demonstration, with the crudest of migrations in the middle."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from tests.integration.offline_mover import OfflineMover
from tests.servers.target import Target
from zdcdc.demo.mover import SwitchResult
from zdcdc.demo.run import DemoPlan, run_demo
from zdcdc.demo.shop import ShopSize, create_shop
from zdcdc.demo.sides import connect_shop
from zdcdc.errors import Code, TargetError, ZdcdcError

SMALL = ShopSize(customers=256, items=128, orders=256)


def small_plan(directory: Path, target: Target) -> DemoPlan:
    """A demonstration of a few seconds."""
    return DemoPlan(
        directory, target.url, SMALL, 400.0, before_seconds=0.5, follow_seconds=0.0, after_seconds=1.0
    )


class ForgetfulMover(OfflineMover):
    """Loses one order that was acknowledged in SQLite."""

    def cutover(self) -> SwitchResult:
        """As its parent does, but for the newest order."""
        result = super().cutover()
        with closing(connect_shop(self._mysql_url)) as target, target.cursor() as cursor:
            cursor.execute("DELETE FROM ledger ORDER BY n LIMIT 1")
        return result


class BreakingMover(OfflineMover):
    """Fails where its target would."""

    def snapshot(self, observe: object) -> None:
        """Fail."""
        raise TargetError(Code.DISK, "no space left")


def test_live_writers_move_with_nothing_lost_or_doubled(tmp_path: Path, target: Target) -> None:
    screen = io.StringIO()
    report = run_demo(small_plan(tmp_path, target), OfflineMover, Console(file=screen))
    assert report.failures == ()
    assert report.exit_status == 0
    assert len(report.pauses) == report.writers
    assert report.accounts.acknowledged_in_sqlite >= report.writers
    assert report.accounts.acknowledged_in_mysql >= report.writers
    assert "cutover" in screen.getvalue()
    assert "\x1b" not in screen.getvalue()


def test_a_migration_that_loses_a_write_fails_the_demonstration(tmp_path: Path, target: Target) -> None:
    report = run_demo(small_plan(tmp_path, target), ForgetfulMover, Console(file=io.StringIO()))
    assert report.accounts.lost == 1
    assert report.exit_status == 6


def test_a_failing_migration_stops_the_writers(tmp_path: Path, target: Target) -> None:
    with pytest.raises(TargetError, match="no space left"):
        run_demo(small_plan(tmp_path, target), BreakingMover, Console(file=io.StringIO()))
    assert [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())] == []


def test_a_writer_that_dies_fails_the_demonstration(tmp_path: Path, target: Target) -> None:
    plan = small_plan(tmp_path, target)
    nowhere = DemoPlan(plan.directory, plan.mysql_url.replace(target.database, "not_there"), plan.size)
    with pytest.raises(ZdcdcError, match="shop-writer"):
        run_demo(nowhere, OfflineMover, Console(file=io.StringIO()))


WRITE_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from zdcdc.demo.shop import ShopSize
from zdcdc.demo.writers import Workplace, Writers

if __name__ == "__main__":
    directory, url = Path(sys.argv[1]), sys.argv[2]
    with Writers(Workplace(directory / "shop.db", url, directory, ShopSize(256, 128, 256), 50.0)):
        print("started", flush=True)
        time.sleep(600)
"""


def test_writers_end_when_their_parent_is_killed(tmp_path: Path, target: Target) -> None:
    create_shop(tmp_path / "shop.db", SMALL)
    script = tmp_path / "write.py"
    script.write_text(WRITE_UNTIL_KILLED)
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path), target.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        deadline = time.monotonic() + 30
        while len(list(tmp_path.glob("*.acknowledged"))) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        writers = psutil.Process(parent.pid).children()
        parent.kill()
    _, alive = psutil.wait_procs(writers, timeout=30)
    assert alive == []
