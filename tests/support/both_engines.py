"""One table in SQLite and in MySQL with the same rows, and expressions evaluated on both."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pymysql
from pymysql.connections import Connection

from tests.servers.target import Target
from tests.support.tables import MARIADB, MYSQL
from tests.support.values import Value
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.capture.scan import scan_table
from zdcdc.choose.tables import Context, Scanned, map_tables
from zdcdc.demo.installation import Kind as ServerKind
from zdcdc.mapping import Capabilities, TableMapping
from zdcdc.mysql import SQL_MODE
from zdcdc.names import bound_name, mysql_name
from zdcdc.schema import Table
from zdcdc.sqlite import Text
from zdcdc.translate.operands import Kind, Translated

OUT_OF_RANGE = 1690

POOLS: Mapping[str, tuple[str, Sequence[Value]]] = {
    "i": ("INTEGER", (None, 0, 1, -1, 2, 7, -7, 10, 2**53 + 1, 2**62, 2**63 - 1, -(2**63))),
    "j": ("INTEGER", (3, None, 0, 1, -2, 7, -(2**63), 2**53, 100)),
    "r": ("REAL", (None, 0.0, 1.5, -2.25, 0.1, 1e300, -1e-300, 3.0, 2.5, 9007199254740992.0)),
    "s": ("REAL", (0.5, 1.5, None, 0.2, -3.0, 0.0, 1e10)),
    "n": ("NUMERIC", (None, 0, 5, 2.5, -3, 0.1, 2**53, 1e-300)),
    "d": ("DECIMAL(10,2)", (None, 0, 9.99, 10, -0.5, 0.1, 123456.78)),
    "e": ("DECIMAL(10,2)", (9.99, 10, None, 0.1, 1)),
    "x": (
        "TEXT",
        (
            None, "", "a", "A", "aA", "Abc", "\u00e1bc", "\u00c1bc", "a ", " a", "\u00a0a", "a\0b", "\0",
            "😀x",
            "it's", "100%", "a_b", "back\\slash", "|", "\n", "abc\n", "a\nb", "\u00c9", "12", "-7", "é" * 40,
            "x" * 300, "A1", "A12b", "Z9.5", "e\u0301", "true",
        ),
    ),
    "y": ("TEXT", ("a", "A", "", None, "b", "bc", "a ", "É", "é", "%", "_", "a\0c", "abc", "\\", "😀")),
    "nc": ("TEXT COLLATE NOCASE", ("a", "A", "b", "aB", "Ab", None, "z_", "[")),
    "nx": ("TEXT COLLATE NOCASE", ("a", "A", "É", "é", None, "áB", "Áb", "aB")),
    "rt": ("TEXT COLLATE RTRIM", ("a", "a ", "a  ", " a", "", " ", None, "A", "a\n")),
    "b": ("BLOB", (None, b"", b"\0", b"a", b"A", b"\xff\0", bytes(range(40)))),
    "c": ("BLOB", (b"a", b"", None, b"a\0", b"\xc3\xa9")),
    "f": ("BOOLEAN", (0, 1, None)),
    "day": ("DATE", ("2024-02-29", "1999-12-31", None, "2024-03-01")),
    "at": (
        "DATETIME",
        ("2024-02-29 00:00:00", "2024-02-29 00:00:00.000001", None, "1999-12-31 23:59:59.999999"),
    ),
    "bt": ("DATETIME", ("2024-02-29 00:00:00", None, "2024-03-01 10:00:00.500000")),
    "az": ("TIMESTAMP", ("2024-02-29T00:00:00Z", None, "2024-03-01T10:00:00Z")),
    "clock": ("TIME", ("10:00:00", "00:00:00.000001", None, "23:59:59")),
    "odd": ("NUMERIC", ("2024-W01", "word", None, "12-3")),
    "mix": ("BLOB", (1, "word", None, 2.5)),
    "desc": ("TEXT", ("a", "b", None)),
}  # fmt: skip
"""Columns with their declarations and the values that their rows are drawn from."""

ROWS = 90


def rows(seed: int = 3) -> list[tuple[Value, ...]]:
    """Each value at least once in its column, beside others at random."""
    chance = random.Random(seed)
    columns = []
    for _, pool in POOLS.values():
        drawn = [*pool, *(chance.choice(pool) for _ in range(ROWS - len(pool)))]
        chance.shuffle(drawn)
        columns.append(drawn)
    return list(zip(*columns, strict=True))


def capabilities(target: Target) -> Capabilities:
    """What the server of ``target`` is to zdcdc."""
    known = MARIADB if target.kind is ServerKind.MARIADB else MYSQL
    return Capabilities(known.collation, target.server.version, known.flavor)


@dataclass
class BothEngines:
    """The same rows, numbered from 1, in the table ``t`` of both."""

    lite: sqlite3.Connection
    mysql: Connection[Any]
    table: Table
    mapping: TableMapping
    server: Capabilities

    def in_sqlite(self, expression: str) -> list[object]:
        """Its value in each row; an error of SQLite's is a value, too."""
        try:
            return [value for (value,) in self.lite.execute(f"SELECT ({expression}) FROM t ORDER BY rowid")]
        except sqlite3.OperationalError:
            return [self._of_row(expression, number) for number in range(1, ROWS + 1)]

    def _of_row(self, expression: str, number: int) -> object:
        try:
            return self.lite.execute(f"SELECT ({expression}) FROM t WHERE rowid = {number}").fetchone()[0]
        except sqlite3.OperationalError as error:
            return error

    def in_mysql(self, expression: str) -> list[object]:
        """The same there, where only a number out of range is an error that may be."""
        with self.mysql.cursor() as cursor:
            try:
                cursor.execute(f"SELECT ({expression}) FROM t ORDER BY _zdcdc_rowid")
                return [value for (value,) in cursor.fetchall()]
            except pymysql.err.OperationalError as error:
                if error.args[0] != OUT_OF_RANGE:
                    raise
            found: list[object] = []
            for number in range(1, ROWS + 1):
                try:
                    cursor.execute(f"SELECT ({expression}) FROM t WHERE _zdcdc_rowid = {number}")
                    found.append((cursor.fetchone() or ("no row",))[0])
                except pymysql.err.OperationalError as error:
                    found.append(error)
            return found

    def computed(self, expressions: Mapping[str, Translated]) -> None:
        """Adds a generated column of each name, as MySQL keeps it when the table is opened again."""
        clauses = [
            f"ADD COLUMN {mysql_name(name)} {_type(made.kind, self.server)} AS ({made.sql}) VIRTUAL"
            for name, made in expressions.items()
        ]
        with self.mysql.cursor() as cursor:
            cursor.execute(f"ALTER TABLE t {', '.join(clauses)}")
            cursor.execute("FLUSH TABLES")


