"""The application's way between the two databases: what a user would write to be ready for a cutover.

Writes go to SQLite until they are refused. Then the decision row says where they belong now, and the very
same transaction, which was never acknowledged, is carried out there. No error text is read: a refusal is only
the reason to look at the decision.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from zdcdc.demo.decision import Primary, read_decision
from zdcdc.demo.sides import MysqlSide, RefusedError, Side, SqliteSide
from zdcdc.demo.transactions import Transaction

TRIES: Final = 60
LONGEST_WAIT_SECONDS: Final = 0.25


class GaveUpError(Exception):
    """The side that is primary refused a transaction :data:`TRIES` times; it is not acknowledged."""


class Router:
    """One process's connections to both sides, and where it believes writes belong."""

    def __init__(self, sqlite_path: Path, mysql_url: str) -> None:
        self._sqlite = SqliteSide(sqlite_path)
        self._mysql = MysqlSide(mysql_url)
        self._sides: dict[Primary, Side] = {Primary.SQLITE: self._sqlite, Primary.MYSQL: self._mysql}
        self._primary = read_decision(self._sqlite.connection).primary

    def carry_out(self, transaction: Transaction) -> Primary:
        """Do ``transaction`` once, wherever writes belong; returns the side that holds it.

        Raises GaveUpError after :data:`TRIES` refusals (some 13 seconds), and the driver's error where trying
        again is no use.
        """
        for attempt in range(TRIES):
            try:
                self._sides[self._primary].carry_out(transaction)
            except RefusedError as refusal:
                reason = refusal
            else:
                return self._primary
            believed, self._primary = self._primary, read_decision(self._sqlite.connection).primary
            if self._primary is believed:
                time.sleep(min(LONGEST_WAIT_SECONDS, 0.001 * 2**attempt))
        raise GaveUpError(f"{transaction.token} was refused {TRIES} times") from reason

    def close(self) -> None:
        """Let go of both sides."""
        self._sqlite.close()
        self._mysql.close()
