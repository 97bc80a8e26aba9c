"""Bringing the target to a complete, indexed copy that is caught up: whatever is missing of it, in order."""

from __future__ import annotations

from functools import partial

from zdcdc import mysql
from zdcdc.apply import views
from zdcdc.apply.ddl import TableDdl, ViewDdl
from zdcdc.config import Config
from zdcdc.model import CopyState
from zdcdc.rounds.indexes import IndexBuilder, add_foreign_keys
from zdcdc.rounds.repair import Repairer
from zdcdc.rounds.stream import Progress
from zdcdc.rounds.verification import Verifier
from zdcdc.stages.begin import prepare_target, target_schema
from zdcdc.stages.run import Run
from zdcdc.stages.watching import InterruptedRun


def bring_up(run: Run) -> None:
    """Tables, copy, repair of what is suspect, indexes, foreign keys, and every change up to now.

    Quick when all of it is there. Raises SourceDriftedError, TargetError, InterruptedRun.
    """
    schema = run.patience.run(partial(target_schema, run.config, run.source))
    ddl = schema.tables
    run.patience.run(partial(prepare_target, run.config, run.source, ddl))
    run.stream.refresh()
    if not run.stream.checkpoint.copied:
        run.stream.run(run.reporter.observe, lambda progress: progress.checkpoint.copied)
    _repair(run)
    _build_indexes(run, ddl)
    _make_views(run, schema.views)
    run.stream.run(run.reporter.observe, lambda progress: progress.caught_up)
    if run.stop.is_set():
        raise InterruptedRun


def _repair(run: Run) -> None:
    suspects = {copy.table_id for copy in run.stream.checkpoint.suspects}
    if run.stop.is_set() or not suspects:
        return
    run.reporter.doing("repairing")
    observe = run.reporter.observe
    for mapping in run.source.mappings:
        if mapping.table_id not in suspects:
            continue
        verifier = Verifier(run.config.target, run.stream, run.stop, observe, run.source.utf8)
        try:
            repairer = Repairer(run.source, run.stream, verifier, observe)
            repaired = repairer.table(mapping, run.watching.compared, run.stop.is_set)
        finally:
            verifier.close()
        if repaired is None:
            raise InterruptedRun
        run.stream.change_states({mapping.table_id: CopyState.COPIED})
        run.state.event(
            run.source.decided.migration_id,
            "table_repaired",
            table=mapping.source,
            rows=repaired.rows,
            differing=repaired.differing,
        )
        run.watching.noticed(
            f"table {mapping.source}: {repaired.rows:,} rows compared, {repaired.differing:,} read again"
        )
    run.reporter.doing("")


def _make_views(run: Run, wanted: list[ViewDdl]) -> None:
    """Views, once every table that they read is there."""
    if run.stop.is_set() or not run.stream.checkpoint.indexed:
        return
    for said in run.patience.run(partial(_bring_up_views, run.config, wanted)):
        run.watching.noticed(said)


def _bring_up_views(config: Config, wanted: list[ViewDdl]) -> list[str]:
    connection = mysql.connect(config.target)
    try:
        return list(views.bring_up(connection, wanted))
    finally:
        mysql.close(connection)


def _build_indexes(run: Run, ddl: list[TableDdl]) -> None:
    if run.stop.is_set() or run.stream.checkpoint.indexed:
        return
    copies = run.stream.checkpoint.copies
    unfinished = {copy.table_id for copy in copies if copy.state is not CopyState.INDEXED}
    tables = [table for table in ddl if table.table_id in unfinished]
    builder = IndexBuilder(run.config.target, tables, run.patience)
    run.reporter.doing("building indexes")
    builder.start()

    def built(progress: Progress) -> bool:
        return not builder.is_alive()

    try:
        run.stream.run(run.reporter.observe, built)
    except BaseException:
        # What comes next may drop the very table that it works on.
        builder.cancel()
        raise
    if run.stop.is_set():
        builder.cancel()
        return
    builder.result()
    # The stream is at rest between two runs: no round can wait for the foreign keys, nor they for it.
    run.stream.refresh()
    add_foreign_keys(run.config.target, tables, run.patience)
    if run.stop.is_set():
        return
    run.stream.change_states({ddl.table_id: CopyState.INDEXED for ddl in tables})
    run.reporter.doing("")
