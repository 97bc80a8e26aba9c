"""The sample application's data and what its writers plan to do with it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from zdcdc.demo.compare import tables_of
from zdcdc.demo.desk import transactions
from zdcdc.demo.shop import PARTITIONS, ShopSize, create_shop, member, open_shop
from zdcdc.demo.transactions import Ending, Opening, Transaction
from zdcdc.names import sqlite_name

SMALL = ShopSize(customers=128, items=64, orders=256)
EACH = 400


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, with their storage classes, in an order that depends on the values only."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table.name: sorted(
                (
                    tuple((type(value).__name__, value) for value in row)
                    for row in connection.execute(f"SELECT * FROM {sqlite_name(table.name)}")
                ),
                key=repr,
            )
            for table in tables_of(connection)
        }


def carry_out(connection: sqlite3.Connection, transaction: Transaction) -> None:
    """Without any routing."""
    connection.execute(transaction.opening.value)
    for step in transaction.steps:
        connection.execute(step.statement.sqlite, step.values).fetchall()
    connection.execute(transaction.ending.value)


def worked(path: Path, stream: list[Transaction]) -> Path:
    """A shop in which ``stream`` was done in this order."""
    create_shop(path, SMALL)
    with closing(open_shop(path)) as connection:
        for transaction in stream:
            carry_out(connection, transaction)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return path


def plans() -> list[list[Transaction]]:
    """The first transactions of each writer."""
    return [list(islice(transactions(writer, SMALL), EACH)) for writer in range(PARTITIONS)]


def test_the_shop_is_seeded_the_same_every_time(tmp_path: Path) -> None:
    assert create_shop(tmp_path / "one.db", SMALL) == create_shop(tmp_path / "two.db", SMALL)
    assert content(tmp_path / "one.db") == content(tmp_path / "two.db")


def test_the_number_of_seeded_rows_is_that_of_the_tables(tmp_path: Path) -> None:
    rows = create_shop(tmp_path / "shop.db", SMALL)
    assert rows == sum(map(len, content(tmp_path / "shop.db").values()))


def test_columns_hold_one_storage_class_from_the_seed_to_the_end(tmp_path: Path) -> None:
    path = worked(tmp_path / "shop.db", [one for plan in plans() for one in plan])
    with closing(sqlite3.connect(path)) as connection:
        for table in tables_of(connection):
            for _, column, declared, *_ in connection.execute(
                f"PRAGMA table_info({sqlite_name(table.name)})"
            ):
                found = {
                    name
                    for (name,) in connection.execute(
                        f"SELECT DISTINCT typeof({sqlite_name(column)}) FROM {sqlite_name(table.name)}"
                    )
                }
                assert found - {"null"} == {declared.lower()}, f"{table.name}.{column}"


def test_a_writer_plans_the_same_at_every_run() -> None:
    assert plans() == plans()


def test_the_order_between_writers_does_not_matter(tmp_path: Path) -> None:
    one_by_one = [transaction for plan in plans() for transaction in plan]
    in_turn = [transaction for turn in zip(*reversed(plans()), strict=True) for transaction in turn]
    assert content(worked(tmp_path / "one.db", one_by_one)) == content(worked(tmp_path / "two.db", in_turn))


def test_the_plans_hold_every_kind_of_transaction() -> None:
    stream = [transaction for plan in plans() for transaction in plan]
    said = " ".join(step.statement.sqlite for transaction in stream for step in transaction.steps)
    for trap in (
        "OR REPLACE",
        "OR IGNORE",
        "UPDATE OR REPLACE",
        "ON CONFLICT",
        "DELETE",
        "SET order_id",
        "SELECT",
    ):
        assert trap in said
    assert {transaction.ending for transaction in stream} == set(Ending)
    assert {transaction.opening for transaction in stream} == set(Opening)


def test_abandoned_transactions_leave_nothing(tmp_path: Path) -> None:
    everything = [transaction for plan in plans() for transaction in plan]
    kept = [transaction for transaction in everything if transaction.ending is Ending.KEPT]
    assert len(kept) < len(everything)
    assert content(worked(tmp_path / "one.db", everything)) == content(worked(tmp_path / "two.db", kept))


def test_rows_that_reference_each_other_are_of_one_partition(tmp_path: Path) -> None:
    create_shop(tmp_path / "shop.db", SMALL)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        for pairs in (
            "SELECT order_id, customer_id FROM orders",
            "SELECT order_id, item_id FROM order_lines",
            "SELECT customer_id, item_id FROM reviews",
        ):
            assert all((one - other) % PARTITIONS == 0 for one, other in connection.execute(pairs))


def test_the_ids_of_a_partition_are_its_own() -> None:
    ids = [member(partition, k) for partition in range(PARTITIONS) for k in range(10)]
    assert sorted(ids) == list(range(1, 10 * PARTITIONS + 1))


@pytest.mark.parametrize("customers", [0, 60, 130])
def test_a_shop_that_cannot_be_divided_among_writers_is_refused(customers: int) -> None:
    with pytest.raises(ValueError, match=str(customers)):
        ShopSize(customers=customers)


def test_a_shop_that_is_there_is_not_touched(tmp_path: Path) -> None:
    create_shop(tmp_path / "shop.db", SMALL)
    with pytest.raises(FileExistsError):
        create_shop(tmp_path / "shop.db", SMALL)
