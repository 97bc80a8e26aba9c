"""Findings about the target: settings, version, content, and privileges proved by using them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.engine import Connection

from zdcdc.check.findings import Finding, error, info, warning
from zdcdc.check.grants import grant_statements
from zdcdc.errors import Code, TargetError
from zdcdc.mapping import Capabilities
from zdcdc.mysql import FIRST_MARIADB, FIRST_MYSQL, errors_of, version_of
from zdcdc.names import mysql_name

PROBE = "_zdcdc_probe"


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
    if settings.get("read_only") == "ON" or settings.get("super_read_only") == "ON":
        yield error("target.read_only", "the server is read-only", "connect to the writable server")
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


def privilege_findings(control: Connection, database: str, account: str) -> Iterator[Finding]:
    """Tries everything that a migration does on a table of its own, and removes it."""
    probe = mysql_name(PROBE)
    child = mysql_name(PROBE + "_child")
    steps = (
        ("CREATE", f"CREATE TABLE {probe} (id BIGINT PRIMARY KEY AUTO_INCREMENT, v LONGTEXT) ENGINE=InnoDB"),
        ("INSERT", f"INSERT INTO {probe} (id, v) VALUES (1, 'a')"),
        ("UPDATE", f"UPDATE {probe} SET v = 'b' WHERE id = 1"),
        ("SELECT", f"SELECT v FROM {probe}"),
        ("INDEX", f"CREATE INDEX i ON {probe} (v(10))"),
        ("ALTER", f"ALTER TABLE {probe} AUTO_INCREMENT = 10"),
        ("CREATE", f"CREATE TABLE {child} (id BIGINT PRIMARY KEY) ENGINE=InnoDB"),
        ("REFERENCES", f"ALTER TABLE {child} ADD FOREIGN KEY (id) REFERENCES {probe} (id)"),
        ("DELETE", f"DELETE FROM {probe}"),
        ("DROP", f"DROP TABLE {child}"),
        ("DROP", f"DROP TABLE {probe}"),
    )
    missing: dict[str, str] = {}
    for privilege, statement in steps:
        try:
            with errors_of(f"proving {privilege}"):
                control.exec_driver_sql(statement)
        except TargetError as failure:
            if failure.code is not Code.PRIVILEGES:
                _remove(control, child, probe)
                yield error("target.probe", failure.what)
                return
            missing.setdefault(privilege, failure.what)
            if privilege == "CREATE":
                break
    if missing:
        _remove(control, child, probe)
        grants = "; ".join(grant_statements(database, account))
        yield error("target.privileges", f"the account lacks {', '.join(missing)}", grants)


def _remove(control: Connection, *tables: str) -> None:
    for table in tables:
        try:
            with errors_of("removing the probe table"):
                control.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        except TargetError as failure:
            if failure.code is not Code.PRIVILEGES:
                raise


def account_of(control: Connection) -> str:
    """The account that the server took us for, quoted for GRANT."""
    with errors_of("asking who we are"):
        name = str(control.exec_driver_sql("SELECT CURRENT_USER()").scalar_one())
    user, _, host = name.rpartition("@")
    return f"'{user}'@'{host}'"
