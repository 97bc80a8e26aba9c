"""An empty target for the next example, whatever the one before left behind."""

from __future__ import annotations

from tests.support.target_side import Connection, quoted


def clear(mysql: Connection) -> None:
    """Drops every table and view of the database of this connection."""
    mysql.rollback()
    with mysql.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0")
        cursor.execute("SHOW FULL TABLES")
        found: dict[str, list[str]] = {"TABLE": [], "VIEW": []}
        for name, kind in cursor.fetchall():
            found["VIEW" if kind == "VIEW" else "TABLE"].append(quoted(name))
        for kind, names in found.items():
            if names:
                cursor.execute(f"DROP {kind} {', '.join(names)}")
