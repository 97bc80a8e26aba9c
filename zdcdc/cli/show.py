"""What a person or a program sees: data on standard output, everything else on standard error."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import click
import orjson
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from zdcdc.check.findings import Finding, Level
from zdcdc.check.reading import apart
from zdcdc.comparison import Verification
from zdcdc.errors import ZdcdcError
from zdcdc.status import Status

LINE_SECONDS = 5.0
_STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.INFO: "dim"}


def json_document(document: dict[str, Any]) -> None:
    """One JSON document on standard output."""
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def json_line(document: dict[str, Any]) -> None:
    """One JSON document on a line of its own, seen at once by whoever reads a pipe."""
    click.echo(orjson.dumps(document).decode())


def error_document(error: ZdcdcError) -> dict[str, Any]:
    """An error as JSON."""
    return {
        "error": {
            "code": error.code.value,
            "side": error.side.value,
            "message": error.what,
            "consequence": error.consequence,
            "hint": error.hint,
        }
    }


@contextmanager
def hang_up_heeded() -> Iterator[None]:
    """What is written to a terminal that has gone away goes nowhere: SIGHUP says what that means, and the
    failure to write must not stand in the way of storing and of the exit status."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


class Terminal:
    """Standard error as a person sees it: a live line on a terminal, a line now and then elsewhere."""

    def __init__(self, *, quiet: bool, color: bool) -> None:
        self._console = Console(
            stderr=True, no_color=not color, highlight=False, soft_wrap=not sys.stderr.isatty()
        )
        self._quiet = quiet
        self._live: Live | None = None
        self._line_at = float("-inf")

    def __enter__(self) -> Terminal:
        if self._console.is_terminal and not self._quiet:
            self._live = Live(console=self._console, refresh_per_second=4, transient=True)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            with hang_up_heeded():
                self._live.stop()
            self._live = None

    def say(self, text: str, style: str = "") -> None:
        """One line, unless asked to be quiet."""
        if not self._quiet:
            with hang_up_heeded():
                self._console.print(Text(text, style=style))

    def watch(self, status: Status) -> None:
        """The present state, in place on a terminal."""
        self._tick(status_line(status))

    def scanning(self, table: str, rows: int) -> None:
        """Progress of the scan that decides the mapping."""
        self._tick(f"scanning {table}: {rows:,} rows")

    def comparing(self, table: str, rows: int, differences: int) -> None:
        """Progress of a comparison."""
        self._tick(f"comparing {table}: {rows:,} rows, {differences:,} differ")

    def findings(self, findings: Iterable[Finding]) -> None:
        """Every finding, errors first, but for those about reading (see :meth:`reading`)."""
        order = list(Level)
        others, _ = apart(findings)
        for finding in sorted(others, key=lambda finding: order.index(finding.level)):
            place = ".".join(part for part in (finding.table, finding.column) if part)
            text = f"{finding.level.value:7} {place + ': ' if place else ''}{finding.message}"
            self.say(text, _STYLES[finding.level])
            if finding.samples:
                self.say(f"        rows with key {'; '.join(finding.samples)}")
            if finding.hint:
                self.say(f"        hint: {finding.hint}", "dim")

    def reading(self, findings: Iterable[Finding]) -> None:
        """What queries will read differently."""
        _, reading = apart(findings)
        if reading:
            self.say("What queries will read differently in MySQL (docs/reading.md):", "bold")
        for finding in reading:
            self.say(f"  {finding.message}")
            self.say(f"        instead: {finding.hint}", "dim")

    def notice(self, text: str) -> None:
        """Something happened that a person should know."""
        self.say(text, "yellow")

    def _tick(self, line: str) -> None:
        if self._quiet:
            return
        if self._live is not None:
            self._live.update(Text(line, overflow="ellipsis", no_wrap=True))
            return
        now = time.monotonic()
        if now - self._line_at >= LINE_SECONDS:
            self._line_at = now
            with hang_up_heeded():
                self._console.print(Text(line))


def difference_lines(outcome: Verification) -> Iterator[str]:
    """One line for each row that differs."""
    lasted = {None: "", True: ", still there when looked at again", False: ", gone when looked at again"}
    for found in outcome.differences:
        columns = f" in {', '.join(found.columns)}" if found.columns else ""
        yield f"{found.table} {found.key}: {found.kind}{columns}{lasted[found.lasted]}"


def status_line(status: Status) -> str:
    """One line: percent, rows/s, lag, backlog, state with its reason, ETA."""
    parts = [f"{status.state:15}", f"{status.copy.percent:5.1f}%  {status.copy.rows_done:,} rows"]
    if status.copy.rows_per_second:
        parts.append(f"{status.copy.rows_per_second:,.0f} rows/s")
    if status.copy.eta_seconds is not None:
        parts.append(f"{status.copy.eta_seconds:.0f} s left")
    if status.lag is not None:
        parts.append(f"lag {status.lag.seconds:.2f} s, {status.lag.changes:,} changes")
    return "  ".join(parts)


def status_table(status: Status) -> Table:
    """The whole status for a person."""
    document = status.to_json()
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("migration", document["migration_id"] or "none")
    table.add_row("phase", f"{status.phase.value} ({status.primary.value} is primary)")
    table.add_row("state", status.state + (f": {status.reason}" if status.reason else ""))
    if status.copy.tables:
        table.add_row("copied", f"{status.copy.percent:.1f}%, {status.copy.rows_done:,} rows")
    for name, reason in status.held:
        table.add_row("held", f"{name}: {reason}")
    if status.lag is not None:
        table.add_row("lag", f"{status.lag.changes:,} changes, {status.lag.seconds:.2f} s")
    for side, reasons in status.retries.items():
        table.add_row("tried again", ", ".join(f"{side} {reason}: {n:,}" for reason, n in reasons.items()))
    if status.verification is not None:
        seen = status.verification
        table.add_row("verified", f"{seen['result']}, {seen['rows']:,} rows, {seen['age_seconds']:.0f} s ago")
    available, reason = status.rollback
    table.add_row("way back", ("yes" if available else "no") + f": {reason}")
    for number, step in enumerate(status.next_steps):
        table.add_row("next" if not number else "", step)
    return table


def print_table(table: Table, color: bool) -> None:
    """A table on standard output."""
    # Brackets are part of names and hints here, not markup.
    Console(no_color=not color, highlight=False, markup=False).print(table)
