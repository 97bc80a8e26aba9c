"""What ``plan --sql`` prints runs in the client of the server as it is, and makes what ``snapshot`` makes."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pymysql
import pytest

from tests.servers.target import Target
from tests.support.forked import Commands
from tests.support.migration import Migration, made_database
from tests.support.target_side import quoted
from tests.support.whole_schema import ROWS, SCHEMA


@pytest.fixture
def scratch(target: Target) -> Iterator[str]:
    """Another empty database on the same server."""
    name = f"{target.database}_plan"
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted(name)}")
        yield name
        cursor.execute(f"DROP DATABASE {quoted(name)}")


def objects(connection: pymysql.connections.Connection) -> dict[str, str]:
    """What SHOW CREATE says of every table and view but ours, without what counts rows."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        names = [name for (name,) in cursor.fetchall() if not name.startswith("_zdcdc_")]
        made = {}
        for name in names:
            cursor.execute(f"SHOW CREATE TABLE {quoted(name)}")
            row = cursor.fetchone()
            assert row is not None
            made[name] = re.sub(r" AUTO_INCREMENT=\d+| DEFINER=`[^`]*`@`[^`]*`", "", row[1])
    return made


def test_the_client_makes_of_it_exactly_the_schema_that_snapshot_makes(
    target: Target, scratch: str, tmp_path: Path
) -> None:
    path = made_database(tmp_path / "app.db", SCHEMA + ROWS)
    planned = Commands.of(path, target).run("plan", "--sql")
    assert planned.exit_code == 0, str(planned)
    client = [*target.client_command()[:-1], f"--database={scratch}", "--default-character-set=latin1"]
    password = {**os.environ, "MYSQL_PWD": target.server.administrator.password}
    done = subprocess.run(
        client, input=planned.out, env=password, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    migration = Migration(path, target)
    migration.snapshot()
    with (
        closing(target.connect_root()) as made,
        closing(target.server.administrator.connect(scratch)) as there,
    ):
        assert objects(there) == objects(made)
        assert len(objects(made)) == 15
    assert migration.verify().identical
    assert migration.differences() == []
