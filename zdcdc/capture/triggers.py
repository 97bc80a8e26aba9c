"""The triggers by which SQLite records changed keys: rendered as text, installed, found, removed."""

from __future__ import annotations

import sqlite3

from zdcdc.names import PREFIX, sqlite_name
from zdcdc.points import reach
from zdcdc.schema import Index, IndexPart, Table
from zdcdc.scripts import render
from zdcdc.sqlite import text

EVENTS = ("insert", "update", "delete")


def journal_columns(width: int) -> tuple[str, ...]:
    """Names of the journal's key columns for keys of up to ``width`` values."""
    return tuple(f"k{number}" for number in range(1, width + 1))


def capture_statements(table_id: int, table: Table) -> tuple[str, ...]:
    """Every CREATE TRIGGER that records the changes of ``table``."""
    name = sqlite_name(table.name)
    keys = ", ".join(journal_columns(len(table.key)))
    statements = render(
        "capture",
        id=str(table_id),
        table=name,
        keys=keys,
        new_key=_row("NEW", table),
        old_key=_row("OLD", table),
        key_changed=" OR ".join(
            f"OLD.{sqlite_name(column)} IS NOT NEW.{sqlite_name(column)} COLLATE BINARY"
            for column in table.key
        ),
        **{f"{event}_trigger": sqlite_name(f"{PREFIX}{table_id}_{event}") for event in EVENTS},
    )
    threatening = [index for index in _unique_keys(table) if not _is_row_key(index, table)]
    if not threatening:
        return statements
    return statements + render(
        "victims",
        table=name,
        of=_of(table, threatening),
        before_insert_trigger=sqlite_name(f"{PREFIX}{table_id}_before_insert"),
        before_update_trigger=sqlite_name(f"{PREFIX}{table_id}_before_update"),
        insert_victims=_victims(table_id, table, keys, threatening, ""),
        update_victims=_victims(table_id, table, keys, threatening, f" AND NOT ({_is_old_row(table)})"),
    )


def fence_statements(table_id: int, table: str, message: str) -> tuple[str, ...]:
    """Every CREATE TRIGGER that makes writes to ``table`` fail with ``message``."""
    return render(
        "fence",
        table=sqlite_name(table),
        message=sqlite_name(message),
        **{f"{event}_fence": sqlite_name(f"{PREFIX}{table_id}_fence_{event}") for event in EVENTS},
    )


def installed(connection: sqlite3.Connection) -> dict[str, str]:
    """Name and text of every trigger of ours."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    found = {text(name): text(sql) for name, sql in rows}
    return {name: sql for name, sql in found.items() if name.startswith(PREFIX)}


def install_again(connection: sqlite3.Connection) -> None:
    """Puts every trigger of ours behind all others in the schema, inside the caller's write transaction.

    SQLite fires the newest trigger first. One of the application's that fires before ours and ends its
    statement by FAIL keeps the row that was written, and ours never hear of it.
    """
    ours = installed(connection)
    remove(connection)
    for sql in ours.values():
        connection.execute(sql)


def remove(connection: sqlite3.Connection) -> None:
    """Drops every trigger of ours, inside the caller's write transaction."""
    for name in installed(connection):
        connection.execute(f"DROP TRIGGER {sqlite_name(name)}")
        reach("triggers.dropped")


def _row(qualifier: str, table: Table) -> str:
    return ", ".join(f"{qualifier}.{sqlite_name(column)}" for column in table.key)


def _is_old_row(table: Table) -> str:
    return " AND ".join(
        f"{sqlite_name(table.name)}.{sqlite_name(column)} IS OLD.{sqlite_name(column)}"
        for column in table.key
    )


def _unique_keys(table: Table) -> list[Index]:
    keys = list(table.unique_indexes)
    if table.rowid_alias is not None and table.key != (table.rowid_alias,):
        keys.append(_rowid_key(table.rowid_alias))
    return keys


def _rowid_key(column: str) -> Index:
    return Index("", True, "pk", (IndexPart(column, None, "BINARY", False),))


def _is_row_key(index: Index, table: Table) -> bool:
    """Whether the AFTER triggers record this key anyway: equal keys are then the same bytes."""
    return (
        not table.key_is_rowid
        and not table.folded_key
        and index.plain
        and set(index.columns) == set(table.key)
    )


def _of(table: Table, indexes: list[Index]) -> str:
    """``OF`` the unique columns; empty where a write to any other column may enter a unique key, as with
    partial and expression indexes and generated columns (trap 123)."""
    columns = sorted({column for index in indexes for column in index.columns})
    if not all(index.plain for index in indexes) or any(table.column(name).generated for name in columns):
        return ""
    return "OF " + ", ".join(map(sqlite_name, columns))


def _victims(table_id: int, table: Table, keys: str, indexes: list[Index], but: str) -> str:
    name = sqlite_name(table.name)
    statements: list[str] = []
    for index in indexes:
        statements += render(
            "victim",
            id=str(table_id),
            table=name,
            keys=keys,
            row_key=_row(name, table),
            match=_match(table, index) + but,
        )
    return "\n  ".join(statements)


def _match(table: Table, index: Index) -> str:
    terms = []
    for part in index.parts:
        collation = f" COLLATE {sqlite_name(part.collation)}"
        if part.expression is not None:
            terms.append(f"({part.expression}) = ({_on_new_row(table, part.expression)}){collation}")
        else:
            assert part.column is not None
            column = f"{sqlite_name(table.name)}.{sqlite_name(part.column)}"
            terms.append(f"{column} = {_new_value(table, part.column)}{collation}")
    if index.where is not None:
        terms.append(f"({index.where})")
    return " AND ".join(terms)


def _new_value(table: Table, name: str) -> str:
    value = f"NEW.{sqlite_name(name)}"
    column = table.column(name)
    if column.not_null and column.default is not None:
        # OR REPLACE puts the default in the place of NULL after BEFORE triggers have run (trap 2).
        return f"coalesce({value}, ({column.default}))"
    return value


def _on_new_row(table: Table, expression: str) -> str:
    """``expression`` evaluated on the new row: its bare column names meet those of a one-row subquery."""
    columns = ", ".join(f"{_new_value(table, c.name)} AS {sqlite_name(c.name)}" for c in table.columns)
    return f"SELECT {expression} FROM (SELECT {columns})"
