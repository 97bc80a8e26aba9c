"""The table of points and kills, filled by tests and printed at the end of a run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from zdcdc.points import POINTS

_kills = pytest.StashKey["Kills"]()


@dataclass
class Kills:
    """How often a process was killed at each point, and how the source was found after it."""

    found: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, point: str, standing: str) -> None:
        self.found[point][standing] += 1

    @property
    def total(self) -> int:
        return sum(sum(standings.values()) for standings in self.found.values())

    def lines(self) -> Iterator[str]:
        """The table, in the order in which a migration reaches the points."""
        width = max(map(len, POINTS))
        yield f"{'point':{width}}  kills  the source afterwards"
        for point in POINTS:
            standings = self.found.get(point, Counter())
            shown = ", ".join(f"{standing} {number}" for standing, number in sorted(standings.items()))
            yield f"{point:{width}}  {sum(standings.values()):5}  {shown}"


@pytest.fixture(scope="session")
def kills(pytestconfig: pytest.Config) -> Kills:
    """The table that the run prints at its end."""
    return pytestconfig.stash.setdefault(_kills, Kills())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table of points and kills; one line of it in a run without ``--soak``."""
    kills = config.stash.get(_kills, None)
    if kills is None or not kills.total:
        return
    terminalreporter.section("named points")
    if config.getoption("--soak"):
        for line in kills.lines():
            terminalreporter.write_line(line)
    terminalreporter.write_line(f"{kills.total} kills at {len(kills.found)} of {len(POINTS)} points")
