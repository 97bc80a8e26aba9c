"""The table of points and kills: noted by tests, printed at the end of a run, wherever its tests ran."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

import pytest

from zdcdc.points import POINTS

_PROPERTY = "killed"

Note = Callable[[str, str], None]
"""Notes a kill: the point, and how the source was found after it."""


@pytest.fixture
def note_kill(record_property: Callable[[str, object], None]) -> Note:
    """What is noted goes with the test's report, also from one process to another."""
    return lambda point, standing: record_property(_PROPERTY, f"{point} {standing}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table; one line of it in a run without ``--soak``."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            for name, value in report.user_properties:
                if name == _PROPERTY:
                    point, _, standing = value.partition(" ")
                    found[point][standing] += 1
    if not found:
        return
    terminalreporter.section("named points")
    if config.getoption("--soak"):
        for line in table(found):
            terminalreporter.write_line(line)
    kills = sum(sum(standings.values()) for standings in found.values())
    terminalreporter.write_line(f"{kills} kills at {len(found)} of {len(POINTS)} points")


def table(found: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """A line for each point, in the order in which a migration reaches them."""
    width = max(map(len, POINTS))
    yield f"{'point':{width}}  kills  the source afterwards"
    for point in POINTS:
        standings = found.get(point, {})
        shown = ", ".join(f"{standing} {number}" for standing, number in sorted(standings.items()))
        yield f"{point:{width}}  {sum(standings.values()):5}  {shown}"
