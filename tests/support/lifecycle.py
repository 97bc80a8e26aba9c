"""What each command does in each phase: the model that random sequences of commands are held to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Stand(str, Enum):
    """Where a migration stands, as ``status`` says it."""

    NEW = "new"
    COPYING = "copying"
    FOLLOWING = "following"
    CUT_OVER = "cut_over"
    COMPLETED = "completed"


BEGUN = (Stand.COPYING, Stand.FOLLOWING)
FENCED = (Stand.CUT_OVER, Stand.COMPLETED)

COMMANDS: dict[str, tuple[str, ...]] = {
    "snapshot": ("snapshot",),
    "follow": ("follow", "--until-caught-up"),
    "verify": ("verify",),
    "cutover": ("cutover", "--one-way", "--yes"),
    "rollback": ("rollback", "--yes"),
    "complete": ("complete",),
}
"""The words of each command after ``zdcdc``."""


@dataclass(frozen=True)
class Knowledge:
    """What is known without asking the product. None where a killed command left two possibilities.

    ``verified``: a comparison counts. ``drifted``: the source changed since the last round.
    ``half_undone``: a rollback was killed in between, so that only another one is sure to work.
    """

    stand: Stand = Stand.NEW
    verified: bool | None = False
    drifted: bool | None = False
    half_undone: bool = False


@dataclass(frozen=True)
class Expected:
    """Exit codes that are right, and where a success leads."""

    exits: frozenset[int]
    to: Stand


def expected(command: str, known: Knowledge) -> Expected:
    """What ``command`` has to do when it runs to its end."""
    success, leads_to = _rule(command, known)
    exits = {True: frozenset({0}), False: frozenset({3}), None: frozenset({0, 3})}[success]
    return Expected(exits, leads_to)


def _rule(command: str, known: Knowledge) -> tuple[bool | None, Stand]:
    stand = known.stand
    if command == "rollback":
        return stand not in FENCED, stand if stand in FENCED else Stand.NEW
    if command == "complete":
        return stand in FENCED, Stand.COMPLETED if stand in FENCED else stand
    if command == "cutover" and stand in FENCED:
        return True, stand
    if stand in FENCED or (stand is Stand.NEW and command != "snapshot"):
        return False, stand
    if known.half_undone:
        return None, Stand.FOLLOWING if command in ("snapshot", "follow") else stand
    if command in ("snapshot", "follow"):
        return True, Stand.FOLLOWING
    if stand is Stand.COPYING:
        return False, stand
    if command == "verify":
        return _not(known.drifted), stand
    return _both(known.verified, _not(known.drifted)), Stand.CUT_OVER


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def after_success(command: str, known: Knowledge, to: Stand) -> Knowledge:
    """What is known once ``command`` has ended well."""
    if command == "verify":
        return Knowledge(to, verified=True, drifted=False)
    if command in ("snapshot", "follow"):
        # A change of the source that was followed takes the comparison back.
        return Knowledge(to, verified=_both(known.verified, _not(known.drifted)))
    return Knowledge(to)


def possible_after_kill(command: str, known: Knowledge) -> frozenset[Stand]:
    """Where a killed ``command`` may have left the migration."""
    stand = known.stand
    if stand in FENCED:
        return frozenset({stand, Stand.COMPLETED} if command == "complete" else {stand})
    if command in ("snapshot", "follow"):
        begun = {Stand.COPYING, Stand.FOLLOWING}
        return frozenset(begun | {Stand.NEW} if stand is Stand.NEW and command == "snapshot" else begun) | (
            frozenset({stand})
        )
    if command == "rollback":
        return frozenset({stand, Stand.COPYING, Stand.NEW})
    if command == "cutover":
        return frozenset({stand, Stand.CUT_OVER})
    return frozenset({stand})
