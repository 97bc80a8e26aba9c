"""An application and a migration that take turns in one thread, so that every watermark can be compared."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.servers.target import Target
from tests.support.compare import Difference, differences
from tests.support.statements import Statements, late_triggers_sql, schema_sql
from tests.support.values import Row
from zdcdc.config import Config, Limits, TargetConfig
from zdcdc.mapping import TableMapping
from zdcdc.model import Checkpoint
from zdcdc.patience import Patience
from zdcdc.rounds.pair import Source, open_source
from zdcdc.rounds.stream import Stream, open_stream
from zdcdc.stages.begin import begin, prepare_target, target_ddl
from zdcdc.stages.state import StateDirectory

SMALL = Limits(chunk_size=700, slice_changes=40, slice_size=20_000, batch_rows=7, poll_seconds=0.0)
"""So small that a table of forty rows takes several chunks, and a transaction several slices."""


@dataclass
class Outcome:
    """What a run met: comparisons at a watermark, those with a difference, and samples of these."""

    compared: int = 0
    compared_while_copying: int = 0
    unequal: int = 0
    samples: list[Difference] = field(default_factory=list)


def config_for(path: Path, target: Target, limits: Limits = SMALL) -> Config:
    """A configuration of the unprivileged account."""
    url = TargetConfig.from_url(target.url)
    return Config(path, url, path.parent / "state", limits=limits)


class Lockstep:
    """Random statements against a source that is being migrated to ``target``."""

    def __init__(self, path: Path, target: Target, seed: int) -> None:
        self.path = path
        self.target = target
        self.statements = Statements(seed)
        self.random = Random(seed)
        self.config = config_for(path, target)
        self.outcome = Outcome()
        self.application = self.statements.connect(path)
        self.application.execute("PRAGMA journal_mode = WAL")
        self.application.executescript(schema_sql)
        self.statements.seed_rows(self.application)

    def install(self) -> None:
        """Begins the migration: capture is in the source from here on."""
        state = StateDirectory(self.config.state_directory)
        patience = Patience(self.config.limits, threading.Event())
        begin(self.config, state, lambda t, r: None, lambda found: None, patience)

    def run(self, steps: int, enough: Callable[[Outcome], bool] = lambda outcome: False) -> Outcome:
        """Executes ``steps`` statements while rounds run, fewer once it is ``enough``; then compares once
        more when all is applied."""
        with self._streaming() as (source, stream):
            self._turns(source, stream, steps, enough)
            self.statements.settle(self.application)
            self._drain(stream)
            self._compare(source, stream)
        self.application.close()
        return self.outcome

    @contextmanager
    def _streaming(self) -> Iterator[tuple[Source, Stream]]:
        with (
            open_source(self.config) as source,
            open_stream(self.config, source, Patience(self.config.limits, threading.Event())) as stream,
        ):
            prepare_target(self.config, source, target_ddl(self.config, source))
            yield source, stream

    def _turns(self, source: Source, stream: Stream, steps: int, enough: Callable[[Outcome], bool]) -> None:
        done = 0
        late = steps // 10
        while done < steps and not enough(self.outcome):
            for _ in range(self.random.randint(1, 12)):
                self.statements.step(self.application)
                done += 1
            if late and done >= late and not self.application.in_transaction:
                self.application.executescript(late_triggers_sql)
                late = 0
            if self.random.random() < 0.6:
                # What was read ahead is dropped, so that the round is of this moment and can be compared.
                stream.refresh()
            if self.random.random() < 0.7:
                stream.step()
                if not stream.checkpoint.copied or self.random.random() < 0.3:
                    self._compare(source, stream)

    @staticmethod
    def _drain(stream: Stream) -> None:
        while True:
            progress = stream.step()
            if progress.caught_up and not progress.written:
                return

    def _compare(self, source: Source, stream: Stream) -> None:
        """Compares when the target claims to be at this very moment of the source."""
        checkpoint = stream.checkpoint
        with sqlite3.connect(self.path) as look:
            newest = look.execute("SELECT max(seq) FROM _zdcdc_journal").fetchone()[0]
        look.close()
        if newest != checkpoint.watermark.sequence:
            return
        tables = {mapping.source: mapping for mapping in source.mappings}
        order = _Order()
        with self.target.connect() as mysql:
            found = differences(
                self.path,
                mysql,
                tables,
                lambda table, key: order.copied(checkpoint, tables[table], key),
            )
        order.close()
        self.outcome.compared += 1
        self.outcome.compared_while_copying += not checkpoint.copied
        if found:
            self.outcome.unequal += 1
            self.outcome.samples += found[:5]


class _Order:
    """Whether a key is at or before the copy's cursor, asked of SQLite: it alone knows its collations."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")

    def close(self) -> None:
        self._connection.close()

    def copied(self, checkpoint: Checkpoint, mapping: TableMapping, key: Row) -> bool:
        copy = checkpoint.copy_of(mapping.table_id)
        if copy.complete:
            return True
        if copy.cursor is None:
            return False
        keys = ", ".join(f"? COLLATE {mapping.collation_of(name)}" for name in mapping.key)
        marks = ", ".join("?" * len(key))
        row = self._connection.execute(f"SELECT ({keys}) <= ({marks})", (*key, *copy.cursor)).fetchone()
        return bool(row[0])
