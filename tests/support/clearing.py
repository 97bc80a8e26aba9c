"""An empty target for the next example, whatever the one before left behind."""

from __future__ import annotations

from contextlib import closing

from tests.servers.target import Target
from tests.support.target_side import quoted


def clear(target: Target) -> None:
    """Drops every table and view of the target's database."""
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0")
        cursor.execute("SHOW FULL TABLES")
        for name, kind in cursor.fetchall():
            cursor.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {quoted(name)}")
