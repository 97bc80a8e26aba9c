"""Settings of the server that somebody chose for others: ours hold, or what stands against us is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.at_target import assert_done, assert_failed, commands, run_here
from tests.support.command import Zdcdc
from tests.support.compare import differences
from tests.support.migration import made_database
from tests.support.own_server import OwnServer
from tests.support.schema import sqlite_schema_of
from zdcdc.demo.installation import Kind

SCRIPT = """
CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE);
CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent, v TEXT, r REAL, b BLOB, note TEXT);
CREATE INDEX child_v ON child (v);
CREATE TABLE keyless (v TEXT);
INSERT INTO parent (code) VALUES ('one'), ('t\\wo''"%s'), ('\\'), ('trailing  ');
INSERT INTO child VALUES (1, 1, 'a"b', 0.5, x'00ff', ''), (2, 2, 'b\\', 1e300, NULL, 'c'' \');
INSERT INTO child VALUES (3, NULL, NULL, NULL, x'5c27', NULL);
INSERT INTO keyless VALUES ('x'), ('x'), (NULL);
"""
CHANGE = """
UPDATE parent SET code = code || '\\''"';
DELETE FROM child WHERE id = 2;
INSERT INTO child VALUES (NULL, 3, '\\n''', 2.5, x'27', '"');
INSERT INTO keyless VALUES ('y\\');
"""


@pytest.fixture
def zdcdc(own_target: Target, tmp_path: Path) -> Zdcdc:
    patience = {"ZDCDC_RETRY_SECONDS": "1", "ZDCDC_MYSQL_LOCK_WAIT_SECONDS": "1"}
    return commands(own_target, made_database(tmp_path / "app.db", SCRIPT), **patience)


def write(zdcdc: Zdcdc, script: str, values: tuple[object, ...] = ()) -> None:
    with closing(sqlite3.connect(zdcdc.sqlite_path, isolation_level=None)) as connection:
        if values:
            connection.execute(script, values)
        else:
            connection.executescript(script)


def assert_same(zdcdc: Zdcdc, target: Target) -> None:
    with closing(target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []


def assert_untouched(zdcdc: Zdcdc, target: Target, before: object) -> None:
    assert sqlite_schema_of(zdcdc.sqlite_path) == before
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == ()


HOSTILE = (
    "completion_type = 'CHAIN'",
    "default_storage_engine = 'MyISAM'",
    "foreign_key_checks = 0",
    "group_concat_max_len = 4",
    "innodb_strict_mode = 0",
    "net_buffer_length = 1024",
    "sql_big_selects = 0",
    "sql_safe_updates = 1",
    "sql_select_limit = 1",
    "time_zone = '+05:45'",
    "unique_checks = 0",
    "wait_timeout = 1",
)
OF_KIND = {
    Kind.MYSQL: (
        "max_execution_time = 1",
        "sql_generate_invisible_primary_key = 1",
        "sql_require_primary_key = 1",
        "transaction_read_only = 1",
        "default_collation_for_utf8mb4 = 'utf8mb4_general_ci'",
    ),
    Kind.MARIADB: ("max_statement_time = 0.001", "tx_read_only = 1", "innodb_snapshot_isolation = 1"),
}
MODES = "ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,PIPES_AS_CONCAT,IGNORE_SPACE"


def test_no_global_setting_changes_what_arrives(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target, count: Callable[[int, int], int]
) -> None:
    for mode in (MODES, "")[: count(1, 2)]:
        with own.having(f"sql_mode = '{mode}'", *HOSTILE, *OF_KIND[own.server.kind]):
            for command in ("check", "snapshot"):
                assert_done(run_here(zdcdc, command))
            write(zdcdc, CHANGE)
            assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
            assert_done(run_here(zdcdc, "verify"))
        assert_same(zdcdc, own_target)
        assert_done(run_here(zdcdc, "rollback", "--yes"))


def test_a_server_that_takes_no_writes_is_refused_and_later_waited_for(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target
) -> None:
    setting = {Kind.MYSQL: "super_read_only = 1", Kind.MARIADB: "read_only = 1"}[own.server.kind]
    before = sqlite_schema_of(zdcdc.sqlite_path)
    with own.having("read_only = 0", setting):
        assert "the server is read-only" in run_here(zdcdc, "check").err
        assert_failed(run_here(zdcdc, "snapshot"), 3, "CONF_001", "the server is read-only", "takes writes")
        assert_untouched(zdcdc, own_target, before)
    assert_done(run_here(zdcdc, "snapshot"))
    write(zdcdc, CHANGE)
    with own.having("read_only = 0", setting):
        follow = run_here(zdcdc, "follow", "--until-caught-up")
    assert_failed(follow, 5, "PERM_001", "trying again", "the server takes no writes")
    assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
    assert_same(zdcdc, own_target)


def test_a_binlog_that_refuses_our_writes_is_found_before_anything_is_written(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target
) -> None:
    before = sqlite_schema_of(zdcdc.sqlite_path)
    with own.having("binlog_format = 'STATEMENT'"):
        outcome = run_here(zdcdc, "snapshot")
    assert_failed(outcome, 3, "CONF_001", "binlog_format is STATEMENT", "SET GLOBAL binlog_format = ROW")
    assert_untouched(zdcdc, own_target, before)


SMALL_PACKET = "max_allowed_packet = 65536"
MANY = """
WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
INSERT INTO child SELECT i, 1, printf('%.*c', 100, 'a') || i, i * 0.5, x'00ff', 'n' FROM n;
"""


def test_statements_fit_the_packet_and_a_row_that_does_not_is_refused(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target
) -> None:
    write(zdcdc, MANY)
    before = sqlite_schema_of(zdcdc.sqlite_path)
    write(zdcdc, "INSERT INTO keyless VALUES (?)", ("y" * 40_000,))
    with own.having(SMALL_PACKET, "local_infile = 0"):
        said = ("keyless: a row of", "SET GLOBAL max_allowed_packet = ")
        assert_failed(run_here(zdcdc, "snapshot"), 3, "CONF_001", *said)
        assert_untouched(zdcdc, own_target, before)
        write(zdcdc, "DELETE FROM keyless WHERE length(v) > 100")
        assert_done(run_here(zdcdc, "snapshot"))
        write(zdcdc, CHANGE + "UPDATE child SET v = v || 'z' WHERE id > 9")
        assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
        assert_done(run_here(zdcdc, "verify"))

        write(zdcdc, "INSERT INTO keyless VALUES (?)", ("y" * 2_000_000,))
        outcome = run_here(zdcdc, "follow", "--until-caught-up")
        said = ("table keyless: a row needs", "SET GLOBAL max_allowed_packet = ")
        assert_failed(outcome, 5, "CONF_001", *said)
        assert "trying again" not in outcome.err
    assert_done(run_here(zdcdc, "follow", "--until-caught-up"))
    assert_same(zdcdc, own_target)


def test_what_outgrows_the_packet_while_it_is_compared_is_seen(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target
) -> None:
    """Escaped, these texts are longer than the packet. The server then gives NULL for each of them and for
    all of them together, as it does for a value that is NULL and for a table without rows."""
    write(zdcdc, "DELETE FROM child")
    assert_done(run_here(zdcdc, "snapshot"))
    long = "REPEAT('\\\\', 40000)"
    with closing(own_target.connect()) as mysql, mysql.cursor() as cursor:
        for key in (5, 6):
            cursor.execute(f"INSERT INTO child (id, note) VALUES ({key}, {long})")
        cursor.execute(f"UPDATE keyless SET v = {long} WHERE v IS NULL")
    with own.having(SMALL_PACKET):
        outcome = run_here(zdcdc, "verify")
    assert outcome.exit_code == 6, str(outcome)
    for difference in ("child (5,): extra", "child (6,): extra", "keyless (3,): differing in v"):
        assert difference in outcome.out


def test_a_password_travels_without_tls(own: OwnServer, zdcdc: Zdcdc, own_target: Target) -> None:
    plugin = {Kind.MYSQL: "caching_sha2_password", Kind.MARIADB: "mysql_native_password"}[own.server.kind]
    found = own.run(f"SELECT plugin FROM mysql.user WHERE user = '{own_target.user}'")
    assert found == ((plugin,),)
    assert_done(run_here(zdcdc, "check"))
    with closing(own_target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
        assert cursor.fetchall() == (("Ssl_cipher", ""),)
