"""What can happen to bytes on their way: each kind of fault, and many of them at random.

A fault counts once ``hit`` is set: only then has it touched traffic.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from tests.support.proxy import Direction, Line, LineCutError, LineStalledError, Proxy

RECOVERY_SECONDS = 10.0


class _Fault(ABC):
    """Lets everything pass in its direction, and does not care for the other one."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._over = threading.Event()
        self.hit = threading.Event()

    def __str__(self) -> str:
        return f"{type(self).__name__.lower()} {self._direction.value}"

    def refuses(self) -> bool:
        return False

    def end(self) -> None:
        self._over.set()

    def meet(self, line: Line, direction: Direction, data: bytes) -> bytes:
        return self._touch(line, data) if direction is self._direction else data

    @abstractmethod
    def _touch(self, line: Line, data: bytes) -> bytes:
        """What becomes of ``data`` in this fault's direction."""


class Delay(_Fault):
    """Every block of bytes comes ``seconds`` late."""

    def __init__(self, direction: Direction, seconds: float) -> None:
        super().__init__(direction)
        self._seconds = seconds

    def _touch(self, line: Line, data: bytes) -> bytes:
        self.hit.set()
        line.sleep(self._seconds)
        return data


class Throttle(_Fault):
    """No more than so many bytes a second on each line."""

    PIECES_A_SECOND = 50

    def __init__(self, direction: Direction, bytes_per_second: int) -> None:
        super().__init__(direction)
        self._piece = max(1, bytes_per_second // self.PIECES_A_SECOND)

    def _touch(self, line: Line, data: bytes) -> bytes:
        self.hit.set()
        start = 0
        while start < len(data) and not self._over.is_set():
            line.send(self._direction, data[start : start + self._piece])
            start += self._piece
            line.sleep(1 / self.PIECES_A_SECOND)
        return data[start:]


class _Once(_Fault):
    """Happens once: to the byte that comes after ``after`` others on whichever line reaches it first."""

    def __init__(self, direction: Direction, after: int = 0) -> None:
        super().__init__(direction)
        self._after = after
        self._seen: Counter[Line] = Counter()
        self._lock = threading.Lock()

    def _touch(self, line: Line, data: bytes) -> bytes:
        with self._lock:
            place = self._after - self._seen[line]
            self._seen[line] += len(data)
            if self.hit.is_set() or place >= len(data):
                return data
            self.hit.set()
        return self._strike(line, data, place)

    @abstractmethod
    def _strike(self, line: Line, data: bytes, place: int) -> bytes:
        """``place`` is that of the byte within ``data``."""


class Cut(_Once):
    """The line ends at both ends, in the middle of a packet as likely as not."""

    def __init__(self, direction: Direction, after: int = 0, *, reset: bool = True) -> None:
        super().__init__(direction, after)
        self._reset = reset

    def _strike(self, line: Line, data: bytes, place: int) -> bytes:
        line.send(self._direction, data[:place])
        raise LineCutError(self._reset)


class HalfOpen(_Once):
    """Nothing passes any more in this direction, and neither end is told."""

    def _strike(self, line: Line, data: bytes, place: int) -> bytes:
        line.send(self._direction, data[:place])
        raise LineStalledError


class Corrupt(_Once):
    """One bit is another one when it arrives."""

    def __init__(self, direction: Direction, after: int = 0, bit: int = 0) -> None:
        super().__init__(direction, after)
        self._bit = bit

    def _strike(self, line: Line, data: bytes, place: int) -> bytes:
        return data[:place] + bytes([data[place] ^ 1 << self._bit]) + data[place + 1 :]


class CorruptText(_Fault):
    """One bit of the first byte of ``text`` is another one when it arrives; a line without TLS only."""

    def __init__(self, direction: Direction, text: bytes) -> None:
        super().__init__(direction)
        self._text = text

    def _touch(self, line: Line, data: bytes) -> bytes:
        place = data.find(self._text)
        if place < 0 or self.hit.is_set():
            return data
        self.hit.set()
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


class Refuse(_Fault):
    """The next line that carries anything is reset, and so are so many new connections."""

    def __init__(self, times: int) -> None:
        super().__init__(Direction.TO_SERVER)
        self._times = times
        self._cut = threading.Event()

    def __str__(self) -> str:
        return "refuse"

    def refuses(self) -> bool:
        self.hit.set()
        self._times -= 1
        return self._times >= 0

    def _touch(self, line: Line, data: bytes) -> bytes:
        if self._cut.is_set():
            return data
        self._cut.set()
        raise LineCutError(reset=True)


Fault = Delay | Throttle | Cut | HalfOpen | Corrupt | Refuse
Kind = Callable[[Random], tuple[Fault, float]]
"""Makes a fault, and the seconds for which it stays in force once it has hit."""


def _way(random: Random) -> Direction:
    return random.choice(list(Direction))


def _after(random: Random) -> int:
    """Most bytes are those of rows, most packets are small: a place in either."""
    return random.choice((0, random.randrange(100), random.randrange(5_000), random.randrange(50_000)))


def delay(random: Random) -> tuple[Fault, float]:
    return Delay(_way(random), random.uniform(0.005, 0.1)), random.uniform(0.1, 0.5)


def throttle(random: Random) -> tuple[Fault, float]:
    return Throttle(_way(random), random.randrange(2_000, 200_000)), random.uniform(0.1, 0.5)


def cut(random: Random) -> tuple[Fault, float]:
    return Cut(_way(random), _after(random), reset=random.random() < 0.5), 0.0


def half_open(random: Random) -> tuple[Fault, float]:
    return HalfOpen(_way(random), _after(random)), 0.0


def corrupt(random: Random) -> tuple[Fault, float]:
    return Corrupt(_way(random), _after(random), random.randrange(8)), 0.0


def refuse(random: Random) -> tuple[Fault, float]:
    return Refuse(random.randint(1, 4)), random.uniform(0.0, 0.5)


ALL_KINDS: tuple[Kind, ...] = (delay, throttle, cut, cut, half_open, refuse, corrupt, corrupt)


class Storm(threading.Thread):
    """Random faults one after the other until ``count`` of them have hit, or it is told to end."""

    def __init__(self, proxy: Proxy, kinds: Sequence[Kind], count: int, seed: int) -> None:
        super().__init__(name="storm", daemon=True)
        self._proxy = proxy
        self._kinds = kinds
        self._count = count
        self._random = Random(seed)
        self._ending = threading.Event()
        self.tally: Counter[str] = Counter()

    @property
    def hits(self) -> int:
        """How many faults have touched traffic so far."""
        return sum(self.tally.values())

    def end(self) -> None:
        """No more faults. Raises AssertionError where the storm itself failed."""
        self._ending.set()
        self.join()

    def run(self) -> None:
        while self.hits < self._count and not self._ending.is_set():
            fault, seconds = self._random.choice(self._kinds)(self._random)
            self._proxy.inject(fault)
            if fault.hit.wait(2.0):
                self._ending.wait(seconds)
                self.tally[str(fault)] += 1
            self._proxy.heal()
            self._pause()

    def _pause(self) -> None:
        """Some faults come upon one another; most meet a connection that works again."""
        until = time.monotonic() + RECOVERY_SECONDS
        wanted = self._proxy.passed + self._random.choice((0, 20, 50))
        while self._proxy.passed < wanted and time.monotonic() < until and not self._ending.is_set():
            self._ending.wait(0.01)
