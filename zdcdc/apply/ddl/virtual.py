"""What is offered in the place of SQLite's virtual tables for searching: FULLTEXT and SPATIAL keys. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from zdcdc.apply.ddl.identifiers import fitting
from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.mapping import Capabilities, ColumnMapping, TableMapping
from zdcdc.names import mysql_name
from zdcdc.schema import Skipped
from zdcdc.translate.tokens import enclosed, is_space, split, tokens, unquoted

FULLTEXT_MODULES = ("fts3", "fts4", "fts5")
RTREE_MODULES = ("rtree", "rtree_i32")

_TABLE = "ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4"
_FLAT = 4
"""Coordinates of an R-Tree of two dimensions."""


@dataclass(frozen=True, slots=True)
class _Arguments:
    """What stands between the parentheses of CREATE VIRTUAL TABLE: columns, those of ``auxiliary`` data, and
    options."""

    columns: tuple[str, ...]
    auxiliary: tuple[str, ...]
    options: Mapping[str, str]


def virtual_losses(
    skipped: Iterable[Skipped], taking_part: Mapping[str, TableMapping], capabilities: Capabilities
) -> Iterator[Loss]:
    """Virtual tables for searching, each with what MySQL has in its place."""
    for table in skipped:
        if table.module in FULLTEXT_MODULES:
            yield _fulltext(table, taking_part, capabilities)
        elif table.module in RTREE_MODULES:
            yield _rtree(table, capabilities)


def _fulltext(table: Skipped, taking_part: Mapping[str, TableMapping], capabilities: Capabilities) -> Loss:
    said = _arguments(table.sql or "")
    by_name = {name.lower(): mapping for name, mapping in taking_part.items()}
    content = by_name.get(said.options.get("content", "").lower())
    columns = None if content is None else _columns(content, said.columns)
    if content is not None and columns is not None:
        names = ", ".join(mysql_name(column.name) for column in columns)
        statement = f"ALTER TABLE {mysql_name(content.name)} ADD FULLTEXT KEY {_name(table)} ({names})"
        reason = "MySQL searches text by a FULLTEXT key; under this collation the case of letters counts"
    else:
        names = ", ".join(map(mysql_name, said.columns))
        collation = "utf8mb4_unicode_520_ci" if capabilities.mariadb else "utf8mb4_0900_ai_ci"
        lines = [f"{mysql_name(column)} LONGTEXT" for column in said.columns]
        lines = ["`rowid` BIGINT NOT NULL PRIMARY KEY", *lines, f"FULLTEXT KEY ({names})"]
        statement = f"CREATE TABLE {_name(table)} ({', '.join(lines)}) {_TABLE} COLLATE {collation}"
        reason = "MySQL searches text by a FULLTEXT key; what this table holds is not copied"
    return _loss(Matter.FULLTEXT, table, reason, statement if said.columns else "")


def _rtree(table: Skipped, capabilities: Capabilities) -> Loss:
    said = _arguments(table.sql or "")
    statement = ""
    if len(said.columns) == 1 + _FLAT:
        # Without an SRID MySQL's optimizer leaves the key alone (3674); MariaDB has none.
        plane = "" if capabilities.mariadb else " SRID 0"
        lines = [f"{mysql_name(said.columns[0])} BIGINT NOT NULL PRIMARY KEY"]
        lines += [f"`box` GEOMETRY NOT NULL{plane}"]
        lines += [f"{mysql_name(column)} LONGTEXT" for column in said.auxiliary]
        lines += ["SPATIAL KEY (`box`)"]
        collation = f"COLLATE {capabilities.collation}"
        statement = f"CREATE TABLE {_name(table)} ({', '.join(lines)}) {_TABLE} {collation}"
    reason = "MySQL finds boxes by a SPATIAL key; what this table holds is not copied"
    return _loss(Matter.RTREE, table, reason, statement)


def _name(table: Skipped) -> str:
    return mysql_name(fitting(table.name))


def _loss(matter: Matter, table: Skipped, reason: str, statement: str) -> Loss:
    return Loss(matter, f"table {table.name} ({table.module})", reason, table.sql or "", statement)


def _columns(mapping: TableMapping, names: Iterable[str]) -> list[ColumnMapping] | None:
    """The columns of the table that a full-text table reads, None where one is missing or no text."""
    by_name = {column.source.lower(): column for column in mapping.columns}
    found = [by_name.get(name.lower()) for name in names]
    columns = [column for column in found if column and column.type.startswith(("VARCHAR", "LONGTEXT"))]
    return columns if columns and len(columns) == len(found) else None


def _arguments(sql: str) -> _Arguments:
    columns: list[str] = []
    auxiliary: list[str] = []
    options: dict[str, str] = {}
    try:
        body, _ = enclosed(tokens(sql))
    except ValueError:
        return _Arguments((), (), {})
    for item in split(body):
        words = [token for token in item if not is_space(token)]
        if len(words) > 1 and words[1] == "=":
            options[unquoted(words[0]).lower()] = unquoted("".join(words[2:]))
        elif len(words) > 1 and words[0] == "+":
            auxiliary.append(unquoted(words[1]))
        elif words:
            columns.append(unquoted(words[0]))
    return _Arguments(tuple(columns), tuple(auxiliary), options)
