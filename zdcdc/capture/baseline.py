"""What the source's schema was when capture was installed.

Stored beside the journal, so that what happens while no process runs is seen by the next one.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from zdcdc.names import is_ours
from zdcdc.sqlite import text

SchemaObject = tuple[str, str, str, str]
"""Type, name, table and text of one object; automatic indexes have no text and are not listed."""


SENTINEL = 7


@dataclass(frozen=True, slots=True)
class Baseline:
    """The schema version and every object with a text."""

    version: int
    objects: frozenset[SchemaObject]

    def triggers(self, prefix: str) -> dict[str, str]:
        """Name and text of the triggers whose names start with ``prefix``."""
        return {
            name: sql for kind, name, _, sql in self.objects if kind == "trigger" and name.startswith(prefix)
        }

    @property
    def bookkeeping(self) -> frozenset[str]:
        """Names of the tables of ours."""
        return frozenset(name for kind, name, _, _ in self.objects if kind == "table" and is_ours(name))

    def others_triggers(self, prefix: str) -> frozenset[SchemaObject]:
        """The triggers whose names do not start with ``prefix``."""
        return frozenset(
            found for found in self.objects if found[0] == "trigger" and not found[1].startswith(prefix)
        )


def present(connection: sqlite3.Connection) -> Baseline:
    """The schema as it is in the caller's transaction."""
    version = connection.execute("PRAGMA schema_version").fetchone()[0]
    rows = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master "
        "WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'"
    ).fetchall()
    return Baseline(version, frozenset((text(a), text(b), text(c), text(d)) for a, b, c, d in rows))


def write(connection: sqlite3.Connection) -> None:
    """Stores the schema as it is, as the last step of installing, in the caller's write transaction."""
    connection.execute("DELETE FROM _zdcdc_sentinel")
    connection.execute("INSERT INTO _zdcdc_sentinel (rowid, purpose) VALUES (?, 'VACUUM')", (SENTINEL,))
    seen = present(connection)
    connection.execute("DELETE FROM _zdcdc_schema")
    connection.execute("INSERT INTO _zdcdc_schema VALUES (?, '', '', ?)", ("version", str(seen.version)))
    connection.executemany("INSERT INTO _zdcdc_schema VALUES (?, ?, ?, ?)", sorted(seen.objects))


def read(connection: sqlite3.Connection) -> Baseline:
    """The stored schema."""
    rows = [
        (text(a), text(b), text(c), text(d))
        for a, b, c, d in connection.execute("SELECT type, name, tbl_name, sql FROM _zdcdc_schema")
    ]
    version = next(int(sql) for kind, _, _, sql in rows if kind == "version")
    return Baseline(version, frozenset(row for row in rows if row[0] != "version"))


def renumbered(connection: sqlite3.Connection) -> bool:
    """Whether rowids may be others than when the baseline was written: VACUUM numbers the rows of a table
    without key and index anew, and leaves the schema as it was (trap 7)."""
    found = connection.execute("SELECT rowid FROM _zdcdc_sentinel").fetchall()
    return bool(found != [(SENTINEL,)])
