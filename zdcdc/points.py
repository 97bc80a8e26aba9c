"""Named points: where fault tests stop the process, and what is in force when it stops there.

Points are armed by name through the environment, ``ZDCDC_POINT=name:action[:nth]``, several separated by
commas: ``round.before_commit:kill``, ``drain.claimed:mysql-lost,cutover.undone:stop``. The action is ``kill``
(SIGKILL to this process), ``stop`` (SIGSTOP) or the name of a driver's error, which is raised as that driver
would raise it. ``nth`` counts how often the point is reached, 1 unless given; ``3+`` is each time from the
third on. Unarmed, a point costs one look-up.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

VARIABLE = "ZDCDC_POINT"

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}

MYSQL_ERRORS = ("mysql-lost", "mysql-deadlock", "mysql-lock-wait", "mysql-full")
SQLITE_READ_ERRORS = ("sqlite-busy", "sqlite-ioerr")
SQLITE_ERRORS = (*SQLITE_READ_ERRORS, "sqlite-full")
ERRORS = (*MYSQL_ERRORS, *SQLITE_ERRORS)
"""Names of the drivers' errors that can be raised; :mod:`zdcdc.mysql` and :mod:`zdcdc.sqlite` make them."""

_ANSWER_LOST = ("mysql-lost",)
_COMMITTED = ("sqlite-ioerr",)


class Point(NamedTuple):
    """``commands`` that reach it, ``what`` is in force there, and the ``errors`` that a driver may raise."""

    commands: tuple[str, ...]
    what: str
    errors: tuple[str, ...] = ()


_SNAPSHOT = ("snapshot",)
_FOLLOW = ("follow",)
_ROUNDS = ("snapshot", "follow")
_VERIFY = ("verify",)
_CUTOVER = ("cutover",)
_ROLLBACK = ("rollback",)
_COMPLETE = ("complete",)
_ENDINGS = ("rollback", "complete")

