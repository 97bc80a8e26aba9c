"""The crudest migration there is: everything is copied while SQLite is locked, then fenced.

It stands in for zdcdc where the demonstration itself is under test: its proof must find what a migration does
wrong, so it cannot be tested with the migration that it is to judge.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pymysql.connections

from zdcdc.demo.mover import Observe, Progress, SwitchResult
from zdcdc.demo.sides import connect_shop
from zdcdc.names import mysql_name, sqlite_name

FENCE = "zdcdc: writes moved to MySQL (epoch 1)"
KEY_CHARACTERS = 120
ROWS_PER_INSERT = 1_000
TYPES = {"INTEGER": "BIGINT", "REAL": "DOUBLE", "TEXT": "LONGTEXT", "BLOB": "LONGBLOB"}


class OfflineMover:
    """See :class:`zdcdc.demo.mover.Mover`; nothing is copied before the cutover."""

    def __init__(self, sqlite_path: Path, mysql_url: str) -> None:
        self._sqlite_path = sqlite_path
        self._mysql_url = mysql_url

    def snapshot(self, observe: Observe) -> None:
        """Make the schema."""
        with closing(self._source()) as source, closing(connect_shop(self._mysql_url)) as target:
            create_schema(source, target)
        observe(Progress("copying", 1, 1, 0.0, 0, 0.0))

    def follow(self, seconds: float, observe: Observe) -> None:
        """Nothing to follow."""
        observe(Progress("following", 1, 1, 0.0, 7, 0.25))

    def verify(self) -> bool:
        """Nothing to compare yet."""
        return True

    def cutover(self) -> SwitchResult:
        """Lock, copy, fence, decide."""
        with closing(self._source()) as source, closing(connect_shop(self._mysql_url)) as target:
            source.execute("BEGIN IMMEDIATE")
            rows = sum(copy_table(source, target, table) for table in tables_of(source))
            fence(source)
            source.execute("COMMIT")
        return SwitchResult(pause_seconds=0.001, drained_changes=rows)

    def _source(self) -> sqlite3.Connection:
        return sqlite3.connect(self._sqlite_path, timeout=5.0, isolation_level=None)


def tables_of(source: sqlite3.Connection) -> list[str]:
    """Names of the application's tables."""
    return [
        name
        for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        if not name.startswith(("sqlite_", "_zdcdc_"))
    ]


def create_schema(source: sqlite3.Connection, target: pymysql.connections.Connection) -> None:
    """The same tables, keys and foreign keys in MySQL."""
    with target.cursor() as cursor:
        cursor.execute("SELECT VERSION()")
        row = cursor.fetchone()
        assert row is not None
        collation = "utf8mb4_nopad_bin" if "MariaDB" in row[0] else "utf8mb4_0900_bin"
        cursor.execute("SET SESSION foreign_key_checks = 0")
        for table in tables_of(source):
            parts = [*_columns(source, table), *_references(source, table)]
            cursor.execute(
                f"CREATE TABLE {mysql_name(table)} ({', '.join(parts)})"
                f" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={collation}"
            )
        cursor.execute("SET SESSION foreign_key_checks = 1")


def _columns(source: sqlite3.Connection, table: str) -> list[str]:
    info = source.execute(f"PRAGMA table_info({sqlite_name(table)})").fetchall()
    primary = [name for _, name, *_, rank in sorted(info, key=lambda column: int(column[5])) if rank]
    uniques = [
        [column for _, _, column in source.execute(f"PRAGMA index_info({sqlite_name(index)})")]
        for _, index, unique, origin, _ in source.execute(
            f"PRAGMA index_list({sqlite_name(table)})"
        ).fetchall()
        if unique and origin == "u"
    ]
    keyed = {*primary, *(column for unique in uniques for column in unique)}
    parts = []
    for _, name, declared, not_null, *_ in info:
        kind = TYPES[declared]
        if kind == "LONGTEXT" and name in keyed:
            kind = f"VARCHAR({KEY_CHARACTERS})"
        parts.append(f"{mysql_name(name)} {kind} {'NOT NULL' if not_null or name in primary else 'NULL'}")
    parts.append(f"PRIMARY KEY ({', '.join(map(mysql_name, primary))})")
    return parts + [f"UNIQUE ({', '.join(map(mysql_name, unique))})" for unique in uniques]


def _references(source: sqlite3.Connection, table: str) -> list[str]:
    return [
        f"FOREIGN KEY ({mysql_name(column)}) REFERENCES {mysql_name(parent)} ({mysql_name(there)})"
        f" ON DELETE {on_delete} ON UPDATE {on_update}"
        for _, _, parent, column, there, on_update, on_delete, _ in source.execute(
            f"PRAGMA foreign_key_list({sqlite_name(table)})"
        )
    ]


def copy_table(source: sqlite3.Connection, target: pymysql.connections.Connection, table: str) -> int:
    """All rows of one table, without foreign keys in the way; returns how many."""
    read = source.execute(f"SELECT * FROM {sqlite_name(table)}")
    places = ", ".join(["%s"] * len(read.description))
    count = 0
    with target.cursor() as cursor:
        cursor.execute("SET SESSION foreign_key_checks = 0")
        while rows := read.fetchmany(ROWS_PER_INSERT):
            count += cursor.executemany(f"INSERT INTO {mysql_name(table)} VALUES ({places})", rows) or 0
        cursor.execute("SET SESSION foreign_key_checks = 1")
    return count


def fence(source: sqlite3.Connection) -> None:
    """Refuse all further writes in SQLite and say that MySQL is primary; inside the caller's transaction."""
    for table in tables_of(source):
        for event in ("INSERT", "UPDATE", "DELETE"):
            source.execute(
                f"CREATE TRIGGER {sqlite_name(f'_zdcdc_fence_{table}_{event}')} BEFORE {event}"
                f" ON {sqlite_name(table)} BEGIN SELECT {sqlite_name(FENCE)}(); END"
            )
    source.execute("CREATE TABLE _zdcdc_decision (id INTEGER PRIMARY KEY, primary_side TEXT, epoch INTEGER)")
    source.execute("INSERT INTO _zdcdc_decision VALUES (1, 'mysql', 1)")
