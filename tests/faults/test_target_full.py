"""A server without space: said at once, as trying again would fill the same disk; then the copy goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.at_target import assert_done, assert_failed, commands, run_here
from tests.support.command import Zdcdc
from tests.support.compare import differences
from tests.support.migration import made_database
from tests.support.own_server import OwnServer
from zdcdc.demo.installation import Kind

SPACE = "ibdata1:12M;ibdata2:16M"
SERVER_OPTIONS = {Kind.MYSQL: ("--innodb-file-per-table=0", f"--innodb-data-file-path={SPACE}")}
"""All tables in a tablespace that does not grow. MariaDB keeps its undo log there, too, and does not always
live through that; its binlog's cache is made to be full instead."""

SCRIPT = """
CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE b (id INTEGER PRIMARY KEY, v BLOB);
INSERT INTO a VALUES (1, 'one'), (2, 'two');
WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
INSERT INTO b SELECT i, randomblob(12000) FROM n;
"""
LEFT = 4 * 1024 * 1024
FREE = (
    "SELECT data_free FROM information_schema.tables WHERE table_schema = DATABASE() "
    "AND table_name = 'ballast'"
)


def fill(target: Target) -> None:
    """Leaves less than ``LEFT`` bytes of the tablespace, which hold the tables but not their rows."""
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute("SET SESSION information_schema_stats_expiry = 0")
        cursor.execute("CREATE TABLE ballast (id INT AUTO_INCREMENT PRIMARY KEY, v LONGBLOB)")
        while True:
            cursor.execute(FREE)
            row = cursor.fetchone()
            assert row is not None
            if int(row[0]) < LEFT:
                return
            cursor.execute("INSERT INTO ballast (v) VALUES (REPEAT('x', 100000))")


@contextmanager
def without_space(own: OwnServer, target: Target) -> Iterator[None]:
    """No room for the rows of the source, until the block ends."""
    if target.kind is Kind.MARIADB:
        with own.having("max_binlog_cache_size = 4096", "binlog_cache_size = 4096"):
            yield
        return
    fill(target)
    yield
    own.kill()
    own.start_again(f"--innodb-data-file-path={SPACE};ibdata3:32M")
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute("DROP TABLE ballast")


@pytest.fixture
def zdcdc(own_target: Target, tmp_path: Path) -> Zdcdc:
    return commands(own_target, made_database(tmp_path / "app.db", SCRIPT))


def test_a_full_disk_is_said_at_once_and_the_copy_goes_on_when_there_is_space(
    own: OwnServer, zdcdc: Zdcdc, own_target: Target
) -> None:
    with without_space(own, own_target):
        outcome = run_here(zdcdc, "snapshot")
        assert_failed(outcome, 5, "DISK_001", "loading rows into table b", "then run it again")
        assert "trying again" not in outcome.err
        assert "copying" in run_here(zdcdc, "status").out
    assert_done(run_here(zdcdc, "snapshot"))
    with closing(own_target.connect()) as mysql:
        assert differences(zdcdc.sqlite_path, mysql) == []
