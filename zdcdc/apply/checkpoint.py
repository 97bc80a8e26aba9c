"""The checkpoint in the target: made, read, and moved in the transaction of the data it describes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from pymysql.connections import Connection

from zdcdc.apply.ddl.bookkeeping import BOOKKEEPING, BOOKKEEPING_TABLES
from zdcdc.comparison import Verification
from zdcdc.errors import Code, PreconditionError, Side
from zdcdc.keys import key_from_json, key_to_json
from zdcdc.model import Batch, Checkpoint, CopyState, JournalRow, TableCopy
from zdcdc.mysql import errors_of, execute, rows
from zdcdc.points import reach


def create(connection: Connection[Any], checkpoint: Checkpoint, source: str) -> None:
    """Makes the bookkeeping tables and the first checkpoint. ``source`` names the file, for the day on
    which it is found without its migration."""
    with errors_of("creating the bookkeeping tables"):
        reach("bookkeeping.before")
        for statement in BOOKKEEPING:
            execute(connection, statement)
            reach("bookkeeping.table")
        execute(
            connection,
            "INSERT INTO _zdcdc_checkpoint VALUES (1, %s, %s, %s, %s, NULL, %s)",
            (
                checkpoint.migration_id,
                checkpoint.epoch,
                checkpoint.round,
                _watermark(checkpoint.watermark),
                source,
            ),
        )
        for copy in checkpoint.copies:
            _store_copy(connection, copy)
        reach("bookkeeping.before_commit")
        connection.commit()
        reach("bookkeeping.after")


def drop(connection: Connection[Any]) -> None:
    """Removes the bookkeeping tables."""
    with errors_of("removing the bookkeeping tables"), connection.cursor() as cursor:
        for table in BOOKKEEPING_TABLES:
            reach("bookkeeping.before_drop")
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            reach("bookkeeping.dropped")


def present(connection: Connection[Any]) -> bool:
    """Whether the target holds a checkpoint."""
    with errors_of("looking for a checkpoint"):
        found = rows(
            connection,
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() "
            f"AND table_name IN ({', '.join(['%s'] * len(BOOKKEEPING_TABLES))})",
            BOOKKEEPING_TABLES,
        )
        if found[0][0] < len(BOOKKEEPING_TABLES):
            return False
        present = bool(rows(connection, "SELECT 1 FROM _zdcdc_checkpoint WHERE id = 1"))
        connection.rollback()
        return present


def settle(connection: Connection[Any]) -> None:
    """Waits until no transaction under way can move the checkpoint any more.

    A round whose COMMIT went unanswered may still be committing; read before it has, the checkpoint would
    be one that another round moves in a moment. Raises TargetUnavailableError.
    """
    if not present(connection):
        return
    with errors_of("waiting for a round under way"):
        rows(connection, "SELECT id FROM _zdcdc_checkpoint WHERE id = 1 FOR UPDATE")
        connection.rollback()


def _none() -> PreconditionError:
    return PreconditionError(
        Code.PHASE,
        "the target holds no checkpoint of this migration",
        consequence="nothing was changed",
        hint="zdcdc snapshot, if this is the target that it began with (zdcdc status)",
        side=Side.TARGET,
    )


def read(connection: Connection[Any]) -> Checkpoint:
    """The stored checkpoint. Raises PreconditionError when there is none."""
    if not present(connection):
        raise _none()
    with errors_of("reading the checkpoint"):
        found = rows(
            connection,
            "SELECT migration_id, epoch, round, watermark, handed_over FROM _zdcdc_checkpoint WHERE id = 1",
        )
        copies = rows(
            connection,
            "SELECT table_id, state, copy_cursor, rows_copied, name, generation FROM _zdcdc_copy "
            "ORDER BY table_id",
        )
        connection.rollback()
    if not found:
        raise _none()
    migration_id, epoch, number, watermark, handed_over = found[0]
    return Checkpoint(
        migration_id,
        epoch,
        number,
        JournalRow.from_json(json.loads(watermark)),
        tuple(
            TableCopy(
                table_id,
                CopyState(state),
                key_from_json(json.loads(cursor)) if cursor else None,
                count,
                name,
                generation,
            )
            for table_id, state, cursor, count, name, generation in copies
        ),
        handed_over,
    )


def source_of(connection: Connection[Any]) -> str:
    """The name of the file that the target's migration began with."""
    with errors_of("reading the checkpoint"):
        ((source,),) = rows(connection, "SELECT source FROM _zdcdc_checkpoint WHERE id = 1")
        connection.rollback()
    return str(source)


def advance(connection: Connection[Any], batch: Batch) -> None:
    """Claims the round of ``batch`` inside the caller's transaction, before any data is touched.

    Exactly one row must match: a process that outlived its role, or a round that was committed after all,
    is refused here (invariant I3). Raises PreconditionError.
    """
    changed = execute(
        connection,
        "UPDATE _zdcdc_checkpoint SET round = round + 1, watermark = %s, handed_over = %s "
        "WHERE id = 1 AND migration_id = %s AND epoch = %s AND round = %s",
        (
            _watermark(batch.watermark),
            batch.hand_over,
            batch.base.migration_id,
            batch.base.epoch,
            batch.base.round,
        ),
    )
    if changed != 1:
        raise _not_in_charge(batch.base)
    if batch.chunk is not None:
        _store_copy(connection, batch.after.copy_of(batch.chunk.table_id))


