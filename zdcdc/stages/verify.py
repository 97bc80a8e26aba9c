"""Comparing every value while the application writes, and storing the outcome in the target."""

from __future__ import annotations

import threading
from collections.abc import Callable

from zdcdc import mysql
from zdcdc.apply import checkpoint
from zdcdc.apply.structure import altered
from zdcdc.comparison import Verification
from zdcdc.config import Config
from zdcdc.errors import Code, TargetError, TryAgainError, UsageError
from zdcdc.mapping import TableMapping
from zdcdc.points import reach
from zdcdc.rounds.verification import Compared, Verifier
from zdcdc.stages.begin import target_ddl
from zdcdc.stages.follow import following
from zdcdc.stages.run import Run
from zdcdc.stages.watching import InterruptedRun, Watching


def verify(
    config: Config,
    stop: threading.Event,
    tables: tuple[str, ...] = (),
    compared: Compared = lambda table, rows, differences: None,
    watching: Watching = Watching(),
) -> Verification:
    """Compares ``tables`` (all when empty) and returns every difference met.

    Only a comparison of all tables counts for a cutover. Raises UsageError for an unknown table,
    InterruptedRun when ``stop`` was set.
    """
    with following(config, stop, watching, "verify") as open_:
        chosen = _chosen(open_.source.mappings, tables)
        _require_as_made(open_, chosen)
        open_.reporter.doing("verifying")
        # What happened before this run is found by a round of its own, before the first range is read.
        open_.reporter.observe(open_.stream.step())
        outranked = open_.source.guard.times_outranked
        outcome = compare_all(open_, chosen, stop, compared)
        if outcome.identical and open_.source.guard.times_outranked != outranked:
            raise TryAgainError(
                Code.DRIFT,
                "the application made a trigger while the sides were compared",
                consequence="the comparison does not count: a write may have passed between its ranges",
                hint="zdcdc verify",
            )
        if len(chosen) == len(open_.source.mappings):
            base = open_.stream.checkpoint
            reach("verify.compared")
            open_.stream.use(lambda target: checkpoint.write_verification(target, base, outcome))
        open_.state.event(
            open_.source.decided.migration_id,
            "verified",
            rows=outcome.rows,
            differing=len(outcome.differences),
            tables=len(outcome.tables),
        )
        return outcome


def _require_as_made(open_: Run, chosen: tuple[TableMapping, ...]) -> None:
    """Refuses tables that somebody changed in the target: the same values in other columns, or under other
    keys, are not the same table. Raises TargetError."""
    ddl = {table.table_id: table for table in target_ddl(open_.config, open_.source)}
    connection = open_.stream.link.connection
    collation = mysql.capabilities(connection).collation
    found = altered(connection, [(ddl[mapping.table_id], mapping) for mapping in chosen], collation)
    if found:
        raise TargetError(
            Code.DRIFT,
            f"the target was altered: {'; '.join(found)}",
            consequence="nothing was compared; a cutover is refused without a comparison",
            hint="undo it there, or DROP the table there: zdcdc snapshot then makes it and copies it again",
        )


def compare_all(
    open_: Run,
    chosen: tuple[TableMapping, ...],
    stop: threading.Event,
    compared: Callable[[str, int, int], None],
) -> Verification:
    """The comparison itself, with a second look at what differed. Raises InterruptedRun."""
    verifier = Verifier(open_.config.target, open_.stream, stop, open_.reporter.observe, open_.source.utf8)
    try:
        outcome = verifier.run(chosen, compared)
        if outcome is not None and not outcome.identical:
            outcome = verifier.look_again(outcome, chosen)
    finally:
        verifier.close()
    if outcome is None:
        raise InterruptedRun
    return outcome


def _chosen(mappings: tuple[TableMapping, ...], tables: tuple[str, ...]) -> tuple[TableMapping, ...]:
    unknown = set(tables) - {mapping.source for mapping in mappings}
    if unknown:
        raise UsageError(
            f"no such table in this migration: {', '.join(sorted(unknown))}", hint="zdcdc status"
        )
    return tuple(mapping for mapping in mappings if not tables or mapping.source in tables)
