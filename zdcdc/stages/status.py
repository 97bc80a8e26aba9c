"""Where a migration stands, read from both sides without changing either."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psutil

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint
from zdcdc.capture import decision
from zdcdc.capture.decision import StoredTable
from zdcdc.capture.journal import Journal, width
from zdcdc.config import Config
from zdcdc.errors import TargetError
from zdcdc.model import Checkpoint, Decision, Lag, Phase, Primary
from zdcdc.stages.control import runner_of
from zdcdc.stages.orders import Runner, RunnerState
from zdcdc.stages.state import live_figures
from zdcdc.status import CopyStatus, Status, next_steps


def read_status(config: Config) -> Status:
    """The status; what the target knows is left out, with the reason, when it cannot be reached."""
    source = sqlite.connect(config.sqlite_path)
    try:
        with sqlite.read_transaction(source, "reading the state of the migration"):
            decided = decision.read(source)
            if decided is None:
                return _with_resources(
                    config,
                    Status(None, Phase.NEW, Primary.SQLITE, "idle", "no migration has begun"),
                    verified=False,
                )
            if decided.completed:
                status = Status(decided.migration_id, Phase.COMPLETED, decided.primary, "idle", "")
                return _with_resources(config, replace(status, epoch=decided.epoch), verified=False)
            stored, waiting = decision.read_tables(source), decision.read_held(source)
        # Between the two reads, as a server that does not answer must not keep a read transaction open.
        held, verification, trouble = _target(config)
        with sqlite.read_transaction(source, "reading the journal"):
            if decision.read(source) != decided:
                return read_status(config)  # it was switched, or undone, in between
            journal = Journal(source, width(source))
            newest = journal.newest()
            age = journal.age_seconds(held.watermark.sequence) if held else 0.0
    finally:
        source.close()
    phase = _phase(decided, held)
    runner = runner_of(config.sqlite_path)
    live = _live(decided, runner)
    state, reason = _state(runner, live)
    status = Status(
        migration_id=decided.migration_id,
        phase=phase,
        primary=decided.primary,
        state=state,
        reason=trouble or reason,
        copy=_copy(stored, held, live),
        epoch=decided.epoch,
        retries=_retries(live),
        held=tuple((table.name, table.reason) for table in waiting),
        runner=None if runner is None else (runner.pid, runner.command),
    )
    if held is not None:
        lag = Lag(newest - held.watermark.sequence, age) if decided.primary is Primary.SQLITE else None
        status = replace(status, lag=lag, applied_changes=held.watermark.sequence)
    verified = False
    if verification is not None:
        verified = not verification["differing"]
        status = replace(
            status,
            verification={
                "result": "identical" if verified else "differs",
                "rows": verification["rows"],
                "differing": verification["differing"],
                "watermark": {"from": verification["first"], "to": verification["last"]},
                "age_seconds": verification["age_seconds"],
            },
        )
    return _with_resources(config, status, verified)


def _live(decided: Decision, runner: Runner | None) -> dict[str, object] | None:
    """The figures that the running process itself wrote a moment ago."""
    if runner is None:
        return None
    live = live_figures(Path(decided.state_directory))
    return live if live is not None and live.get("pid") == runner.pid else None


def _state(runner: Runner | None, live: dict[str, object] | None) -> tuple[str, str]:
    """What is being done at present, and by whom or why not."""
    if runner is None:
        return "idle", ""
    if runner.state is RunnerState.RUNNING:
        said = (live or {}).get("reason")
        state = str((live or {}).get("state", "running"))
        return state, f"{said}, {runner.name}" if state == "waiting" else runner.name
    return runner.state.value, f"{runner.reason}, {runner.name}" if runner.reason else runner.name


def _retries(live: dict[str, object] | None) -> dict[str, dict[str, int]]:
    """How often the running process tried again, by its own figures."""
    found = (live or {}).get("retries")
    return found if isinstance(found, dict) else {}


def _target(config: Config) -> tuple[Checkpoint | None, dict[str, object] | None, str]:
    """What the target holds, and why it could not say."""
    try:
        connection = mysql.connect(replace(config.target, busy_seconds=0.0))
        try:
            if not checkpoint.present(connection):
                return None, None, ""
            return checkpoint.read(connection), checkpoint.read_verification(connection), ""
        finally:
            mysql.close(connection)
    except TargetError as error:
        return None, None, error.what


def _phase(decided: Decision, held: Checkpoint | None) -> Phase:
    if decided.primary is Primary.MYSQL:
        return Phase.CUT_OVER
    if held is not None and held.copied and held.indexed:
        return Phase.FOLLOWING
    return Phase.COPYING


def _copy(
    stored: tuple[StoredTable, ...], held: Checkpoint | None, live: dict[str, object] | None
) -> CopyStatus:
    total = sum(table.rows_at_scan for table in stored)
    if held is None:
        return CopyStatus(0, total, tables=tuple((table.mapping.source, "unknown", 0) for table in stored))
    done = held.rows_copied
    names = {table.mapping.table_id: table.mapping.source for table in stored}
    rate = (live or {}).get("rows_per_second")
    eta = (live or {}).get("eta_seconds")
    return CopyStatus(
        done,
        max(total, done),
        rate if isinstance(rate, float) else None,
        eta if isinstance(eta, float) else None,
        tuple((names.get(copy.table_id, copy.name), copy.state.value, copy.rows) for copy in held.copies),
    )


def _with_resources(config: Config, status: Status, verified: bool) -> Status:
    return replace(
        status,
        memory_bytes=psutil.Process().memory_info().rss,
        disk_free_bytes=psutil.disk_usage(str(config.sqlite_path.resolve().parent)).free,
        next_steps=next_steps(status.phase, verified),
    )
