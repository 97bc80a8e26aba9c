"""Finding that the source is not what the triggers were made for, in the snapshot of the data itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from zdcdc.capture import baseline, decision, triggers
from zdcdc.capture.baseline import Baseline
from zdcdc.capture.catalog import ordinary_tables
from zdcdc.capture.decision import HeldTable, StoredTable
from zdcdc.capture.drift import Drift, schema_drift
from zdcdc.capture.journal import Journal
from zdcdc.errors import Code, PreconditionError, Side, SourceError
from zdcdc.model import Checkpoint, Primary, Selection
from zdcdc.names import PREFIX

REPAIR = "zdcdc follow (or snapshot) installs capture again, repairs what it must, and goes on"
OTHER_FILE = "put the right file back and run it again; zdcdc rollback --yes clears the target"


class SourceDriftedError(PreconditionError):
    """The source changed in a way that the journal does not tell. Nothing was applied after it; ``drift``
    says what has to be done."""

    def __init__(self, drift: Drift) -> None:
        super().__init__(
            Code.DRIFT,
            "the source changed: " + "; ".join(drift.reasons),
            consequence="nothing was applied after it",
            hint=REPAIR,
            side=Side.SOURCE,
        )
        self.drift = drift


class Guard:
    """Compares the source with what was installed: file, schema, trigger texts, journal, decision."""

    def __init__(
        self,
        path: Path,
        tables: Sequence[StoredTable],
        held: Sequence[HeldTable],
        before: Baseline,
        selection: Selection,
    ) -> None:
        self._path = path
        self._tables = tables
        self._held = held
        self._selection = selection
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
        """Passes when a round from ``base`` may go on in this snapshot.

        Raises SourceDriftedError for what can be followed, else PreconditionError.
        """
        replaced = self._file() != self._identity
        if replaced:
            # What is open is the old file, which nobody writes any more.
            raise SourceDriftedError(Drift(rewound=f"{self._path} was replaced by another file"))
        self._decided(connection, base)
        drift = Drift()
        if connection.execute("PRAGMA schema_version").fetchone()[0] != self._before.version:
            drift = self._schema_changed(connection)
        if journal.row(base.watermark.sequence) != base.watermark:
            drift = replace(
                drift,
                rewound=f"change {base.watermark.sequence} of the journal is not the one that was applied: "
                "the database went back in time (power loss, or a restored copy)",
            )
        if drift:
            raise SourceDriftedError(drift)

    def check_schema(self, connection: sqlite3.Connection) -> None:
        """The same for the schema alone, in the caller's read transaction. Raises SourceDriftedError."""
        drift = self._schema_changed(connection)
        if drift:
            raise SourceDriftedError(drift)

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
            raise PreconditionError(
                Code.DRIFT,
                "the database belongs to another migration than the target, or to none: it was emptied, "
                "or replaced by a copy from before this migration began",
                consequence="nothing was applied after it",
                hint=OTHER_FILE,
                side=Side.SOURCE,
            )
        if decided.primary is not Primary.SQLITE or decided.epoch != base.epoch:
            raise PreconditionError(
                Code.FENCED,
                f"{decided.primary.value} is primary since switch {decided.epoch}"
                if decided.epoch
                else f"the target was made primary by switch {base.epoch}, of which this file knows nothing",
                consequence="changes of the source are not applied any more",
                hint="zdcdc status",
            )

    def _schema_changed(self, connection: sqlite3.Connection) -> Drift:
        now = baseline.present(connection)
        lost = self._before.bookkeeping - now.bookkeeping
        if lost:
            raise PreconditionError(
                Code.DRIFT,
                f"tables of zdcdc are gone from the database: {', '.join(sorted(lost))}",
                consequence="nothing was applied after it; without the journal the application cannot write",
                hint="zdcdc rollback --yes removes capture at once; then zdcdc snapshot begins again",
                side=Side.SOURCE,
            )
        ordinary = ordinary_tables(connection)
        renumbered = baseline.renumbered(connection)
        drift = schema_drift(
            self._before, now, self._tables, self._held, ordinary, self._selection, renumbered
        )
        if not drift:
            if now.others_triggers(PREFIX) - self._before.others_triggers(PREFIX):
                self._outranked = True
                self.times_outranked += 1
            self._before = now
        return drift
