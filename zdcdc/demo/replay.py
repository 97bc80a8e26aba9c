"""What MySQL must hold at the end: SQLite as the fence left it, and then what the writers did in MySQL.

The acknowledged transactions of the MySQL side are carried out once more, on a copy of the fenced file. That
they are the same is sure because a writer's stream is a pure function (see ``desk``), and that their order
is, because writers share no rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from zdcdc.demo.acknowledgements import Acknowledgement
from zdcdc.demo.decision import Primary
from zdcdc.demo.desk import transactions
from zdcdc.demo.ledger import Promised
from zdcdc.demo.shop import ShopSize, open_shop
from zdcdc.demo.transactions import Ending, Transaction
from zdcdc.errors import DataDiffersError
from zdcdc.names import is_ours, sqlite_name


def build_expected(fenced: Path, expected: Path, promised: Promised, size: ShopSize) -> None:
    """Make ``expected`` out of ``fenced``, which is only read.

    Raises DataDiffersError if the acknowledgements are not the writers' streams, or a transaction that MySQL
    took cannot be carried out on what SQLite holds.
    """
    _copy(fenced, expected)
    connection = open_shop(expected)
    try:
        _unfence(connection)
        # A copy that is thrown away: nothing of it needs to reach the disk.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN IMMEDIATE")
        for writer, entries in promised.items():
            _repeat(connection, writer, entries, size)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _copy(fenced: Path, expected: Path) -> None:
    source = sqlite3.connect(f"{fenced.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)
    target = sqlite3.connect(expected)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()


def _unfence(connection: sqlite3.Connection) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        if is_ours(name):
            connection.execute(f"DROP TRIGGER {sqlite_name(name)}")


def _repeat(
    connection: sqlite3.Connection, writer: int, entries: Sequence[Acknowledgement], size: ShopSize
) -> None:
    for entry, transaction in zip(entries, transactions(writer, size), strict=False):
        if (entry.token, entry.ending) != (transaction.token, transaction.ending):
            raise DataDiffersError(
                f"writer {writer} acknowledged {entry.token} where {transaction.token} was due"
            )
        if entry.side is Primary.MYSQL and entry.ending is Ending.KEPT:
            _carry_out(connection, transaction)


def _carry_out(connection: sqlite3.Connection, transaction: Transaction) -> None:
    try:
        for step in transaction.steps:
            connection.execute(step.statement.sqlite, step.values)
    except sqlite3.IntegrityError as error:
        raise DataDiffersError(
            f"MySQL took {transaction.token}, which SQLite at the fence refuses: {error}",
            consequence="the sides differed at the switch",
        ) from error
