"""What a person configured: where the two sides are and what limits hold. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from zdcdc.errors import UsageError
from zdcdc.model import Selection as Selection
from zdcdc.wishes import Wishes

MIB = 1024 * 1024
STATE_DIRECTORY = "migration_logs"


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """How to reach the MySQL database. The password is never shown, stored or put into a repr."""

    host: str = "localhost"
    port: int = 3306
    user: str = ""
    database: str = ""
    password: str = field(default="", repr=False)
    unix_socket: str | None = None
    ssl_ca: str | None = None
    lock_wait_seconds: int = 10
    """How long a statement waits for locks of others before it fails, and is tried again."""
    busy_seconds: float = 15.0
    """How long a connection is tried again where the server has no room for it."""
    answer_seconds: float = 60.0
    """How long a statement may go without an answer until its connection is given up. Builds of indexes and
    foreign keys are watched instead, as they take as long as they take."""

    @classmethod
    def from_url(cls, text: str) -> TargetConfig:
        """``mysql://user[:pw]@host[:port]/db[?unix_socket=…&ssl_ca=…&answer_seconds=…]``.

        Raises UsageError.
        """
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise UsageError(
                "the MySQL URL cannot be read", hint="write it as mysql://user:password@host:3306/database"
            ) from None
        if url.get_backend_name() not in ("mysql", "mariadb"):
            raise UsageError(
                f"the target URL is of kind {url.get_backend_name()!r}, not mysql",
                hint="write it as mysql://user:password@host:3306/database",
            )
        options = {name: value for name, value in url.query.items() if isinstance(value, str)}
        unknown = set(url.query) - {"unix_socket", "ssl_ca", "answer_seconds", "charset"}
        if unknown:
            raise UsageError(
                f"the MySQL URL has an unknown option: {', '.join(sorted(unknown))}",
                hint="it may have unix_socket and ssl_ca",
            )
        return cls(
            host=url.host or "localhost",
            port=url.port or 3306,
            user=url.username or "",
            database=url.database or "",
            password=url.password or "",
            unix_socket=options.get("unix_socket"),
            ssl_ca=options.get("ssl_ca"),
            answer_seconds=_seconds(options.get("answer_seconds", "60")),
        )

    @property
    def given_up_seconds(self) -> float:
        """How long the server waits for us, until it gives up a session and its locks: less than we wait for
        it, so that a session that is lost is out of the way when the next one begins."""
        return self.answer_seconds / 2

    @property
    def stale_seconds(self) -> float:
        """How long a connection may have been left alone and still be good to use."""
        return self.answer_seconds / 3

    @property
    def url(self) -> URL:
        """The URL for SQLAlchemy, with the password."""
        query = {"charset": "utf8mb4"}
        if self.unix_socket:
            query["unix_socket"] = self.unix_socket
        if self.ssl_ca:
            query["ssl_ca"] = self.ssl_ca
        return URL.create(
            "mysql+pymysql", self.user, self.password, self.host, self.port, self.database, query
        )

    @property
    def address(self) -> str:
        """The same without any secret, to be shown and stored; :meth:`from_url` reads it."""
        options = {"unix_socket": self.unix_socket, "ssl_ca": self.ssl_ca}
        given = "&".join(f"{name}={quote(value)}" for name, value in options.items() if value)
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = f"{quote(self.user, safe='')}@{host}:{self.port}/{quote(self.database, safe='')}"
        return f"mysql://{place}{'?' if given else ''}{given}"


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1.0 <= seconds <= 86400.0:
        raise UsageError(f"answer_seconds in the MySQL URL is {text!r}, not a number from 1 to 86400")
    return seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one round and of a switch. Sizes in bytes, times in seconds, batches in rows."""

    chunk_size: int = 8 * MIB
    batch_rows: int = 1000
    slice_changes: int = 5000
    slice_size: int = 32 * MIB
    poll_seconds: float = 0.02
    retry_seconds: float = 60.0
    """How long a side that does not answer, or is locked, is tried again."""
    lock_retry_seconds: float = 30.0
    """How long work is tried again that met a deadlock, or a lock of others, in the target: not longer than
    ``retry_seconds``, and each try itself waits for a while."""
    retry_pause_seconds: float = 5.0
    """The longest pause between two tries; the first ones are shorter."""
    read_seconds: float = 2.0
    blocking_read_seconds: float = 0.015
    """Bound of one read where a reader blocks the application's commits (rollback-journal mode)."""
    max_lag_seconds: float = 1.0
    max_pause_seconds: float = 1.0
    switch_timeout_seconds: float = 60.0
    verification_age_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Config:
    """Both sides, the state directory, the tables and the limits of one migration."""

    sqlite_path: Path
    target: TargetConfig
    state_directory: Path = Path(STATE_DIRECTORY)
    selection: Selection = field(default_factory=Selection)
    limits: Limits = Limits()
    wishes: Wishes = Wishes()


