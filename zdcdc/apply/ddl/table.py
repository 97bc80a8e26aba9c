"""The MySQL schema of one table as text: a pure function of SQLite's and of the mapping."""

from __future__ import annotations

from collections.abc import Mapping

from zdcdc.apply.ddl.checks import check_clause
from zdcdc.apply.ddl.columns import definition, helper_definition
from zdcdc.apply.ddl.foreign_keys import ForeignKeyDdl, foreign_keys
from zdcdc.apply.ddl.indexes import PlainIndex, plain_indexes
from zdcdc.apply.ddl.keys import KeyParts
from zdcdc.apply.ddl.statements import Addition, TableDdl
from zdcdc.mapping import Capabilities, TableMapping, UniqueKey
from zdcdc.names import mysql_name
from zdcdc.schema import Table


def table_ddl(
    table: Table, mapping: TableMapping, capabilities: Capabilities, taking_part: Mapping[str, TableMapping]
) -> TableDdl:
    """The DDL of ``table``. Unique keys come with it; other indexes and foreign keys after the copy, where
    they are built several times faster. ``taking_part`` are the tables that migrate, by name."""
    defined = [(c.name, definition(table, c, capabilities)) for c in mapping.columns]
    losses = [loss for _, (_, loss) in defined if loss is not None]
    indexes, unindexed = plain_indexes(table, mapping, KeyParts(table, mapping, capabilities))
    foreign, unrelated = foreign_keys(table, mapping, capabilities, taking_part)
    helpers = [*mapping.helpers, *(helper for index in indexes for helper in index.helpers)]
    key = ", ".join(mysql_name(column.name) for column in mapping.key_columns)
    lines = [line for _, (line, _) in defined]
    lines += map(helper_definition, helpers)
    lines.append(f"PRIMARY KEY ({key})")
    lines += map(_unique_line, mapping.unique)
    lines += map(check_clause, mapping.checks)
    body = ",\n  ".join(lines)
    create = (
        f"CREATE TABLE {mysql_name(mapping.name)} (\n  {body}\n) ENGINE=InnoDB ROW_FORMAT=DYNAMIC "
        f"DEFAULT CHARACTER SET utf8mb4 COLLATE {capabilities.collation}"
    )
    keys = [Addition(index.name, f"ADD KEY {mysql_name(index.name)} ({index.terms})") for index in indexes]
    return TableDdl(
        mapping.table_id,
        mapping.name,
        create,
        tuple((name, line) for name, (line, _) in defined),
        tuple(helpers),
        frozenset(key.name for key in mapping.unique),
        (*keys, *_keys_of_foreign_keys(mapping, indexes, foreign)),
        tuple(Addition(made.name, f"ADD {made.clause}") for made in foreign),
        (*losses, *unindexed, *unrelated),
    )


def _unique_line(key: UniqueKey) -> str:
    terms = ", ".join(
        mysql_name(column) + (" DESC" if descending else "")
        for column, descending in zip(key.columns, key.descending, strict=True)
    )
    return f"UNIQUE KEY {mysql_name(key.name)} ({terms})"


def _keys_of_foreign_keys(
    mapping: TableMapping, indexes: list[PlainIndex], foreign: list[ForeignKeyDdl]
) -> list[Addition]:
    """Indexes that InnoDB would make itself, while foreign keys are added and rounds wait."""
    there = [tuple(column.name for column in mapping.key_columns)]
    there += [key.columns for key in mapping.unique if not any(key.descending)]
    there += [index.columns for index in indexes]
    found: list[Addition] = []
    for made in foreign:
        if not any(columns[: len(made.columns)] == made.columns for columns in there):
            there.append(made.columns)
            terms = ", ".join(map(mysql_name, made.columns))
            found.append(Addition(made.name, f"ADD KEY {mysql_name(made.name)} ({terms})"))
    return found
