"""Findings about the target: settings, version, content, and privileges proved by using them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address

from sqlalchemy.engine import Connection

from zdcdc.check.findings import Finding, error, info, warning
from zdcdc.check.grants import grant_statements
from zdcdc.config import TargetConfig
from zdcdc.errors import Code, TargetError, TargetUnavailableError
from zdcdc.mapping import Capabilities
from zdcdc.mysql import FIRST_MARIADB, FIRST_MYSQL, errors_of, version_of
from zdcdc.names import mysql_name

PROBE = "_zdcdc_probe"
READ_ONLY = ("read_only", "super_read_only", "innodb_read_only")


def settings_findings(settings: Mapping[str, str], capabilities: Capabilities) -> Iterator[Finding]:
    """About the server's version and settings. Pure."""
    version = version_of(capabilities.version)
    oldest = FIRST_MARIADB if capabilities.mariadb else FIRST_MYSQL
    if version < oldest:
        wanted = ".".join(map(str, oldest))
        yield error(
            "target.version",
            f"{capabilities.flavor} {capabilities.version} is too old",
            f"use {wanted} or newer",
        )
    if any(settings.get(name, "OFF") not in ("OFF", "0") for name in READ_ONLY):
        yield error(
            "target.read_only",
            "the server is read-only",
            "name the server that takes writes, or SET GLOBAL read_only = 0",
        )
    if settings.get("log_bin") == "ON" and settings.get("binlog_format") == "STATEMENT":
        yield error(
            "target.binlog_format",
            "binlog_format is STATEMENT: InnoDB refuses writes under READ COMMITTED with it",
            "SET GLOBAL binlog_format = ROW",
        )
    if settings.get("innodb_flush_log_at_trx_commit") != "1":
        yield warning(
            "target.durability",
            "innodb_flush_log_at_trx_commit is not 1: a crash of the server may lose committed writes",
            "SET GLOBAL innodb_flush_log_at_trx_commit = 1",
        )
    if settings.get("local_infile") != "ON":
        yield info(
            "target.local_infile", "local_infile is off: the copy uses INSERT statements, which takes longer"
        )


def wire_findings(target: TargetConfig, encrypted: bool) -> Iterator[Finding]:
    """About the way to the server. Pure."""
    if encrypted or target.unix_socket is not None or _on_this_machine(target.host):
        return
    yield warning(
        "target.tls",
        f"the connection to {target.host} is not encrypted: others can read it, and a byte that changes on "
        "its way may become a value, which only a comparison finds",
        "give the server a certificate (ssl_cert and ssl_key), and it is used; ssl_ca=FILE in the URL also "
        "verifies it",
    )


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def content_findings(existing: Iterable[str], wanted: Iterable[str], fold: bool) -> Iterator[Finding]:
    """About tables that are in the target already. Pure."""
    present = {name.lower() if fold else name for name in existing}
    if "_zdcdc_checkpoint" in present:
        yield error(
            "target.migration",
            "the target holds another migration",
            "use an empty database, or clear this one: zdcdc rollback with the source that it began with",
        )
    for name in wanted:
        if (name.lower() if fold else name) in present:
            yield error(
                "target.table_exists",
                "the target has a table of this name already",
                "use an empty database, or drop or exclude the table",
                table=name,
            )


def privilege_findings(
    control: Connection, database: str, account: str, *, views: bool
) -> Iterator[Finding]:
    """Tries everything that a migration does on a table of its own, and removes it; with ``views`` also what
    makes these.

    Raises TargetError when something else than a privilege is missing.
    """
    probe = mysql_name(PROBE)
    child, view = mysql_name(PROBE + "_child"), mysql_name(PROBE + "_view")
    # Each needs one privilege and no other. DROP comes first: without it a probe could not be removed.
    steps: tuple[tuple[str, str], ...] = (
        ("DROP", f"DROP VIEW IF EXISTS {view}"),
        ("DROP", f"DROP TABLE IF EXISTS {child}"),
        ("DROP", f"DROP TABLE IF EXISTS {probe}"),
        ("CREATE", f"CREATE TABLE {probe} (id BIGINT PRIMARY KEY AUTO_INCREMENT, v LONGTEXT) ENGINE=InnoDB"),
        ("INSERT", f"INSERT INTO {probe} (id, v) VALUES (1, 'a')"),
        ("UPDATE", f"UPDATE {probe} SET v = 'b'"),
        ("SELECT", f"SELECT v FROM {probe}"),
        ("INDEX", f"CREATE INDEX i ON {probe} (v(10))"),
        ("ALTER", f"ALTER TABLE {probe} AUTO_INCREMENT = 10"),
        (
            "REFERENCES",
            f"CREATE TABLE {child} (id BIGINT PRIMARY KEY, FOREIGN KEY (id) REFERENCES {probe} (id)) "
            "ENGINE=InnoDB",
        ),
        ("DELETE", f"DELETE FROM {probe}"),
    )
    if views:
        steps += (("CREATE VIEW", f"CREATE VIEW {view} AS SELECT v FROM {probe}"),)
    missing: list[str] = []
    for privilege, statement in steps:
        try:
            with errors_of(f"proving {privilege}"):
                control.exec_driver_sql(statement)
        except TargetError as failure:
            if failure.code is Code.CONNECTION:
                raise  # the wire broke: nothing was found out
            if failure.code is not Code.PRIVILEGES or isinstance(failure, TargetUnavailableError):
                _remove(control, view, child, probe)
                raise
            missing.append(privilege)
            if privilege in ("DROP", "CREATE"):
                break
    if "DROP" not in missing:
        _remove(control, view, child, probe)
    if missing:
        grants = "; ".join(grant_statements(database, account))
        yield error("target.privileges", f"the account lacks {', '.join(missing)}", grants)


def _remove(control: Connection, view: str, *tables: str) -> None:
    with errors_of("removing the probe table"):
        control.exec_driver_sql(f"DROP VIEW IF EXISTS {view}")
        for table in tables:
            control.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def account_of(control: Connection) -> str:
    """The account that the server took us for, quoted for GRANT."""
    with errors_of("asking who we are"):
        name = str(control.exec_driver_sql("SELECT CURRENT_USER()").scalar_one())
    user, _, host = name.rpartition("@")
    return "@".join("'" + part.replace("'", "''") + "'" for part in (user, host))
