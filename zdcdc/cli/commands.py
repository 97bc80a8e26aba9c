"""The commands up to a verified copy: each reads its options, calls one stage, and shows the outcome."""

from __future__ import annotations

from typing import Any

import click

from zdcdc.check.findings import errors
from zdcdc.check.survey import Survey
from zdcdc.cli import frame
from zdcdc.cli.documents import finding_document, verification_document
from zdcdc.cli.options import configuration, connection_options
from zdcdc.cli.plan import plan_document, plan_sql, plan_text
from zdcdc.cli.show import difference_lines, json_document, print_table, status_table
from zdcdc.comparison import Verification
from zdcdc.config import Config
from zdcdc.errors import DataDiffersError, PreconditionError
from zdcdc.stages import follow as follow_stage
from zdcdc.stages import repair as repair_stage
from zdcdc.stages import snapshot as snapshot_stage
from zdcdc.stages import status as status_stage
from zdcdc.stages import verify as verify_stage
from zdcdc.stages.preflight import preflight
from zdcdc.stages.watching import interruptible


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
        with frame.terminal(context) as terminal:
            terminal.findings(seen.findings)
            terminal.reading(seen.findings)
        found = len(errors(seen.findings))
        verdict = "a migration may begin (zdcdc snapshot)"
        if any(finding.id == "target.own" for finding in seen.findings):
            verdict = "the migration may go on (zdcdc status)"
        if found:
            verdict = f"{found} error{'s stand' if found > 1 else ' stands'} against a migration"
        click.echo(f"tables that fit: {len(seen.tables)}, with {seen.rows:,} rows; {verdict}")
    if errors(seen.findings):
        context.exit(PreconditionError.exit_status)


def _survey(context: click.Context, config: Config, *, prove: bool) -> Survey:
    with frame.terminal(context) as terminal:
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
        with frame.terminal(context) as terminal:
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
    with frame.terminal(context) as terminal:
        copied = snapshot_stage.snapshot(config, context.obj["stop"], frame.watching(terminal))
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
    """Replay changes until stopped with Ctrl-C (exit 130) or caught up.

    Ends with exit 0, too, when MySQL is made primary from another terminal.
    """
    config = configuration(context, given)
    with frame.terminal(context) as terminal:
        followed = follow_stage.follow(config, context.obj["stop"], until_caught_up, frame.watching(terminal))
    worst = followed.worst_lag
    if context.obj["json"]:
        json_document(
            {
                "caught_up": True,
                "worst_lag": {"changes": worst.changes, "seconds": worst.seconds},
                "primary": "sqlite" if followed.switched is None else "mysql",
                "epoch": followed.switched,
            }
        )
        return
    if followed.switched is None:
        click.echo(f"caught up; the highest lag was {worst.seconds:.2f} s, {worst.changes:,} changes")
    else:
        click.echo(f"MySQL is primary since switch {followed.switched}, made from another terminal")


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
    with frame.terminal(context) as terminal:
        outcome = verify_stage.verify(config, stop, tables, terminal.comparing, frame.watching(terminal))
        if repair and not outcome.identical:
            for line in difference_lines(outcome):
                terminal.say(line)
            repair_stage.repair(config, outcome, stop, frame.watching(terminal))
            outcome = verify_stage.verify(config, stop, tables, terminal.comparing, frame.watching(terminal))
    if context.obj["json"]:
        json_document(verification_document(outcome))
    else:
        _show_verification(outcome)
    if not outcome.identical:
        frame.end(
            context,
            DataDiffersError(
                f"{len(outcome.differences)} rows differ",
                consequence="a cutover is refused until a comparison finds both sides identical",
                hint="zdcdc verify --repair reads these rows again",
            ),
        )


def _show_verification(outcome: Verification) -> None:
    for line in difference_lines(outcome):
        click.echo(line)
    if outcome.identical:
        click.echo(f"identical: {outcome.rows:,} rows of {len(outcome.tables)} tables, every value compared")


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


ALL = (check, plan, snapshot, follow, verify, status)
