"""The privileges that a migration needs, as the statements that give them."""

from __future__ import annotations

from zdcdc.names import mysql_name

TABLE_PRIVILEGES = (
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "INDEX",
    "ALTER",
    "REFERENCES",
    "CREATE VIEW",
)
"""On the target database: data, tables, indexes, foreign keys, views. SELECT also gives SHOW."""


def grant_statements(database: str, account: str) -> list[str]:
    """The GRANT statements for ``account``, written as ``'user'@'host'``."""
    # In a database grant _ and % are wildcards; escaped, the grant is for this database alone.
    pattern = database.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
    return [f"GRANT {', '.join(TABLE_PRIVILEGES)} ON {mysql_name(pattern)}.* TO {account}"]
