"""Whatever a column holds and however it is declared: a type that is chosen for it keeps every value."""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import suppress
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import strategies
from tests.support.tables import MARIADB, MYSQL
from tests.support.values import Value
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.capture.refusal import misfits
from zdcdc.capture.scan import scan_table
from zdcdc.choose.tables import Context, Scanned, map_tables
from zdcdc.mapping import INDEX_KEY_BYTES, UNSIZED, Capabilities, ColumnMapping
from zdcdc.schema import Table

DECLARED = [
    "", "INTEGER", "BOOLEAN", "BIGINT UNSIGNED", "REAL", "DOUBLE PRECISION", "TEXT", "VARCHAR(5)",
    "CHAR(255)",
    "NVARCHAR(2000)", "BLOB", "NUMERIC", "DECIMAL(10,2)", "DECIMAL(5,5)", "DECIMAL", "NUMERIC(70,40)", "DATE",
    "DATETIME", "TIMESTAMP", "TIME", "JSON", "STRING", "TEXT COLLATE NOCASE", "VARCHAR(8) COLLATE RTRIM",
    "UUID",
]  # fmt: skip
"""Declared types of every kind and affinity."""

ROLES = ["", "UNIQUE", "indexed", "with another", "PRIMARY KEY"]

FAMILIES: list[st.SearchStrategy[Value]] = [
    strategies.INTEGERS,
    st.integers(0, 1),
    strategies.FINITE,
    strategies.MONEY,
    st.integers(-10000, 10000).map(lambda cents: cents / 100),
    strategies.REALS,
    strategies.TEXTS,
    strategies.DATE_LIKE,
    st.datetimes(min_value=datetime.datetime(1000, 1, 1)).map(str),
    st.dates(min_value=datetime.date(1000, 1, 1)).map(str),
    strategies.PRINTABLE,
    st.sampled_from(strategies.LIKE_NUMBERS),
    strategies.LONG_TEXTS,
    strategies.BROKEN,
    strategies.BLOBS,
]
"""Values of one kind, as columns mostly hold; a column draws from one or two."""


def columns_of(families: list[st.SearchStrategy[Value]]) -> st.SearchStrategy[list[Value]]:
    return st.lists(st.sampled_from(families), min_size=1, max_size=2).flatmap(
        lambda some: st.lists(st.one_of(st.none(), *some), max_size=8)
    )


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    declared=st.sampled_from(DECLARED),
    role=st.sampled_from(ROLES),
    values=columns_of(FAMILIES),
    at=st.sampled_from([MYSQL, MARIADB]),
)
def test_a_type_that_is_chosen_keeps_every_value(
    connection: sqlite3.Connection, declared: str, role: str, values: list[Value], at: Capabilities
) -> None:
    table = made(connection, declared, role, values)
    facts = scan_table(connection, table, 5.0)
    (found,) = map_tables([Scanned(1, table, facts)], Context(at))
    if found.refusals:
        return
    assert misfits(connection, found.mapping) == []
    sizes = [size_in_key(column) for column in found.mapping.key_columns]
    assert sum(sizes) <= INDEX_KEY_BYTES


def made(connection: sqlite3.Connection, declared: str, role: str, values: list[Value]) -> Table:
    """A table called ``t`` whose column ``v`` is ``declared`` so, has this role and holds ``values``."""
    connection.execute("DROP TABLE IF EXISTS t")
    constraint = role if role in ("UNIQUE", "PRIMARY KEY") else ""
    not_null = "NOT NULL" if role == "PRIMARY KEY" else ""
    more = ", UNIQUE (v, n)" if role == "with another" else ""
    connection.execute(f"CREATE TABLE t (n TEXT, v {declared} {not_null} {constraint}{more})")
    if role == "indexed":
        connection.execute("CREATE INDEX i ON t (v, n)")
    for value, number in zip(values, count()):
        raw = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        term = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
        with suppress(sqlite3.IntegrityError):  # an INTEGER PRIMARY KEY takes nothing else
            connection.execute(f"INSERT OR IGNORE INTO t VALUES (?, {term})", (f"n{number}", raw))
    return catalog_in_transaction(connection).table("t")


def size_in_key(column: ColumnMapping) -> int:
    """Bytes that InnoDB counts for a column in a key."""
    assert column.type not in UNSIZED, column
    if column.codec.limit is None:
        return 30 if column.type.startswith("DECIMAL") else 8
    return column.codec.limit * (1 if column.type.startswith("VARBINARY") else 4)
