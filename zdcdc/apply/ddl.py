"""The MySQL schema as text: a pure function of the source's tables and their mappings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zdcdc.choose.tables import index_part
from zdcdc.mapping import Capabilities, ColumnMapping, TableMapping
from zdcdc.names import mysql_name
from zdcdc.schema import ForeignKey, Index, Table

_INTEGER = re.compile(r"[+-]?\d+$")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$")
_STRING = re.compile(r"'(?:[^']|'')*'$")
_NOW = {
    "CURRENT_TIMESTAMP": "%Y-%m-%d %H:%i:%s",
    "CURRENT_DATE": "%Y-%m-%d",
    "CURRENT_TIME": "%H:%i:%s",
}
_ACTIONS = {"CASCADE", "SET NULL", "RESTRICT", "NO ACTION"}


@dataclass(frozen=True, slots=True)
class Addition:
    """An index or a foreign key that is added after the copy: its name and its clause of ALTER TABLE."""

    name: str
    clause: str


@dataclass(frozen=True, slots=True)
class TableDdl:
    """The statements of one table: ``create`` before the copy, ``keys`` and ``foreign_keys`` after it;
    ``columns`` are names and definitions, ``unique`` the names of the unique keys that ``create`` makes.

    Foreign keys are apart: with their check off they are metadata alone, but an ALTER TABLE of two tables
    at once and a round that writes both would wait for each other.
    """

    table_id: int
    table: str
    create: str
    columns: tuple[tuple[str, str], ...]
    unique: frozenset[str]
    keys: tuple[Addition, ...]
    foreign_keys: tuple[Addition, ...]
    left_out: tuple[str, ...]

    def add_keys(self, present: frozenset[str] = frozenset()) -> str | None:
        """One ALTER TABLE for all keys that are not ``present`` yet, None without any."""
        return self._alter(self.keys, present)

    def add_foreign_keys(self, present: frozenset[str] = frozenset()) -> str | None:
        """The same for foreign keys."""
        return self._alter(self.foreign_keys, present)

    def _alter(self, additions: tuple[Addition, ...], present: frozenset[str]) -> str | None:
        clauses = [addition.clause for addition in additions if addition.name not in present]
        if not clauses:
            return None
        return f"ALTER TABLE {mysql_name(self.table)}\n  " + ",\n  ".join(clauses)


def table_ddl(
    table: Table, mapping: TableMapping, capabilities: Capabilities, taking_part: Mapping[str, TableMapping]
) -> TableDdl:
    """The DDL of ``table``. Unique keys come first; other indexes and foreign keys after the copy,
    where they are built several times faster. ``taking_part`` are the tables that migrate, by name."""
    left_out: list[str] = []
    columns = [(c.name, _column(table, c, capabilities, left_out)) for c in mapping.columns]
    lines = [definition for _, definition in columns]
    key = ", ".join(mysql_name(column.name) for column in mapping.key_columns)
    lines.append(f"PRIMARY KEY ({key})")
    unique: list[str] = []
    later: list[Addition] = []
    indexed = [mapping.key]
    for index in reversed(table.indexes):
        if index.origin == "pk" and not mapping.key_is_rowid:
            continue
        if index.plain:
            indexed.append(index.columns)
        if not index.plain:
            left_out.append(f"index {index.name}: of an expression or a part of the rows")
        elif index.unique:
            unique.append(_index_name(table, index))
            lines.append(f"UNIQUE KEY {mysql_name(unique[-1])} ({_terms(table, mapping, index)})")
        else:
            key_name = _index_name(table, index)
            clause = f"ADD KEY {mysql_name(key_name)} ({_terms(table, mapping, index)})"
            later.append(Addition(key_name, clause))
    foreign_keys: list[Addition] = []
    for number, foreign in enumerate(table.foreign_keys):
        addition = _foreign_key(table, mapping, number, foreign, taking_part, left_out)
        if addition is None:
            continue
        foreign_keys.append(addition)
        if not any(columns[: len(foreign.columns)] == foreign.columns for columns in indexed):
            # InnoDB would make this index itself, while the foreign key is added and rounds wait.
            indexed.append(foreign.columns)
            terms = ", ".join(map(mysql_name, foreign.columns))
            later.append(Addition(addition.name, f"ADD KEY {mysql_name(addition.name)} ({terms})"))
    for column in table.columns:
        if column.generated:
            left_out.append(f"column {column.name}: its values are copied, MySQL will not compute them")
    name = mysql_name(mapping.name)
    body = ",\n  ".join(lines)
    create = (
        f"CREATE TABLE {name} (\n  {body}\n) ENGINE=InnoDB ROW_FORMAT=DYNAMIC "
        f"DEFAULT CHARACTER SET utf8mb4 COLLATE {capabilities.collation}"
    )
    return TableDdl(
        mapping.table_id,
        mapping.name,
        create,
        tuple(columns),
        frozenset(unique),
        tuple(later),
        tuple(foreign_keys),
        tuple(left_out),
    )


def _column(table: Table, column: ColumnMapping, capabilities: Capabilities, left_out: list[str]) -> str:
    parts = [mysql_name(column.name), column.type]
    if column.collation is not None:
        parts.append(f"COLLATE {column.collation}")
    if column.not_null:
        parts.append("NOT NULL")
    if mapping_is_hidden_key(table, column):
        # INVISIBLE, so that INSERT INTO t VALUES (…) and SELECT * of the application keep working.
        parts.append("AUTO_INCREMENT INVISIBLE" if not capabilities.mariadb else "INVISIBLE AUTO_INCREMENT")
    elif column.source == table.rowid_alias:
        parts.append("AUTO_INCREMENT")
    else:
        default = table.column(column.source).default
        if default is not None and default.upper() != "NULL":
            text = _default(default, column)
            if text is None:
                left_out.append(f"column {column.name}: default {default}")
            else:
                parts.append(f"DEFAULT {text}")
    return " ".join(parts)


def mapping_is_hidden_key(table: Table, column: ColumnMapping) -> bool:
    """Whether ``column`` is the rowid of a table that has no other key."""
    return table.key_is_rowid and column.source == table.key[0]


def _default(default: str, column: ColumnMapping) -> str | None:
    """``default`` (SQLite's text) for MySQL, None when it is not known to mean the same."""
    kind = column.codec.name
    if kind == "integer" and _INTEGER.match(default):
        return default
    if kind in ("real", "number") and _NUMBER.match(default):
        return default
    if kind in ("integer", "number") and default.upper() in ("TRUE", "FALSE"):
        return "1" if default.upper() == "TRUE" else "0"
    if kind == "text" and _STRING.match(default):
        escaped = default.replace("\\", "\\\\")
        return f"({escaped})" if column.type == "LONGTEXT" else escaped
    if kind == "text" and default.upper() in _NOW:
        return f"(DATE_FORMAT(UTC_TIMESTAMP(), '{_NOW[default.upper()]}'))"
    return None


def _index_name(table: Table, index: Index) -> str:
    name = index.name
    if name.startswith("sqlite_autoindex_"):
        name = f"{table.name[:40]}_unique_{name.rsplit('_', 1)[1]}"
    return name[:64]


def _terms(table: Table, mapping: TableMapping, index: Index) -> str:
    return ", ".join(
        mysql_name(part.column or "")
        + index_part(index, mapping, part.column or "")
        + (" DESC" if part.descending else "")
        for part in index.parts
    )


def _foreign_key(
    table: Table,
    mapping: TableMapping,
    number: int,
    foreign: ForeignKey,
    taking_part: Mapping[str, TableMapping],
    left_out: list[str],
) -> Addition | None:
    by_name = {name.lower(): name for name in taking_part}
    parent = by_name.get(foreign.parent.lower())
    shown = f"foreign key ({', '.join(foreign.columns)}) to {foreign.parent}"
    if parent is None:
        left_out.append(f"{shown}: that table does not migrate")
        return None
    if not {foreign.on_delete, foreign.on_update} <= _ACTIONS:
        left_out.append(f"{shown}: InnoDB has no SET DEFAULT")
        return None
    reason = _mismatch(mapping, foreign, taking_part[parent])
    if reason is not None:
        left_out.append(f"{shown}: {reason}")
        return None
    columns = ", ".join(map(mysql_name, foreign.columns))
    targets = ", ".join(map(mysql_name, foreign.parent_columns))
    name = f"{table.name[:50]}_fk_{number}"
    return Addition(
        name,
        f"ADD CONSTRAINT {mysql_name(name)} FOREIGN KEY ({columns}) "
        f"REFERENCES {mysql_name(parent)} ({targets}) "
        f"ON DELETE {foreign.on_delete} ON UPDATE {foreign.on_update}",
    )


def _mismatch(mapping: TableMapping, foreign: ForeignKey, parent: TableMapping) -> str | None:
    """Why InnoDB would refuse the foreign key, None when it would not."""
    for name, target in zip(foreign.columns, foreign.parent_columns, strict=False):
        child = next((column for column in mapping.columns if column.source.lower() == name.lower()), None)
        other = next((column for column in parent.columns if column.source.lower() == target.lower()), None)
        if child is None or other is None:
            return f"there is no column {target} in {parent.source}"
        if child.type.partition("(")[0] != other.type.partition("(")[0] or child.type.startswith("LONG"):
            return f"{child.type} cannot refer to {other.type}"
        if child.not_null and "SET NULL" in (foreign.on_delete, foreign.on_update):
            return "a NOT NULL column cannot be set to NULL"
    return None


BOOKKEEPING = (
    """CREATE TABLE _zdcdc_checkpoint (
  id INT PRIMARY KEY,
  migration_id VARCHAR(64) NOT NULL,
  epoch BIGINT NOT NULL,
  round BIGINT NOT NULL,
  watermark LONGTEXT NOT NULL,
  handed_over BIGINT,
  source LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""",
    """CREATE TABLE _zdcdc_copy (
  table_id INT PRIMARY KEY,
  state VARCHAR(16) NOT NULL,
  copy_cursor LONGTEXT,
  rows_copied BIGINT NOT NULL,
  name VARCHAR(64) NOT NULL,
  generation BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""",
    """CREATE TABLE _zdcdc_verification (
  id INT PRIMARY KEY,
  epoch BIGINT NOT NULL,
  first_sequence BIGINT NOT NULL,
  last_sequence BIGINT NOT NULL,
  rows_compared BIGINT NOT NULL,
  differing BIGINT NOT NULL,
  finished_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""",
)
"""Tables of ours in the target: where it stands, how far each table is copied, when it was verified."""

BOOKKEEPING_TABLES = ("_zdcdc_verification", "_zdcdc_copy", "_zdcdc_checkpoint")


def needs_reference(tables: Sequence[Table]) -> bool:
    """Whether the DDL of ``tables`` needs the REFERENCES privilege."""
    return any(table.foreign_keys for table in tables)
