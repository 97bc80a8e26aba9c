"""Reading a MySQL or MariaDB database for the comparer: every value back as SQLite would hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pymysql
import pymysql.cursors

from tests.support.values import Row, Value

if TYPE_CHECKING:
    from pymysql.connections import Connection as _Connection

    Connection = _Connection[Any]
else:
    Connection = pymysql.connections.Connection

ROWID_COLUMN = "_zdcdc_rowid"
OURS = "_zdcdc_"

INTEGER_TYPES = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})
TEXT_TYPES = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
EXACT_COLLATIONS = frozenset({"utf8mb4_0900_bin", "utf8mb4_nopad_bin"})
"""Binary and NO PAD: under utf8mb4_bin, 'x' and 'x ' would be one key."""
BLOB_TYPES = frozenset({"varbinary", "tinyblob", "blob", "mediumblob", "longblob"})


@dataclass(frozen=True)
class TargetColumn:
    """``data_type`` and ``collation`` as information_schema names them."""

    name: str
    data_type: str
    collation: str | None

    def refusal(self) -> str | None:
        """Why values of this column cannot be what SQLite held, or None."""
        known = INTEGER_TYPES | TEXT_TYPES | BLOB_TYPES | {"double"}
        if self.data_type not in known:
            return f"{self.data_type} does not keep a value of SQLite exactly"
        if self.data_type in TEXT_TYPES and self.collation not in EXACT_COLLATIONS:
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
    mysql: Connection, table: str, columns: tuple[TargetColumn, ...], affinities: tuple[str, ...]
) -> Iterator[Row]:
    """Every row with the given columns, streamed unbuffered.

    Texts are fetched as bytes and decoded here, so that neither the connection's character set nor the
    server's conversion has a say. Doubles come through the text protocol: both servers print the shortest
    digits that read back as the same double, and PyMySQL parses them with float().
    """
    decoders = tuple(_decoder(column, affinity) for column, affinity in zip(columns, affinities, strict=True))
    expressions = ", ".join(
        f"CONVERT({quoted(column.name)} USING binary)"
        if column.data_type in TEXT_TYPES
        else quoted(column.name)
        for column in columns
    )
    with mysql.cursor(pymysql.cursors.SSCursor) as cursor:
        cursor.execute(f"SELECT {expressions} FROM {quoted(table)}")
        for row in cursor:
            yield tuple(decode(raw) for decode, raw in zip(decoders, row, strict=True))


def _decoder(column: TargetColumn, affinity: str) -> Callable[[object], Value]:
    if column.data_type in INTEGER_TYPES:
        return _integer
    if column.data_type in TEXT_TYPES:
        return _text
    if column.data_type in BLOB_TYPES:
        return _blob
    return _number if affinity in ("NUMERIC", "INTEGER") else _real


def _integer(raw: object) -> Value:
    if raw is None or type(raw) is int:
        return raw
    raise TypeError(f"an integer column gave {raw!r}")


def _real(raw: object) -> Value:
    if raw is None or type(raw) is float:
        return raw
    raise TypeError(f"a double column gave {raw!r}")


def _number(raw: object) -> Value:
    """SQLite turns a REAL that is a whole 64-bit number into INTEGER where the affinity is numeric."""
    value = _real(raw)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2.0**63:
        return int(value)
    return value


def _text(raw: object) -> Value:
    if raw is None:
        return None
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "surrogateescape")
    raise TypeError(f"a text column gave {raw!r}")


def _blob(raw: object) -> Value:
    if raw is None or isinstance(raw, bytes):
        return raw
    raise TypeError(f"a blob column gave {raw!r}")