_NUMBER = (int, float)
_WORDS = {str: "a text", int: "a whole number", _NUMBER: "a number", list: "a list of texts", dict: "a table"}

SETTINGS: dict[str, Any] = {
    "sqlite_path": str,
    "mysql_url": str,
    "mysql_host": str,
    "mysql_port": int,
    "mysql_user": str,
    "mysql_database": str,
    "mysql_password_file": str,
    "mysql_lock_wait_seconds": _NUMBER,
    "mysql_busy_seconds": _NUMBER,
    "retry_seconds": _NUMBER,
    "include": list,
    "exclude": list,
    "state_dir": str,
    "source": dict,
    "limits": dict,
    "columns": dict,
    "tables": dict,
}
"""What ``zdcdc.toml`` may hold, and of what type."""

SOURCE_SETTINGS: dict[str, Any] = {"setup": str}

LIMIT_SETTINGS: dict[str, Any] = {
    limit.name: int if isinstance(limit.default, int) else _NUMBER for limit in fields(Limits)
}


def read_file(path: Path) -> dict[str, Any]:
    """The settings of ``zdcdc.toml``. Raises UsageError when it cannot be read or holds anything unknown."""
    try:
        import tomllib
    except ModuleNotFoundError:
        import tomli as tomllib  # type: ignore[no-redef,unused-ignore]
    try:
        settings: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror}", hint="name a file that exists with --config"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}", hint="see https://toml.io") from error
    _require_known(settings, SETTINGS, str(path))
    _require_known(settings.get("source", {}), SOURCE_SETTINGS, f"{path}, [source]")
    _require_known(settings.get("limits", {}), LIMIT_SETTINGS, f"{path}, [limits]")
    for name, value in settings.get("limits", {}).items():
        if not 0 <= value < float("inf"):
            raise UsageError(f"{path}, [limits]: {name} is {value!r}", hint="it has to be 0 or more")
    return settings


def _require_known(settings: Mapping[str, Any], known: Mapping[str, Any], place: str) -> None:
    for name, value in settings.items():
        if name not in known:
            raise UsageError(
                f"{place}: there is no setting {name!r}", hint=f"it may hold {', '.join(sorted(known))}"
            )
        texts = known[name] is not list or (isinstance(value, list) and all(type(v) is str for v in value))
        if isinstance(value, bool) or not isinstance(value, known[name]) or not texts:
            raise UsageError(f"{place}: {name} is {value!r}", hint=f"it has to be {_WORDS[known[name]]}")


def password_from(environment: Mapping[str, str], password_file: Path | None) -> str:
    """The password that was given outside the command line, empty without one. Raises UsageError."""
    if password_file is not None:
        try:
            return password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise UsageError(
                f"cannot read the password file {password_file}: {reason}",
                hint="give --mysql-password-file a text file that holds the password and nothing else",
            ) from error
    return environment.get("ZDCDC_MYSQL_PASSWORD") or environment.get("MYSQL_PWD") or ""
