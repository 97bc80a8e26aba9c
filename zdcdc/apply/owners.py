"""Finding the rows that hold a unique value which a new row has as well, by every unique key."""

from __future__ import annotations

from typing import Any

from pymysql.connections import Connection

from zdcdc.codecs.texts import TemporalCodec
from zdcdc.mapping import ColumnMapping, TableMapping, UniqueKey
from zdcdc.names import mysql_name


def owners(
    connection: Connection[Any], mapping: TableMapping, row: bytes
) -> tuple[tuple[Any, ...], ...]:
    """Keys, as MySQL holds them, of rows that share a unique value with ``row``, a tuple of a VALUES list.

    Raises ``pymysql.MySQLError``.
    """
    new = _computed(mapping, _typed(mapping, row))
    keys = ", ".join(f"t.{mysql_name(column.name)}" for column in mapping.key_columns)
    found: list[tuple[Any, ...]] = []
    for key in mapping.unique:
        statement = (
            f"SELECT {keys} FROM (".encode()
            + new
            + f") AS n JOIN {mysql_name(mapping.name)} AS t ON {_match(mapping, key)}".encode()
        )
        with connection.cursor() as cursor:
            cursor.execute(statement)  # type: ignore[arg-type,unused-ignore]
            found += cursor.fetchall()
    return tuple(dict.fromkeys(found))


def _typed(mapping: TableMapping, row: bytes) -> bytes:
    """A query for ``row`` with the types of the table's columns."""
    # The empty half gives the columns their names and types, but dates beside texts become texts.
    names = ", ".join(mysql_name(column.name) for column in mapping.written)
    typed = ", ".join(_as_itself(column) for column in mapping.written)
    return (
        f"SELECT {typed} FROM (SELECT {names} FROM {mysql_name(mapping.name)} WHERE 0 "
        "UNION ALL SELECT ".encode()
        + row[1:-1]
        + b") AS n"
    )


def _as_itself(column: ColumnMapping) -> str:
    name = mysql_name(column.name)
    return f"CAST({name} AS {column.type}) AS {name}" if isinstance(column.codec, TemporalCodec) else name


def _computed(mapping: TableMapping, query: bytes) -> bytes:
    """``query`` with everything that MySQL computes of the row, each from what came before."""
    computed = [(c.name, c.computed.expression) for c in mapping.columns if c.computed is not None]
    computed += [(helper.name, helper.computed.expression) for helper in mapping.helpers]
    for name, expression in computed:
        head = f"SELECT n.*, {expression} AS {mysql_name(name)} FROM (".encode()
        query = head + query + b") AS n"
    return query


def _match(mapping: TableMapping, key: UniqueKey) -> str:
    collations = {column.name: column.collation for column in mapping.columns}
    terms = []
    for name in key.columns:
        collation = collations.get(name)
        there = f" COLLATE {collation}" if collation is not None else ""
        terms.append(f"t.{mysql_name(name)} = n.{mysql_name(name)}{there}")
    return " AND ".join(terms)
