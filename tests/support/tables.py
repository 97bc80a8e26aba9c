"""Tables and facts as zdcdc reads them, from the SQL that makes them: for tests of what is pure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from zdcdc.apply.ddl import Draft, Loss, complete
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.capture.scan import scan_table
from zdcdc.choose.tables import Context, Scanned, map_tables
from zdcdc.facts import TableFacts
from zdcdc.mapping import Capabilities, Refusal, TableMapping
from zdcdc.schema import Catalog, Table
from zdcdc.sqlite import Text
from zdcdc.wishes import ColumnWish, Wishes

MYSQL = Capabilities("utf8mb4_0900_bin", "9.7.0", "mysql")
MARIADB = Capabilities("utf8mb4_nopad_bin", "10.11.6-MariaDB", "mariadb")


@contextmanager
def database(script: str) -> Iterator[sqlite3.Connection]:
    """A database in memory, read as zdcdc reads one."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(script)
        connection.text_factory = Text
        yield connection


def catalog_of(script: str) -> Catalog:
    """What the source holds after ``script``."""
    with database(script) as connection:
        return catalog_in_transaction(connection)


def table_of(script: str, name: str = "t") -> Table:
    """The table called ``name`` after ``script``."""
    return catalog_of(script).table(name)


def scanned(script: str, name: str = "t", read_seconds: float = 2.0) -> tuple[Table, TableFacts]:
    """The same with the facts about its data."""
    with database(script) as connection:
        table = catalog_in_transaction(connection).table(name)
        return table, scan_table(connection, table, read_seconds)


def completed_all(
    script: str, server: Capabilities = MYSQL, without: str = "", wishes: Wishes = Wishes()
) -> tuple[dict[str, TableMapping], list[Loss]]:
    """The mappings of all tables but ``without``, by name, and what MySQL will not have; nothing may be
    refused."""
    every = catalog_of(script).tables
    tables = [table for table in every if table.name != without]
    looked = [Scanned(n, *scanned(script, table.name)) for n, table in enumerate(tables, 1)]
    found = map_tables(looked, Context(server, wishes))
    assert not [refusal for one in found for refusal in one.refusals]
    drafts = [Draft(one.table, one.facts, that.mapping) for one, that in zip(looked, found, strict=True)]
    completed = complete(drafts, every, server)
    losses = [loss for one in completed for loss in one.losses]
    return {one.mapping.source: one.mapping for one in completed}, losses


def mapped_all(script: str, server: Capabilities = MYSQL, without: str = "") -> dict[str, TableMapping]:
    """The mappings alone."""
    return completed_all(script, server, without)[0]


def mapped(
    script: str, name: str = "t", context: Context | None = None
) -> tuple[TableMapping, list[Refusal]]:
    """The mapping of a table and what is refused."""
    context = context or Context(MYSQL)
    table, facts = scanned(script, name)
    (found,) = map_tables([Scanned(1, table, facts)], context)
    if found.refusals:
        return found.mapping, list(found.refusals)
    (completed,) = complete([Draft(table, facts, found.mapping)], [table], context.capabilities)
    return completed.mapping, []


def wishing(**wishes: ColumnWish) -> Context:
    """A context in which something is asked for columns of a table ``t``, by their names."""
    return Context(MYSQL, Wishes(tuple((f"t.{name}", wish) for name, wish in wishes.items())))