POINTS: dict[str, Point] = {
    "install.before": Point(_SNAPSHOT, "surveyed; nothing is changed on either side"),
    "install.bookkeeping": Point(_SNAPSHOT, "our tables are in the source, uncommitted", SQLITE_ERRORS),
    "install.table": Point(_SNAPSHOT, "the triggers of one table are made, uncommitted", SQLITE_ERRORS),
    "install.before_commit": Point(_SNAPSHOT, "capture is complete, uncommitted", SQLITE_ERRORS),
    "install.after": Point(_SNAPSHOT, "capture is in force; the target has nothing"),
    "bookkeeping.before": Point(_SNAPSHOT, "our tables in the target are about to be made", MYSQL_ERRORS),
    "bookkeeping.table": Point(_SNAPSHOT, "one of our tables is in the target", MYSQL_ERRORS),
    "bookkeeping.before_commit": Point(_SNAPSHOT, "the first checkpoint, uncommitted", MYSQL_ERRORS),
    "bookkeeping.after": Point(_SNAPSHOT, "the first checkpoint is stored", _ANSWER_LOST),
    "create.before": Point(_SNAPSHOT, "a table of the application's is about to be made", MYSQL_ERRORS),
    "create.after": Point(_SNAPSHOT, "a table of the application's is made, empty", _ANSWER_LOST),
    "round.read": Point(_ROUNDS, "a read transaction is open and found in order", SQLITE_READ_ERRORS),
    "chunk.before_read": Point(_SNAPSHOT, "the changes of a round are read", SQLITE_READ_ERRORS),
    "chunk.after_read": Point(_SNAPSHOT, "the chunk is read, too", SQLITE_READ_ERRORS),
    "round.after_read": Point(_ROUNDS, "a round is read and encoded; no transaction is open"),
    "round.before_write": Point(_ROUNDS, "a round is about to be written", MYSQL_ERRORS),
    "round.claimed": Point(_ROUNDS, "the checkpoint is moved, uncommitted", MYSQL_ERRORS),
    "round.changes": Point(_ROUNDS, "the changes of one table are written, uncommitted", MYSQL_ERRORS),
    "chunk.before_load": Point(_SNAPSHOT, "a chunk is about to be loaded", MYSQL_ERRORS),
    "chunk.after_load": Point(_SNAPSHOT, "a chunk is loaded, uncommitted", MYSQL_ERRORS),
    "round.before_commit": Point(_ROUNDS, "a round is written, uncommitted", MYSQL_ERRORS),
    "round.after_commit": Point(_ROUNDS, "a round is stored", _ANSWER_LOST),
    "prune.before": Point(_FOLLOW, "the journal is about to be pruned"),
    "prune.before_commit": Point(_FOLLOW, "the journal is pruned, uncommitted", SQLITE_ERRORS),
    "prune.after": Point(_FOLLOW, "the journal is pruned"),
    "index.before": Point(_SNAPSHOT, "the indexes of one table are about to be built", MYSQL_ERRORS),
    "index.after": Point(_SNAPSHOT, "the indexes of one table are built", _ANSWER_LOST),
    "foreign_keys.before": Point(_SNAPSHOT, "foreign keys are about to be added", MYSQL_ERRORS),
    "foreign_keys.after": Point(_SNAPSHOT, "the foreign keys of one table are there", _ANSWER_LOST),
    "checkpoint.before_commit": Point(
        _SNAPSHOT, "the checkpoint is changed without data, uncommitted", MYSQL_ERRORS
    ),
    "checkpoint.after_commit": Point(_SNAPSHOT, "the checkpoint is changed without data", _ANSWER_LOST),
    "view.before": Point(_SNAPSHOT, "a view is about to be made", MYSQL_ERRORS),
    "view.after": Point(_SNAPSHOT, "a view is made", _ANSWER_LOST),
    "reconcile.planned": Point(_FOLLOW, "the source was found changed; what that means is known"),
    "reinstall.before": Point(_FOLLOW, "capture is about to be made anew"),
    "reinstall.before_commit": Point(_FOLLOW, "capture fits the changed source, uncommitted", SQLITE_ERRORS),
    "reinstall.after": Point(_FOLLOW, "capture fits the changed source"),
    "adoption.before": Point(_FOLLOW, "the target is about to take in what changed"),
    "adoption.after": Point(_FOLLOW, "the target knows which tables to copy again"),
    "adoption.discarded": Point(_FOLLOW, "the tables to copy again are dropped"),
    "alter.before": Point(_FOLLOW, "a column of the target is about to get another type"),
    "alter.after": Point(_FOLLOW, "a column of the target has got another type"),
    "reconcile.before_rebase": Point(_FOLLOW, "the source went back; capture has a new barrier"),
    "reconcile.rebased": Point(_FOLLOW, "the target begins at that barrier, its tables are suspect"),
    "repair.pass": Point(_FOLLOW, "a suspect table was compared once, what differs is journaled"),
    "verify.after_read": Point(_VERIFY, "a range of the source is read", SQLITE_READ_ERRORS),
    "verify.before_snapshot": Point(_VERIFY, "the round of a range is stored", MYSQL_ERRORS),
    "verify.snapshot": Point(_VERIFY, "a consistent snapshot of the target is open", MYSQL_ERRORS),
    "verify.query": Point(_VERIFY, "the range is about to be read from the snapshot", MYSQL_ERRORS),
    "verify.compared": Point(_VERIFY, "all is compared; nothing is open"),
    "verify.before_store": Point(_VERIFY, "the outcome is written, uncommitted", MYSQL_ERRORS),
    "verify.stored": Point(_VERIFY, "the outcome is stored", _ANSWER_LOST),
    "before_hook.before": Point(_CUTOVER, "caught up; the hook is about to run"),
    "before_hook.after": Point(_CUTOVER, "the hook ended well; nothing is switched"),
    "counter.before": Point(_CUTOVER, "AUTO_INCREMENT of one table is about to be raised", MYSQL_ERRORS),
    "counter.after": Point(_CUTOVER, "AUTO_INCREMENT of one table is raised", _ANSWER_LOST),
    "cutover.before_lock": Point(_CUTOVER, "the write lock is about to be taken", SQLITE_READ_ERRORS),
    "cutover.locked": Point(_CUTOVER, "the application's writers wait"),
    "drain.before_read": Point(_CUTOVER, "the last round is about to be read", SQLITE_READ_ERRORS),
    "drain.after_read": Point(_CUTOVER, "the last round is read"),
    "drain.before_write": Point(_CUTOVER, "the last round is about to be written", MYSQL_ERRORS),
    "drain.claimed": Point(_CUTOVER, "the checkpoint is moved, uncommitted", MYSQL_ERRORS),
    "drain.changes": Point(_CUTOVER, "the last changes of one table, uncommitted", MYSQL_ERRORS),
    "drain.before_commit": Point(_CUTOVER, "the last round is written, uncommitted", MYSQL_ERRORS),
    "drain.after_commit": Point(_CUTOVER, "the last round is stored", _ANSWER_LOST),
    "cutover.drained": Point(_CUTOVER, "the position is that of the newest change; no fence yet"),
    "fence.capture_removed": Point(_CUTOVER, "no trigger is left, uncommitted", SQLITE_ERRORS),
    "fence.table": Point(_CUTOVER, "one table is fenced, uncommitted", SQLITE_ERRORS),
    "fence.raised": Point(_CUTOVER, "every table is fenced, uncommitted", SQLITE_ERRORS),
    "cutover.before_commit": Point(_CUTOVER, "MySQL is primary, uncommitted", SQLITE_ERRORS),
    "cutover.committed": Point(_CUTOVER, "MySQL is primary, the lock is released", _COMMITTED),
    "cutover.undone": Point(_CUTOVER, "undone: the lock is released, nothing is switched"),
    "after_hook.before": Point(_CUTOVER, "switched; the hook is about to run"),
    "after_hook.after": Point(_CUTOVER, "switched; the hook ended well"),
    "rollback.before": Point(_ROLLBACK, "nothing is undone yet"),
    "drop.before": Point(_ROLLBACK, "a table in the target is about to be dropped", MYSQL_ERRORS),
    "drop.after": Point(_ROLLBACK, "one table less in the target", _ANSWER_LOST),
    "bookkeeping.before_drop": Point(_ENDINGS, "one of our tables is about to be dropped", MYSQL_ERRORS),
    "bookkeeping.dropped": Point(_ENDINGS, "one of our tables less in the target", _ANSWER_LOST),
    "rollback.target_cleared": Point(_ROLLBACK, "nothing is left in the target; capture goes on"),
    "uninstall.before": Point(_ROLLBACK, "capture is about to be removed"),
    "triggers.dropped": Point(
        ("rollback", "cutover"), "one trigger of ours is gone, uncommitted", SQLITE_ERRORS
    ),
    "uninstall.triggers": Point(_ROLLBACK, "no trigger is left, uncommitted", SQLITE_ERRORS),
    "uninstall.table": Point(_ENDINGS, "one of our tables is gone, uncommitted", SQLITE_ERRORS),
    "uninstall.before_commit": Point(_ROLLBACK, "nothing of ours is left, uncommitted", SQLITE_ERRORS),
    "uninstall.after": Point(_ROLLBACK, "nothing of ours is left"),
    "complete.before_commit": Point(
        _COMPLETE, "the source keeps fence and decision row, uncommitted", SQLITE_ERRORS
    ),
    "complete.after": Point(_COMPLETE, "the source keeps fence and decision row"),
}
"""Every point, in the order in which a migration reaches them."""

