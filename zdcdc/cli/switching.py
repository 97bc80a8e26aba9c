"""The commands that change who takes the writes, or end a migration."""

from __future__ import annotations

from typing import Any

import click

from zdcdc.cli import frame
from zdcdc.cli.documents import switch_document
from zdcdc.cli.options import configuration, connection_options
from zdcdc.cli.show import json_document
from zdcdc.config import Config
from zdcdc.cutover.plan import SwitchLimits
from zdcdc.cutover.switch import Switched
from zdcdc.errors import UsageError
from zdcdc.stages import complete as complete_stage
from zdcdc.stages import cutover as cutover_stage
from zdcdc.stages import rollback as rollback_stage
from zdcdc.stages import status as status_stage


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
        with frame.terminal(context) as terminal:
            done = cutover_stage.cutover(config, limits, context.obj["stop"], hooks, frame.watching(terminal))
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
        frame.end(context, against[0])


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
    undone = rollback_stage.rollback(config, context.obj["stop"])
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
    complete_stage.complete(config, context.obj["stop"])
    if unfence:
        complete_stage.unfence(config, context.obj["stop"])
    if context.obj["json"]:
        json_document({"completed": True, "unfenced": unfence})
    else:
        click.echo(
            "complete" + (": SQLite is as it was, without a fence" if unfence else "; SQLite stays fenced")
        )


ALL = (cutover, rollback, complete)
