"""Whatever the network does: no value is lost, doubled or changed, and nothing waits without end."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import LostAndDoubled, lost_and_doubled
from tests.support.faults import (
    ALL_KINDS,
    Cut,
    Delay,
    Fault,
    HalfOpen,
    Refuse,
    Storm,
    Throttle,
)
from tests.support.migration import PATIENT, Migration, made_database
from tests.support.network import DistantMigration, Points
from tests.support.proxy import Direction, Proxy
from tests.support.writers import Application, Traffic, add_ack_table, work_on_table
from zdcdc import mysql
from zdcdc.apply import checkpoint
from zdcdc.check.findings import errors
from zdcdc.check.survey import survey
from zdcdc.config import Limits, TargetConfig
from zdcdc.errors import TargetUnavailableError, TryAgainError
from zdcdc.stages.cutover import cutover
from zdcdc.stages.follow import follow
from zdcdc.stages.snapshot import snapshot
from zdcdc.stages.status import read_status
from zdcdc.stages.watching import InterruptedRun
from zdcdc.wire import Wire

# SSLContext.wrap_socket forgets to close a socket whose other end has reset it before the hand-shake.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SSLSocket:pytest.PytestUnraisableExceptionWarning"
)

SMALL = Limits(chunk_size=16_000, slice_changes=50, slice_size=20_000, batch_rows=20, poll_seconds=0.001)
HANG_SECONDS = 60.0
"""Far beyond every time-out in these tests."""

SCRIPT = """
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, data BLOB);
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE child (a TEXT NOT NULL, b INTEGER NOT NULL, parent INTEGER REFERENCES parent ON DELETE CASCADE,
  v BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE INDEX by_parent ON child (parent);
CREATE INDEX by_name ON item (name);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000)
INSERT INTO item SELECT i, 'name ' || i, i * 0.1, randomblob(100) FROM c;
INSERT INTO parent SELECT id, name FROM item WHERE id < 100;
INSERT INTO child SELECT 'key ' || id, id, id, zeroblob(id) FROM parent;
"""
WRITES = """
UPDATE item SET price = price + 1, data = randomblob(90) WHERE id % 50 = abs(random()) % 50;
INSERT INTO item (name, price) VALUES ('new', 1.5);
INSERT OR REPLACE INTO parent (id, name) SELECT max(id) + 1, 'name ' || (abs(random()) % 60 + 1) FROM parent;
"""
WRITER = "zdcdc.apply.writer"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return made_database(tmp_path / "app.db", SCRIPT)


@pytest.fixture
def proxy(target: Target) -> Iterator[Proxy]:
    with Proxy(target.host, target.port) as proxy:
        yield proxy


@pytest.fixture
def migration(source: Path, target: Target, proxy: Proxy) -> DistantMigration:
    return DistantMigration(source, target, SMALL, proxy.port)


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> Points:
    return Points(monkeypatch)


@pytest.fixture
def patience() -> Iterator[None]:
    """Fails a test that took longer than any sum of its time-outs."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < HANG_SECONDS


