"""Lost power, restored copies and replaced files (the second table of ``docs/drift.md``): what the target
holds beyond the source is seen before anything is applied, and repaired or refused."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.drifts import documented
from tests.support.killed import killed_at
from tests.support.migration import Migration, made_database
from zdcdc.errors import Code, PreconditionError, SourceError
from zdcdc.stages.follow import follow
from zdcdc.stages.rollback import rollback
from zdcdc.stages.watching import InterruptedRun

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, v REAL);
CREATE TABLE folded (k TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, v BLOB) WITHOUT ROWID;
CREATE TABLE keyless (v TEXT);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300)
INSERT INTO t SELECT i, 'name ' || i, i / 3.0 FROM c;
INSERT INTO folded SELECT 'Key ' || id, zeroblob(id % 5) FROM t;
INSERT INTO keyless SELECT name FROM t;
"""
KEPT = """
UPDATE t SET name = name || ' kept' WHERE id % 50 = 0;
INSERT INTO keyless VALUES ('kept');
"""
LOST = """
UPDATE t SET name = 'lost ' || id WHERE id % 7 = 0;
DELETE FROM t WHERE id % 11 = 0;
INSERT INTO t VALUES (1000, 'lost', 1.5);
UPDATE folded SET k = upper(k), v = NULL WHERE k LIKE 'key 1%';
DELETE FROM keyless WHERE rowid % 4 = 0;
INSERT INTO keyless VALUES ('lost');
"""
AFTER = """
INSERT OR REPLACE INTO t VALUES (2000, 'lost', 2.5);
UPDATE OR REPLACE t SET name = 'lost 7' WHERE id = 8;
INSERT OR REPLACE INTO folded VALUES ('KEY 301', x'01');
UPDATE keyless SET v = v || ' after';
"""
"""More changes than were lost, so that the journal's sequence goes past the checkpoint again; two of them
take unique values that rows hold which only the target still has."""


@pytest.fixture
def migration(target: Target, tmp_path: Path) -> Migration:
    made = Migration(made_database(tmp_path / "app.db", SCRIPT), target)
    made.snapshot()
    return made


def files(path: Path) -> list[Path]:
    return [path, path.with_name(path.name + "-wal")]


def copy_file(source: Path, target: Path) -> None:
    """By another process: closing the file in this one would drop SQLite's locks."""
    subprocess.run(["cp", str(source), str(target)], check=True)


