"""A set that a reproducible die can draw from."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Pool(Generic[T]):
    """Distinct things in an order that depends only on what was done; every operation takes constant time."""

    def __init__(self, things: Iterable[T] = ()) -> None:
        self._things = list(things)
        self._places = {thing: place for place, thing in enumerate(self._things)}

    def __len__(self) -> int:
        return len(self._things)

    def draw(self, dice: random.Random) -> T:
        """One of them; it stays in. IndexError when there is none."""
        return self._things[int(dice.random() * len(self._things))]

    def add(self, thing: T) -> None:
        """Put ``thing`` in, once."""
        if thing not in self._places:
            self._places[thing] = len(self._things)
            self._things.append(thing)

    def remove(self, thing: T) -> None:
        """Take ``thing`` out; KeyError when it is not in."""
        place = self._places.pop(thing)
        last = self._things.pop()
        if place < len(self._things):
            self._things[place] = last
            self._places[last] = place
