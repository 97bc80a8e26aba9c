"""The live application goes on in MySQL after the fence, with the write that met it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.servers.target import Target
from tests.support.compare import lost_and_doubled
from tests.support.sessions import FENCE_MESSAGE, MySqlAddress
from tests.support.table_work import TableWork, WrittenColumn
from tests.support.target_side import Connection
from tests.support.writers import Application, Traffic, add_ack_table

WORK = TableWork("note", "id", (WrittenColumn("title", "TEXT"), WrittenColumn("data", "BLOB")))


def test_a_write_that_met_the_fence_is_done_in_mysql_once(target: Target, tmp_path: Path) -> None:
    source = tmp_path / "source.db"
    with closing(sqlite3.connect(source)) as sqlite:
        sqlite.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT, data BLOB)")
        sqlite.execute("PRAGMA journal_mode = wal")
    add_ack_table(source)
    mysql: Connection = target.connect()
    with closing(mysql):
        with mysql.cursor() as cursor:
            cursor.execute("CREATE TABLE ack (token VARCHAR(40) PRIMARY KEY)")
            cursor.execute(
                "CREATE TABLE note (id BIGINT PRIMARY KEY AUTO_INCREMENT, title LONGTEXT, data LONGBLOB)"
                " CHARACTER SET utf8mb4"
            )
        address = MySqlAddress(target.host, target.port, target.user, target.password, target.database)
        traffic = Traffic(source, tmp_path / "application", writers=3, table=WORK, mysql=address)
        with Application(traffic) as application:
            application.wait_for_writes(30, timeout_seconds=30)
            with closing(sqlite3.connect(source)) as sqlite:
                refusal = f'SELECT "{FENCE_MESSAGE} (epoch 1)"()'
                sqlite.executescript(f"CREATE TRIGGER fence BEFORE INSERT ON ack BEGIN {refusal}; END")
            application.wait_until_moved(timeout_seconds=30)
            application.wait_for_writes(30, timeout_seconds=30)
            served = application.stop()
        assert served.errors == ()
        assert served.fenced == 3
        assert len(served.switch_pauses_seconds) == 3
        assert max(served.switch_pauses_seconds) <= served.longest_pause_seconds
        judged = lost_and_doubled(served.acknowledged_in("mysql"), mysql)
    assert (judged.lost, judged.doubled, judged.unacknowledged) == ((), (), ())
    with closing(sqlite3.connect(source)) as sqlite:
        in_sqlite = {row[0] for row in sqlite.execute("SELECT token FROM ack")}
    assert in_sqlite == set(served.acknowledged_in("sqlite"))
    assert in_sqlite.isdisjoint(served.acknowledged_in("mysql"))
