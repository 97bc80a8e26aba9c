"""Reading a MySQL or MariaDB database for the comparer: every value back as SQLite would hold it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pymysql
import pymysql.cursors

from tests.support import restoring
from tests.support.restoring import Restore
from tests.support.source_side import ColumnFacts
from tests.support.values import Row

if TYPE_CHECKING:
    from pymysql.connections import Connection as _Connection

    Connection = _Connection[Any]
else:
    Connection = pymysql.connections.Connection

ROWID_COLUMN = "_zdcdc_rowid"
OURS = "_zdcdc_"

INTEGER_TYPES = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})
TEXT_TYPES = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
BLOB_TYPES = frozenset({"varbinary", "tinyblob", "blob", "mediumblob", "longblob"})
MOMENT_TYPES = frozenset({"date", "time", "datetime"})
KNOWN_TYPES = INTEGER_TYPES | TEXT_TYPES | BLOB_TYPES | MOMENT_TYPES | {"double", "decimal", "json", "uuid"}

COLLATIONS = {
    "BINARY": frozenset({"utf8mb4_0900_bin", "utf8mb4_nopad_bin"}),
    "NOCASE": frozenset({"utf8mb4_0900_as_ci", "utf8mb4_uca1400_nopad_as_ci"}),
    "RTRIM": frozenset({"utf8mb4_bin"}),
}
"""By SQLite's: what tells the same texts apart, while ASCII is all there is. Binary and NO PAD is always
right; under utf8mb4_bin, 'x' and 'x ' would be one key."""


@dataclass(frozen=True)
class TargetColumn:
    """``data_type`` and ``collation`` as information_schema names them."""

    name: str
    data_type: str
    collation: str | None

    def refusal(self, collation: str) -> str | None:
        """Why values of this column cannot be what SQLite held in one of ``collation``, or None."""
        if self.data_type not in KNOWN_TYPES:
            return f"{self.data_type} does not keep a value of SQLite exactly"
        exact = COLLATIONS["BINARY"] | COLLATIONS[collation]
        if self.data_type == "longtext":
            exact |= COLLATIONS["RTRIM"]  # MariaDB's JSON; it is no key, so that nothing is told apart by it
        if self.data_type in TEXT_TYPES and self.collation not in exact:
            return f"collation {self.collation} does not tell all texts apart"
        return None


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


@contextmanager
def target_snapshot(mysql: Connection) -> Iterator[None]:
    """One consistent snapshot on this connection; a transaction that is open on it is rolled back first."""
    mysql.rollback()
    with mysql.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
    try:
        yield
    finally:
        mysql.rollback()


def target_tables(mysql: Connection) -> dict[str, dict[str, TargetColumn]]:
    """Columns by table, in the connection's database, without tables of ours; helper columns included."""
    found: dict[str, dict[str, TargetColumn]] = {}
    with mysql.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type, c.collation_name"
            " FROM information_schema.columns c JOIN information_schema.tables t"
            " ON t.table_schema = c.table_schema AND t.table_name = c.table_name"
            " WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'"
            " ORDER BY c.table_name, c.ordinal_position"
        )
        for table, column, data_type, collation in cursor.fetchall():
            if not table.startswith(OURS):
                found.setdefault(table, {})[column] = TargetColumn(column, data_type.lower(), collation)
    return found


def target_rows(
    mysql: Connection, table: str, columns: Sequence[TargetColumn], restores: Sequence[Restore]
) -> Iterator[Row]:
    """Every row with the given columns, each restored by its rule, streamed unbuffered.

    Texts are fetched as bytes and decoded here, so that neither the connection's character set nor the
    server's conversion has a say; moments are fetched as the server prints them. Doubles come through the
    text protocol: both servers print the shortest digits that read back as the same double, and PyMySQL
    parses them with float().
    """
    expressions = ", ".join(map(_fetched, columns))
    with mysql.cursor(pymysql.cursors.SSCursor) as cursor:
        cursor.execute(f"SELECT {expressions} FROM {quoted(table)}")
        for row in cursor:
            yield tuple(restore(raw) for restore, raw in zip(restores, row, strict=True))


def _fetched(column: TargetColumn) -> str:
    name = quoted(column.name)
    if column.data_type in MOMENT_TYPES:
        name = f"CAST({name} AS CHAR)"
    if column.data_type in MOMENT_TYPES | TEXT_TYPES | {"json"}:
        return f"CONVERT({name} USING binary)"
    return name


def restore_of(column: TargetColumn, affinity: str, facts: ColumnFacts) -> Restore | None:
    """The rule that gives back what SQLite held; None where the values of the source have no such rule."""
    numeric = affinity in ("NUMERIC", "INTEGER")
    if column.data_type in INTEGER_TYPES:
        return restoring.integer
    if column.data_type in BLOB_TYPES:
        return restoring.blob
    if column.data_type == "double":
        return restoring.number if numeric or facts.integers else restoring.real
    if column.data_type == "decimal":
        if affinity == "TEXT":
            return restoring.decimal_integer
        return restoring.decimal_real if affinity == "REAL" else restoring.decimal_number
    if column.data_type == "json":
        return restoring.document
    if column.data_type == "uuid":
        return restoring.digits
    if column.data_type in MOMENT_TYPES:
        return None if facts.spelling is None else restoring.moment(facts.spelling)
    return restoring.text_or_number if facts.numbers else restoring.text
