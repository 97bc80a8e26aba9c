"""The commands for another terminal: they need nothing but the source file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from zdcdc.capture.tail import JournaledChange
from zdcdc.cli import frame
from zdcdc.cli.documents import answer_document
from zdcdc.cli.options import source_options, source_path
from zdcdc.cli.show import error_document, json_document, json_line
from zdcdc.cli.tail import change_document, change_line
from zdcdc.errors import ZdcdcError
from zdcdc.stages.control import PATIENCE, Answer, give
from zdcdc.stages.orders import Kind
from zdcdc.stages.tail import Pruned
from zdcdc.stages.tail import tail as read_tail
from zdcdc.stages.watching import InterruptedRun

F = TypeVar("F", bound=Callable[..., Any])

timeout_option: Callable[[F], F] = click.option(
    "--timeout",
    type=click.FloatRange(0),
    default=PATIENCE.total,
    show_default=True,
    help="Seconds to wait for the running process.",
)


@click.command()
@source_options
@timeout_option
@click.pass_context
def pause(context: click.Context, /, timeout: float, **given: Any) -> None:
    """Let the running snapshot or follow rest after its present round.

    It stays there until resume. Changes are still recorded, so the lag grows.
    """
    answer = _give(context, source_path(context, given), Kind.PAUSE, timeout)
    _show(context, answer, "paused", "zdcdc resume lets it go on")


@click.command()
@source_options
@timeout_option
@click.pass_context
def resume(context: click.Context, /, timeout: float, **given: Any) -> None:
    """Let a paused snapshot or follow go on."""
    answer = _give(context, source_path(context, given), Kind.RESUME, timeout)
    _show(context, answer, "running", "zdcdc status")


@click.command()
@source_options
@timeout_option
@click.pass_context
def stop(context: click.Context, /, timeout: float, **given: Any) -> None:
    """End the running snapshot or follow after its present round.

    It stores where it was and exits 130; given again, it resumes.
    """
    answer = _give(context, source_path(context, given), Kind.STOP, timeout)
    _show(context, answer, "stopped", "the same command again resumes it")


def _give(context: click.Context, path: Path, kind: Kind, timeout: float) -> Answer:
    return give(path, kind, context.obj["stop"], replace(PATIENCE, total=timeout))


def _show(context: click.Context, answer: Answer, state: str, then: str) -> None:
    if context.obj["json"]:
        json_document(answer_document(answer, state))
    elif answer.runner is None:
        click.echo("already: nothing is running")
    else:
        already = "already " if answer.already else ""
        click.echo(f"{already}{state}: {answer.runner.name}; {then}")


@click.command()
@source_options
@click.option("--from", "begin", type=click.IntRange(1), metavar="POSITION", help="Begin at this one.")
@click.option("--follow", is_flag=True, help="Go on with each new change until Ctrl-C.")
@click.pass_context
def tail(context: click.Context, /, begin: int | None, follow: bool, **given: Any) -> None:
    """Show the journal: each change in its order, with the row as it is now.

    Position, time, table, operation, key and row; long values are cut short. The
    journal keeps the newest changes and those not applied yet: older ones are gone.
    With --json it prints one document a line (JSON Lines).
    """
    path = source_path(context, given)
    as_json = context.obj["json"]
    try:
        for found in read_tail(path, begin, follow, context.obj["stop"]):
            _show_change(found, as_json)
    except ZdcdcError as error:
        if as_json:
            json_line(error_document(error))
        frame.end(context, error)
    if context.obj["stop"].is_set():
        context.exit(InterruptedRun.exit_status)


def _show_change(found: JournaledChange | Pruned, as_json: bool) -> None:
    if isinstance(found, Pruned):
        gone = f"changes {found.first} to {found.last} are not kept any more"
        click.echo(f"{gone}; the log goes on at {found.last + 1}", err=True)
    elif as_json:
        json_line(change_document(found))
    else:
        click.echo(change_line(found))


ALL = (pause, resume, stop, tail)
