"""What a killed run leaves at work, or half undone, is neither in the way of the next command nor taken for
something that it is not."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql
import pytest

from tests.servers.target import Target
from tests.support.scene import Scene, shop

REFUSED = 3


@pytest.fixture
def scene(tmp_path: Path, target: Target) -> Scene:
    return Scene(shop(tmp_path), target)


def indexes_of(connection: pymysql.connections.Connection, table: str) -> dict[str, list[str]]:
    """The secondary indexes by name, each with its columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT index_name, column_name FROM information_schema.statistics "
            "WHERE table_schema = DATABASE() AND table_name = %s AND non_unique = 1 "
            "ORDER BY index_name, seq_in_index",
            (table,),
        )
        found: dict[str, list[str]] = {}
        for name, column in cursor.fetchall():
            found.setdefault(name, []).append(column)
        return found


@contextmanager
def still_running(target: Target, table: str, statement: str) -> Iterator[Callable[[], None]]:
    """The server is at ``statement`` although nobody waits for it any more; it ends when the block calls what
    it was given, and before the next one for the same table."""
    with closing(target.connect_root()) as reader, closing(target.connect_root()) as builder:
        reader.begin()
        with reader.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
        thread = threading.Thread(target=lambda: builder.cursor().execute(statement))
        thread.start()
        try:
            yield reader.rollback
        finally:
            reader.rollback()
            thread.join()


def wait_for_a_waiting(target: Target, statement: str) -> None:
    """Until a session of the account waits for a lock of a table with such a statement."""
    deadline = time.monotonic() + 20
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE user = %s AND info LIKE %s",
                (target.user, f"{statement}%"),
            )
            if cursor.fetchall()[0][0]:
                return
            time.sleep(0.02)
    raise AssertionError(f"no session of ours is at {statement}")


def test_an_index_build_that_outlives_its_run_is_waited_for_and_taken_as_it_is(
    scene: Scene, target: Target
) -> None:
    assert scene.run("snapshot", "foreign_keys.before:kill").exit_code == -signal.SIGKILL
    with closing(target.connect()) as connection, connection.cursor() as cursor:
        ((name, columns),) = indexes_of(connection, "item").items()
        cursor.execute("SHOW CREATE TABLE item")
        part = next(line.strip(" ,") for line in cursor.fetchall()[0][1].splitlines() if f"`{name}`" in line)
        cursor.execute(f"ALTER TABLE item DROP INDEX `{name}`")
    with still_running(target, "item", f"ALTER TABLE item ADD {part}") as let_go:
        second = scene.start("snapshot")
        wait_for_a_waiting(target, "ALTER TABLE `item`")
        let_go()
        outcome = second.wait()
    assert outcome.exit_code == 0, str(outcome)
    assert "another session made it first" in outcome.err
    with closing(target.connect()) as connection:
        assert indexes_of(connection, "item") == {name: columns}
        scene.check(connection)


@pytest.mark.parametrize("point", ["drop.before", "drop.after", "bookkeeping.before_drop"])
def test_a_rollback_that_was_killed_half_way_is_not_taken_for_a_copy(point: str, scene: Scene) -> None:
    scene.done("snapshot")
    scene.done("verify")
    assert scene.run("rollback", f"{point}:kill").exit_code == -signal.SIGKILL
    # Whatever is given now must see that tables are missing, though they were copied and compared.
    for command in ("cutover", "verify"):
        outcome = scene.run(command)
        assert outcome.exit_code == REFUSED, str(outcome)
        assert "not complete" in outcome.err
    scene.write()
    scene.done("snapshot")
    with closing(scene.target.connect()) as connection:
        scene.check(connection)
    scene.done("rollback")
    assert scene.target_tables() == []
