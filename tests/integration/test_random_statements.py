"""I2 under random statements: the target equals the source at every watermark (traps 1–17, 23, 123)."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.lockstep import Lockstep
from zdcdc.capture import triggers
from zdcdc.capture.reader import Reader
from zdcdc.comparison import VerifyRequest
from zdcdc.errors import Code, TargetError
from zdcdc.model import Batch, Checkpoint
from zdcdc.rounds import pair
from zdcdc.schema import Table
from zdcdc.sqlite import read_transaction

STATEMENTS = 3000


@pytest.mark.local_infile("on", "off")
def test_target_equals_source_at_every_watermark(
    target: Target, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    compared = 0
    for seed in range(count(1, 10)):
        # The seeds of the two modes are not the same: together they are twenty.
        lockstep = Lockstep(tmp_path / f"{seed}.db", target, 2 * seed + int(target.local_infile))
        lockstep.install()
        outcome = lockstep.run(STATEMENTS)
        assert not outcome.samples, f"seed {lockstep.statements.seed}: {outcome.samples[:5]}"
        assert outcome.compared_while_copying, "nothing was compared while the copy ran"
        compared += outcome.compared
        _empty(target)
    assert compared >= 50


def test_without_victim_triggers_replaced_rows_stay_in_the_target(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = triggers.capture_statements

    def without_victims(table_id: int, table: Table) -> tuple[str, ...]:
        return tuple(sql for sql in whole(table_id, table) if " BEFORE " not in sql)

    monkeypatch.setattr(triggers, "capture_statements", without_victims)
    lockstep = Lockstep(tmp_path / "source.db", target, 0)
    lockstep.install()
    assert _goes_wrong(lockstep)


def test_reading_sequence_and_rows_in_two_transactions_loses_changes(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lockstep = Lockstep(tmp_path / "source.db", target, 0)
    lockstep.install()
    between = random.Random(0)

    class TwoTransactions(Reader):
        """Takes the sequence a moment after the rows, as two statements in autocommit would."""

        def read(self, base: Checkpoint, verify: VerifyRequest | None = None) -> Batch:
            batch = super().read(base, verify)
            if between.random() < 0.2 and not lockstep.application.in_transaction:
                _write_between(lockstep.path)
            with read_transaction(self._connection, "reading the sequence apart from the rows"):
                newest = self._journal.newest()
                watermark = self._journal.row(newest)
            assert watermark is not None
            return replace(batch, watermark=watermark, newest=newest)

    monkeypatch.setattr(pair, "Reader", TwoTransactions)
    assert _goes_wrong(lockstep)


def _write_between(path: Path) -> None:
    """A commit of another of the application's connections, in the reader's own thread."""
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None)
    connection.execute("UPDATE item SET note = 'between' WHERE id % 3 = 0")
    connection.close()


def _goes_wrong(lockstep: Lockstep) -> bool:
    """Whether the target is found different, or refuses a row because one is left that should be gone."""
    try:
        return bool(lockstep.run(STATEMENTS, lambda outcome: outcome.unequal > 0).unequal)
    except TargetError as error:
        lockstep.application.close()
        return error.code is Code.DATA


def _empty(target: Target) -> None:
    """Removes what a run left, for the next seed."""
    with target.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0")
        cursor.execute("SHOW TABLES")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE `{name}`")


def test_a_trigger_made_later_that_fails_its_statement_hides_no_row(target: Target, tmp_path: Path) -> None:
    """SQLite fires the newest trigger first; under OR FAIL the row written before it failed stays."""
    lockstep = Lockstep(tmp_path / "source.db", target, 0)
    lockstep.install()
    lockstep.application.execute(
        "CREATE TRIGGER late AFTER INSERT ON tag BEGIN INSERT INTO tag (name) VALUES ('taken'); END"
    )
    lockstep.run(0)
    lockstep.application = application = lockstep.statements.connect(lockstep.path)
    application.execute("INSERT OR IGNORE INTO tag (name) VALUES ('taken')")
    with pytest.raises(sqlite3.IntegrityError):
        application.execute("INSERT OR FAIL INTO tag (name) VALUES ('kept')")
    assert application.execute("SELECT count(*) FROM tag WHERE name = 'kept'").fetchone() == (1,)
    outcome = lockstep.run(0)
    assert not outcome.samples
    assert outcome.compared
