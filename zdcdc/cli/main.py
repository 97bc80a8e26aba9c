"""``zdcdc``: global options, and what happens to errors and signals in every command."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from zdcdc import __version__
from zdcdc.cli import commands, control, switching
from zdcdc.cli.demo import demo
from zdcdc.cli.show import error_document, hang_up_heeded, json_document
from zdcdc.errors import Code, UsageError, ZdcdcError
from zdcdc.stages.watching import InterruptedRun

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="A migration is: check, snapshot, follow, verify, cutover, complete. Every command may be killed "
    "and given again.",
)
@click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), help="Settings.  [default: zdcdc.toml]"
)
@click.option(
    "--state-dir", type=click.Path(path_type=Path), help="Logs and reports.  [default: migration_logs]"
)
@click.option("-v", "--verbose", is_flag=True, help="Say more; show tracebacks.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--no-color", is_flag=True, help="No colors (also: NO_COLOR).")
@click.version_option(__version__, prog_name="zdcdc")
@click.pass_context
def cli(
    context: click.Context,
    config: Path | None,
    state_dir: Path | None,
    verbose: bool,
    quiet: bool,
    as_json: bool,
    no_color: bool,
) -> None:
    """Move a live SQLite database to MySQL or MariaDB, and lose nothing."""
    debugging = verbose or os.environ.get("MIGRATION_DEBUG") == "1"
    logging.basicConfig(
        level=logging.DEBUG if debugging else logging.WARNING, stream=sys.stderr, format="%(message)s"
    )
    context.obj = {
        "config": config,
        "state_dir": state_dir,
        "debugging": debugging,
        "quiet": quiet,
        "json": as_json,
        "color": not no_color and "NO_COLOR" not in os.environ,
        "stop": threading.Event(),
    }


for _command in (*commands.ALL, *switching.ALL, *control.ALL, demo):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """The entry point: exits with the contract's status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    settings = _first_settings(words)
    try:
        with cli.make_context("zdcdc", words) as context, _signals(context):
            cli.invoke(context)
    except ZdcdcError as error:
        _report(error, settings)
        sys.exit(error.exit_status)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        if words:
            _report(_usage_error(error), settings)
        else:
            error.show()  # the help
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _report(InterruptedRun(), settings)
        sys.exit(InterruptedRun.exit_status)
    except BrokenPipeError:
        # Whoever read our output went away; flushing at exit would only fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except MemoryError:
        exhausted = ZdcdcError(
            Code.MEMORY,
            "out of memory",
            consequence="everything up to the last round is stored",
            hint="give the process more memory: the largest row takes several times its size; run it again",
        )
        _report(exhausted, settings)
        sys.exit(exhausted.exit_status)
    except Exception as error:  # noqa: BLE001 - the last line before a person: said, and exit 1
        unexpected = ZdcdcError(
            Code.UNEXPECTED,
            f"{type(error).__name__}: {error}",
            consequence="everything up to the last round is stored",
            hint="run it again with -v, and report what it prints",
        )
        _report(unexpected, settings)
        sys.exit(unexpected.exit_status)
    sys.exit(0)


@contextmanager
def _signals(context: click.Context) -> Iterator[None]:
    """A first signal asks the round to end and be stored; a second one ends the process."""

    def ask(number: int, frame: object) -> None:
        if context.obj is None or context.obj["stop"].is_set():
            raise KeyboardInterrupt
        context.obj["stop"].set()

    under_nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    heeded = [number for number in SIGNALS if number != signal.SIGHUP or not under_nohup]
    before = {number: signal.signal(number, ask) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _first_settings(words: list[str]) -> dict[str, bool]:
    """What errors need to know before, or without, the words having been understood."""
    debugging = "-v" in words or "--verbose" in words or os.environ.get("MIGRATION_DEBUG") == "1"
    return {"json": "--json" in words, "debugging": debugging}


def _usage_error(error: click.ClickException) -> UsageError:
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context is not None else "zdcdc"
    return UsageError(error.format_message(), hint=f"{command} --help shows what it takes")


def _report(error: ZdcdcError, settings: dict[str, bool]) -> None:
    if settings["json"]:
        json_document(error_document(error))
    with hang_up_heeded():
        click.echo(str(error), err=True)
        if settings["debugging"]:
            traceback.print_exc()