@contextmanager
def held_open(path: Path) -> Iterator[sqlite3.Connection]:
    """The application's connection, which keeps the write-ahead log from being checkpointed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("SELECT count(*) FROM t").fetchone()
        yield connection


def lose_power(migration: Migration, tmp_path: Path, share: float) -> None:
    """Takes back what was written after a share of the write-ahead log, as lost power does when the last
    commits were not synchronised."""
    saved = [tmp_path / f"saved{number}" for number in range(2)]
    with held_open(migration.path) as connection:
        connection.executescript(KEPT)
        size = files(migration.path)[1].stat().st_size
        connection.executescript(LOST)
        migration.follow()
        for file, copy in zip(files(migration.path), saved, strict=True):
            copy_file(file, copy)
    frame = 24 + 4096
    frames = (saved[1].stat().st_size - size) // frame
    subprocess.run(["truncate", "-s", str(size + int(frames * share) * frame), str(saved[1])], check=True)
    migration.path.with_name(migration.path.name + "-shm").unlink(missing_ok=True)
    for file, copy in zip(files(migration.path), saved, strict=True):
        copy_file(copy, file)


def rewound(migration: Migration) -> list[str]:
    """Why the source was said to have gone back, each time."""
    found = []
    for log in migration.config.state_directory.glob("migration_log_*.json"):
        events = [json.loads(line) for line in log.read_text().splitlines()]
        found += [r for e in events if e["event"] == "source_changed" for r in e["reasons"]]
    return [reason for reason in found if "back in time" in reason or "replaced" in reason]


def assert_repaired(migration: Migration) -> None:
    migration.follow()
    assert rewound(migration)
    assert migration.differences() == []
    assert migration.verify().identical


def test_what_is_documented_has_a_test_here() -> None:
    assert documented(1) == {
        "write-ahead log cut back": {"compare"},
        "file replaced by an older copy": {"compare"},
        "file replaced by a newer copy": {"compare"},
        "journal mode changed": {"nothing"},
        "file replaced by a copy from before the migration": {"stops"},
        "file replaced by a copy from before the cutover": {"stops"},
        "file truncated": {"stops"},
    }


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_log_cut_back_by_lost_power_is_repaired(migration: Migration, tmp_path: Path, share: float) -> None:
    lose_power(migration, tmp_path, share)
    assert migration.differences()
    migration.write(AFTER)
    assert_repaired(migration)


def test_a_log_cut_back_is_seen_also_when_nothing_was_written_after(
    migration: Migration, tmp_path: Path
) -> None:
    lose_power(migration, tmp_path, 0.0)
    assert_repaired(migration)


def test_a_verification_from_before_lost_power_does_not_count(migration: Migration, tmp_path: Path) -> None:
    assert migration.verify().identical
    lose_power(migration, tmp_path, 0.0)
    with pytest.raises(PreconditionError) as raised:
        migration.cutover()
    assert raised.value.code is Code.DRIFT
    migration.follow()
    with pytest.raises(PreconditionError) as raised:
        migration.cutover()
    assert raised.value.code is Code.PHASE
    assert migration.verify().identical
    assert migration.cutover().epoch == 1


def backup(path: Path, to: Path) -> Path:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to


def put_in_place(copy: Path, path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    copy.replace(path)


def test_a_file_replaced_by_an_older_copy_is_repaired(migration: Migration, tmp_path: Path) -> None:
    older = backup(migration.path, tmp_path / "older.db")
    migration.write(KEPT + LOST)
    migration.follow()
    put_in_place(older, migration.path)
    for _ in range(3):
        migration.write("INSERT INTO keyless SELECT 'more' FROM t")
    migration.write(AFTER)
    assert_repaired(migration)


def test_an_older_copy_with_tables_of_older_shape_is_repaired(migration: Migration, tmp_path: Path) -> None:
    older = backup(migration.path, tmp_path / "older.db")
    migration.write("ALTER TABLE t ADD COLUMN x DEFAULT 5; CREATE TABLE made_since (id INTEGER PRIMARY KEY)")
    migration.follow()
    put_in_place(older, migration.path)
    migration.write("CREATE TABLE other_since (a TEXT NOT NULL PRIMARY KEY); DROP TABLE folded")
    assert_repaired(migration)


def while_following(migration: Migration, work: Callable[[], None]) -> None:
    """Does ``work`` while a follow runs, then waits for what it wrote last."""
    stop = threading.Event()
    failure: list[BaseException] = []

    def run() -> None:
        try:
            follow(migration.config, stop, until_caught_up=False)
        except InterruptedRun:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread of the test
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        time.sleep(0.2)
        work()
        deadline = time.monotonic() + 30
        while not failure and not rewound(migration) and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        stop.set()
        thread.join(60)
    if failure:
        raise failure[0]


def replaced_by_newer(migration: Migration, tmp_path: Path) -> None:
    with closing(sqlite3.connect(migration.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    copy_file(migration.path, tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as connection:
        connection.executescript(LOST)
    (tmp_path / "newer.db").replace(migration.path)


def test_a_file_replaced_by_a_newer_copy_while_it_is_followed_is_repaired(
    migration: Migration, tmp_path: Path
) -> None:
    while_following(migration, lambda: replaced_by_newer(migration, tmp_path))
    migration.write(AFTER)
    assert_repaired(migration)


def test_the_journal_mode_may_change_between_two_commands(migration: Migration) -> None:
    for mode in ("DELETE", "TRUNCATE", "WAL"):
        migration.write(f"PRAGMA journal_mode = {mode}; UPDATE t SET v = v + 1")
        migration.follow()
        assert migration.differences() == []
    assert rewound(migration) == []


def test_a_copy_from_before_the_migration_stops_and_the_target_can_be_cleared(
    target: Target, tmp_path: Path
) -> None:
    migration = Migration(made_database(tmp_path / "app.db", SCRIPT), target)
    before = backup(migration.path, tmp_path / "before.db")
    migration.snapshot()
    put_in_place(before, migration.path)
    with pytest.raises(PreconditionError):
        migration.follow()
    with pytest.raises(PreconditionError) as raised:
        migration.snapshot()
    assert "rollback" in raised.value.hint
    assert rollback(migration.config)
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == ()
    migration.snapshot()
    assert migration.differences() == []


def test_a_copy_from_before_the_migration_put_in_while_it_is_followed_stops_it(
    target: Target, tmp_path: Path
) -> None:
    migration = Migration(made_database(tmp_path / "app.db", SCRIPT), target)
    before = backup(migration.path, tmp_path / "before.db")
    migration.snapshot()
    with pytest.raises(PreconditionError) as raised:
        while_following(migration, lambda: put_in_place(before, migration.path))
    assert raised.value.code is Code.DRIFT
    assert "rollback" in raised.value.hint


@pytest.mark.parametrize("told", [True, False])
def test_a_copy_from_before_the_cutover_touches_nothing_in_mysql(
    migration: Migration, tmp_path: Path, told: bool
) -> None:
    before = backup(migration.path, tmp_path / "before.db")
    migration.write(KEPT)
    assert migration.verify().identical
    if told:
        migration.cutover()
    else:
        killed_at("cutover.committed", "cutover", migration)
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (5000, 'written in MySQL', 1)")
        mysql.commit()
    put_in_place(before, migration.path)
    migration.write(AFTER)
    for command in (migration.follow, migration.snapshot, migration.rollback):
        with pytest.raises(PreconditionError) as raised:
            command()
        assert raised.value.code is Code.FENCED, command
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SELECT name FROM t WHERE id IN (5000, 2000)")
        assert cursor.fetchall() == (("written in MySQL",),)


def test_a_truncated_file_stops_and_a_good_copy_goes_on(migration: Migration, tmp_path: Path) -> None:
    good = backup(migration.path, tmp_path / "good.db")
    migration.write("PRAGMA wal_checkpoint(TRUNCATE)")
    subprocess.run(["truncate", "-s", "8192", str(migration.path)], check=True)
    with pytest.raises(SourceError) as raised:
        migration.follow()
    assert raised.value.hint
    put_in_place(good, migration.path)
    migration.write(AFTER)
    migration.follow()
    assert migration.differences() == []
