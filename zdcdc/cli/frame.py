"""What every command is framed by: the terminal it writes to, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from zdcdc.cli.show import Terminal
from zdcdc.errors import ZdcdcError
from zdcdc.stages.watching import Watching


@contextmanager
def terminal(context: click.Context) -> Iterator[Terminal]:
    """Standard error, as the global options want it."""
    with Terminal(quiet=context.obj["quiet"], color=context.obj["color"]) as opened:
        yield opened


def watching(told: Terminal) -> Watching:
    """Everything that happens is told there."""
    return Watching(told.watch, told.scanning, told.findings, told.comparing, told.notice)


def end(context: click.Context, error: ZdcdcError) -> None:
    """Ends a command whose document is on standard output already with the status of ``error``."""
    click.echo(str(error), err=True)
    context.exit(error.exit_status)
