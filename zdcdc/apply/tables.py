"""Making, finishing and removing the application's tables in the target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.constants import ER

from zdcdc.apply.ddl import TableDdl
from zdcdc.errors import Code, TargetUnavailableError
from zdcdc.mysql import errors_of, rows
from zdcdc.names import is_ours, mysql_name
from zdcdc.points import reach

_THERE_ALREADY = {
    ER.TABLE_EXISTS_ERROR,
    ER.DUP_FIELDNAME,
    ER.DUP_KEYNAME,
    1826,  # a foreign key of that name
}


@dataclass(frozen=True, slots=True)
class TableNames:
    """Names as the target keeps them; with ``folds`` it keeps them in lower case, and takes any."""

    names: frozenset[str]
    folds: bool

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name.lower() if self.folds else name) in self.names

    def without(self, ours: Iterable[str]) -> frozenset[str]:
        """The names that are not in ``ours``."""
        return self.names - {name.lower() if self.folds else name for name in ours}


def existing(connection: Connection[Any]) -> TableNames:
    """Names of all tables and views in the target database."""
    with errors_of("listing the tables of the target"):
        ((lower_case,),) = rows(connection, "SELECT @@lower_case_table_names")
        found = rows(
            connection, "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
        )
        connection.rollback()
    folds = bool(lower_case)
    return TableNames(frozenset(name.lower() if folds else name for (name,) in found), folds)


@contextmanager
def _unless_there() -> Iterator[None]:
    """Turns "there already" into what is tried again: what a killed run asked for may come to its end after
    the run did, and after we looked. Looked at once more, it is found."""
    try:
        yield
    except pymysql.MySQLError as error:
        if error.args[0] not in _THERE_ALREADY:
            raise
        raise TargetUnavailableError(
            Code.LOCKED, f"another session made it first: {error.args[1]}", hint="run it again"
        ) from error


def create_missing(connection: Connection[Any], tables: Sequence[TableDdl]) -> None:
    """Creates the tables that are not there yet: a killed run may have made some of them."""
    present = existing(connection)
    for ddl in tables:
        if ddl.table not in present:
            with errors_of(f"creating table {ddl.table}"), connection.cursor() as cursor:
                reach("create.before")
                with _unless_there():
                    cursor.execute(ddl.create)
                reach("create.after")


def foreign_keys_to(connection: Connection[Any], table: str) -> tuple[tuple[str, str], ...]:
    """Table and name of every foreign key that refers to ``table`` from another one."""
    with errors_of(f"looking for foreign keys to {table}"):
        found = rows(
            connection,
            "SELECT DISTINCT table_name, constraint_name FROM information_schema.key_column_usage "
            "WHERE constraint_schema = DATABASE() AND referenced_table_schema = DATABASE() "
            "AND referenced_table_name = %s AND table_name <> %s",
            (table, table),
        )
        connection.rollback()
    return tuple((child, name) for child, name in found)


def discard(connection: Connection[Any], table: str) -> None:
    """Drops ``table`` and every foreign key that refers to it: it may come back with other types, which the
    server would refuse."""
    for child, name in foreign_keys_to(connection, table):
        with errors_of(f"removing a foreign key of {child}"), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {mysql_name(child)} DROP FOREIGN KEY {mysql_name(name)}")
    drop(connection, [table])


def drop_extra_keys(connection: Connection[Any], ddl: TableDdl) -> None:
    """Removes indexes of ``ddl``'s table that it does not name, with what was computed for them: their like
    in the source was dropped.

    Unique ones are left: a table whose unique keys changed is copied again."""
    wanted = {addition.name for addition in ddl.keys}
    with errors_of(f"looking at the indexes of {ddl.table}"):
        present = rows(
            connection,
            "SELECT DISTINCT index_name FROM information_schema.statistics "
            "WHERE table_schema = DATABASE() AND table_name = %s AND non_unique = 1",
            (ddl.table,),
        )
        connection.rollback()
    for (name,) in present:
        if name not in wanted:
            with errors_of(f"removing an index of {ddl.table}"), connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {mysql_name(ddl.table)} DROP INDEX {mysql_name(name)}")
    needed = {helper.name for helper in ddl.helpers}
    for name in sorted(_computed_columns(connection, ddl)):
        if is_ours(name) and name not in needed:
            with errors_of(f"removing a column of {ddl.table}"), connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {mysql_name(ddl.table)} DROP COLUMN {mysql_name(name)}")


def _computed_columns(connection: Connection[Any], ddl: TableDdl) -> frozenset[str]:
    with errors_of(f"looking at the columns of {ddl.table}"):
        found = rows(
            connection,
            "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() "
            "AND table_name = %s AND generation_expression <> ''",
            (ddl.table,),
        )
        connection.rollback()
    return frozenset(name for (name,) in found)


def add_missing_keys(connection: Connection[Any], ddl: TableDdl) -> None:
    """Builds the indexes of one table that are not there yet; rows may go on changing."""
    columns = ddl.add_helpers(_computed_columns(connection, ddl))
    if columns is not None:
        with (
            errors_of(f"adding columns for the indexes of {ddl.table}"),
            connection.cursor() as cursor,
            _unless_there(),
        ):
            cursor.execute(columns)
    with errors_of(f"building the indexes of {ddl.table}"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT index_name FROM information_schema.statistics "
            "WHERE table_schema = DATABASE() AND table_name = %s",
            (ddl.table,),
        )
        statement = ddl.add_keys(frozenset(name for (name,) in cursor.fetchall()))
        connection.commit()
        if statement is not None:
            reach("index.before")
            with _unless_there():
                cursor.execute(statement)
            reach("index.after")


def add_missing_foreign_keys(connection: Connection[Any], ddl: TableDdl) -> None:
    """Adds the foreign keys of one table that are not there yet. No round may be under way."""
    with errors_of(f"adding the foreign keys of {ddl.table}"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT constraint_name FROM information_schema.table_constraints "
            "WHERE table_schema = DATABASE() AND table_name = %s AND constraint_type = 'FOREIGN KEY'",
            (ddl.table,),
        )
        statement = ddl.add_foreign_keys(frozenset(name for (name,) in cursor.fetchall()))
        connection.commit()
        if statement is not None:
            reach("foreign_keys.before")
            with _unless_there():
                cursor.execute(statement)
            reach("foreign_keys.after")


def drop(connection: Connection[Any], names: Iterable[str]) -> None:
    """Removes tables of ours, with their foreign keys unchecked."""
    for name in names:
        with errors_of(f"removing table {name}"), connection.cursor() as cursor:
            reach("drop.before")
            cursor.execute(f"DROP TABLE IF EXISTS {mysql_name(name)}")
            reach("drop.after")


def raise_auto_increment(connection: Connection[Any], table: str, value: int) -> None:
    """Makes the next generated key at least ``value``; waits for a metadata lock no longer than a second,
    which an idle reader of the table may hold for ever (trap 125)."""
    with errors_of(f"raising AUTO_INCREMENT of {table}"), connection.cursor() as cursor:
        cursor.execute("SELECT @@session.lock_wait_timeout")
        ((before,),) = cursor.fetchall()
        cursor.execute("SET SESSION lock_wait_timeout = 1")
        try:
            reach("counter.before")
            cursor.execute(f"ALTER TABLE {mysql_name(table)} AUTO_INCREMENT = {int(value)}")
            reach("counter.after")
        finally:
            cursor.execute(f"SET SESSION lock_wait_timeout = {int(before)}")
