"""Which texts are one in MySQL: case, accents and trailing spaces stay apart unless SQLite ignores them too.

A wrong collation loses rows: under one that ignores accents É and é are one key (trap 50).
"""

from __future__ import annotations

from zdcdc.facts import ColumnFacts
from zdcdc.mapping import Capabilities
from zdcdc.schema import BINARY, Column, Table

NOCASE = "NOCASE"
RTRIM = "RTRIM"


def collation_of(
    table: Table, column: Column, facts: ColumnFacts, capabilities: Capabilities
) -> tuple[str | None, str]:
    """The collation of a text column in MySQL, None for the table's, which is binary; and why, for a person.

    A key that finds rows stays binary, and so do both ends of a foreign key.
    """
    if column.collation == BINARY or column.name in table.key or _in_foreign_key(table, column):
        return None, ""
    unique = [index for index in table.unique_indexes if column.name in index.columns]
    parts = [part for index in unique for part in index.parts if part.column == column.name]
    if any(part.collation != column.collation for part in parts):
        return None, ""  # an index of it keeps apart what the column does not
    if column.collation == RTRIM:
        return capabilities.padded_collation, "RTRIM: trailing spaces do not count"
    if column.collation != NOCASE or capabilities.folding_collation is None or not facts.printable:
        return None, ""
    return capabilities.folding_collation, "NOCASE: the case of letters does not count"


def _in_foreign_key(table: Table, column: Column) -> bool:
    return any(column.name in foreign.columns for foreign in table.foreign_keys)
