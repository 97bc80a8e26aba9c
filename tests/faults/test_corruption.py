"""Bytes that change on their way.

TCP's checksum is 16 bits wide and MySQL's protocol has none, so a changed byte can reach the other end. Under
TLS it ends the connection, and the round is applied again: there the random faults of `test_network` corrupt
as well. Without TLS it may become a value, which nobody can see at that moment: there a comparison finds it,
a repair mends it, and no cutover happens without a comparison.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import Kind
from tests.support.faults import Corrupt, CorruptText
from tests.support.migration import PATIENT, made_database
from tests.support.network import DistantMigration, Points
from tests.support.proxy import Direction, Proxy
from zdcdc import mysql
from zdcdc.config import Limits
from zdcdc.errors import Code, PreconditionError, TargetUnavailableError, ZdcdcError
from zdcdc.stages.cutover import cutover
from zdcdc.stages.repair import repair

SCRIPT = """
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, data BLOB);
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500)
INSERT INTO item SELECT i, 'name ' || i, randomblob(50) FROM c;
UPDATE item SET name = 'to be corrupted' WHERE id = 250;
"""
LIMITS = Limits(chunk_size=16_000, poll_seconds=0.001)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return made_database(tmp_path / "app.db", SCRIPT)


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> Points:
    return Points(monkeypatch)


@pytest.fixture
def plain(source: Path, target: Target) -> Iterator[tuple[DistantMigration, Proxy]]:
    """Over a proxy that takes the server's offer of TLS away, where there is one."""
    with Proxy(target.host, target.port, strips_tls=True) as proxy:
        migration = DistantMigration(source, target, LIMITS, proxy.port)
        with closing(mysql.connect(migration.config.target)) as wire:
            assert not mysql.encrypted(wire)
        yield migration, proxy


def test_under_tls_a_changed_byte_ends_the_connection_and_is_never_stored(
    source: Path, encrypted_target: Target, points: Points
) -> None:
    target = encrypted_target
    with Proxy(target.host, target.port) as proxy:
        migration = DistantMigration(source, target, LIMITS, proxy.port)
        with closing(mysql.connect(migration.config.target)) as wire:
            assert mysql.encrypted(wire)
        for way in Direction:
            fault = Corrupt(way, after=random.randrange(60), bit=random.randrange(8))
            points.inject("zdcdc.apply.writer", "chunk.before_load", proxy, fault)
            migration.snapshot()
            assert fault.hit.is_set()
            assert migration.differences() == []
            proxy.heal()
            for after in (0, 20, 40):
                fault = Corrupt(way, after, bit=random.randrange(8))
                points.inject("zdcdc.apply.writer", "round.before_write", proxy, fault)
                migration.write("UPDATE item SET name = name || '.' WHERE id % 7 = 0")
                migration.follow()
                assert fault.hit.is_set()
                assert migration.differences() == []
            migration.rollback()


@pytest.mark.local_infile("on", "off")
@pytest.mark.parametrize("phase", ["copy", "follow"])
def test_without_tls_a_value_that_changed_on_its_way_is_found_and_stands_against_a_cutover(
    phase: str, plain: tuple[DistantMigration, Proxy]
) -> None:
    migration, proxy = plain
    fault = CorruptText(Direction.TO_SERVER, b"to be corrupted")
    if phase == "copy":
        proxy.inject(fault)
        migration.snapshot()
    else:
        migration.snapshot()
        proxy.inject(fault)
        migration.write("UPDATE item SET name = 'to be corrupted!' WHERE id = 250")
        migration.follow()
    proxy.heal()
    assert fault.hit.is_set()
    assert [found.kind for found in migration.differences()] == [Kind.VALUE], "the server was told"
    outcome = migration.verify()
    assert [(found.table, found.key, found.columns) for found in outcome.differences] == [
        ("item", "(250,)", ("name",))
    ]
    with pytest.raises(PreconditionError) as refused:
        cutover(migration.config, PATIENT, threading.Event())
    assert refused.value.code is Code.DATA
    repair(migration.config, outcome, threading.Event())
    assert migration.verify().identical
    assert migration.differences() == []


def test_an_answer_that_makes_no_sense_is_a_broken_connection_and_no_bug(
    plain: tuple[DistantMigration, Proxy],
) -> None:
    """Every byte of an answer is changed once: the driver's parser stumbles in many ways over that. Whatever
    can still be read as an error of the server is one, and whatever as a value, a value."""
    migration, proxy = plain
    target = migration.config.target
    broken = 0
    for after in range(100):
        fault = Corrupt(Direction.TO_CLIENT, after, bit=random.randrange(8))
        with closing(mysql.connect(target, read_seconds=0.2)) as wire:
            proxy.inject(fault)
            try:
                with mysql.errors_of("asking"):
                    mysql.rows(wire, "SELECT 'some text', 12345, 1.5e0, x'00ff', NULL")
            except TargetUnavailableError:
                broken += 1
                assert not wire.open
            except ZdcdcError:
                pass
            proxy.heal()
    assert broken > 10
