"""What the source holds, read from SQLite's pragmas in one snapshot."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from zdcdc.names import PREFIX, is_ours, sqlite_name
from zdcdc.schema import (
    Catalog,
    Column,
    ForeignKey,
    Generated,
    Index,
    IndexPart,
    Skipped,
    Table,
    Trigger,
    View,
)
from zdcdc.sqlite import read_transaction, text
from zdcdc.translate.clauses import TableClauses, table_clauses, virtual_module
from zdcdc.translate.tokens import index_terms

ROWID_ALIASES = ("rowid", "_rowid_", "oid")
_DECISION = f"{PREFIX}decision"
_VIRTUAL, _STORED = 2, 3  # "hidden" of a generated column in PRAGMA table_xinfo


def read_catalog(connection: sqlite3.Connection) -> Catalog:
    """Everything about the source's schema, at one schema version. Raises SourceError.

    Pragmas say most of it; what they do not say is cut out of the texts that SQLite keeps.
    """
    with read_transaction(connection, "reading the schema of the source"):
        return catalog_in_transaction(connection)


def ordinary_tables(connection: sqlite3.Connection) -> list[str]:
    """Names of the tables that can take part: neither virtual nor shadow tables, nor SQLite's own or ours."""
    found = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"
    )
    names = [text(name) for (name,) in found]
    return [name for name in names if not is_ours(name) and not name.lower().startswith("sqlite_")]


def catalog_in_transaction(connection: sqlite3.Connection) -> Catalog:
    """The same inside a transaction of the caller's."""
    version = connection.execute("PRAGMA schema_version").fetchone()[0]
    tables: list[Table] = []
    skipped = _reserved(connection)
    listing = connection.execute(
        "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' ORDER BY name"
    ).fetchall()
    for raw_name, raw_kind, without_rowid, strict in listing:
        name, kind = text(raw_name), text(raw_kind)
        if is_ours(name) or name.lower().startswith("sqlite_"):
            continue
        if kind == "view":
            continue
        if kind == "virtual":
            sql = _made_by(connection, name)
            reason = "a virtual table: its module exists in SQLite only"
            skipped.append(Skipped(name, kind, reason, virtual_module(sql), sql))
        elif kind == "shadow":
            skipped.append(Skipped(name, kind, "belongs to a virtual table"))
        else:
            table = _read_table(connection, name, bool(without_rowid), bool(strict))
            if isinstance(table, Table):
                tables.append(table)
            else:
                skipped.append(table)
    others = [
        (text(kind), text(name), text(table), text(sql))
        for kind, name, table, sql in connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master "
            "WHERE type IN ('trigger', 'view') ORDER BY rowid"
        )
        if not is_ours(text(name))
    ]
    return Catalog(
        tables=tuple(tables),
        skipped=tuple(skipped),
        triggers=tuple(Trigger(name, on, sql) for kind, name, on, sql in others if kind == "trigger"),
        views=tuple(
            View(name, sql, _view_columns(connection, name))
            for kind, name, _, sql in others
            if kind == "view"
        ),
        schema_version=version,
        journal_mode=text(connection.execute("PRAGMA journal_mode").fetchone()[0]),
        encoding=text(connection.execute("PRAGMA encoding").fetchone()[0]),
        page_bytes=connection.execute("PRAGMA page_size").fetchone()[0],
    )


