"""The demonstration's proof on real servers: it passes what is right, and names whatever was done wrong."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from tests.integration.offline_mover import OfflineMover
from tests.servers.target import Target
from zdcdc.demo.acknowledgements import Acknowledgement, Promises, promises_file, read_promises
from zdcdc.demo.decision import Primary
from zdcdc.demo.desk import transactions
from zdcdc.demo.ledger import Promised
from zdcdc.demo.router import Router
from zdcdc.demo.run import DemoPlan, prove
from zdcdc.demo.shop import PARTITIONS, ShopSize, create_shop
from zdcdc.demo.transactions import Ending

SMALL = ShopSize(customers=128, items=64, orders=128)
EACH = 60
EACH_BEFORE = 25


@pytest.fixture
def plan(tmp_path: Path, target: Target) -> DemoPlan:
    """A small shop that was moved in the middle of its writers' work, which is over."""
    plan = DemoPlan(tmp_path, target.url, SMALL)
    create_shop(plan.shop, plan.size)
    mover = OfflineMover(plan.shop, plan.mysql_url)
    mover.snapshot(lambda _: None)
    routers = [Router(plan.shop, plan.mysql_url) for _ in range(PARTITIONS)]
    streams = [transactions(writer, SMALL) for writer in range(PARTITIONS)]
    files = [Promises(promises_file(tmp_path, writer)) for writer in range(PARTITIONS)]
    for n in range(EACH):
        if n == EACH_BEFORE:
            mover.cutover()
        for router, stream, file in zip(routers, streams, files, strict=True):
            (transaction,) = islice(stream, 1)
            side = router.carry_out(transaction)
            assert side is (Primary.SQLITE if n < EACH_BEFORE else Primary.MYSQL)
            file.note(
                Acknowledgement(
                    transaction.token, transaction.writer, transaction.n, transaction.ending, side, n, n + 0.5
                )
            )
    for router, file in zip(routers, files, strict=True):
        router.close()
        file.close()
    return plan


def promised(plan: DemoPlan) -> Promised:
    """What the writers of ``plan`` were promised."""
    return {writer: read_promises(plan.directory, writer) for writer in range(PARTITIONS)}


def test_what_was_done_right_is_found_right(plan: DemoPlan) -> None:
    accounts, comparison = prove(plan, promised(plan))
    assert accounts.balanced
    assert accounts.acknowledged_in_sqlite > 0
    assert accounts.acknowledged_in_mysql > 0
    assert comparison.differences == 0, [table.samples for table in comparison.tables]
    assert comparison.rows > 1_000


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("items", "UPDATE items SET price = price + 1e-9 ORDER BY item_id LIMIT 1"),
        ("items", "UPDATE items SET weight = NULL WHERE weight IS NOT NULL ORDER BY item_id LIMIT 1"),
        ("customers", "UPDATE customers SET name = concat(name, ' ') ORDER BY customer_id LIMIT 1"),
        ("customers", "UPDATE customers SET city = '' WHERE city IS NULL ORDER BY customer_id LIMIT 1"),
        (
            "reviews",
            "UPDATE reviews SET body = upper(body) WHERE body LIKE 'plain%' ORDER BY item_id LIMIT 1",
        ),
        (
            "attachments",
            "UPDATE attachments SET content = concat(content, 0x00) ORDER BY attachment_id LIMIT 1",
        ),
        ("order_lines", "DELETE FROM order_lines ORDER BY order_id DESC LIMIT 1"),
        ("sessions", "DELETE FROM sessions ORDER BY session_key LIMIT 1"),
        ("stock", "INSERT INTO stock SELECT item_id, 'nowhere', 1, 0 FROM stock ORDER BY item_id LIMIT 1"),
        ("payments", "UPDATE payments SET payment_id = payment_id + 77777 ORDER BY payment_id LIMIT 1"),
    ],
)
def test_one_wrong_row_is_found(plan: DemoPlan, target: Target, table: str, fault: str) -> None:
    with target.connect() as connection, connection.cursor() as cursor:
        assert cursor.execute(fault) == 1
    _, comparison = prove(plan, promised(plan))
    wrong = [found for found in comparison.tables if found.differences]
    assert [found.table for found in wrong] == [table]
    assert wrong[0].samples[0].partition(table)[1] == table


def test_a_value_of_another_storage_class_is_found(plan: DemoPlan, target: Target) -> None:
    with target.connect() as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE items MODIFY attributes LONGBLOB NOT NULL")
    _, comparison = prove(plan, promised(plan))
    (items,) = [found for found in comparison.tables if found.table == "items"]
    assert items.differing == items.rows


def test_a_lost_write_is_found_with_its_effects(plan: DemoPlan, target: Target) -> None:
    with target.connect() as connection, connection.cursor() as cursor:
        assert cursor.execute("DELETE FROM ledger WHERE writer = 2 ORDER BY n LIMIT 1") == 1
        cursor.execute("UPDATE counters SET committed = committed - 1 WHERE writer = 2")
    accounts, comparison = prove(plan, promised(plan))
    assert (accounts.lost, accounts.doubled, accounts.miscounted) == (1, 0, 1)
    assert {found.table for found in comparison.tables if found.differences} == {"ledger", "counters"}


def test_a_doubled_write_is_found(plan: DemoPlan, target: Target) -> None:
    with target.connect() as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE counters SET committed = committed + 1 WHERE writer = 1")
    accounts, _ = prove(plan, promised(plan))
    assert (accounts.lost, accounts.doubled) == (0, 1)


def test_a_write_that_nobody_acknowledged_is_stray(plan: DemoPlan) -> None:
    entries = promised(plan)
    later = islice(transactions(0, SMALL), EACH, None)
    with closing(Router(plan.shop, plan.mysql_url)) as router:
        router.carry_out(next(one for one in later if one.ending is Ending.KEPT))
    accounts, comparison = prove(plan, entries)
    assert (accounts.stray, accounts.lost) == (1, 0)
    assert comparison.differences > 0
