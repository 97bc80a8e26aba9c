"""The demonstration on a screen: a live panel on a terminal, lines elsewhere, a table at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from types import TracebackType
from typing import Final

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from zdcdc.demo.decision import Primary
from zdcdc.demo.mover import Progress
from zdcdc.demo.report import DemoReport

LINE_EVERY_SECONDS: Final = 1.0
FRAME_EVERY_SECONDS: Final = 0.25
BAR_WIDTH: Final = 30

Committed = Callable[[Primary], int]
"""How many transactions have been acknowledged on a side until now."""


@dataclass(frozen=True)
class Rates:
    """Acknowledged transactions a second, by side."""

    sqlite: float
    mysql: float


class Speedometer:
    """Turns growing counts into rates over about the last second."""

    def __init__(self, committed: Committed) -> None:
        self._committed = committed
        self._before = (time.monotonic(), committed(Primary.SQLITE), committed(Primary.MYSQL))
        self._rates = Rates(0.0, 0.0)

    def rates(self) -> Rates:
        """The newest rates; for one thread only."""
        then, sqlite, mysql = self._before
        now = time.monotonic()
        if now - then >= 0.9 * LINE_EVERY_SECONDS:
            self._before = (now, self._committed(Primary.SQLITE), self._committed(Primary.MYSQL))
            _, more_sqlite, more_mysql = self._before
            self._rates = Rates((more_sqlite - sqlite) / (now - then), (more_mysql - mysql) / (now - then))
        return self._rates


class Display:
    """Shows the newest progress until left. One thread draws; any thread may call :meth:`observe`."""

    def __init__(self, console: Console, committed: Committed) -> None:
        self._console = console
        self._speedometer = Speedometer(committed)
        self._progress: Progress | None = None
        self._step = ""
        self._began = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._draw, name="demo-display", daemon=True)

    def __enter__(self) -> Display:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def begin(self, step: str, explanation: str) -> None:
        """Say what happens from now on; ``step`` is one word. Older progress is no longer shown."""
        self._step, self._progress = step, None
        # A style given to print() would also be that of the live panel below.
        heading = Text(f"{self._seconds():5.1f} s  {step}: {explanation}", style="bold")
        self._console.print(heading, soft_wrap=True)

    def observe(self, progress: Progress) -> None:
        """Show this from now on."""
        self._progress = progress

    def _draw(self) -> None:
        if not self._console.is_terminal:
            while not self._over.wait(LINE_EVERY_SECONDS):
                self._console.print(self._line(), soft_wrap=True)
            return
        with Live(self._panel(), console=self._console, auto_refresh=False, transient=True) as live:
            while not self._over.wait(FRAME_EVERY_SECONDS):
                live.update(self._panel(), refresh=True)

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _line(self) -> Text:
        parts = [f"{self._seconds():5.1f} s", self._step, *_told(self._progress).values()]
        rates = self._speedometer.rates()
        return Text("  ".join([*parts, f"writes/s: SQLite {rates.sqlite:,.0f}, MySQL {rates.mysql:,.0f}"]))

    def _panel(self) -> RenderableType:
        rates = self._speedometer.rates()
        grid = Table.grid(padding=(0, 2))
        grid.add_row("step", Text(self._step, style="cyan"))
        if self._progress is not None:
            grid.add_row("", ProgressBar(total=100, completed=self._progress.percent, width=BAR_WIDTH))
        for what, text in _told(self._progress).items():
            grid.add_row(what, text)
        grid.add_row("writes", f"SQLite {rates.sqlite:,.0f}/s, MySQL {rates.mysql:,.0f}/s")
        return grid


def _told(progress: Progress | None) -> dict[str, str]:
    """What there is to say about ``progress``, by its name."""
    if progress is None:
        return {}
    done = f"{progress.percent:.0f}% of {progress.rows_total:,} rows"
    return {
        "phase": progress.phase,
        "copied": f"{done}, {progress.rows_per_second:,.0f} rows/s",
        "behind": f"lag {progress.lag_changes:,} changes, {progress.lag_seconds:.2f} s",
    }


def report_table(report: DemoReport) -> Table:
    """The table at the end; fits 80 columns."""
    accounts, speeds, comparison = report.accounts, report.speeds, report.comparison
    table = Table(title="zdcdc demo", show_header=False, title_justify="left")
    table.add_column("what", style="dim")
    table.add_column("result", justify="right")
    rates = report.writes_per_second
    rows: tuple[tuple[str, str, bool], ...] = (
        ("writes acknowledged", f"{accounts.acknowledged:,}", True),
        ("  in SQLite", f"{accounts.acknowledged_in_sqlite:,} ({rates[Primary.SQLITE]:,.0f}/s)", True),
        ("  in MySQL", f"{accounts.acknowledged_in_mysql:,} ({rates[Primary.MYSQL]:,.0f}/s)", True),
        ("found in MySQL", f"{accounts.found:,}", accounts.found == accounts.acknowledged),
        ("lost", f"{accounts.lost:,}", not accounts.lost),
        ("doubled", f"{accounts.doubled:,}", not accounts.doubled),
        ("copied", f"{speeds.copied_rows:,} rows, {speeds.rows_per_second:,.0f}/s", True),
        ("highest lag", f"{speeds.highest_lag_changes:,} changes, {speeds.highest_lag_seconds:.2f} s", True),
        ("pause of the writers", _pauses(report), len(report.pauses) == report.writers),
        ("  lock held by zdcdc", f"{report.switch.pause_seconds * 1000:.1f} ms", True),
        ("verify, under load", "identical" if report.verified else "differences", report.verified),
        ("full comparison", f"{comparison.rows:,} rows, {comparison.values:,} values", True),
        ("  differing rows", f"{comparison.differences:,}", not comparison.differences),
        ("total time", f"{report.total_seconds:.1f} s", True),
    )
    for what, result, good in rows:
        table.add_row(what, result, style=None if good else "bold red")
    return table


def _pauses(report: DemoReport) -> str:
    if not report.pauses:
        return "no writer switched"
    return f"at most {max(report.pauses) * 1000:.0f} ms, median {median(report.pauses) * 1000:.0f} ms"