def _type(kind: Kind, server: Capabilities) -> str:
    return {
        Kind.INTEGER: "BIGINT",
        Kind.REAL: "DOUBLE",
        Kind.NUMBER: "DOUBLE",
        Kind.DECIMAL: "DECIMAL(30,10)",
        Kind.TEXT: f"LONGTEXT CHARACTER SET utf8mb4 COLLATE {server.collation}",
        Kind.BLOB: "LONGBLOB",
        Kind.TEMPORAL: "DATETIME(6)",
        Kind.NULL: "BIGINT",
    }[kind]


def source(server: Capabilities) -> tuple[sqlite3.Connection, Table, TableMapping]:
    """The table with its rows in SQLite, and what zdcdc makes of it for ``server``."""
    lite = sqlite3.connect(":memory:", isolation_level=None)
    declared = ", ".join(f'"{name}" {declaration}' for name, (declaration, _) in POOLS.items())
    lite.execute(f"CREATE TABLE t ({declared})")
    lite.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(POOLS))})", rows())
    lite.text_factory = Text
    table = catalog_in_transaction(lite).table("t")
    (mapped,) = map_tables([Scanned(1, table, scan_table(lite, table, 2.0))], Context(server))
    assert not mapped.refusals, mapped.refusals
    lite.text_factory = str
    return lite, table, mapped.mapping


def both_engines(target: Target) -> BothEngines:
    """The table with its rows on both; close ``lite`` and ``mysql`` after it."""
    server = capabilities(target)
    lite, table, mapping = source(server)
    mysql = target.connect_root()
    with mysql.cursor() as cursor:
        cursor.execute(f"SET SESSION sql_mode = '{SQL_MODE}', time_zone = '+00:00'")
        lines = [
            f"{mysql_name(column.name)} {column.type}"
            + (f" COLLATE {column.collation}" if column.collation else "")
            for column in mapping.columns
        ]
        cursor.execute(
            f"CREATE TABLE t ({', '.join(lines)}, PRIMARY KEY (_zdcdc_rowid)) "
            f"DEFAULT CHARACTER SET utf8mb4 COLLATE {server.collation}"
        )
        names = ", ".join(bound_name(column.name) for column in mapping.columns)
        places = ", ".join(["%s"] * len(mapping.columns))
        stored = [
            [
                column.codec.encode(value)
                for column, value in zip(mapping.columns, (number, *row), strict=True)
            ]
            for number, row in enumerate(rows(), 1)
        ]
        cursor.executemany(f"INSERT INTO t ({names}) VALUES ({places})", stored)
    return BothEngines(lite, mysql, table, mapping, server)


def same(lite: object, mysql: object, kind: Kind) -> bool:
    """Whether MySQL's value is SQLite's. An error of MySQL's is right out of the range of its type, and close
    to the ends of 64 bits, where each server refuses other sums. SQLite's own error may come of a part that
    the other did not have to look at."""
    if isinstance(lite, Exception):
        return True
    if isinstance(mysql, Exception):
        if lite is None:
            return kind is Kind.REAL  # not a number
        return isinstance(lite, int | float) and abs(lite) > 2**62
    if lite is None or mysql is None:
        return lite is None and mysql is None
    if kind in (Kind.NUMBER, Kind.DECIMAL):
        return isinstance(mysql, float | Decimal) and float(mysql) == lite
    return type(lite) is type(mysql) and lite == mysql
