"""Where writes belong, as zdcdc says it: one row in the SQLite file."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import Enum


class Primary(str, Enum):
    """The side that takes the application's writes."""

    SQLITE = "sqlite"
    MYSQL = "mysql"


@dataclass(frozen=True)
class Decision:
    """Who is primary, and the number of switches that led there."""

    primary: Primary
    epoch: int


def read_decision(connection: sqlite3.Connection) -> Decision:
    """The decision of the moment; SQLite's in epoch 0 where no migration ever began.

    Must not be called inside a transaction, whose snapshot may be older than a switch.
    Raises sqlite3.OperationalError when the file stays locked.
    """
    known = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_zdcdc_decision'"
    ).fetchone()
    if known is None:
        return Decision(Primary.SQLITE, 0)
    row = connection.execute("SELECT primary_side, epoch FROM _zdcdc_decision WHERE id = 1").fetchone()
    if row is None:
        return Decision(Primary.SQLITE, 0)
    return Decision(Primary(row[0]), int(row[1]))
