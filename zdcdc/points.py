"""Named points: where fault tests stop the process and where a person's hooks may run.

A point is armed by name through the environment: ``ZDCDC_POINT=copy.before_commit:kill``; the actions
are ``kill`` (SIGKILL to this process) and ``stop`` (SIGSTOP). Without it a point costs one look-up.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "ZDCDC_POINT"
_ACTIONS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def armed(environment: str | None) -> tuple[str, signal.Signals] | None:
    """The point and signal that ``environment`` names. Raises ValueError for an unknown action."""
    if not environment:
        return None
    name, _, action = environment.partition(":")
    if action not in _ACTIONS:
        raise ValueError(f"{VARIABLE}: the action is one of {', '.join(_ACTIONS)}, not {action!r}")
    return name, _ACTIONS[action]


_ARMED = armed(os.environ.get(VARIABLE))


def reach(name: str) -> None:
    """Marks that point ``name`` was reached."""
    if _ARMED is not None and _ARMED[0] == name:
        os.kill(os.getpid(), _ARMED[1])
