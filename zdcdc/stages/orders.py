"""What one process asks of the one that works on the source, and what that one says about itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from zdcdc.errors import Code, PreconditionError
from zdcdc.model import Decision, Primary


class Kind(str, Enum):
    """What is asked for."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Order:
    """One request; ``nonce`` tells it from every other, ``command`` and ``pid`` say who gives it."""

    nonce: str
    kind: Kind
    command: str
    pid: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Order | None:
        """None for what this version does not understand."""
        try:
            return cls(str(data["nonce"]), Kind(data["kind"]), str(data["command"]), int(data["pid"]))
        except (KeyError, TypeError, ValueError):
            return None


class RunnerState(str, Enum):
    """What the process that holds the lock is doing about orders."""

    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Runner:
    """What the holder of the lock says about itself.

    ``attends``: it carries out orders. ``answered`` is the nonce of the last order that it carried out,
    ``beat`` grows while it has one to carry out, ``reason`` says why it is in its state.
    """

    pid: int
    command: str
    attends: bool = False
    state: RunnerState = RunnerState.RUNNING
    reason: str = ""
    answered: str = ""
    beat: int = 0

    @property
    def name(self) -> str:
        """As a person is told of it."""
        return f"zdcdc {self.command} (process {self.pid})"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Runner | None:
        """None while the record is not written yet, or is one of another version."""
        try:
            return cls(
                int(data["pid"]),
                str(data["command"]),
                bool(data["attends"]),
                RunnerState(data["state"]),
                str(data["reason"]),
                str(data["answered"]),
                int(data["beat"]),
            )
        except (KeyError, TypeError, ValueError):
            return None


def answered(runner: Runner, order: Order) -> bool:
    """Whether ``runner`` says that it has carried out ``order``."""
    return runner.answered == order.nonce


def already(runner: Runner, kind: Kind) -> bool:
    """Whether there is nothing to ask for: it is so."""
    if kind is Kind.PAUSE:
        return runner.state is RunnerState.PAUSED
    return kind is Kind.RESUME and runner.state is RunnerState.RUNNING


class SwitchedElsewhereError(PreconditionError):
    """Another process made MySQL primary while this one had handed over."""

    def __init__(self, epoch: int) -> None:
        super().__init__(
            Code.PHASE,
            f"MySQL is primary since switch {epoch}, made from another terminal",
            consequence="there is nothing to copy or follow from SQLite any more",
            hint="zdcdc complete ends the migration",
        )
        self.epoch = epoch


def require_same_migration(before: Decision | None, now: Decision | None) -> None:
    """Passes when work may go on after the source was in other hands.

    Raises SwitchedElsewhereError, and PreconditionError when the migration is over.
    """
    if before is None:
        return  # none had begun, and the work itself looks at what there is
    if now is None or now.migration_id != before.migration_id:
        raise PreconditionError(
            Code.PHASE,
            "the migration was rolled back from another terminal",
            consequence="there is nothing left to copy or follow",
            hint="zdcdc snapshot begins another one",
        )
    if now.completed:
        raise PreconditionError(
            Code.PHASE,
            "the migration was completed from another terminal",
            consequence=f"{now.primary.value} is primary",
            hint="zdcdc status",
        )
    if now.primary is not before.primary and now.primary is Primary.MYSQL:
        raise SwitchedElsewhereError(now.epoch)


def advanced(runner: Runner, order: Order | None, *, done: bool) -> Runner:
    """What ``runner`` says next: a sign of life while an order waits, the answer once it is ``done``."""
    if order is None or answered(runner, order):
        return runner
    if done:
        return replace(runner, answered=order.nonce)
    return replace(runner, beat=runner.beat + 1)
