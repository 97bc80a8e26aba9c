"""A rest between two rounds, for as long as another thread asks for it."""

from __future__ import annotations

import threading

LOOK_SECONDS = 0.05


class Pause:
    """Begun and ended by one thread, held by another. A new one is not asked for."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._over.set()
        self._holding = False
        self._reason = ""

    @property
    def asked(self) -> bool:
        """Whether no further round may begin."""
        return not self._over.is_set()

    @property
    def holding(self) -> bool:
        """Whether the rounds do wait; after :meth:`begin` the one under way goes on to its end."""
        return self._holding

    @property
    def reason(self) -> str:
        """Why it is asked for, empty while it is not."""
        return self._reason

    def begin(self, reason: str) -> None:
        """From the next round on, :meth:`hold` waits."""
        self._reason = reason
        self._over.clear()

    def end(self) -> None:
        """Lets the rounds go on."""
        self._reason = ""
        self._over.set()

    def hold(self, stop: threading.Event) -> None:
        """Returns at once while it is not asked for, else when it ends or ``stop`` is set."""
        if not self.asked:
            return
        self._holding = True
        try:
            while not stop.is_set() and not self._over.wait(LOOK_SECONDS):
                pass
        finally:
            self._holding = False
