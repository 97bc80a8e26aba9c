"""The decision row and the list of tables in SQLite: made, read, changed, removed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from zdcdc.capture.triggers import journal_columns
from zdcdc.errors import Code, PreconditionError, Side
from zdcdc.mapping import TableMapping
from zdcdc.model import Decision, Primary, Resync, Selection
from zdcdc.names import PREFIX, sqlite_name
from zdcdc.points import reach
from zdcdc.scripts import render
from zdcdc.sqlite import text


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table that takes part: its mapping, the CREATE TABLE text and the rows it was made from.

    ``generation`` grows with each change that the journal does not tell, and ``resync`` is what the target
    needs to follow the last one.
    """

    mapping: TableMapping
    create_sql: str
    rows_at_scan: int
    generation: int = 0
    resync: Resync = Resync.NOTHING


@dataclass(frozen=True, slots=True)
class HeldTable:
    """A table that should take part and cannot be followed, with the reason for a person.

    One that took part until a value came which it cannot keep has its ``mapping`` still: its changes are
    journaled, the target keeps what it has of it, and ``release`` is what that needs afterwards.
    """

    table_id: int
    name: str
    create_sql: str
    reason: str
    generation: int = 0
    mapping: TableMapping | None = None
    rows_at_scan: int = 0
    release: Resync = Resync.COPY


_COLUMNS = (
    "migration_id, primary_side, epoch, start_sequence, state_directory, target, completed, selection"
)


def present(connection: sqlite3.Connection) -> bool:
    """Whether a migration ever began on this database and was not removed."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_zdcdc_decision'").fetchone()
    return found is not None


def read(connection: sqlite3.Connection) -> Decision | None:
    """The decision row, None without a migration."""
    if not present(connection):
        return None
    row = connection.execute(f"SELECT {_COLUMNS} FROM _zdcdc_decision WHERE id = 1").fetchone()
    if row is None:
        return None
    return Decision(
        text(row[0]),
        Primary(text(row[1])),
        row[2],
        row[3],
        text(row[4]),
        text(row[5]),
        bool(row[6]),
        Selection(**{name: tuple(patterns) for name, patterns in json.loads(text(row[7])).items()}),
    )


def require(connection: sqlite3.Connection, expected: Decision) -> None:
    """Passes while the decision row is ``expected``, in the caller's write transaction.

    A process that was stopped for a while may find that another one has ended its migration, begun one and
    switched it: it must not take that one's fence down. Raises PreconditionError.
    """
    if read(connection) != expected:
        raise PreconditionError(
            Code.PHASE,
            "the migration is no longer the one that this command found",
            consequence="another zdcdc process is in charge; the source was not changed",
            hint="zdcdc status",
            side=Side.SOURCE,
        )


def write(connection: sqlite3.Connection, decision: Decision) -> None:
    """Stores ``decision``, inside the caller's write transaction: its COMMIT is the decision (I4)."""
    connection.execute(
        f"INSERT OR REPLACE INTO _zdcdc_decision (id, {_COLUMNS}) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            decision.migration_id,
            decision.primary.value,
            decision.epoch,
            decision.start_sequence,
            decision.state_directory,
            decision.target,
            int(decision.completed),
            json.dumps(asdict(decision.selection), ensure_ascii=False),
        ),
    )


def create_bookkeeping(connection: sqlite3.Connection, width: int) -> None:
    """Makes journal, decision and list of tables, inside the caller's write transaction."""
    for statement in render("journal", key_columns=", ".join(journal_columns(width))):
        connection.execute(statement)


def remove_bookkeeping(connection: sqlite3.Connection, *, keep: frozenset[str] = frozenset()) -> None:
    """Drops every table of ours but those in ``keep``, inside the caller's write transaction.

    Triggers must be gone before: one that finds no journal breaks every write (trap 17).
    """
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for name in map(text, (row[0] for row in names)):
        if name.startswith(PREFIX) and name not in keep:
            connection.execute(f"DROP TABLE {sqlite_name(name)}")
            reach("uninstall.table")


def write_tables(connection: sqlite3.Connection, tables: Sequence[StoredTable]) -> None:
    """Stores the mappings with what they were made from, in place of what was stored of these tables."""
    connection.executemany(
        "INSERT OR REPLACE INTO _zdcdc_tables VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        [
            (
                stored.mapping.table_id,
                stored.mapping.source,
                json.dumps(stored.mapping.to_json(), ensure_ascii=False),
                stored.create_sql,
                stored.rows_at_scan,
                stored.generation,
                stored.resync.value,
            )
            for stored in tables
        ],
    )


def write_held(connection: sqlite3.Connection, tables: Sequence[HeldTable]) -> None:
    """Stores tables that are not followed, and why."""
    connection.executemany(
        "INSERT OR REPLACE INTO _zdcdc_tables VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                held.table_id,
                held.name,
                json.dumps(held.mapping.to_json(), ensure_ascii=False) if held.mapping else None,
                held.create_sql,
                held.rows_at_scan,
                held.generation,
                held.release.value,
                held.reason,
            )
            for held in tables
        ],
    )


def forget_tables(connection: sqlite3.Connection, table_ids: Iterable[int]) -> None:
    """Takes tables out that the source does not have any more."""
    connection.executemany("DELETE FROM _zdcdc_tables WHERE id = ?", [(number,) for number in table_ids])


def read_tables(connection: sqlite3.Connection) -> tuple[StoredTable, ...]:
    """The tables that are followed, in order of their numbers."""
    found = connection.execute(
        "SELECT mapping, create_sql, rows_at_scan, generation, resync FROM _zdcdc_tables "
        "WHERE held IS NULL ORDER BY id"
    ).fetchall()
    return tuple(
        StoredTable(
            TableMapping.from_json(json.loads(text(mapping))),
            text(sql),
            rows,
            generation,
            Resync(text(resync)),
        )
        for mapping, sql, rows, generation, resync in found
    )


def read_held(connection: sqlite3.Connection) -> tuple[HeldTable, ...]:
    """The tables that are held, in order of their numbers."""
    found = connection.execute(
        "SELECT id, name, create_sql, held, generation, mapping, rows_at_scan, resync FROM _zdcdc_tables "
        "WHERE held IS NOT NULL ORDER BY id"
    ).fetchall()
    return tuple(
        HeldTable(
            number,
            text(name),
            text(sql),
            text(reason),
            generation,
            TableMapping.from_json(json.loads(text(mapping))) if mapping is not None else None,
            rows,
            Resync(text(release)),
        )
        for number, name, sql, reason, generation, mapping, rows, release in found
    )
