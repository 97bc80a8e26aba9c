"""Tables too wide for InnoDB are refused by ``check``, to the byte where the server itself refuses them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pymysql
import pytest

from tests.servers.target import Target
from tests.support.forked import Commands
from tests.support.migration import made_database
from tests.support.refusals import assert_refused, found_by, tables_in
from tests.support.schema import sqlite_schema_of
from tests.support.tables import mapped_all, table_of
from zdcdc import mysql
from zdcdc.apply.ddl import TableDdl, table_ddl
from zdcdc.check.findings import Finding
from zdcdc.check.width import page_share, width_findings
from zdcdc.codecs.texts import TextCodec
from zdcdc.config import TargetConfig
from zdcdc.mapping import Capabilities

LONG = "hex(zeroblob(200))"  # 400 characters


def columns(declared: str) -> Callable[[int], str]:
    """A table of so many columns of one kind, beside its key."""

    def script(n: int) -> str:
        return f"CREATE TABLE t (id INTEGER PRIMARY KEY, {', '.join(f'c{i} {declared}' for i in range(n))})"

    return script


def indexed(declared: str, value: str = "NULL") -> Callable[[int], str]:
    """Each column has an index of its own, and one row holds ``value`` in all of them."""

    def script(n: int) -> str:
        indexes = "".join(f"CREATE UNIQUE INDEX i{i} ON t (c{i});" for i in range(n))
        return f"{columns(declared)(n)};{indexes} INSERT INTO t SELECT 1, {', '.join([value] * n)}"

    return script


SHAPES = {
    "required integers": columns("INTEGER NOT NULL"),
    "integers": columns("INTEGER"),
    "doubles": columns("REAL"),
    "texts": columns("TEXT"),
    "required blobs": columns("BLOB NOT NULL DEFAULT x''"),
    "texts of 400 characters in keys": indexed("TEXT", LONG),
    "blobs in keys": indexed("BLOB", "x'00'"),
    "texts in keys": indexed("TEXT", "'a'"),
}


def judged(script: str, capabilities: Capabilities) -> tuple[list[Finding], TableDdl]:
    table = table_of(script)
    mapping = mapped_all(script, capabilities)["t"]
    ddl = table_ddl(table, mapping, capabilities, {"t": mapping})
    return list(width_findings(table, mapping, ddl, capabilities)), ddl


@pytest.fixture
def server(target: Target) -> Iterator[tuple[pymysql.connections.Connection, Capabilities]]:
    with closing(mysql.connect(TargetConfig.from_url(target.url))) as connection:
        yield connection, mysql.capabilities(connection)


@pytest.mark.parametrize("shape", SHAPES)
def test_check_refuses_exactly_the_widths_that_the_server_refuses(
    shape: str, server: tuple[pymysql.connections.Connection, Capabilities]
) -> None:
    connection, capabilities = server
    fits, most = 1, 1017
    while fits + 1 < most:
        middle = (fits + most) // 2
        found, _ = judged(SHAPES[shape](middle), capabilities)
        fits, most = (middle, most) if not found else (fits, middle)
    _, widest = judged(SHAPES[shape](fits), capabilities)
    (finding, *_), too_wide = judged(SHAPES[shape](fits + 1), capabilities)
    with connection.cursor() as cursor:
        for statement in (widest.create, widest.add_keys(), "DROP TABLE t"):
            cursor.execute(statement or "DO 0")
        with pytest.raises(pymysql.err.MySQLError) as refused:
            cursor.execute(too_wide.create)
    assert {"table.width": 1118, "table.indexes": 1069}[finding.id] == refused.value.args[0]


@pytest.mark.parametrize(
    ("size", "share"), [(4096, 1982), (8192, 4030), (16384, 8126), (32768, 16318), (65536, 16383)]
)
def test_a_row_may_take_half_of_a_page_of_each_size(size: int, share: int) -> None:
    """https://dev.mysql.com/doc/refman/8.4/en/innodb-limits.html"""
    assert page_share(size) == share


def test_a_key_of_too_many_columns_is_found() -> None:
    names = ", ".join(f"c{i}" for i in range(17))
    for script in (
        f"CREATE TABLE t ({names}, PRIMARY KEY ({names})) WITHOUT ROWID",
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {names}); CREATE INDEX i ON t ({names})",
    ):
        found, _ = judged(script, Capabilities("utf8mb4_0900_bin", "9.7.0", "mysql"))
        assert "table.key_parts" in [finding.id for finding in found]


def test_a_primary_key_that_became_too_long_is_found() -> None:
    script = "CREATE TABLE t (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID"
    server = Capabilities("utf8mb4_0900_bin", "9.7.0", "mysql")
    table, mapping = table_of(script), mapped_all(script, server)["t"]
    for kind, limit in (("VARCHAR(384)", 384), ("VARCHAR(600)", 600), ("LONGTEXT", None)):
        columns = tuple(replace(column, type=kind, codec=TextCodec(limit)) for column in mapping.columns)
        longer = replace(mapping, columns=columns)
        ddl = table_ddl(table, longer, server, {"t": longer})
        found = [finding.id for finding in width_findings(table, longer, ddl, server)]
        assert found == ([] if limit == 384 else ["table.key_size"])


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("script", "id_"),
    [
        (columns("TEXT")(400), "table.width"),
        (columns("INTEGER NOT NULL")(1016), "table.width"),
        (indexed("TEXT", LONG)(22), "table.width"),
        (f"CREATE TABLE t ({', '.join(f'c{i} INTEGER' for i in range(2000))})", "table.columns"),
        (f"CREATE TABLE t ({', '.join(f'c{i} INTEGER' for i in range(1017))})", "table.columns"),
        (indexed("INTEGER")(65), "table.indexes"),
    ],
    ids=["texts", "integers", "row of 65535", "columns", "columns with the rowid", "indexes"],
)
def test_a_table_that_no_server_takes_is_refused_before_anything_is_written(
    script: str, id_: str, tmp_path: Path, target: Target
) -> None:
    (tmp_path / "source").mkdir()
    good = "CREATE TABLE good (id INTEGER PRIMARY KEY)"
    path = made_database(tmp_path / "source" / "app.db", f"{script}; {good}")
    schema = sqlite_schema_of(path)
    commands = Commands.of(path, target)
    found = found_by(commands.run("check", "--json"))
    assert found[id_]["table"] == "t"
    assert_refused(commands.run("snapshot"), 3, "CONF_001")
    assert tables_in(target) == set()
    assert sqlite_schema_of(path) == schema
    outcome = commands.run("check", "--json", "--exclude=t")
    assert outcome.exit_code == 0, str(outcome)


def test_the_shapes_are_what_they_are_called() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in SHAPES.values():
            connection.executescript(script(3))
            assert len(connection.execute("PRAGMA table_info(t)").fetchall()) == 4
            connection.execute("DROP TABLE t")
