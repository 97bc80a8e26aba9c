"""A migration in this process: the stages as a program calls them, on a source that a test made."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.servers.target import Target
from tests.support.compare import Difference, differences
from zdcdc.comparison import Verification
from zdcdc.config import Config, Limits, TargetConfig
from zdcdc.cutover.plan import SwitchLimits
from zdcdc.cutover.switch import Switched
from zdcdc.stages.complete import complete
from zdcdc.stages.cutover import cutover
from zdcdc.stages.follow import follow
from zdcdc.stages.rollback import rollback
from zdcdc.stages.snapshot import snapshot
from zdcdc.stages.verify import verify
from zdcdc.wishes import Wishes

USUAL = Limits()
PATIENT = SwitchLimits(max_lag=5.0, max_pause=5.0, timeout=30.0, verification_age=3600.0)


def made_database(path: Path, script: str, encoding: str = "UTF-8") -> Path:
    """A new SQLite file in WAL mode."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(script)
    return path


@dataclass(frozen=True)
class Migration:
    """One source and one target; each call is one command, run to its end."""

    path: Path
    target: Target
    limits: Limits = USUAL
    wishes: Wishes = field(default=Wishes(), kw_only=True)
    socket: Path | None = field(default=None, kw_only=True)
    """The server's Unix socket, over which connecting takes a fifth of the time."""

    @property
    def config(self) -> Config:
        state = self.path.with_name(self.path.name + "-state")
        target = TargetConfig.from_url(self.target.url)
        if self.socket is not None:
            target = replace(target, unix_socket=str(self.socket))
        return Config(self.path, target, state, limits=self.limits, wishes=self.wishes)

    def snapshot(self) -> None:
        snapshot(self.config, threading.Event())

    def follow(self) -> None:
        follow(self.config, threading.Event(), until_caught_up=True)

    def verify(self) -> Verification:
        return verify(self.config, threading.Event())

    def cutover(self) -> Switched:
        return cutover(self.config, PATIENT, threading.Event())

    def complete(self) -> None:
        complete(self.config)

    def rollback(self) -> None:
        assert rollback(self.config)

    def write(self, script: str) -> None:
        """What the application does, on a connection of its own."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.executescript(script)

    def differences(self) -> list[Difference]:
        """What the independent comparer finds."""
        with closing(self.target.connect()) as mysql:
            return differences(self.path, mysql)
