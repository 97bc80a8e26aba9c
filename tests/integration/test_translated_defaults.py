"""A default gives in MySQL what it gives in SQLite, in the type of the column, at the same moment."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from tests.servers.target import Target
from tests.support.both_engines import capabilities
from tests.support.defaults import CASES, RANDOM, Case, mapped_cases
from zdcdc.mysql import SQL_MODE
from zdcdc.names import mysql_name
from zdcdc.translate.defaults import default
from zdcdc.translate.operands import Translated

MOMENTS = ("2024-02-29 12:34:56.789", "1999-12-31 23:59:59.000")


def at(moment: str, text: str) -> str:
    """The default ``text`` as SQLite has it at ``moment``."""
    text = re.sub(r"'now'", f"'{moment}'", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(date|time|datetime|unixepoch)\(\)", rf"\1('{moment}')", text)
    for name, function in (("TIMESTAMP", "datetime"), ("DATE", "date"), ("TIME", "time")):
        text = re.sub(rf"\bCURRENT_{name}\b(?!')", f"({function}('{moment}'))", text, flags=re.IGNORECASE)
    return text


def in_sqlite(case: Case, moment: str) -> object:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE t (c {case.declared} DEFAULT {at(moment, case.default)})")
        connection.execute("INSERT INTO t DEFAULT VALUES")
        return connection.execute("SELECT c FROM t").fetchone()[0]


def test_each_default_gives_the_same_value(target: Target) -> None:
    server = capabilities(target)
    table, mapping = mapped_cases(CASES, server)
    lines = []
    for case, column, mapped in zip(CASES, table.columns, mapping.columns[1:], strict=True):
        assert column.default is not None, case
        made = default(column.default, column, mapped, server)
        assert isinstance(made, Translated), (case, mapped, made)
        lines.append(f"{mysql_name(mapped.name)} {mapped.type} DEFAULT {made.sql}")
    with closing(target.connect_root()) as connection, connection.cursor() as cursor:
        cursor.execute(f"SET SESSION sql_mode = '{SQL_MODE}', time_zone = '+05:30'")
        cursor.execute(
            f"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, {', '.join(lines)}) "
            f"DEFAULT CHARACTER SET utf8mb4 COLLATE {server.collation}"
        )
        cursor.execute("FLUSH TABLES")
        for moment in MOMENTS:
            cursor.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,ANSI_QUOTES,NO_BACKSLASH_ESCAPES'")
            (seconds,) = (
                sqlite3.connect(":memory:")
                .execute(
                    "SELECT CAST(strftime('%s', ?) AS TEXT) || substr(strftime('%f', ?), 3)", (moment, moment)
                )
                .fetchone()
            )
            cursor.execute(f"SET SESSION timestamp = {seconds}")
            cursor.execute("INSERT INTO t () VALUES ()")
            cursor.execute("SELECT * FROM t ORDER BY id DESC LIMIT 1")
            row = cursor.fetchone()
            assert row is not None
            for case, mapped, value in zip(CASES, mapping.columns[1:], row[1:], strict=True):
                expected = in_sqlite(case, moment)
                decoded = mapped.codec.decode(value)
                assert (type(decoded), decoded) == (type(expected), expected), (case, moment)


def test_a_random_default_is_of_the_same_shape_and_another_each_time(target: Target) -> None:
    server = capabilities(target)
    cases = [Case(declared, stored, text) for declared, stored, text, _ in RANDOM]
    table, mapping = mapped_cases(cases, server)
    lines = []
    for column, mapped in zip(table.columns, mapping.columns[1:], strict=True):
        made = default(column.default or "", column, mapped, server)
        assert isinstance(made, Translated), made
        lines.append(f"{mysql_name(mapped.name)} {mapped.type} DEFAULT {made.sql}")
    with closing(target.connect_root()) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, {', '.join(lines)})")
        cursor.execute("INSERT INTO t () VALUES (), (), (), (), (), ()")
        for number, (_, _, text, shape) in enumerate(RANDOM):
            cursor.execute(f"SELECT c{number} FROM t")
            drawn = [value for (value,) in cursor.fetchall()]
            assert len(set(drawn)) > 1, text
            with closing(sqlite3.connect(":memory:")) as lite:
                drawn += lite.execute(f"SELECT {text}").fetchone()
            shown = [value.hex() if isinstance(value, bytes) else str(value) for value in drawn]
            assert all(re.fullmatch(shape, value) for value in shown), (text, shown)
