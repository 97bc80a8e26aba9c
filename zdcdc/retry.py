"""When to try again: a pure decision from the number of failures and the time."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Retry:
    """Doubling back-off with a cap and a bound. Times in seconds; ``since`` is when failures began."""

    first_delay: float = 0.1
    longest_delay: float = 5.0
    give_up_after: float = 60.0
    failures: int = 0
    since: float | None = None

    def failed(self, now: float) -> Retry:
        """The state after one more failure at time ``now``."""
        return replace(self, failures=self.failures + 1, since=now if self.since is None else self.since)

    def succeeded(self) -> Retry:
        """The state after a success: failures are forgotten."""
        return replace(self, failures=0, since=None)

    @property
    def delay(self) -> float:
        """Seconds to wait before the next try."""
        if not self.failures:
            return 0.0
        return min(self.longest_delay, float(self.first_delay * 2 ** min(self.failures - 1, 20)))

    def exhausted(self, now: float) -> bool:
        """Whether failures have lasted too long to go on."""
        return self.since is not None and now - self.since >= self.give_up_after
