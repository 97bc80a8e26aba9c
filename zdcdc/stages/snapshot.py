"""Copying a live database: capture, schema, bulk copy, indexes, caught up. Given again, it resumes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from zdcdc.apply.ddl import TableDdl
from zdcdc.check.survey import Scanned
from zdcdc.config import Config
from zdcdc.errors import Code, ZdcdcError
from zdcdc.model import Lag
from zdcdc.rounds.indexes import IndexBuilder, add_foreign_keys
from zdcdc.rounds.pair import Source, open_source
from zdcdc.rounds.stream import Progress, Stream, open_stream
from zdcdc.stages.begin import Found, begin, begun, prepare_target, require_forward, target_ddl
from zdcdc.stages.lock import runner_lock
from zdcdc.stages.reporter import Reporter, Watcher
from zdcdc.stages.state import StateDirectory


class InterruptedRun(ZdcdcError):  # noqa: N818 - nothing went wrong
    """The run was asked to stop and stored where it was."""

    exit_status = 130

    def __init__(self) -> None:
        super().__init__(
            Code.TIME,
            "interrupted",
            consequence="everything up to the last round is stored",
            hint="run the same command again to resume",
        )


@dataclass(frozen=True, slots=True)
class Copied:
    """A complete copy: rows, the time it took in seconds, and the highest lag since then."""

    rows: int
    seconds: float
    worst_lag: Lag


@dataclass(frozen=True, slots=True)
class Watching:
    """Who is told what during a run; all may be left as they are."""

    status: Watcher = lambda status: None
    scanned: Scanned = lambda table, rows: None
    found: Found = lambda findings: None


def snapshot(config: Config, stop: threading.Event, watching: Watching = Watching()) -> Copied:
    """Brings the target to a complete, indexed copy that is caught up.

    Raises PreconditionError, SourceError, TargetError, ValueRefusedError; InterruptedRun when ``stop``
    was set before the end.
    """
    started = time.monotonic()
    with runner_lock(config.sqlite_path):
        decided = begun(config)
        state = StateDirectory(config.state_directory)
        if decided is None:
            begin(config, state, interruptible(watching.scanned, stop), watching.found)
        else:
            require_forward(decided)
        with open_source(config) as source, open_stream(config, source, stop) as stream:
            ddl = target_ddl(config, source)
            prepare_target(config, source, ddl)
            reporter = Reporter(config, source, state, watching.status)
            _copy(stream, reporter)
            _build_indexes(config, source, stream, reporter, ddl, stop)
            stream.run(reporter.observe, lambda progress: progress.caught_up)
            if stop.is_set():
                raise InterruptedRun
            rows = stream.checkpoint.rows_copied
            seconds = time.monotonic() - started
            state.event(source.decided.migration_id, "snapshot_complete", rows=rows, seconds=seconds)
            return Copied(rows, seconds, reporter.worst_lag)


def interruptible(scanned: Scanned, stop: threading.Event) -> Scanned:
    """``scanned``, which also raises InterruptedRun once ``stop`` is set."""

    def told(table: str, rows: int) -> None:
        if stop.is_set():
            raise InterruptedRun
        scanned(table, rows)

    return told


def _copy(stream: Stream, reporter: Reporter) -> None:
    if not stream.checkpoint.copied:
        stream.run(reporter.observe, lambda progress: progress.checkpoint.copied)


def _build_indexes(
    config: Config,
    source: Source,
    stream: Stream,
    reporter: Reporter,
    ddl: list[TableDdl],
    stop: threading.Event,
) -> None:
    if stop.is_set() or stream.checkpoint.indexed:
        return
    unfinished = {copy.table_id for copy in stream.checkpoint.copies if copy.state.value != "indexed"}
    tables = [table for table in ddl if table.table_id in unfinished]
    builder = IndexBuilder(config.target, tables)
    reporter.doing("building indexes")
    builder.start()

    def built(progress: Progress) -> bool:
        return not builder.is_alive()

    stream.run(reporter.observe, built)
    if stop.is_set():
        builder.cancel()
        return
    builder.result()
    # The stream is at rest between two runs: no round can wait for the foreign keys, nor they for it.
    stream.refresh()
    add_foreign_keys(config.target, tables)
    reporter.doing("")
