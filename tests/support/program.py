"""Applications of the tests as processes of their own, told by the environment where their data is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL

from tests.servers.target import Target
from tests.support.command import PATIENCE_SECONDS, ROOT


@dataclass(frozen=True)
class Program:
    """A module of the tests that is run as a process of its own, as an application would be."""

    module: str
    environment: dict[str, str]

    def run(self, *words: str) -> dict[str, Any]:
        """What it prints. RuntimeError with all it said when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", self.module, *words],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        if done.returncode:
            raise RuntimeError(f"{self.module} {words}: exit {done.returncode}\n{done.stderr}\n{done.stdout}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


def alchemy_url(target: Target) -> str:
    """The target as SQLAlchemy calls it."""
    account = target.account
    url = URL.create(
        "mysql+pymysql",
        account.user,
        account.password,
        account.host,
        account.port,
        target.database,
        {"charset": "utf8mb4"},
    )
    return url.render_as_string(hide_password=False)
