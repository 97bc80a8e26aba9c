"""Column definitions, as CREATE TABLE and MODIFY COLUMN take them. Pure."""

from __future__ import annotations

from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.mapping import Capabilities, ColumnMapping, Helper
from zdcdc.names import mysql_name
from zdcdc.schema import Table
from zdcdc.translate.defaults import default
from zdcdc.translate.operands import Kind, Untranslated


def definition(
    table: Table, column: ColumnMapping, capabilities: Capabilities
) -> tuple[str, Loss | None]:
    """``column`` as MySQL defines it, and what became of a default that it cannot have."""
    parts = [mysql_name(column.name), column.type]
    if column.collation is not None:
        parts.append(f"COLLATE {column.collation}")
    if column.computed is not None:
        kind = "STORED" if column.computed.stored else "VIRTUAL"
        parts.append(f"GENERATED ALWAYS AS ({column.computed.expression}) {kind}")
    if column.not_null:
        parts.append("NOT NULL")
    loss = None
    if is_hidden_key(table, column):
        # INVISIBLE, so that INSERT INTO t VALUES (…) and SELECT * of the application keep working.
        parts.append("AUTO_INCREMENT INVISIBLE" if not capabilities.mariadb else "INVISIBLE AUTO_INCREMENT")
    elif column.source == table.rowid_alias:
        parts.append("AUTO_INCREMENT")
    elif column.computed is None:
        clause, loss = _default(table, column, capabilities)
        parts += clause
    return " ".join(parts), loss


def helper_definition(helper: Helper) -> str:
    """A column of ours, which no INSERT and no SELECT * meets."""
    kind = "STORED" if helper.computed.stored else "VIRTUAL"
    return (
        f"{mysql_name(helper.name)} {helper.type} GENERATED ALWAYS AS ({helper.computed.expression}) {kind} "
        "INVISIBLE"
    )


def is_hidden_key(table: Table, column: ColumnMapping) -> bool:
    """Whether ``column`` is the rowid of a table that has no other key."""
    return table.key_is_rowid and column.source == table.key[0]


def _default(
    table: Table, column: ColumnMapping, capabilities: Capabilities
) -> tuple[list[str], Loss | None]:
    text = table.column(column.source).default
    if text is None:
        return [], None
    found = default(text, table.column(column.source), column, capabilities)
    if isinstance(found, Untranslated):
        reason = f"default {text}: {found.reason}"
        return [], Loss(
            Matter.DEFAULT, f"column {column.source}", reason, f"DEFAULT {text}", column=column.source
        )
    if found.kind is Kind.NULL:
        return [], None
    return [f"DEFAULT {found.sql}"], None
