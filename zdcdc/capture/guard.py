"""Finding that the source is not what the triggers were made for, in the snapshot of the data itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from zdcdc.capture import baseline, decision, triggers
from zdcdc.capture.baseline import Baseline
from zdcdc.capture.decision import StoredTable
from zdcdc.capture.journal import Journal
from zdcdc.errors import Code, PreconditionError, Side, SourceError
from zdcdc.model import Checkpoint, Primary
from zdcdc.names import PREFIX, sqlite_name
from zdcdc.sqlite import text

RESTART = "zdcdc rollback, then zdcdc snapshot: it copies again"


def drift(what: str, hint: str = RESTART) -> PreconditionError:
    """The error for a source that changed under us; applying is held, nothing was written."""
    return PreconditionError(
        Code.DRIFT, what, consequence="nothing was applied after it", hint=hint, side=Side.SOURCE
    )


class Guard:
    """Compares the source with what was installed: file, schema, trigger texts, journal, decision."""

    def __init__(self, path: Path, tables: Sequence[StoredTable], before: Baseline) -> None:
        self._path = path
        self._tables = {stored.mapping.source: stored.create_sql for stored in tables}
        self._by_rowid = [stored.mapping.source for stored in tables if stored.mapping.key_is_rowid]
        self._expected = before.triggers(PREFIX)
        self._identity = self._file()
        self._before = before
        self._outranked = False
        self.times_outranked = 0
        """How often that was found; a comparison during which it grows proves nothing."""

    @property
    def outranked(self) -> bool:
        """Whether the application has made triggers after ours, which therefore fire before ours."""
        return self._outranked

    def outrank(self, connection: sqlite3.Connection) -> None:
        """Makes our triggers fire first again, in the caller's write transaction, unless the schema has
        changed once more: then the next round looks at it first."""
        if baseline.present(connection) != self._before:
            return
        triggers.install_again(connection)
        baseline.write(connection)
        self._before = baseline.present(connection)
        self._outranked = False

    def check(self, connection: sqlite3.Connection, base: Checkpoint, journal: Journal) -> None:
        """Passes when a round from ``base`` may go on in this snapshot. Raises PreconditionError."""
        if self._file() != self._identity:
            raise drift(f"{self._path} was replaced by another file while it was open")
        if connection.execute("PRAGMA schema_version").fetchone()[0] != self._before.version:
            self._schema_changed(connection)
        self._decided(connection, base)
        if journal.row(base.watermark.sequence) != base.watermark:
            raise drift(
                f"change {base.watermark.sequence} of the journal is not the one that was applied: "
                "the database went back in time (power loss, or a restored copy)"
            )

    def _file(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except OSError as error:
            raise SourceError(
                Code.CONNECTION,
                f"{self._path} is not there any more: {error.strerror}",
                consequence="nothing was applied after it",
                hint="put the file back, then run it again",
            ) from error
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

    def _schema_changed(self, connection: sqlite3.Connection) -> None:
        now = baseline.present(connection)
        found = now.triggers(PREFIX)
        for name, sql in self._expected.items():
            if found.get(name) != sql:
                raise drift(f"trigger {name} is missing or was changed: writes may have passed unseen")
        present = {name: sql for kind, name, _, sql in now.objects if kind == "table"}
        for table, sql in self._tables.items():
            if present.get(table) != sql:
                raise drift(f"table {table} was changed, dropped or built again")
        known = {name for kind, name, _, _ in self._before.objects if kind == "index"}
        for table in self._tables:
            for _, raw, unique, *_ in connection.execute(
                f"PRAGMA index_list({sqlite_name(table)})"
            ).fetchall():
                name = text(raw)
                if unique and name not in known and not name.startswith("sqlite_autoindex_"):
                    # REPLACE may have deleted rows through it that no trigger recorded.
                    raise drift(f"table {table} has a new unique index, {name}")
        if self._by_rowid and not now.only_additions(self._before):
            raise drift(f"the rowids of {', '.join(self._by_rowid)} may have changed (VACUUM)")
        if now.others_triggers(PREFIX) - self._before.others_triggers(PREFIX):
            self._outranked = True
            self.times_outranked += 1
        self._before = now
