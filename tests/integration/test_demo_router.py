"""How the sample application meets the fence, and what it does when it cannot know."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import pymysql.err
import pytest

from tests.integration.cut_wire import CutWire
from tests.integration.offline_mover import OfflineMover
from tests.servers.target import Target
from zdcdc.demo.decision import Primary
from zdcdc.demo.desk import transactions
from zdcdc.demo.endpoint import Endpoint
from zdcdc.demo.mover import SwitchResult
from zdcdc.demo.router import Router
from zdcdc.demo.shop import ShopSize, create_shop
from zdcdc.demo.sides import MysqlSide, RefusedError, SqliteSide
from zdcdc.demo.transactions import Ending, Opening, Transaction

UNKNOWN_COLUMN = 1054
SMALL = ShopSize(customers=64, items=64, orders=64)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small shop."""
    create_shop(tmp_path / "shop.db", SMALL)
    return tmp_path / "shop.db"


@pytest.fixture
def mover(shop: Path, target: Target) -> OfflineMover:
    """A migration whose schema is there."""
    mover = OfflineMover(shop, target.url)
    mover.snapshot(lambda _: None)
    return mover


def first(opening: Opening) -> Transaction:
    """The first transaction of writer 0 that begins in this way and is kept."""
    return next(one for one in transactions(0, SMALL) if one.opening is opening and one.ending is Ending.KEPT)


def held(target: Target, token: str) -> int:
    """How often MySQL holds ``token``."""
    with target.connect() as connection, connection.cursor() as cursor:
        return cursor.execute("SELECT n FROM ledger WHERE token = %s", (token,))


def test_a_transaction_refused_by_the_fence_is_carried_out_in_mysql(
    shop: Path, target: Target, mover: OfflineMover
) -> None:
    transaction = first(Opening.WRITES)
    with closing(Router(shop, target.url)) as router:
        mover.cutover()
        assert router.carry_out(transaction) is Primary.MYSQL
    assert held(target, transaction.token) == 1


def test_a_transaction_that_read_before_the_fence_is_refused_whole(shop: Path, mover: OfflineMover) -> None:
    transaction = first(Opening.READS_FIRST)
    switches: list[SwitchResult] = []
    with closing(SqliteSide(shop)) as side:

        def switch_after_the_read(sql: str) -> None:
            if not switches and not sql.startswith(("BEGIN", "SELECT")):
                switches.append(mover.cutover())

        side.connection.set_trace_callback(switch_after_the_read)
        with pytest.raises(RefusedError) as refusal:
            side.carry_out(transaction)
        side.connection.set_trace_callback(None)
        assert len(switches) == 1
        assert isinstance(refusal.value.__cause__, sqlite3.OperationalError)
        assert not side.connection.in_transaction
        assert side.connection.execute("SELECT count(*) FROM ledger").fetchone() == (0,)


def test_a_router_that_starts_after_the_switch_begins_in_mysql(
    shop: Path, target: Target, mover: OfflineMover
) -> None:
    mover.cutover()
    with closing(Router(shop, target.url)) as router:
        for transaction in islice(transactions(0, SMALL), 20):
            assert router.carry_out(transaction) is Primary.MYSQL


def test_a_commit_whose_answer_was_lost_is_not_repeated(
    shop: Path, target: Target, mover: OfflineMover
) -> None:
    transaction = first(Opening.WRITES)
    statements = sum(len(step.statement.mysql) for step in transaction.steps)
    mover.cutover()
    with CutWire(target.host, target.port) as wire:
        url = Endpoint("127.0.0.1", wire.port, target.user, target.password).url(target.database)
        with closing(MysqlSide(url)) as side:
            wire.cut_at(statements + len(("BEGIN", "COMMIT")))
            side.carry_out(transaction)
        assert wire.was_cut
    assert held(target, transaction.token) == 1


def test_a_connection_lost_before_the_commit_repeats_the_transaction(
    shop: Path, target: Target, mover: OfflineMover
) -> None:
    transaction = first(Opening.WRITES)
    mover.cutover()
    with closing(Router(shop, target.url)) as router:
        with target.connect_root() as root, root.cursor() as cursor:
            cursor.execute("SELECT id FROM information_schema.processlist WHERE user = %s", (target.user,))
            for (number,) in cursor.fetchall():
                cursor.execute("KILL %s", (number,))
        assert router.carry_out(transaction) is Primary.MYSQL
    assert held(target, transaction.token) == 1


def test_a_fault_that_lasts_is_raised_at_once(shop: Path, target: Target, mover: OfflineMover) -> None:
    mover.cutover()
    with target.connect() as other, other.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger DROP COLUMN writer")
    with closing(Router(shop, target.url)) as router, pytest.raises(pymysql.err.OperationalError) as fault:
        router.carry_out(first(Opening.WRITES))
    assert fault.value.args[0] == UNKNOWN_COLUMN
