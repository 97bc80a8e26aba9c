"""When a table that is held is looked at again after it was written: soon, then after growing pauses."""

from __future__ import annotations

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
"""Seconds: each look reads the whole table."""


class HeldTableStirred(Exception):  # noqa: N818 - a signal, not an error
    """A table that is held was written to: what was in the way may have been corrected."""


class Stirred:
    """Decides, given the time in seconds."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._next = 0.0

    def due(self, now: float) -> bool:
        """Whether to look now; the next look is not before the pause after it is over."""
        if now < self._next:
            return False
        self._pause = min(LONGEST_PAUSE, 2 * self._pause) or FIRST_PAUSE
        self._next = now + self._pause
        return True
