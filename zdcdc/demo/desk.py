"""A writer's desk: it decides what its writer does next.

It decides from its own books alone, never from what it reads, so that what it did can be done again on a copy
and compared. It touches only rows of its own partition, so the order between writers does not matter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from zdcdc.demo import shop
from zdcdc.demo import statements as say
from zdcdc.demo.pool import Pool
from zdcdc.demo.shop import PARTITIONS, ShopSize, member
from zdcdc.demo.statements import Step
from zdcdc.demo.transactions import Ending, Opening, Transaction, token_of
from zdcdc.demo.words import WAREHOUSES, phrase

IDS_PER_WRITER: Final = 1_000_000_000
"""Writer ``w`` takes new ids from ``(w + 1) * IDS_PER_WRITER`` upwards: no two clash, on either side."""

K = TypeVar("K", int, str)


def transactions(writer: int, size: ShopSize) -> Iterator[Transaction]:
    """All that ``writer`` (0 to PARTITIONS - 1) ever does in a shop seeded with ``size``; endless."""
    desk = _Desk(writer, size)
    n = 0
    while True:
        n += 1
        yield desk.transaction(n)


class _Desk:
    """A writer's own books: which of its rows exist. Each method plans one kind of work, and notes it."""

    def __init__(self, writer: int, size: ShopSize) -> None:
        self._writer = writer
        self._dice = random.Random(f"writer {writer}")
        self._next_id = (writer + 1) * IDS_PER_WRITER
        self._gone: set[int] = set()
        self._customers = Pool(member(writer, k) for k in range(size.customers // PARTITIONS))
        self._items = Pool(member(writer, k) for k in range(size.items // PARTITIONS))
        # Things of customers are pairs (customer, thing): a removed customer's are dropped when next drawn.
        self._orders = Pool(
            (shop.seeded_order_owner(k, writer, size), member(writer, k))
            for k in range(size.orders // PARTITIONS)
        )
        self._sessions = Pool(
            (1 + (k - 1) % size.customers, shop.session_key(k))
            for k in range(writer + 1, size.customers * 3 // 2 + 1, PARTITIONS)
        )
        seeded = range(writer, size.customers // 2, PARTITIONS)
        self._files = Pool((shop.seeded_attachment_owner(k), shop.filename(k)) for k in seeded)
        self._attachments = {(shop.seeded_attachment_owner(k), shop.filename(k)): k + 1 for k in seeded}
        work: tuple[tuple[int, Callable[[], list[Step]]], ...] = (
            (30, self._place), (9, self._cancel), (8, self._mark), (4, self._renumber_order),
            (12, self._log_in), (5, self._renew_session), (10, self._review), (8, self._attach),
            (3, self._rename_attachment), (2, self._detach), (8, self._reprice), (2, self._relabel),
            (1, self._renumber_item), (1, self._list_item), (1, self._discontinue), (4, self._register),
            (1, self._remove_customer), (6, self._abandon),
        )  # fmt: skip
        self._weights = [weight for weight, _ in work]
        self._work = [method for _, method in work]

    def transaction(self, n: int) -> Transaction:
        """Plan the next one."""
        method = self._dice.choices(self._work, self._weights)[0]
        token = token_of(self._writer, n)
        steps = [
            *method(),
            Step(say.LEAVE_TOKEN, {"token": token, "writer": self._writer, "n": n}),
            Step(say.COUNT_ITSELF, {"writer": self._writer}),
        ]
        opening = Opening.READS_FIRST if steps[0].statement is say.READ_BALANCE else Opening.WRITES
        ending = Ending.ABANDONED if method == self._abandon else Ending.KEPT
        return Transaction(self._writer, n, token, opening, tuple(steps), ending)

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _draw(self, pool: Pool[tuple[int, K]]) -> tuple[int, K]:
        while (pair := pool.draw(self._dice))[0] in self._gone:
            pool.remove(pair)
        return pair

    def _below(self, limit: int) -> int:
        return int(self._dice.random() * limit)

    def _money(self) -> float:
        return (1 + self._below(99_999)) / 100

    def _moment(self) -> str:
        k = self._next_id * 41
        return f"2024-{1 + k % 12:02d}-{1 + k % 28:02d} {k % 24:02d}:{k % 60:02d}:{k % 59:02d}"

    # Orders

    def _order(self, customer: int, order: int) -> list[Step]:
        at, total = self._moment(), self._money()
        steps = [
            Step(say.PLACE_ORDER, {
                "order": order, "customer": customer, "reference": f"R-{order:010d}", "at": at,
                "total": total, "remark": phrase(order) if order % 3 else None,
            })
        ]  # fmt: skip
        for line in range(1, 2 + self._below(3)):
            item, quantity = self._items.draw(self._dice), 1 + self._below(5)
            steps.append(Step(say.ADD_LINE, {
                "order": order, "line": line, "item": item, "quantity": quantity, "price": self._money(),
                "discount": line / 32 if order % 4 else None,
            }))  # fmt: skip
            place = WAREHOUSES[self._below(len(WAREHOUSES))]
            steps.append(Step(say.TAKE_STOCK, {"item": item, "warehouse": place, "quantity": quantity}))
        steps.append(Step(say.PAY, {
            "payment": self._new_id(), "order": order, "external": f"X-{order:010d}" if order % 5 else None,
            "method": phrase(order + 7), "amount": total, "at": at,
        }))  # fmt: skip
        steps.append(Step(say.CHARGE, {"customer": customer, "amount": total}))
        return steps

    def _place(self) -> list[Step]:
        customer, order = self._customers.draw(self._dice), self._new_id()
        self._orders.add((customer, order))
        reading = [Step(say.READ_BALANCE, {"customer": customer})] if order % 4 == 0 else []
        return [*reading, *self._order(customer, order), *self._restock(order % 2)]

    def _abandon(self) -> list[Step]:
        return self._order(self._customers.draw(self._dice), self._new_id())

    def _restock(self, times: int) -> list[Step]:
        return [
            Step(say.RESTOCK, {
                "item": self._items.draw(self._dice), "warehouse": WAREHOUSES[self._below(len(WAREHOUSES))],
                "quantity": 1 + self._below(20),
            })
            for _ in range(times)
        ]  # fmt: skip

    def _cancel(self) -> list[Step]:
        customer, order = pair = self._draw(self._orders)
        self._orders.remove(pair)
        refund = Step(say.CHARGE, {"customer": customer, "amount": -self._money()})
        return [Step(say.CANCEL_ORDER, {"order": order}), refund, *self._restock(2)]

    def _mark(self) -> list[Step]:
        customer, order = self._draw(self._orders)
        reading = Step(say.READ_BALANCE, {"customer": customer})
        status, remark = phrase(self._below(1_000)), phrase(self._below(1_000)) if order % 2 else None
        return [reading, Step(say.MARK_ORDER, {"order": order, "status": status, "remark": remark})]

    def _renumber_order(self) -> list[Step]:
        customer, order = pair = self._draw(self._orders)
        self._orders.remove(pair)
        new = self._new_id()
        self._orders.add((customer, new))
        return [Step(say.RENUMBER_ORDER, {"order": order, "new": new})]

    # Customers and their sessions

    def _register(self) -> list[Step]:
        customer = self._new_id()
        self._customers.add(customer)
        return [Step(say.REGISTER, {
            "customer": customer, "email": f"c{customer:010d}@example.org", "name": phrase(customer),
            "city": phrase(customer + 3) if customer % 2 else None, "on": self._moment()[:10],
            "balance": self._money(), "preferences": '{"theme": "light", "tags": ["é", "🍣"]}',
        })]  # fmt: skip

    def _remove_customer(self) -> list[Step]:
        customer = self._customers.draw(self._dice)
        self._customers.remove(customer)
        self._gone.add(customer)
        return [Step(say.REMOVE_CUSTOMER, {"customer": customer})]

    def _log_in(self) -> list[Step]:
        if self._below(3):
            customer, key = self._draw(self._sessions)
        else:
            customer, key = self._customers.draw(self._dice), shop.session_key(self._new_id())
        self._sessions.add((customer, key))
        basket = f'{{"basket": [{self._below(99)}], "note": "☕"}}' if self._below(5) else None
        statement = say.LOG_IN if self._below(4) else say.KEEP_SESSION
        return [Step(statement, {"session": key, "customer": customer, "data": basket, "at": self._moment()})]

    def _renew_session(self) -> list[Step]:
        customer, key = pair = self._draw(self._sessions)
        self._sessions.remove(pair)
        new = shop.session_key(self._new_id())
        self._sessions.add((customer, new))
        return [Step(say.RENEW_SESSION, {"session": key, "new": new})]

    # Items

    def _list_item(self) -> list[Step]:
        item = self._new_id()
        self._items.add(item)
        barcode = f"ean{item:010d}" if item % 3 else None
        labels = {"sku": f"SKU-{item:010d}", "barcode": barcode, "title": phrase(item)}
        return [Step(say.LIST_ITEM, {"item": item, **labels, **self._price()}), *self._restock(1)]

    def _price(self) -> dict[str, float | str | None]:
        weight = self._below(9_000) / 1_000 if self._below(3) else None
        return {"price": self._money(), "weight": weight, "attributes": f'{{"rank": {self._below(100)}}}'}

    def _reprice(self) -> list[Step]:
        return [Step(say.REPRICE, {"item": self._items.draw(self._dice), **self._price()})]

    def _relabel(self) -> list[Step]:
        item, new = self._items.draw(self._dice), self._new_id()
        barcode = f"EAN{new:010d}" if new % 3 else None
        return [Step(say.RELABEL, {"item": item, "sku": f"SKU-{new:010d}", "barcode": barcode})]

    def _renumber_item(self) -> list[Step]:
        item, new = self._items.draw(self._dice), self._new_id()
        self._items.remove(item)
        self._items.add(new)
        return [Step(say.RENUMBER_ITEM, {"item": item, "new": new})]

    def _discontinue(self) -> list[Step]:
        item = self._items.draw(self._dice)
        self._items.remove(item)
        return [Step(say.DISCONTINUE, {"item": item})]

    def _review(self) -> list[Step]:
        customer, item = self._customers.draw(self._dice), self._items.draw(self._dice)
        values: dict[str, say.Value] = {
            "customer": customer, "item": item, "stars": 1 + self._below(5),
            "body": phrase(self._below(1_000)),
        }  # fmt: skip
        if self._below(3) == 0:
            return [Step(say.REWRITE_REVIEW, values)]
        return [Step(say.REVIEW, {**values, "helpful": self._below(101) / 101})]

    # Attachments

    def _attach(self) -> list[Step]:
        if self._below(3) == 0:
            customer, name = self._draw(self._files)
        else:
            customer, name = self._customers.draw(self._dice), shop.filename(self._below(10_000))
        self._files.add((customer, name))
        attachment = self._attachments[customer, name] = self._new_id()
        return [Step(say.ATTACH, {
            "attachment": attachment, "customer": customer, "filename": name,
            "content": self._dice.randbytes(self._below(3_000)),
            "thumbnail": self._dice.randbytes(48) if attachment % 2 else None,
        })]  # fmt: skip

    def _rename_attachment(self) -> list[Step]:
        customer, _ = pair = self._draw(self._files)
        self._files.remove(pair)
        # Often the name of another attachment of the same customer: REPLACE then removes that one.
        name = shop.filename(self._below(40))
        attachment = self._attachments.pop(pair)
        self._files.add((customer, name))
        self._attachments[customer, name] = attachment
        names: dict[str, say.Value] = {"attachment": attachment, "customer": customer, "filename": name}
        return [Step(say.RENAME_ATTACHMENT, names)]

    def _detach(self) -> list[Step]:
        pair = self._draw(self._files)
        self._files.remove(pair)
        return [Step(say.DETACH, {"attachment": self._attachments.pop(pair)})]