def round_of(target: Target) -> int:
    with closing(target.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT round FROM _zdcdc_checkpoint")
        ((number,),) = cursor.fetchall()
        return int(number)


# --- many at random ---------------------------------------------------------------------------------------


def again_and_again(command: Callable[[], object]) -> int:
    """As a person, or a supervisor, would: whoever meets a fault in its first steps is run again. How often
    that was."""
    times = 0
    while True:
        try:
            command()
        except TargetUnavailableError:
            times += 1
            time.sleep(0.2)
        else:
            return times


def test_random_faults_of_every_kind_under_load_make_no_difference(
    source: Path, encrypted_target: Target, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """Corruption is among them, hence TLS: MySQL's protocol has no checksum of its own, so that without it a
    flipped bit may become a value (see test_corruption)."""
    target = encrypted_target
    seed, faults = random.randrange(2**32), count(20, 200)
    traffic = Traffic(
        add_ack_table(source),
        tmp_path / "application",
        writers=2,
        writes_per_second=200.0,
        table=work_on_table(source, "item"),
    )
    with Proxy(target.host, target.port) as proxy, Application(traffic) as application:
        migration = DistantMigration(source, target, SMALL, proxy.port)
        with closing(mysql.connect(migration.config.target)) as wire:
            assert mysql.encrypted(wire)
        storm = Storm(proxy, ALL_KINDS, faults, seed)
        begun = time.monotonic()
        storm.start()
        runs = again_and_again(migration.snapshot)
        runs += again_and_again(lambda: follow_until(migration, lambda: storm.hits >= 0.8 * faults))
        while storm.is_alive():
            runs += again_and_again(migration.verify)
        storm.end()
        seconds = time.monotonic() - begun
        served = application.stop()
    print(f"seed {seed}: {storm.hits} faults in {seconds:.0f} s: {dict(storm.tally)}; {runs} commands again")
    assert storm.hits == faults, f"seed {seed}"
    assert served.errors == ()
    direct = Migration(source, target, SMALL)
    direct.follow()
    assert direct.verify().identical, f"seed {seed}"
    assert direct.differences() == [], f"seed {seed}"
    with closing(target.connect()) as connection:
        nothing = LostAndDoubled((), (), ())
        assert lost_and_doubled(served.acknowledged, connection) == nothing, f"seed {seed}"


def follow_until(migration: Migration, reached: Callable[[], bool]) -> None:
    stop = threading.Event()

    def watch() -> None:
        while not reached() and not stop.wait(0.05):
            pass
        stop.set()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        follow(migration.config, stop, until_caught_up=False)
    except InterruptedRun:
        pass
    finally:
        # A run that failed before is given again with the same end in view.
        stop.set()
        watching.join()


# --- each alone, at a chosen moment -----------------------------------------------------------------------


def test_each_fault_in_a_round_is_lived_through(
    migration: DistantMigration, proxy: Proxy, points: Points, patience: None
) -> None:
    migration.snapshot()
    faults: list[Fault] = [Refuse(3)]
    for way in Direction:
        faults += [
            Delay(way, 0.05),
            Throttle(way, 20_000),
            Cut(way, reset=True),
            Cut(way, 30, reset=False),
            HalfOpen(way, 30),
        ]
    for fault in faults:
        migration.write(WRITES)
        points.inject(WRITER, "round.before_write", proxy, fault)
        migration.follow()
        proxy.heal()
        assert fault.hit.is_set(), str(fault)
    assert migration.differences() == []


def test_a_check_that_is_cut_off_anywhere_says_so_and_leaves_nothing_behind(
    migration: DistantMigration, proxy: Proxy, patience: None
) -> None:
    for way in Direction:
        for _ in range(8):
            proxy.inject(Cut(way, random.randrange(30_000 if way is Direction.TO_CLIENT else 6_000)))
            with contextlib.suppress(TargetUnavailableError):
                survey(migration.config, prove=True)
    proxy.heal()
    assert errors(survey(migration.config, prove=True).findings) == []


@pytest.mark.local_infile("on", "off")
def test_a_line_cut_in_the_middle_of_a_load_leaves_no_part_of_it(
    migration: DistantMigration, proxy: Proxy, points: Points, patience: None
) -> None:
    for fault in (Cut(Direction.TO_SERVER, 7_000, reset=True), Cut(Direction.TO_SERVER, 7_000, reset=False)):
        points.inject(WRITER, "chunk.before_load", proxy, fault)
        migration.snapshot()
        assert fault.hit.is_set()
        assert migration.differences() == []
        proxy.heal()
        migration.rollback()


@pytest.mark.parametrize("way", Direction, ids=lambda way: way.name.lower())
@pytest.mark.parametrize("kind", [Cut, HalfOpen])
def test_a_commit_without_an_answer_is_decided_by_the_checkpoint(
    kind: type[Cut | HalfOpen],
    way: Direction,
    migration: DistantMigration,
    proxy: Proxy,
    points: Points,
    patience: None,
) -> None:
    """Towards the server the COMMIT is lost, and its session keeps the locks of the round until the server
    gives it up; towards the client the answer is lost, and the round must not be applied a second time."""
    migration.snapshot()
    migration.write("INSERT INTO item (name) VALUES ('one round')")
    before = round_of(migration.target)
    fault = kind(way)
    points.inject(WRITER, "round.before_commit", proxy, fault)
    migration.follow()
    assert fault.hit.is_set()
    assert round_of(migration.target) == before + 1
    assert migration.differences() == []


def test_a_checkpoint_is_read_after_the_round_that_is_still_committing(target: Target, source: Path) -> None:
    migration = Migration(source, target, SMALL)
    migration.snapshot()
    before = round_of(target)
    with closing(target.connect()) as other, other.cursor() as cursor:
        other.begin()
        cursor.execute("UPDATE _zdcdc_checkpoint SET round = round + 1")
        committing = threading.Timer(0.5, other.commit)
        committing.start()
        with closing(mysql.connect(migration.config.target)) as connection:
            checkpoint.settle(connection)
            assert checkpoint.read(connection).round == before + 1
        committing.join()


# --- silence ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", Direction, ids=lambda way: way.name.lower())
def test_a_server_that_says_nothing_is_not_waited_for(
    way: Direction, migration: DistantMigration, proxy: Proxy, patience: None
) -> None:
    """Also with the patience of an index build, which is for statements and not for the hand-shake."""
    proxy.inject(HalfOpen(way))
    with pytest.raises(TargetUnavailableError):
        mysql.connect(migration.config.target, read_seconds=3600.0)


def test_status_says_what_it_can_when_the_server_falls_silent(
    migration: DistantMigration, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, patience: None
) -> None:
    migration.snapshot()
    fault = HalfOpen(Direction.TO_CLIENT)
    looked = checkpoint.present

    def present(connection: Wire) -> bool:
        proxy.inject(fault)
        return looked(connection)

    monkeypatch.setattr(checkpoint, "present", present)
    status = read_status(migration.config)
    assert fault.hit.is_set()
    assert status.migration_id is not None
    assert "looking for a checkpoint" in status.reason


@pytest.mark.parametrize("point", ["index.before", "foreign_keys.before"])
@pytest.mark.parametrize("way", Direction, ids=lambda way: way.name.lower())
def test_an_index_whose_statement_or_answer_is_lost_is_built_all_the_same(
    way: Direction,
    point: str,
    migration: DistantMigration,
    proxy: Proxy,
    points: Points,
    patience: None,
) -> None:
    fault = HalfOpen(way)
    points.inject("zdcdc.apply.tables", point, proxy, fault)
    migration.snapshot()
    assert fault.hit.is_set()
    with closing(migration.target.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW CREATE TABLE child")
        ((_, statement),) = cursor.fetchall()
        assert "KEY `by_parent`" in statement
        assert "FOREIGN KEY" in statement
    assert migration.verify().identical


def test_an_index_build_that_is_silent_for_long_is_left_alone(
    migration: DistantMigration, points: Points, monkeypatch: pytest.MonkeyPatch, patience: None
) -> None:
    tried = []
    reader = migration.target.connect()
    ending = threading.Timer(2.5 * migration.answer_seconds, reader.close)

    def hold() -> None:
        # An open transaction that has read the table: the server's ALTER waits for it without a word.
        tried.append(time.monotonic())
        reader.begin()
        with reader.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM item")
            cursor.execute("SELECT count(*) FROM child")
        ending.start()

    points.at("zdcdc.apply.tables", "index.before", hold)
    migration.snapshot()
    assert time.monotonic() - tried[0] > 2 * migration.answer_seconds
    ending.join()
    assert migration.verify().identical


def test_an_index_build_is_ended_when_asked_to_stop_and_done_by_the_next_run(
    migration: DistantMigration, points: Points, patience: None
) -> None:
    stop = threading.Event()
    with closing(migration.target.connect()) as reader:

        def hold() -> None:
            reader.begin()
            with reader.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM item")
                cursor.execute("SELECT count(*) FROM child")
            threading.Timer(0.3, stop.set).start()

        points.at("zdcdc.apply.tables", "index.before", hold)
        with pytest.raises(InterruptedRun):
            snapshot(migration.config, stop)
    migration.snapshot()
    assert migration.verify().identical


@pytest.mark.one_server
def test_a_session_that_has_ended_may_be_killed(target: Target) -> None:
    config = TargetConfig.from_url(target.url)
    with closing(mysql.connect(config)) as wire:
        session = mysql.session_of(wire)
        mysql.kill(config, session)
        with pytest.raises(TargetUnavailableError), mysql.errors_of("asking"):
            mysql.rows(wire, "SELECT 1")
    assert not mysql.at_work(config, session)
    mysql.kill(config, session)


def test_a_comparison_goes_on_after_its_connection_broke(
    migration: DistantMigration, proxy: Proxy, patience: None
) -> None:
    migration.snapshot()
    # Only the rows of the target, read to be compared, are so many bytes.
    for fault in (Cut(Direction.TO_CLIENT, 30_000), HalfOpen(Direction.TO_CLIENT, 30_000)):
        proxy.inject(fault)
        assert migration.verify().identical
        assert fault.hit.is_set()


@pytest.mark.parametrize("way", Direction, ids=lambda way: way.name.lower())
def test_a_switch_in_which_the_server_falls_silent_is_undone_and_may_be_tried_again(
    way: Direction, migration: DistantMigration, proxy: Proxy, points: Points, patience: None
) -> None:
    migration.snapshot()
    migration.verify()
    migration.write(WRITES)
    fault = HalfOpen(way)
    points.inject("zdcdc.cutover.switch", "drain.after_read", proxy, fault)
    with pytest.raises(TryAgainError):
        cutover(migration.config, replace(PATIENT, max_pause=1.0), threading.Event())
    assert fault.hit.is_set()
    migration.write(WRITES)
    proxy.heal()
    assert not migration.cutover().already
    assert migration.differences() == []
