"""The gate before each round: closed while a migration is paused."""

from __future__ import annotations

import threading

LOOK_SECONDS = 0.05


class Gate:
    """Closed and opened by one thread, held at by another. A new one is open."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self._holding = False
        self._reason = ""

    @property
    def closed(self) -> bool:
        """Whether no further round may begin."""
        return not self._open.is_set()

    @property
    def holding(self) -> bool:
        """Whether the rounds do wait here; after :meth:`close` the one under way goes on to its end."""
        return self._holding

    @property
    def reason(self) -> str:
        """Why it is closed, empty while it is open."""
        return self._reason

    def close(self, reason: str) -> None:
        """From the next round on, :meth:`hold` waits."""
        self._reason = reason
        self._open.clear()

    def open(self) -> None:
        """Lets the rounds go on."""
        self._reason = ""
        self._open.set()

    def hold(self, stop: threading.Event) -> None:
        """Returns at once while open, else when it is opened or ``stop`` is set."""
        if not self.closed:
            return
        self._holding = True
        try:
            while not stop.is_set() and not self._open.wait(LOOK_SECONDS):
                pass
        finally:
            self._holding = False
