"""``by_hand.sql``: what is left for a person to do in MySQL, as statements and comments. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zdcdc.apply.ddl.losses import Loss, Matter

FILE = "by_hand.sql"

_NOTHING_TO_DO = (Matter.DEFERRABLE,)
"""What is as it can be in MySQL; the finding says it."""

_HEAD = (
    "-- What SQLite has and the migration does not make in MySQL, with what may be done about it.\n"
    "-- Read each, change what has to be changed, and run it with the mysql client after the snapshot.\n"
)


def by_hand_sql(losses: Sequence[Loss]) -> str:
    """The whole file. It holds parts of the schema, and no value of a row."""
    losses = [loss for loss in losses if loss.matter not in _NOTHING_TO_DO]
    if not losses:
        return "-- Nothing is left to be done by hand.\n"
    return _HEAD + "".join("\n" + _entry(number, loss) for number, loss in enumerate(losses, 1))


def by_hand_documents(losses: Sequence[Loss]) -> list[dict[str, Any]]:
    """The same for ``plan --json``."""
    return [
        {
            "id": f"schema.{loss.matter.value}",
            "table": loss.table,
            "column": loss.column,
            "subject": loss.subject,
            "reason": loss.reason,
            "sqlite": loss.text,
            "statement": loss.statement or None,
            "hint": loss.hint,
        }
        for loss in losses
    ]


def _entry(number: int, loss: Loss) -> str:
    where = f"table {loss.table}, " if loss.table is not None else ""
    lines = [_commented(f"{number}. schema.{loss.matter.value}: {where}{loss.message}")]
    if loss.text:
        lines.append(_commented(f"SQLite: {loss.text}"))
    if loss.hint:
        lines.append(_commented(f"First: {loss.hint}"))
    if loss.statement:
        lines.append(f"{loss.statement};\n")
    return "".join(lines)


def _commented(text: str) -> str:
    """``text`` as comments, whatever ends its lines: what came out of one would be run."""
    return "".join(f"-- {line}\n" for line in text.splitlines() or [""])