MakeError = Callable[[], Exception]


class Armed:
    """What happens at a point: ``action`` at its ``first`` time, or ``always`` from then on."""

    def __init__(self, point: str, action: str, first: int = 1, *, always: bool = False) -> None:
        if point not in POINTS:
            raise ValueError(f"{VARIABLE}: there is no point {point!r}")
        if action not in _SIGNALS and action not in ERRORS:
            raise ValueError(f"{VARIABLE}: there is no action {action!r}")
        if action in ERRORS and action not in POINTS[point].errors:
            raise ValueError(f"{VARIABLE}: {action} does not happen at {point}")
        self.point = point
        self.action = action
        self._first = first
        self._always = always
        self._times = count(1)
        self.fired = 0

    def due(self) -> bool:
        """Counts, and says whether it is time."""
        time = next(self._times)
        return time == self._first or (time > self._first and self._always)

    def act(self) -> None:
        """Stops this process, or raises the driver's error that it stands for."""
        self.fired += 1
        if self.action in _SIGNALS:
            os.kill(os.getpid(), _SIGNALS[self.action])
            return
        raise _MAKERS[self.action]()


def parse(text: str) -> Armed:
    """``name:action[:nth]``. Raises ValueError."""
    point, _, rest = text.strip().partition(":")
    action, _, nth = rest.partition(":")
    always = nth.endswith("+")
    number = nth.removesuffix("+")
    if nth and not (number.isdecimal() and int(number)):
        raise ValueError(f"{VARIABLE}: {nth!r} is not a number of times")
    return Armed(point, action, int(number or 1), always=always)


def arm(text: str | None) -> tuple[Armed, ...]:
    """Arms the points that ``text`` names and no others. Raises ValueError and leaves all as it was."""
    armed = tuple(parse(part) for part in (text or "").split(",") if part)
    for name in POINTS:
        _ARMED[name] = tuple(found for found in armed if found.point == name)
    return armed


def register(name: str, make: MakeError) -> None:
    """Says how the error called ``name`` is made."""
    if name not in ERRORS:
        raise ValueError(f"{name!r} is not in the list of errors")
    _MAKERS[name] = make


def reach(name: str) -> None:
    """Marks that point ``name`` was reached. Raises KeyError for one that is not in the list."""
    if armed := _ARMED[name]:
        for due in [one for one in armed if one.due()]:
            due.act()


_MAKERS: dict[str, MakeError] = {}
_ARMED: dict[str, tuple[Armed, ...]] = {}
arm(os.environ.get(VARIABLE))
