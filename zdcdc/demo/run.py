"""The demonstration from beginning to end: seed, write, migrate, switch, write on, prove.

    plan = DemoPlan(directory=Path(...), mysql_url=endpoint.url("shop"))
    report = run_demo(plan, lambda sqlite_path, mysql_url: ..., Console(stderr=True))
    Console().print(report_table(report))
    sys.exit(report.exit_status)

The directory is the caller's to remove.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from rich.console import Console

from zdcdc.demo.acknowledgements import read_promises
from zdcdc.demo.compare import Comparison, compare
from zdcdc.demo.decision import Primary
from zdcdc.demo.ledger import Accounts, Promised, pauses, read_ledger, settle
from zdcdc.demo.mover import Mover, Progress, SwitchResult
from zdcdc.demo.replay import build_expected
from zdcdc.demo.report import DemoReport, Speeds
from zdcdc.demo.shop import PARTITIONS, ShopSize, create_shop
from zdcdc.demo.show import Display
from zdcdc.demo.sides import connect_shop
from zdcdc.demo.writers import Workplace, Writers
from zdcdc.errors import Code, TryAgainError

MakeMover: TypeAlias = Callable[[Path, str], Mover]
"""Makes the migration of a SQLite file to a MySQL URL."""

ARRIVAL_TIMEOUT_SECONDS = 20.0
LOOK_EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class DemoPlan:
    """What to do where. ``directory`` and the database of ``mysql_url`` exist and are empty."""

    directory: Path
    mysql_url: str = field(repr=False)
    size: ShopSize = field(default_factory=ShopSize)
    writes_per_second: float = 1_000.0
    before_seconds: float = 2.0
    follow_seconds: float = 10.0
    after_seconds: float = 10.0

    @property
    def shop(self) -> Path:
        """The application's SQLite file."""
        return self.directory / "shop.db"

    @property
    def expected(self) -> Path:
        """The copy of it that is compared with MySQL at the end."""
        return self.directory / "expected.db"


class _Watch:
    """Hands progress to the display, and remembers the extremes."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self.rows = 0
        self.highest_lag_changes = 0
        self.highest_lag_seconds = 0.0

    def copying(self, progress: Progress) -> None:
        self.rows = max(self.rows, progress.rows_done)
        self._display.observe(progress)

    def following(self, progress: Progress) -> None:
        self.highest_lag_changes = max(self.highest_lag_changes, progress.lag_changes)
        self.highest_lag_seconds = max(self.highest_lag_seconds, progress.lag_seconds)
        self._display.observe(progress)


@dataclass(frozen=True)
class _Moved:
    """What was measured while the application ran."""

    speeds: Speeds
    verified: bool
    switch: SwitchResult
    writes_per_second: dict[Primary, float]


def run_demo(plan: DemoPlan, make_mover: MakeMover, console: Console) -> DemoReport:
    """Run the whole demonstration; shows its progress on ``console``.

    Raises ZdcdcError from a step of the migration, or if a writer fails; writers are stopped in any case.
    Lost, doubled and differing data are no errors here but findings of the report.
    """
    began = time.monotonic()
    console.print("seeding a shop in SQLite …")
    rows = create_shop(plan.shop, plan.size)
    console.print(f"{rows:,} rows seeded; {PARTITIONS} processes begin to write")
    workplace = Workplace(
        plan.shop, plan.mysql_url, plan.directory, plan.size, plan.writes_per_second / PARTITIONS
    )
    writers = Writers(workplace)
    with Display(console, writers.committed) as display:
        moved = _move(plan, make_mover, writers, display)
        display.begin("compare", "the writers have stopped; every value is compared")
        promised = {writer: read_promises(plan.directory, writer) for writer in range(PARTITIONS)}
        accounts, comparison = prove(plan, promised)
    return DemoReport(
        accounts=accounts,
        speeds=moved.speeds,
        writes_per_second=moved.writes_per_second,
        writers=PARTITIONS,
        pauses=pauses(promised),
        switch=moved.switch,
        verified=moved.verified,
        comparison=comparison,
        total_seconds=time.monotonic() - began,
    )


def prove(plan: DemoPlan, promised: Promised) -> tuple[Accounts, Comparison]:
    """Settle the ledger and compare every value, with the writers stopped. Changes neither side."""
    plan.expected.unlink(missing_ok=True)
    build_expected(plan.shop, plan.expected, promised, plan.size)
    with closing(connect_shop(plan.mysql_url)) as connection:
        return settle(promised, read_ledger(connection)), compare(plan.expected, connection)


def _move(plan: DemoPlan, make_mover: MakeMover, writers: Writers, display: Display) -> _Moved:
    """The migration, with the writers at work all the time."""
    with writers:
        watch = _Watch(display)
        display.begin("write", "the application writes to SQLite")
        _await_all(writers, Primary.SQLITE)
        writing = time.monotonic()
        time.sleep(plan.before_seconds)

        mover = make_mover(plan.shop, plan.mysql_url)
        display.begin("snapshot", "all rows are copied while the application writes")
        copying = time.monotonic()
        mover.snapshot(watch.copying)
        copied = time.monotonic()
        writers.require_all_at_work()
        display.begin("follow", "what the application changes is replayed")
        mover.follow(plan.follow_seconds, watch.following)
        display.begin("verify", "both sides are compared under load")
        verified = mover.verify()
        writers.require_all_at_work()
        display.begin("cutover", "the writes move to MySQL")
        switch = mover.cutover()
        switched = time.monotonic()
        in_sqlite = writers.committed(Primary.SQLITE)
        display.begin("write", "the application writes to MySQL")
        _await_all(writers, Primary.MYSQL)
        time.sleep(plan.after_seconds)
        writers.require_all_at_work()
        in_mysql, stopping = writers.committed(Primary.MYSQL), time.monotonic()
    return _Moved(
        Speeds(watch.rows, copied - copying, watch.highest_lag_changes, watch.highest_lag_seconds),
        verified,
        switch,
        {Primary.SQLITE: in_sqlite / (switched - writing), Primary.MYSQL: in_mysql / (stopping - switched)},
    )


def _await_all(writers: Writers, side: Primary) -> None:
    """Wait until each writer has committed on ``side``. Raises TryAgainError when one does not get there."""
    deadline = time.monotonic() + ARRIVAL_TIMEOUT_SECONDS
    while not all(writers.committed_by_each(side)):
        writers.require_all_at_work()
        if time.monotonic() > deadline:
            raise TryAgainError(
                Code.TIME,
                f"not all writers of the sample application reached {side.value} in time",
                hint="look for other load on this machine, and run the demonstration again",
            )
        time.sleep(LOOK_EVERY_SECONDS)