def _reserved(connection: sqlite3.Connection) -> list[Skipped]:
    """What has a name of ours and is not ours, as no migration has begun here: a rollback would drop it."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type <> 'index'")
    names = [text(name) for (name,) in found]
    if _DECISION in names:
        return []
    reason = f"names that start with {PREFIX} belong to zdcdc"
    return [Skipped(name, "reserved", reason) for name in names if is_ours(name)]


def table_in_transaction(connection: sqlite3.Connection, name: str) -> Table | None:
    """The table called ``name`` in any case of its letters, inside a transaction of the caller's; None for
    anything but an ordinary table that could take part."""
    found = connection.execute(
        "SELECT name, wr, strict FROM pragma_table_list "
        "WHERE schema = 'main' AND type = 'table' AND name = ? COLLATE NOCASE",
        (name,),
    ).fetchone()
    if found is None:
        return None
    table = _read_table(connection, text(found[0]), bool(found[1]), bool(found[2]))
    return table if isinstance(table, Table) else None


def _read_table(
    connection: sqlite3.Connection, name: str, without_rowid: bool, strict: bool
) -> Table | Skipped:
    sql = _made_by(connection, name)
    clauses = table_clauses(sql)
    found = connection.execute(f"PRAGMA table_xinfo({sqlite_name(name)})").fetchall()
    if [text(row[1]) for row in found] != [column.name for column in clauses.columns]:
        return Skipped(name, "table", "its CREATE TABLE names other columns than SQLite sees")
    indexes = _read_indexes(connection, name, clauses)
    columns: list[Column] = []
    keyed: list[tuple[int, str]] = []
    for (_, raw, declared, not_null, default, position, hidden), said in zip(
        found, clauses.columns, strict=True
    ):
        column = text(raw)
        kind = text(declared).removesuffix("GENERATED ALWAYS").strip()
        columns.append(
            Column(
                name=column,
                declared=kind,
                not_null=bool(not_null),
                default=None if default is None else text(default),
                generated=_generated(hidden, said.generated),
                strict_any=strict and kind.upper() == "ANY",
                collation=said.collation,
            )
        )
        if position:
            keyed.append((position, column))
    primary_key = tuple(column for _, column in sorted(keyed))
    alias = _rowid_column(columns, primary_key, indexes, without_rowid)
    key, key_is_rowid = _row_key(columns, primary_key, alias, without_rowid)
    if not key:
        return Skipped(name, "table", "its columns hide every name of the rowid, and it has no other key")
    return Table(
        name=name,
        sql=sql,
        columns=tuple(columns),
        key=key,
        key_is_rowid=key_is_rowid,
        primary_key=primary_key,
        rowid_alias=alias,
        without_rowid=without_rowid,
        autoincrement=clauses.autoincrement,
        indexes=indexes,
        foreign_keys=_read_foreign_keys(connection, name, clauses),
        strict=strict,
        checks=clauses.checks,
        conflicts=clauses.conflicts,
    )


def _made_by(connection: sqlite3.Connection, name: str) -> str:
    """The statement that made a table; an index or trigger of that name is another object."""
    found = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)
    ).fetchone()
    return text(found[0])


def _view_columns(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    """The columns of a view, none where what it names is gone."""
    try:
        found = connection.execute(f"PRAGMA table_info({sqlite_name(name)})").fetchall()
    except sqlite3.OperationalError:
        return ()
    return tuple(text(row[1]) for row in found)


def _generated(hidden: int, expression: str | None) -> Generated | None:
    if hidden not in (_VIRTUAL, _STORED) or expression is None:
        return None
    return Generated(expression, hidden == _STORED)


def _rowid_column(
    columns: list[Column],
    primary_key: tuple[str, ...],
    indexes: tuple[Index, ...],
    without_rowid: bool,
) -> str | None:
    """The column that is the rowid itself: a lone key column of type INTEGER that needed no index.

    The index tells it from ``INTEGER PRIMARY KEY DESC``, which is an ordinary column (trap 9).
    """
    if without_rowid or len(primary_key) != 1 or any(index.origin == "pk" for index in indexes):
        return None
    column = next(column for column in columns if column.name == primary_key[0])
    return column.name if column.declared.upper() == "INTEGER" else None


def _row_key(
    columns: list[Column], primary_key: tuple[str, ...], alias: str | None, without_rowid: bool
) -> tuple[tuple[str, ...], bool]:
    """What identifies a row: the primary key when it cannot be NULL, else the rowid."""
    required = {column.name for column in columns if column.not_null}
    if primary_key and (alias or without_rowid or required.issuperset(primary_key)):
        return primary_key, False
    taken = {column.name.lower() for column in columns}
    free = [name for name in ROWID_ALIASES if name not in taken]
    return (tuple(free[:1]), True)


def _read_indexes(
    connection: sqlite3.Connection, table: str, clauses: TableClauses
) -> tuple[Index, ...]:
    found = []
    for _, raw, unique, origin, partial in connection.execute(
        f"PRAGMA index_list({sqlite_name(table)})"
    ).fetchall():
        name = text(raw)
        sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        terms: tuple[str, ...] = ()
        where = None
        if sql and sql[0] is not None:
            terms, where = index_terms(text(sql[0]))
        parts = []
        for number, cid, column, descending, collation, is_key in connection.execute(
            f"PRAGMA index_xinfo({sqlite_name(name)})"
        ).fetchall():
            if not is_key:
                continue
            expression = terms[number] if cid == -2 else None
            parts.append(
                IndexPart(
                    None if column is None else text(column),
                    expression,
                    text(collation).upper(),
                    bool(descending),
                )
            )
        made = Index(name, bool(unique), text(origin), tuple(parts), where if partial else None)
        called = clauses.unique_called(made.columns) if made.origin == "u" else None
        found.append(replace(made, constraint=called))
    return tuple(found)


def _read_foreign_keys(
    connection: sqlite3.Connection, table: str, clauses: TableClauses
) -> tuple[ForeignKey, ...]:
    """``clauses`` are in the order of the text; SQLite numbers foreign keys from the last one on."""
    groups: dict[int, list[tuple[int, str, str, str | None, str, str]]] = {}
    for number, place, parent, column, target, on_update, on_delete, _ in connection.execute(
        f"PRAGMA foreign_key_list({sqlite_name(table)})"
    ).fetchall():
        groups.setdefault(number, []).append(
            (place, text(parent), text(column), target and text(target), text(on_update), text(on_delete))
        )
    found = []
    for number, members in sorted(groups.items()):
        members.sort()
        parent = members[0][1]
        targets = tuple(member[3] for member in members if member[3] is not None)
        if not targets:
            keyed = connection.execute(f"PRAGMA table_info({sqlite_name(parent)})").fetchall()
            targets = tuple(text(row[1]) for row in sorted(keyed, key=lambda row: row[5]) if row[5])
        found.append(
            ForeignKey(
                tuple(member[2] for member in members),
                parent,
                targets,
                on_delete=members[0][5],
                on_update=members[0][4],
                deferred=clauses.deferred[-1 - number],
                name=clauses.references[-1 - number],
            )
        )
    return tuple(found)