def _not_in_charge(base: Checkpoint) -> PreconditionError:
    return PreconditionError(
        Code.PHASE,
        f"the target's checkpoint is no longer at round {base.round}",
        consequence="another zdcdc process is in charge; this round was not applied",
        hint="zdcdc status",
        side=Side.TARGET,
    )


def _store_copy(connection: Connection[Any], copy: TableCopy) -> None:
    execute(
        connection,
        "REPLACE INTO _zdcdc_copy (table_id, state, copy_cursor, rows_copied, name, generation) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        (copy.table_id, copy.state.value, _cursor(copy), copy.rows, copy.name, copy.generation),
    )


def replace_with(connection: Connection[Any], base: Checkpoint, wanted: Checkpoint) -> Checkpoint:
    """Puts ``wanted`` in the place of ``base`` without any data and returns it as it is stored.

    It takes a round as any other transaction does, so that a process which read ``base`` too is refused.
    What was compared before does not count any more. Raises PreconditionError, TargetError.
    """
    stored = replace(wanted, round=base.round + 1)
    with errors_of("changing the checkpoint"):
        changed = execute(
            connection,
            "UPDATE _zdcdc_checkpoint SET round = %s, epoch = %s, watermark = %s, handed_over = %s "
            "WHERE id = 1 AND migration_id = %s AND epoch = %s AND round = %s",
            (
                stored.round,
                stored.epoch,
                _watermark(stored.watermark),
                stored.handed_over,
                base.migration_id,
                base.epoch,
                base.round,
            ),
        )
        if changed != 1:
            connection.rollback()
            if not _same(read(connection), stored):
                raise _not_in_charge(base)
            return stored  # it was ours, and the answer to its COMMIT was lost
        execute(connection, "DELETE FROM _zdcdc_verification")
        for gone in {copy.table_id for copy in base.copies} - {copy.table_id for copy in stored.copies}:
            execute(connection, "DELETE FROM _zdcdc_copy WHERE table_id = %s", (gone,))
        for copy in stored.copies:
            if copy not in base.copies:
                _store_copy(connection, copy)
        reach("checkpoint.before_commit")
        connection.commit()
        reach("checkpoint.after_commit")
    return stored


def _same(one: Checkpoint, other: Checkpoint) -> bool:
    return replace(one, copies=()) == replace(other, copies=()) and set(one.copies) == set(other.copies)


def write_verification(connection: Connection[Any], base: Checkpoint, verification: Verification) -> None:
    """Stores the outcome of a full comparison, in place of the one before.

    Only while the checkpoint is ``base``: what a process compared that outlived its role proves nothing about
    the target that another one has written since. Raises PreconditionError.
    """
    with errors_of("storing the verification"):
        stored = execute(
            connection,
            "REPLACE INTO _zdcdc_verification SELECT 1, %s, %s, %s, %s, %s, UTC_TIMESTAMP(6) "
            "FROM _zdcdc_checkpoint WHERE id = 1 AND migration_id = %s AND epoch = %s AND round = %s "
            "FOR UPDATE",
            (
                verification.epoch,
                verification.first,
                verification.last,
                verification.rows,
                len(verification.differences),
                base.migration_id,
                base.epoch,
                base.round,
            ),
        )
        if not stored:
            connection.rollback()
            raise _not_in_charge(base)
        reach("verify.before_store")
        connection.commit()
        reach("verify.stored")


def forget_verification(connection: Connection[Any]) -> None:
    """Takes the last comparison back: what it proved may not hold any more."""
    with errors_of("taking the verification back"):
        execute(connection, "DELETE FROM _zdcdc_verification")
        connection.commit()


def read_verification(connection: Connection[Any]) -> dict[str, Any] | None:
    """``epoch``, ``first``, ``last``, ``rows``, ``differing``, ``age_seconds`` of the last comparison."""
    with errors_of("reading the verification"):
        found: Sequence[tuple[Any, ...]] = rows(
            connection,
            "SELECT epoch, first_sequence, last_sequence, rows_compared, differing, finished_at, "
            "UTC_TIMESTAMP(6) FROM _zdcdc_verification WHERE id = 1",
        )
        connection.rollback()
    if not found:
        return None
    epoch, first, last, count, differing, finished, now = found[0]
    assert isinstance(finished, datetime)
    return {
        "epoch": epoch,
        "first": first,
        "last": last,
        "rows": count,
        "differing": differing,
        "finished_at": finished.replace(tzinfo=timezone.utc).isoformat(),
        "age_seconds": (now - finished).total_seconds(),
    }


def _watermark(row: JournalRow) -> str:
    return json.dumps(row.to_json())


def _cursor(copy: TableCopy) -> str | None:
    return None if copy.cursor is None else json.dumps(key_to_json(copy.cursor))
