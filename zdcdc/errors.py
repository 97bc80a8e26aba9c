"""What can go wrong, as one family of exceptions.

    ZdcdcError
    ├── UsageError            2   CONF_001
    ├── PreconditionError     3   PHASE_001, PERM_001, DRIFT_001, LOCK_001, FENCE_001, …
    ├── SourceError           4   CONN_001, LOCK_001, DISK_001, …
    ├── TargetError           5   CONN_001, PERM_001, DISK_001, …
    │   └── TargetUnavailableError   a connection that may come back: the work can be tried again
    │       └── TargetBusyError      the server answers and has no room for us now
    ├── ValueRefusedError     3   VALUE_001
    │   └── MisfitError           a value that came after the scan: its table can be held
    ├── DataDiffersError      6   DATA_001
    ├── TryAgainError         75  LAG_001, LOCK_001: undone, nothing changed
    └── InterruptedRun       130  TIME_001

An error says what failed, on which side, what that means for the data, and the next command.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar


class Code(str, Enum):
    """Stable error codes of the contract with users."""

    CONNECTION = "CONN_001"
    PRIVILEGES = "PERM_001"
    DISK = "DISK_001"
    MEMORY = "MEM_001"
    TIME = "TIME_001"
    DATA = "DATA_001"
    ROLLBACK = "ROLL_001"
    CONFIGURATION = "CONF_001"
    LOCKED = "LOCK_001"
    DRIFT = "DRIFT_001"
    FENCED = "FENCE_001"
    BINLOG = "BINLOG_001"
    VALUE = "VALUE_001"
    PHASE = "PHASE_001"
    LAG = "LAG_001"
    STATEMENT = "SQL_001"
    UNEXPECTED = "BUG_001"


class Side(str, Enum):
    """Where it failed."""

    SOURCE = "sqlite"
    TARGET = "mysql"
    HERE = "zdcdc"


class ZdcdcError(Exception):
    """A failure that a person can act on.

    ``what`` failed, ``consequence`` for the data, ``hint`` with the next command. ``tried`` is how often it
    was tried in vain before it was given up; 0 when it was not tried again.
    """

    exit_status: ClassVar[int] = 1
    default_side: ClassVar[Side] = Side.HERE

    def __init__(
        self, code: Code, what: str, *, consequence: str = "", hint: str = "", side: Side | None = None
    ) -> None:
        super().__init__(what)
        self.code = code
        self.side = side or self.default_side
        self.what = what
        self.consequence = consequence
        self.hint = hint
        self.tried = 0
        self.given_up_by: object = None

    def __str__(self) -> str:
        parts = [f"{self.code.value} [{self.side.value}] {self.what}"]
        if self.consequence:
            parts.append(self.consequence)
        if self.hint:
            parts.append(f"hint: {self.hint}")
        return "\n".join(parts)


class UsageError(ZdcdcError):
    """The command or the configuration is wrong; nothing was tried."""

    exit_status = 2

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(Code.CONFIGURATION, what, consequence="nothing was changed", hint=hint)


class PreconditionError(ZdcdcError):
    """A precondition failed, or the migration is in another phase; nothing was changed."""

    exit_status = 3


class ValueRefusedError(PreconditionError):
    """A value of the source cannot be kept exactly in the target as it is mapped."""

    default_side = Side.SOURCE

    def __init__(self, what: str, *, consequence: str = "", hint: str = "") -> None:
        super().__init__(Code.VALUE, what, consequence=consequence, hint=hint)


class MisfitError(ValueRefusedError):
    """A value written since the scan does not fit its column; its table, ``table_id``, can be held."""

    def __init__(self, table_id: int, what: str, *, consequence: str = "", hint: str = "") -> None:
        super().__init__(what, consequence=consequence, hint=hint)
        self.table_id = table_id


class SourceError(ZdcdcError):
    """SQLite refused or failed."""

    exit_status = 4
    default_side = Side.SOURCE


class SourceBusyError(SourceError):
    """The source stayed locked by others for longer than we wait; trying again is right."""


class TargetError(ZdcdcError):
    """MySQL refused or failed."""

    exit_status = 5
    default_side = Side.TARGET


class TargetUnavailableError(TargetError):
    """No connection, or one that broke or lost a lock: the same work may succeed later."""


class TargetBusyError(TargetUnavailableError):
    """The server answers and has no room for us now: waiting helps even a command that just began."""


class DataDiffersError(ZdcdcError):
    """The two sides do not hold the same data."""

    exit_status = 6

    def __init__(self, what: str, *, consequence: str = "", hint: str = "") -> None:
        super().__init__(Code.DATA, what, consequence=consequence, hint=hint)


class TryAgainError(ZdcdcError):
    """A limit was exceeded; what was begun is undone and may be tried again."""

    exit_status = 75


class InterruptedRun(ZdcdcError):  # noqa: N818 - nothing went wrong
    """The run was asked to stop and stored where it was."""

    exit_status = 130

    def __init__(self, what: str = "interrupted") -> None:
        super().__init__(
            Code.TIME,
            what,
            consequence="everything up to the last round is stored",
            hint="run the same command again to resume",
        )
