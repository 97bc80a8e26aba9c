"""Names that both servers take, made of any: at most 64 characters of the basic plane. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

LONGEST = 64
_RESERVED = {"", "primary", "gen_clust_index"}


def fitting(name: str, end: str = "") -> str:
    """``name`` followed by ``end``; where it has to be changed or cut, a digest tells it from others."""
    clean = "".join("_" if not "\0" < c <= "\uffff" or "\ud800" <= c <= "\udfff" else c for c in name)
    whole = clean + end
    kept = clean == name and not whole.endswith(" ") and whole.lower() not in _RESERVED
    if kept and len(whole) <= LONGEST:
        return whole
    mark = f"_{sha256(name.encode(errors='surrogatepass')).hexdigest()[:8]}{end}"
    return clean.strip()[: LONGEST - len(mark)] + mark


class Names:
    """Names given so far, told apart as the servers do: without regard to case."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(map(_folded, taken))

    def give(self, name: str, end: str = "") -> str:
        """``name`` with ``end``, or the next that is like it and free."""
        given = fitting(name, end)
        number = 2
        while _folded(given) in self._taken:
            given = fitting(name, f"_{number}{end}")
            number += 1
        self._taken.add(_folded(given))
        return given


def _folded(name: str) -> str:
    return name.upper().casefold()
