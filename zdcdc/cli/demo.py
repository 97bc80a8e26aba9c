"""``zdcdc demo``: a sample application, migrated live."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from zdcdc.check.grants import grant_statements
from zdcdc.cli.show import json_document
from zdcdc.demo.container import IMAGES, container, engine_answers
from zdcdc.demo.endpoint import Endpoint, account_name, create_database, drop_database
from zdcdc.demo.installation import Kind, find_installation
from zdcdc.demo.migration import migration_maker
from zdcdc.demo.run import DemoPlan, run_demo
from zdcdc.demo.server import PrivateServer
from zdcdc.demo.show import report_table
from zdcdc.errors import UsageError

DATABASE = "zdcdc_demo"
USER = "zdcdc_demo"


@click.command()
@click.option("--mysql-url", help="An empty database to use, instead of a private server.")
@click.option(
    "--server", type=click.Choice([kind.value for kind in Kind]), help="Which private server to start."
)
@click.option("--follow-seconds", type=click.FloatRange(0, 600), default=10.0, show_default=True)
@click.option("--after-seconds", type=click.FloatRange(0, 600), default=10.0, show_default=True)
@click.pass_context
def demo(
    context: click.Context,
    /,
    mysql_url: str | None,
    server: str | None,
    follow_seconds: float,
    after_seconds: float,
) -> None:
    """Migrate a sample shop live while four processes write to it.

    Unless a URL is given, a private server is started: with Docker where an engine
    answers, else from mysqld or mariadbd on PATH. At the end every write is
    accounted for and every value compared; exits 0 only if nothing was lost or
    doubled and everything is equal.
    """
    color = context.obj["color"]
    progress = Console(stderr=True, no_color=not color, quiet=context.obj["quiet"], highlight=False)
    directory = Path(tempfile.mkdtemp(prefix="zdcdc-demo-"))
    try:
        with _database(mysql_url, Kind(server) if server else None, progress) as url:
            workplace = directory / "shop"
            workplace.mkdir()
            plan = DemoPlan(
                directory=workplace, mysql_url=url, follow_seconds=follow_seconds, after_seconds=after_seconds
            )
            report = run_demo(plan, migration_maker(directory / "state", context.obj["stop"]), progress)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if context.obj["json"]:
        json_document(report.document())
    else:
        Console(no_color=not color, highlight=False).print(report_table(report))
    for failure in report.failures:
        click.echo(failure, err=True)
    context.exit(report.exit_status)


@contextmanager
def _database(url: str | None, kind: Kind | None, progress: Console) -> Iterator[str]:
    """The URL of an empty database, private to the demo unless one was given."""
    if url is not None:
        yield url
        return
    if engine_answers():
        wanted = kind or Kind.MYSQL
        progress.print(f"starting a container of {IMAGES[wanted]} …")
        with container(wanted) as root, _account(root) as account:
            yield account.url(DATABASE)
        return
    path = os.environ.get("PATH", os.defpath)
    for wanted in [kind] if kind else list(Kind):
        installation = find_installation(path, wanted)
        if installation is not None:
            break
    else:
        raise UsageError(
            "no Docker engine answers, and there is no mysqld or mariadbd on PATH",
            hint="give --mysql-url with an empty database, or run make demo in a checkout",
        )
    progress.print(f"starting a private {installation.kind.value} {installation.version} …")
    with PrivateServer(installation) as root, _account(root) as account:
        yield account.url(DATABASE)


@contextmanager
def _account(root: Endpoint) -> Iterator[Endpoint]:
    """An account with the grants that a migration needs, on a database that is gone afterwards."""
    grants = grant_statements(DATABASE, account_name(USER))
    account = create_database(root, DATABASE, USER, "shop", grants)
    try:
        yield account
    finally:
        drop_database(root, DATABASE, USER)
