"""Whether a cutover may begin: a pure decision that names every reason against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zdcdc.errors import Code, PreconditionError, TryAgainError, ZdcdcError
from zdcdc.model import Checkpoint, Lag

FENCE_SECONDS_PER_TABLE = 0.0003
"""Swapping capture for fence took 54 ms for 200 tables (design, Cutover)."""


CLOCK_SECONDS = 60.0
"""How far a server's clock may be put right without a comparison's age being in doubt."""


@dataclass(frozen=True, slots=True)
class SwitchLimits:
    """Bounds of one switch in seconds: lag before it, pause of the writers, wait for both."""

    max_lag: float
    max_pause: float
    timeout: float
    verification_age: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was seen of both sides just before."""

    checkpoint: Checkpoint
    verification: Mapping[str, Any] | None
    lag: Lag | None
    tables: int
    held: tuple[str, ...] = ()

    @property
    def predicted_pause(self) -> float:
        """Seconds for which the writers will wait, from the number of tables."""
        return 0.01 + FENCE_SECONDS_PER_TABLE * self.tables


def objections(ready: Readiness, limits: SwitchLimits) -> list[ZdcdcError]:
    """Every reason against a cutover now, the gravest first; empty when it may begin."""
    return lasting_objections(ready, limits) + passing_objections(ready, limits)


def passing_objections(ready: Readiness, limits: SwitchLimits) -> list[ZdcdcError]:
    """Reasons that may be gone in a moment."""
    if ready.lag is None or ready.lag.seconds <= limits.max_lag:
        return []
    return [
        TryAgainError(
            Code.LAG,
            f"the target is {ready.lag.seconds:.2f} s behind; at most {limits.max_lag:.2f} s are allowed",
            consequence="nothing was changed",
            hint="try again when the writes calm down, or raise --max-lag",
        )
    ]


def lasting_objections(ready: Readiness, limits: SwitchLimits) -> list[ZdcdcError]:
    """Reasons that waiting does not mend."""
    found: list[ZdcdcError] = []
    if ready.held:
        found.append(
            PreconditionError(
                Code.DRIFT,
                f"tables are held and not in the target: {', '.join(ready.held)}",
                consequence="nothing was changed",
                hint="zdcdc status says why; correct it, then zdcdc follow takes them in",
            )
        )
    if not (ready.checkpoint.copied and ready.checkpoint.indexed):
        found.append(PreconditionError(Code.PHASE, "the copy is not complete", hint="zdcdc snapshot"))
    found += _verification(ready, limits)
    if ready.predicted_pause > limits.max_pause:
        found.append(
            TryAgainError(
                Code.LAG,
                f"writers would wait {ready.predicted_pause:.3f} s; --max-pause is {limits.max_pause:.3f} s",
                consequence="nothing was changed",
                hint="raise --max-pause",
            )
        )
    return found


def _verification(ready: Readiness, limits: SwitchLimits) -> list[ZdcdcError]:
    seen = ready.verification
    if seen is None or seen["epoch"] != ready.checkpoint.epoch:
        return [PreconditionError(Code.PHASE, "the two sides were never compared", hint="zdcdc verify")]
    if seen["differing"]:
        what = f"the last comparison found {seen['differing']} rows that differ"
        return [PreconditionError(Code.DATA, what, hint="zdcdc verify shows them")]
    if seen["age_seconds"] < -CLOCK_SECONDS:
        what = "the last comparison is of a time to come: the clock of the target was set back since"
        return [PreconditionError(Code.PHASE, what, hint="zdcdc verify")]
    if seen["age_seconds"] > limits.verification_age:
        what = f"the last comparison is {seen['age_seconds']:.0f} s old"
        return [PreconditionError(Code.PHASE, what, hint="zdcdc verify")]
    return []
