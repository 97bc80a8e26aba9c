"""The result of one check: a value that a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from zdcdc.errors import Code, PreconditionError, Side


class Level(str, Enum):
    """What a finding means for the migration."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: a stable ``id``, what was found, and what to do about it.

    ``samples`` are keys of some of the rows that it is about.
    """

    id: str
    level: Level
    message: str
    hint: str = ""
    table: str | None = None
    column: str | None = None
    samples: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "level": self.level.value,
            "message": self.message,
            "hint": self.hint,
            "table": self.table,
            "column": self.column,
            "samples": list(self.samples),
        }


def error(
    id_: str, message: str, hint: str = "", table: str | None = None, column: str | None = None
) -> Finding:
    """A finding that stops the migration."""
    return Finding(id_, Level.ERROR, message, hint, table, column)


def warning(id_: str, message: str, hint: str = "", table: str | None = None) -> Finding:
    """A finding that a person should read before going on."""
    return Finding(id_, Level.WARNING, message, hint, table)


def info(id_: str, message: str, hint: str = "", table: str | None = None) -> Finding:
    """A finding that changes nothing."""
    return Finding(id_, Level.INFO, message, hint, table)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop the migration."""
    return [finding for finding in findings if finding.level is Level.ERROR]


def refuse(findings: Iterable[Finding]) -> None:
    """Raises PreconditionError naming every error among ``findings``: VALUE_001 when all are of values,
    PERM_001 when all are of privileges; of the side that they are all about."""
    found = errors(findings)
    if not found:
        return
    lines = []
    for finding in found:
        place = ".".join(part for part in (finding.table, finding.column) if part)
        lines.append(f"{place}: {finding.message}" if place else finding.message)
    hints = [finding.hint for finding in found if finding.hint]
    about = {finding.id.partition(".")[0] for finding in found}
    raise PreconditionError(
        _code(found),
        "; ".join(lines),
        consequence="nothing was written on either side",
        hint=hints[0] if hints else "zdcdc check shows every finding",
        side=_side(about),
    )


def _side(about: set[str]) -> Side:
    """The side that findings with these first words are about, when it is one."""
    if about == {"target"}:
        return Side.TARGET
    return Side.HERE if "target" in about else Side.SOURCE


def _code(found: list[Finding]) -> Code:
    if all(finding.id.startswith("value.") for finding in found):
        return Code.VALUE
    if all(finding.id == "target.privileges" for finding in found):
        return Code.PRIVILEGES
    return Code.CONFIGURATION
