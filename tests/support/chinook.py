"""Chinook: a real SQLite database, and the same data as its authors publish it for MySQL.

Source: https://github.com/lerocha/chinook-database (MIT). The files lie beside the repository, not in it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pymysql.cursors
import pytest
from pymysql.constants import CLIENT

from tests.support.restoring import Restore, Spelling
from tests.support.source_side import ColumnFacts
from tests.support.target_side import (
    Connection,
    TargetColumn,
    quoted,
    restore_of,
    target_rows,
    target_snapshot,
    target_tables,
)
from tests.support.values import Row, Value, shown

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY.parent / "shared" / "data" / "chinook"
SQLITE_FILE = "Chinook_Sqlite.sqlite"
MYSQL_SCRIPT = "Chinook_MySql.sql"

WHOLE_SECONDS = Spelling(" ", True, "none", "")
"""How the authors write a DATETIME."""

DATABASE_STATEMENTS = ("DROP DATABASE IF EXISTS `Chinook`;", "CREATE DATABASE `Chinook`;", "USE `Chinook`;")


def chinook_folder() -> Path:
    """The folder with both files. Skips the test where it is absent; in CI, where it must be, fails it."""
    if (FOLDER / SQLITE_FILE).exists():
        return FOLDER
    message = "the Chinook files are not beside the repository (../shared/data/chinook)"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def chinook_copy(directory: Path) -> Path:
    """A private copy of the SQLite file, in rollback-journal mode as published."""
    copy = directory / "chinook.db"
    shutil.copyfile(chinook_folder() / SQLITE_FILE, copy)
    return copy


def in_journal_mode(path: Path, mode: str) -> Path:
    """Put a file into ``wal`` or ``delete`` mode, as its application would have done long ago."""
    with closing(sqlite3.connect(path)) as connection:
        answer = connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()[0]
    if answer != mode:
        raise RuntimeError(f"{path} stays in journal mode {answer}")
    return path


def source_in_delete_mode(path: Path) -> Path:
    """The same file in rollback-journal mode, where a reader keeps every writer from committing."""
    return in_journal_mode(path, "delete")


@contextmanager
def authors_database(host: str, port: int, user: str, password: str, database: str) -> Iterator[Connection]:
    """A connection to the authors' data, loaded into a database of this name that is dropped at the end."""
    load_authors_script(host, port, user, password, database)
    connection: Connection = pymysql.connect(
        host=host, port=port, user=user, password=password, database=database, charset="utf8mb4"
    )
    with closing(connection):
        try:
            yield connection
        finally:
            connection.rollback()
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {quoted(database)}")


def load_authors_script(host: str, port: int, user: str, password: str, database: str) -> None:
    """Run the authors' script with another database name; the account must be allowed to create it.

    The script drops, creates and uses the database `Chinook`, makes 11 tables (INT, NVARCHAR, NUMERIC(10,2),
    DATETIME), foreign keys and indexes, then inserts. Four texts hold a backslash that stands for itself,
    hence NO_BACKSLASH_ESCAPES. It runs as one packet, so no splitter has to understand its strings.
    """
    script = (chinook_folder() / MYSQL_SCRIPT).read_text(encoding="utf-8-sig")
    for statement in DATABASE_STATEMENTS:
        if script.count(statement) != 1:
            raise RuntimeError(f"the script is another one: {statement!r} is not in it once")
        script = script.replace(statement, statement.replace("`Chinook`", quoted(database)))
    connection = pymysql.connect(
        host=host,
        port=port,
        user=user,
        password=password,
        charset="utf8mb4",
        autocommit=True,
        client_flag=CLIENT.MULTI_STATEMENTS,
    )
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_BACKSLASH_ESCAPES')")
        cursor.execute(script)
        while cursor.nextset():
            pass


def authors_differences(migrated: Connection, authors: Connection) -> list[str]:
    """In what the migrated database differs from the authors' own, over all of the authors' tables.

    INT is an integer, NVARCHAR a text; NUMERIC(10,2) is the nearest double; DATETIME is a text of the form
    ``2021-01-31 00:00:00``. Other tables in the migrated database are not looked at.
    """
    found: list[str] = []
    with target_snapshot(migrated), target_snapshot(authors):
        migrated_tables = target_tables(migrated)
        for table, columns in target_tables(authors).items():
            if table not in migrated_tables:
                found.append(f"{table} is missing")
                continue
            found.extend(_table_differences(migrated, authors, table, tuple(columns), migrated_tables[table]))
    return found


def _table_differences(
    migrated: Connection,
    authors: Connection,
    table: str,
    names: tuple[str, ...],
    migrated_columns: dict[str, TargetColumn],
) -> Iterator[str]:
    ours = {name for name in migrated_columns if not name.startswith("_zdcdc_")}
    if ours != set(names):
        yield f"{table} has the columns {sorted(ours)}, not {sorted(names)}"
        return
    key_indexes = tuple(names.index(name) for name in _primary_key(authors, table))
    expected = {_key(row, key_indexes): row for row in _authors_rows(authors, table, names)}
    columns = [migrated_columns[name] for name in names]
    for row in target_rows(migrated, table, columns, [_restore(column) for column in columns]):
        key = _key(row, key_indexes)
        theirs = expected.pop(key, None)
        if theirs is None:
            yield f"{table} {key!r} is not in the authors' data"
            continue
        for name, value, wanted in zip(names, row, theirs, strict=True):
            if type(value) is not type(wanted) or value != wanted:
                yield f"{table}.{name} {key!r}: {shown(value)}, the authors have {shown(wanted)}"
    for key in expected:
        yield f"{table} {key!r} is missing"


def _restore(column: TargetColumn) -> Restore:
    rule = restore_of(column, "REAL", ColumnFacts(spelling=WHOLE_SECONDS))
    if rule is None:
        raise RuntimeError(f"a spelling is given, so that {column.name} has a rule")
    return rule


def _key(row: Row, indexes: tuple[int, ...]) -> Row:
    return tuple(row[index] for index in indexes)


def _primary_key(authors: Connection, table: str) -> tuple[str, ...]:
    with authors.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE()"
            " AND table_name = %s AND constraint_name = 'PRIMARY' ORDER BY ordinal_position",
            (table,),
        )
        return tuple(row[0] for row in cursor.fetchall())


def _authors_rows(authors: Connection, table: str, names: tuple[str, ...]) -> Iterator[Row]:
    with authors.cursor(pymysql.cursors.SSCursor) as cursor:
        cursor.execute(f"SELECT {', '.join(map(quoted, names))} FROM {quoted(table)}")
        for row in cursor:
            yield tuple(map(_as_sqlite_has_it, row))


def _as_sqlite_has_it(value: object) -> Value:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if value is None or isinstance(value, (int, str)):
        return value
    raise TypeError(f"the authors' script has no such value: {value!r}")
