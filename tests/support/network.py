"""A migration that reaches its server through a proxy, and faults injected at named points of the product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module

import pytest

from tests.support.faults import Fault
from tests.support.migration import Migration
from tests.support.proxy import Proxy
from zdcdc.config import Config
from zdcdc.points import POINTS

ANSWER_SECONDS = 1.0


@dataclass(frozen=True)
class DistantMigration(Migration):
    """zdcdc goes through ``port``; what looks at the outcome goes straight to the server."""

    port: int = 0
    answer_seconds: float = ANSWER_SECONDS

    @property
    def config(self) -> Config:
        config = super().config
        target = replace(
            config.target, host="127.0.0.1", port=self.port, answer_seconds=self.answer_seconds
        )
        return replace(config, target=target)


class Points:
    """Does something when the product reaches a named point for the first time from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def at(self, module: str, point: str, action: Callable[[], None]) -> None:
        """``module`` is the one whose code reaches the point."""
        assert point in POINTS
        waiting = [action]

        def reach(name: str) -> None:
            if name == point and waiting:
                waiting.pop()()

        self._monkeypatch.setattr(import_module(module), "reach", reach)

    def inject(self, module: str, point: str, proxy: Proxy, fault: Fault) -> None:
        """Injects ``fault`` there."""
        self.at(module, point, lambda: proxy.inject(fault))
