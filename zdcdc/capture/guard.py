"""Finding that the source is not what the triggers were made for, in the snapshot of the data itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from zdcdc.capture import decision, triggers
from zdcdc.capture.decision import StoredTable
from zdcdc.capture.journal import Journal
from zdcdc.errors import Code, PreconditionError, Side
from zdcdc.model import Checkpoint, Primary
from zdcdc.sqlite import text

Fingerprint = frozenset[tuple[str, str, str]]

RESTART = "zdcdc rollback, then zdcdc snapshot: it copies again"


def drift(what: str, hint: str = RESTART) -> PreconditionError:
    """The error for a source that changed under us; applying is held, nothing was written."""
    return PreconditionError(
        Code.DRIFT, what, consequence="nothing was applied after it", hint=hint, side=Side.SOURCE
    )


class Guard:
    """Compares the source with what was installed: file, schema, trigger texts, journal, decision."""

    def __init__(self, path: Path, tables: Sequence[StoredTable], expected: dict[str, str]) -> None:
        self._path = path
        self._tables = {stored.mapping.source: stored.create_sql for stored in tables}
        self._by_rowid = [stored.mapping.source for stored in tables if stored.mapping.key_is_rowid]
        self._expected = expected
        self._identity = self._file()
        self._version: int | None = None
        self._fingerprint: Fingerprint = frozenset()

    def check(self, connection: sqlite3.Connection, base: Checkpoint, journal: Journal) -> None:
        """Passes when a round from ``base`` may go on in this snapshot. Raises PreconditionError."""
        if self._file() != self._identity:
            raise drift(f"{self._path} was replaced by another file while it was open")
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        if version != self._version:
            self._schema_changed(connection, version)
        self._decided(connection, base)
        if journal.row(base.watermark.sequence) != base.watermark:
            raise drift(
                f"change {base.watermark.sequence} of the journal is not the one that was applied: "
                "the database went back in time (power loss, or a restored copy)"
            )

    def _file(self) -> tuple[int, int]:
        status = self._path.stat()
        return status.st_dev, status.st_ino

    def _decided(self, connection: sqlite3.Connection, base: Checkpoint) -> None:
        decided = decision.read(connection)
        if decided is None or decided.migration_id != base.migration_id:
            raise drift("the database belongs to another migration than the target")
        if decided.primary is not Primary.SQLITE or decided.epoch != base.epoch:
            raise PreconditionError(
                Code.FENCED,
                f"{decided.primary.value} is primary since switch {decided.epoch}",
                consequence="changes of the source are not applied any more",
                hint="zdcdc status",
            )

    def _schema_changed(self, connection: sqlite3.Connection, version: int) -> None:
        found = triggers.installed(connection)
        for name, sql in self._expected.items():
            if found.get(name) != sql:
                raise drift(f"trigger {name} is missing or was changed: writes may have passed unseen")
        rows = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
        fingerprint = frozenset((text(kind), text(name), text(sql)) for kind, name, sql in rows)
        present = {name: sql for kind, name, sql in fingerprint if kind == "table"}
        for table, sql in self._tables.items():
            if present.get(table) != sql:
                raise drift(f"table {table} was changed, dropped or built again")
        # VACUUM gives new rowids and leaves the schema as it was; it shows as a version that grew by more
        # than the statements that can be seen (trap 7).
        grown = 0 if self._version is None else version - self._version
        if grown and self._by_rowid and grown != len(fingerprint ^ self._fingerprint):
            raise drift(f"the rowids of {', '.join(self._by_rowid)} may have changed (VACUUM)")
        self._version, self._fingerprint = version, fingerprint
