"""The commands: each reads its options, calls one stage, and shows the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from zdcdc.check.findings import errors
from zdcdc.check.survey import Survey
from zdcdc.cli.documents import finding_document, switch_document, verification_document
from zdcdc.cli.options import configuration, connection_options
from zdcdc.cli.plan import plan_document, plan_sql, plan_text
from zdcdc.cli.show import Terminal, difference_lines, json_document, print_table, status_table
from zdcdc.config import Config
from zdcdc.cutover.plan import SwitchLimits
from zdcdc.cutover.switch import Switched
from zdcdc.errors import DataDiffersError, PreconditionError, UsageError, ZdcdcError
from zdcdc.model import Verification
from zdcdc.stages import complete as complete_stage
from zdcdc.stages import cutover as cutover_stage
from zdcdc.stages import follow as follow_stage
from zdcdc.stages import repair as repair_stage
from zdcdc.stages import rollback as rollback_stage
from zdcdc.stages import snapshot as snapshot_stage
from zdcdc.stages import status as status_stage
from zdcdc.stages import verify as verify_stage
from zdcdc.stages.preflight import preflight
from zdcdc.stages.watching import Watching, interruptible


@contextmanager
def _terminal(context: click.Context) -> Iterator[Terminal]:
    with Terminal(quiet=context.obj["quiet"], color=context.obj["color"]) as terminal:
        yield terminal


def _watching(terminal: Terminal) -> Watching:
    return Watching(
        terminal.watch, terminal.scanning, terminal.findings, terminal.comparing, terminal.notice
    )


@click.command()
@connection_options
@click.option("--read-only", is_flag=True, help="Do not prove privileges on a table made for it.")
@click.pass_context
def check(context: click.Context, /, read_only: bool, **given: Any) -> None:
    """Look at both sides and at every value; change nothing.

    Exits 0 when a migration may begin, 3 when something stands against it.
    """
    seen = _survey(context, configuration(context, given), prove=not read_only)
    if context.obj["json"]:
        json_document(finding_document(seen.findings))
    else:
        with _terminal(context) as terminal:
            terminal.findings(seen.findings)
        found = len(errors(seen.findings))
        verdict = "a migration may begin (zdcdc snapshot)"
        if found:
            verdict = f"{found} error{'s stand' if found > 1 else ' stands'} against a migration"
        click.echo(f"tables that fit: {len(seen.tables)}, with {seen.rows:,} rows; {verdict}")
    if errors(seen.findings):
        context.exit(PreconditionError.exit_status)


def _survey(context: click.Context, config: Config, *, prove: bool) -> Survey:
    with _terminal(context) as terminal:
        scanned = interruptible(terminal.scanning, context.obj["stop"])
        return preflight(config, prove=prove, scanned=scanned)


@click.command()
@connection_options
@click.option("--sql", is_flag=True, help="Print the DDL alone.")
@click.pass_context
def plan(context: click.Context, /, sql: bool, **given: Any) -> None:
    """Show the mapping of every column with its reason, the DDL and the steps."""
    seen = _survey(context, configuration(context, given), prove=False)
    if sql:
        click.echo(plan_sql(seen))
    elif context.obj["json"]:
        json_document(plan_document(seen))
    else:
        click.echo(plan_text(seen))
        with _terminal(context) as terminal:
            terminal.findings(seen.findings)
    if errors(seen.findings):
        context.exit(PreconditionError.exit_status)


@click.command()
@connection_options
@click.option(
    "--batch-size", type=click.IntRange(1), help="Rows of one apply statement at most.  [default: 1000]"
)
@click.pass_context
def snapshot(context: click.Context, /, **given: Any) -> None:
    """Copy the live database; return when the copy is complete and caught up.

    Installs capture, makes the tables, copies in chunks, builds the indexes. Given
    again after an interruption, it resumes.
    """
    config = configuration(context, given)
    with _terminal(context) as terminal:
        copied = snapshot_stage.snapshot(config, context.obj["stop"], _watching(terminal))
    if context.obj["json"]:
        json_document(
            {
                "rows": copied.rows,
                "seconds": copied.seconds,
                "lag": {"changes": copied.worst_lag.changes, "seconds": copied.worst_lag.seconds},
                "next_steps": ["zdcdc verify", "zdcdc follow"],
            }
        )
        return
    click.echo(f"{copied.rows:,} rows copied in {copied.seconds:.1f} s; the target is caught up")
    click.echo("next: zdcdc verify, or zdcdc follow to keep the target up to date")


@click.command()
@connection_options
@click.option("--until-caught-up", is_flag=True, help="End when no change is waiting.")
@click.option(
    "--batch-size", type=click.IntRange(1), help="Rows of one apply statement at most.  [default: 1000]"
)
@click.pass_context
def follow(context: click.Context, /, until_caught_up: bool, **given: Any) -> None:
    """Replay changes until stopped with Ctrl-C (exit 130) or caught up."""
    config = configuration(context, given)
    with _terminal(context) as terminal:
        worst = follow_stage.follow(config, context.obj["stop"], until_caught_up, _watching(terminal))
    if context.obj["json"]:
        json_document({"caught_up": True, "worst_lag": {"changes": worst.changes, "seconds": worst.seconds}})
    else:
        click.echo(f"caught up; the highest lag was {worst.seconds:.2f} s, {worst.changes:,} changes")


@click.command()
@connection_options
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only this table; may be repeated.")
@click.option("--repair", is_flag=True, help="Read rows that differ again, then compare again.")
@click.pass_context
def verify(context: click.Context, /, tables: tuple[str, ...], repair: bool, **given: Any) -> None:
    """Compare every value of both sides while the application writes.

    Exits 6 and shows the rows when anything differs (with --repair: when anything
    differs after it).
    """
    config = configuration(context, given)
    stop = context.obj["stop"]
    with _terminal(context) as terminal:
        outcome = verify_stage.verify(config, stop, tables, terminal.comparing, _watching(terminal))
        if repair and not outcome.identical:
            for line in difference_lines(outcome):
                terminal.say(line)
            repair_stage.repair(config, outcome, stop, _watching(terminal))
            outcome = verify_stage.verify(config, stop, tables, terminal.comparing, _watching(terminal))
    if context.obj["json"]:
        json_document(verification_document(outcome))
    else:
        _show_verification(outcome)
    if not outcome.identical:
        _end(
            context,
            DataDiffersError(
                f"{len(outcome.differences)} rows differ",
                consequence="a cutover is refused until a comparison finds both sides identical",
                hint="zdcdc verify --repair reads these rows again",
            ),
        )


def _end(context: click.Context, error: ZdcdcError) -> None:
    """Ends a command whose document is on standard output already with the status of ``error``."""
    click.echo(str(error), err=True)
    context.exit(error.exit_status)


def _show_verification(outcome: Verification) -> None:
    for line in difference_lines(outcome):
        click.echo(line)
    if outcome.identical:
        click.echo(f"identical: {outcome.rows:,} rows of {len(outcome.tables)} tables, every value compared")


@click.command()
@connection_options
@click.option("--dry-run", is_flag=True, help="Say what stands against it, and change nothing.")
@click.option("--one-way", is_flag=True, help="Without a way back; has to be confirmed by typing it.")
@click.option("--max-lag", type=click.FloatRange(0), default=1.0, show_default=True, help="Seconds.")
@click.option("--max-pause", type=click.FloatRange(0.01), default=1.0, show_default=True, help="Seconds.")
@click.option("--timeout", type=click.FloatRange(0), default=60.0, show_default=True, help="Seconds.")
@click.option(
    "--before-cutover", default="", metavar="CMD", help="Run before; if it fails, nothing is switched."
)
@click.option("--after-cutover", default="", metavar="CMD", help="Run after the switch.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def cutover(
    context: click.Context,
    /,
    dry_run: bool,
    one_way: bool,
    max_lag: float,
    max_pause: float,
    timeout: float,
    before_cutover: str,
    after_cutover: str,
    yes: bool,
    **given: Any,
) -> None:
    """Move the application's writes to MySQL, in one atomic step.

    Writers wait for some milliseconds; from then on a write to SQLite fails with an
    error that says where to go. Exits 75 when it was undone and may be tried again.
    """
    config = configuration(context, given)
    limits = SwitchLimits(max_lag, max_pause, timeout, config.limits.verification_age_seconds)
    done = cutover_stage.already(config)
    if done is None and dry_run:
        _show_dry_run(context, config, limits)
        return
    if done is None:
        _confirm_one_way(one_way, yes)
        hooks = cutover_stage.Hooks(before_cutover, after_cutover)
        with _terminal(context) as terminal:
            done = cutover_stage.cutover(config, limits, context.obj["stop"], hooks, _watching(terminal))
    _show_switch(context, done)


def _confirm_one_way(one_way: bool, yes: bool) -> None:
    if not one_way:
        raise UsageError(
            "a cutover with a way back is not available in this version",
            hint="zdcdc cutover --one-way; rehearse on a copy first",
        )
    if yes:
        return
    click.echo("After this, writes go to MySQL and are not carried back to SQLite.", err=True)
    if click.prompt("Type one-way to go on", default="", show_default=False, err=True) != "one-way":
        raise UsageError("not confirmed; nothing was changed")


def _show_dry_run(context: click.Context, config: Config, limits: SwitchLimits) -> None:
    ready, against = cutover_stage.dry_run(config, limits, context.obj["stop"])
    if context.obj["json"]:
        json_document(
            {
                "ready": not against,
                "predicted_pause_seconds": ready.predicted_pause,
                "blockers": [
                    {"code": error.code.value, "message": error.what, "hint": error.hint} for error in against
                ],
            }
        )
    elif not against:
        click.echo(f"ready: writers would wait about {ready.predicted_pause * 1000:.0f} ms")
    if against:
        _end(context, against[0])


def _show_switch(context: click.Context, done: Switched) -> None:
    if context.obj["json"]:
        json_document(switch_document(done))
    elif done.already:
        click.echo(f"already: {done.primary.value} is primary since switch {done.epoch}")
    else:
        click.echo(
            f"MySQL is primary (epoch {done.epoch}); {done.drained_changes:,} changes drained, "
            f"writers waited {done.pause_seconds * 1000:.0f} ms"
        )


@click.command()
@connection_options
@click.option("--dry-run", is_flag=True, help="Say what would be undone, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def rollback(context: click.Context, /, dry_run: bool, yes: bool, **given: Any) -> None:
    """Undo everything while SQLite is still primary.

    The source is as it was before; the target holds none of its tables.
    """
    config = configuration(context, given)
    status = status_stage.read_status(config)
    if dry_run or not (yes or status.migration_id is None):
        tables = ", ".join(name for name, _, _ in status.copy.tables) or "none"
        click.echo(f"tables to remove from {config.target.address}: {tables}", err=True)
    if dry_run:
        return
    if not yes and status.migration_id is not None:
        click.confirm("Undo the migration?", abort=True, err=True)
    undone = rollback_stage.rollback(config)
    if context.obj["json"]:
        document = {"position": status.applied_changes, "drained_changes": 0, "pause_seconds": 0.0}
        json_document({**document, "epoch": status.epoch, "primary": "sqlite", "undone": undone})
    else:
        click.echo("undone: the source is as it was" if undone else "already: no migration has begun")


@click.command()
@connection_options
@click.option("--unfence", is_flag=True, help="Also remove fence and decision row from SQLite.")
@click.pass_context
def complete(context: click.Context, /, unfence: bool, **given: Any) -> None:
    """End the migration: remove journal, triggers and bookkeeping.

    The retired SQLite file keeps its fence and decision row until --unfence.
    """
    config = configuration(context, given)
    complete_stage.complete(config)
    if unfence:
        complete_stage.unfence(config)
    if context.obj["json"]:
        json_document({"completed": True, "unfenced": unfence})
    else:
        click.echo(
            "complete" + (": SQLite is as it was, without a fence" if unfence else "; SQLite stays fenced")
        )


@click.command()
@connection_options
@click.option("--watch", is_flag=True, help="Show it again every second until Ctrl-C.")
@click.pass_context
def status(context: click.Context, /, watch: bool, **given: Any) -> None:
    """Show where the migration stands and what to do next."""
    config = configuration(context, given)
    while True:
        seen = status_stage.read_status(config)
        if context.obj["json"]:
            json_document(seen.to_json())
        else:
            print_table(status_table(seen), context.obj["color"])
        if not watch or context.obj["stop"].wait(1.0):
            return


ALL = (check, plan, snapshot, follow, verify, cutover, rollback, complete, status)
