"""Options that several commands share, and the configuration made of them.

Precedence: option, environment, ``zdcdc.toml``, what the migration began with (the source file records it),
default.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from zdcdc import setups, wishes
from zdcdc.config import (
    STATE_DIRECTORY,
    Config,
    Limits,
    Selection,
    TargetConfig,
    password_from,
    read_file,
)
from zdcdc.errors import UsageError
from zdcdc.model import Decision
from zdcdc.stages.begin import begun

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_FILE = Path("zdcdc.toml")
MOST_SECONDS = 86400.0


def connection_options(command: F) -> F:
    """Both sides, the state directory and the tables."""
    options = (
        click.option("--sqlite-path", type=click.Path(path_type=Path), help="The SQLite database."),
        click.option(
            "--mysql-url", help="mysql://user[:password]@host[:port]/database[?unix_socket=…&ssl_ca=…]"
        ),
        click.option("--mysql-host", help="Instead of the URL.  [default: localhost]"),
        click.option("--mysql-port", type=int, help="[default: 3306]"),
        click.option("--mysql-user", help="The account on the server."),
        click.option("--mysql-database", help="The target database; it must exist."),
        click.option("--mysql-password", help="Seen by others in the process list: prefer the next."),
        click.option(
            "--mysql-password-file", type=click.Path(path_type=Path), help="A file that holds the password."
        ),
        click.option(
            "--include", multiple=True, metavar="PATTERN", help="Only these tables; may be repeated."
        ),
        click.option(
            "--exclude", multiple=True, metavar="PATTERN", help="Not these tables; may be repeated."
        ),
        click.option(
            "--state-dir",
            type=click.Path(path_type=Path),
            help="Logs and reports.  [default: migration_logs]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def source_options(command: F) -> F:
    """The source alone, for commands that need nothing else."""
    option = click.option("--sqlite-path", type=click.Path(path_type=Path), help="The SQLite database.")
    return option(command)


def source_path(context: click.Context, given: Mapping[str, Any]) -> Path:
    """The source file; its setup is in use in this process from now on. Raises UsageError."""
    return _path(context, _Settings(given, os.environ, _file(context.obj["config"])))


def _path(context: click.Context, settings: _Settings) -> Path:
    path = settings.get("sqlite_path")
    if path is None:
        raise UsageError("which SQLite database?", hint="give --sqlite-path or set ZDCDC_SQLITE_PATH")
    setup = settings.file.get("source", {}).get("setup")
    if setup is not None:
        file: Path = context.obj["config"] or DEFAULT_FILE
        setups.use(Path(path), setups.load(setup, file.resolve().parent))
    return Path(path)


def _is_there(path: Path) -> bool:
    """False when there is no file; what cannot even be asked about is said when it is opened."""
    try:
        return path.is_file()
    except OSError:
        return True


def configuration(context: click.Context, given: Mapping[str, Any]) -> Config:
    """The configuration for one command; the setup of its source is in use in this process from now on.

    Raises UsageError when something needed is missing or wrong, SourceError when it has to be looked up in a
    source that cannot be read.
    """
    settings = _Settings(given, os.environ, _file(context.obj["config"]))
    path = _path(context, settings)
    state = given.get("state_dir") or context.obj["state_dir"] or settings.get("state_dir")
    limits = Limits(**settings.file.get("limits", {}))
    limits = replace(limits, retry_seconds=settings.seconds("retry_seconds", limits.retry_seconds))
    if given.get("batch_size"):
        limits = replace(limits, batch_rows=given["batch_size"])
    recorded: Decision | None = None
    if _is_there(path) and not (state and settings.get("mysql_url")):
        recorded = begun(Config(path, TargetConfig()))
    if recorded is not None:
        state = state or recorded.state_directory
    return Config(
        sqlite_path=path,
        target=_target(settings, recorded),
        state_directory=Path(state or STATE_DIRECTORY),
        selection=Selection(tuple(settings.several("include")), tuple(settings.several("exclude"))),
        limits=limits,
        wishes=wishes.read(settings.file, "zdcdc.toml"),
    )


class _Settings:
    """One setting from the first place that has it."""

    def __init__(
        self, given: Mapping[str, Any], environment: Mapping[str, str], file: Mapping[str, Any]
    ) -> None:
        self.given = given
        self.environment = environment
        self.file = file

    def get(self, name: str) -> Any:
        if self.given.get(name) is not None:
            return self.given[name]
        return self.environment.get(f"ZDCDC_{name.upper()}") or self.file.get(name)

    LAST = 2

    def rank(self, name: str) -> int:
        """Where the setting was found: 0 option, 1 environment, 2 file or nowhere."""
        if self.given.get(name) is not None:
            return 0
        return 1 if self.environment.get(f"ZDCDC_{name.upper()}") else self.LAST

    def seconds(self, name: str, default: float) -> float:
        """A length of time. Raises UsageError for anything else."""
        value = self.get(name)
        if value is None:
            return default
        try:
            seconds = float(value)
        except (TypeError, ValueError):
            seconds = -1.0
        if not 0 <= seconds <= MOST_SECONDS:
            raise UsageError(
                f"{name} is not a number of seconds: {value!r}",
                hint=f"it has to be a number from 0 to {MOST_SECONDS:.0f}",
            )
        return seconds

    def several(self, name: str) -> list[str]:
        return list(self.given.get(name) or self.file.get(name) or ())


def _file(path: Path | None) -> dict[str, Any]:
    if path is not None:
        return read_file(path)
    return read_file(DEFAULT_FILE) if _is_there(DEFAULT_FILE) else {}


def _target(settings: _Settings, recorded: Decision | None) -> TargetConfig:
    url = settings.get("mysql_url")
    target = TargetConfig.from_url(recorded.target) if recorded else TargetConfig()
    if settings.get("mysql_host"):
        target = replace(target, unix_socket=None)
    if url:
        target = TargetConfig.from_url(str(url))
    # A single part beats the URL where it was given in the same place or in one that comes before it.
    reach = settings.rank("mysql_url") if url else settings.LAST
    for name in ("host", "user", "database"):
        if settings.rank(f"mysql_{name}") <= reach and settings.get(f"mysql_{name}"):
            target = _with(target, name, str(settings.get(f"mysql_{name}")))
    if settings.rank("mysql_port") <= reach and settings.get("mysql_port"):
        target = replace(target, port=_port(settings.get("mysql_port")))
    lock_wait = settings.seconds("mysql_lock_wait_seconds", target.lock_wait_seconds)
    target = replace(
        target,
        # The servers take whole seconds, and one at least.
        lock_wait_seconds=max(1, round(lock_wait)),
        busy_seconds=settings.seconds("mysql_busy_seconds", target.busy_seconds),
    )
    if not 0 < target.port < 65536:
        raise UsageError(f"there is no port {target.port}", hint="a port is a number from 1 to 65535")
    if not target.user or not target.database:
        raise UsageError(
            "which MySQL database and account?",
            hint="give --mysql-url mysql://user@host/database, or --mysql-user and --mysql-database",
        )
    if target.ssl_ca:
        # It is recorded with the migration, whose next command may come from another directory.
        target = replace(target, ssl_ca=str(Path(target.ssl_ca).absolute()))
    return replace(target, password=_password(settings, target))


def _with(target: TargetConfig, name: str, value: str) -> TargetConfig:
    if name == "host":
        return replace(target, host=value)
    return replace(target, user=value) if name == "user" else replace(target, database=value)


def _port(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise UsageError(
            f"the port is not a number: {value!r}", hint="a port is a number from 1 to 65535"
        ) from None


def _password(settings: _Settings, target: TargetConfig) -> str:
    given = settings.given.get("mysql_password")
    if given is not None:
        return str(given)
    file = settings.get("mysql_password_file")
    if target.password and not settings.given.get("mysql_password_file"):
        return target.password
    password = password_from(settings.environment, Path(file) if file else None)
    if password or target.password:
        return password or target.password
    has_url_password = ":" in str(settings.get("mysql_url") or "").partition("://")[2].partition("@")[0]
    named = "ZDCDC_MYSQL_PASSWORD" in settings.environment or "MYSQL_PWD" in settings.environment
    if has_url_password or named or file or not sys.stdin.isatty():
        return ""
    return str(
        click.prompt(
            f"Password for {target.address}", hide_input=True, default="", show_default=False, err=True
        )
    )
