"""The DDL of a table, as zdcdc makes it of the SQL that makes it in SQLite: for tests of what is pure."""

from __future__ import annotations

from tests.support.tables import MYSQL, catalog_of, completed_all, scanned
from zdcdc.apply.ddl import Loss, TableDdl, table_ddl
from zdcdc.mapping import Capabilities


def ddl_of(script: str, name: str = "t", server: Capabilities = MYSQL, without: str = "") -> TableDdl:
    """The DDL of table ``name`` after ``script``, where all tables but ``without`` take part."""
    mappings, _ = completed_all(script, server, without)
    return table_ddl(catalog_of(script).table(name), mappings[name], server, mappings)


def losses_of(script: str, name: str = "t", server: Capabilities = MYSQL, without: str = "") -> list[Loss]:
    """What MySQL will not have of it."""
    mappings, losses = completed_all(script, server, without)
    table, _ = scanned(script, name)
    return [*losses, *table_ddl(table, mappings[name], server, mappings).losses]


def lines_of(made: TableDdl) -> list[str]:
    """The lines of CREATE TABLE between its parentheses."""
    body = made.create.partition("(\n")[2].rpartition("\n)")[0]
    return [line.strip().removesuffix(",") for line in body.split(",\n")]
