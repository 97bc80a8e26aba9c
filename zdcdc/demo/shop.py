"""The shop's data: its schema in SQLite, and a seed that is the same every time.

Every row belongs to one of :data:`PARTITIONS` partitions, and all rows that reference each other belong to
the same one. A writer touches only its own partition, so what all writers did is known from what each one
did. Columns hold one storage class each (or NULL).
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zdcdc.demo.words import PHRASES, WAREHOUSES, phrase

PARTITIONS: Final = 4
"""Partitions of the data, and the number of writers."""

LONG_BLOB_BYTES: Final = 200_000
ATTACHMENTS_PER_LONG_BLOB: Final = 500

SCHEMA: Final = """
CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, city TEXT,
    joined_on TEXT NOT NULL, balance REAL NOT NULL, preferences TEXT);
CREATE TABLE items (
    item_id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, barcode TEXT UNIQUE, title TEXT NOT NULL,
    price REAL NOT NULL, weight REAL, attributes TEXT NOT NULL);
CREATE TABLE stock (
    item_id INTEGER NOT NULL REFERENCES items (item_id) ON DELETE CASCADE ON UPDATE CASCADE,
    warehouse TEXT NOT NULL, quantity INTEGER NOT NULL, reserved INTEGER NOT NULL,
    PRIMARY KEY (item_id, warehouse)) WITHOUT ROWID;
CREATE TABLE orders (
    order_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id) ON DELETE CASCADE ON UPDATE CASCADE,
    reference TEXT NOT NULL UNIQUE, placed_at TEXT NOT NULL, status TEXT NOT NULL, total REAL NOT NULL,
    remark TEXT);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (order_id) ON DELETE CASCADE ON UPDATE CASCADE,
    line_no INTEGER NOT NULL,
    item_id INTEGER NOT NULL REFERENCES items (item_id) ON DELETE CASCADE ON UPDATE CASCADE,
    quantity INTEGER NOT NULL, price REAL NOT NULL, discount REAL,
    PRIMARY KEY (order_id, line_no));
CREATE INDEX order_lines_by_item ON order_lines (item_id);
CREATE TABLE payments (
    payment_id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id INTEGER NOT NULL REFERENCES orders (order_id) ON DELETE CASCADE ON UPDATE CASCADE,
    external_id TEXT UNIQUE, method TEXT NOT NULL, amount REAL NOT NULL, paid_at TEXT NOT NULL);
CREATE INDEX payments_by_order ON payments (order_id);
CREATE TABLE sessions (
    session_key TEXT NOT NULL PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id) ON DELETE CASCADE ON UPDATE CASCADE,
    data TEXT, expires_at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX sessions_by_customer ON sessions (customer_id);
CREATE TABLE reviews (
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id) ON DELETE CASCADE ON UPDATE CASCADE,
    item_id INTEGER NOT NULL REFERENCES items (item_id) ON DELETE CASCADE ON UPDATE CASCADE,
    stars INTEGER NOT NULL, body TEXT, helpful REAL,
    PRIMARY KEY (customer_id, item_id));
CREATE INDEX reviews_by_item ON reviews (item_id);
CREATE TABLE attachments (
    attachment_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id) ON DELETE CASCADE ON UPDATE CASCADE,
    filename TEXT NOT NULL, content BLOB NOT NULL, thumbnail BLOB,
    UNIQUE (customer_id, filename));
CREATE TABLE counters (writer INTEGER PRIMARY KEY, committed INTEGER NOT NULL);
CREATE TABLE ledger (token TEXT PRIMARY KEY NOT NULL, writer INTEGER NOT NULL, n INTEGER NOT NULL);
"""

# Parameters: :customers, :items, :orders (counts), :parts (partitions), :phrases. Ids start at 1, the
# partition of an id is (id - 1) % parts. Keys have a fixed width, so that later ones are no longer than those
# of the seed.
SEED: Final = (
    """WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :customers)
    INSERT INTO customers SELECT i, printf('c%010d@example.org', i), p.body || ' ' || i,
        CASE WHEN i % 7 THEN q.body END, date('2019-01-01', (i % 1800) || ' days'),
        (i * 7919 % 2000003) / 100.0, CASE WHEN i % 3 THEN printf('{"theme": "dark", "size": %d}', i % 40) END
    FROM n JOIN phrases p ON p.k = i % :phrases JOIN phrases q ON q.k = i * 5 % :phrases""",
    # Pairs of bar codes differ by case only: a folding collation on the other side refuses them.
    """WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :items)
    INSERT INTO items SELECT i, printf('SKU-%010d', i),
        CASE WHEN i % 5 THEN CASE i % 2 WHEN 0 THEN 'ean' ELSE 'EAN' END || printf('%010d', i / 2) END,
        p.body, (1 + i * 37 % 100000) / 100.0, CASE WHEN i % 4 THEN i * 13 % 9973 / 1000.0 END,
        printf('{"colours": ["größe 🍣", "red"], "n": %d}', i)
    FROM n JOIN phrases p ON p.k = i * 11 % :phrases""",
    """INSERT INTO stock SELECT i.item_id, w.name, 1000 + i.item_id * 17 % 500, 0
    FROM items i CROSS JOIN warehouses w WHERE w.k < 3""",
    """WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :orders)
    INSERT INTO orders SELECT i,
        1 + (i - 1) % :parts + :parts * ((i - 1) / :parts * 7 % (:customers / :parts)),
        printf('R-%010d', i), datetime('2020-01-01', (i * 601) || ' seconds'),
        CASE i % 3 WHEN 0 THEN 'shipped' WHEN 1 THEN 'paid' ELSE 'open' END, (100 + i * 53 % 99991) / 100.0,
        CASE WHEN i % 4 = 0 THEN p.body END
    FROM n JOIN phrases p ON p.k = i * 3 % :phrases""",
    """WITH lines (k) AS (VALUES (1), (2), (3), (4))
    INSERT INTO order_lines SELECT o.order_id, l.k,
        1 + (o.order_id - 1) % :parts
            + :parts * (((o.order_id - 1) / :parts * 3 + l.k * 11) % (:items / :parts)),
        1 + (o.order_id + l.k) % 5, (1 + (o.order_id * l.k) * 37 % 100000) / 100.0,
        CASE WHEN o.order_id % 6 = 0 THEN l.k / 32.0 END
    FROM orders o JOIN lines l ON l.k <= 1 + o.order_id % 4""",
    """INSERT INTO payments SELECT NULL, order_id,
        CASE WHEN order_id % 8 THEN printf('X-%010d', order_id) END,
        CASE order_id % 3 WHEN 0 THEN 'карта' WHEN 1 THEN 'cash' ELSE '💳' END, total, placed_at
    FROM orders WHERE order_id % 10 <> 0""",
    """WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :customers * 3 / 2)
    INSERT INTO sessions SELECT printf('s%010d', i), 1 + (i - 1) % :customers,
        CASE WHEN i % 9 THEN printf('{"basket": [%d, %d], "hint": null}', i, i + 1) END,
        datetime('2024-01-01', (i * 77) || ' seconds')
    FROM n""",
    """WITH twice (k) AS (VALUES (0), (1))
    INSERT INTO reviews SELECT c.customer_id,
        1 + (c.customer_id - 1) % :parts
            + :parts * (((c.customer_id - 1) / :parts * 7 + t.k * 3) % (:items / :parts)),
        1 + (c.customer_id + t.k) % 5, p.body,
        CASE WHEN c.customer_id % 3 THEN (c.customer_id % 101) / 101.0 END
    FROM customers c JOIN twice t JOIN phrases p ON p.k = (c.customer_id + t.k) % :phrases""",
    """WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :parts - 1)
    INSERT INTO counters SELECT i, 0 FROM n""",
)


@dataclass(frozen=True)
class ShopSize:
    """How many customers, items and orders are seeded; multiples of :data:`PARTITIONS`.

    The default makes about 310,000 rows in all tables together.
    """

    customers: int = 12_000
    items: int = 8_000
    orders: int = 50_000

    def __post_init__(self) -> None:
        for count in (self.customers, self.items, self.orders):
            if count % PARTITIONS or count < 16 * PARTITIONS:
                raise ValueError(f"not a multiple of {PARTITIONS} from {16 * PARTITIONS} on: {count}")


def member(partition: int, k: int) -> int:
    """The ``k``-th id (from 0) of ``partition`` among the seeded ids of any table."""
    return 1 + partition + PARTITIONS * k


def seeded_order_owner(k: int, partition: int, size: ShopSize) -> int:
    """The customer of the ``k``-th seeded order of ``partition``; the seed says the same in SQL."""
    return member(partition, k * 7 % (size.customers // PARTITIONS))


def seeded_attachment_owner(k: int) -> int:
    """The customer of the seeded attachment with id ``k + 1``: every second one of each partition."""
    return member(k % PARTITIONS, 2 * (k // PARTITIONS))


def session_key(k: int) -> str:
    """Key of session ``k`` (from 1); customer ``1 + (k - 1) % customers`` has it in the seed."""
    return f"s{k:010d}"


def filename(k: int) -> str:
    """The name of attachment ``k``; names repeat, but no customer is seeded with one twice."""
    return f"{phrase(k)[:40]}.{k % 97}"


def open_shop(path: Path) -> sqlite3.Connection:
    """The application's connection: explicit transactions, foreign keys on, 5 seconds of patience."""
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def create_shop(path: Path, size: ShopSize) -> int:
    """Make and seed the shop's database at ``path``; returns the rows of all tables together.

    Raises FileExistsError if there is one.
    """
    if path.exists():
        raise FileExistsError(path)
    connection = open_shop(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(SCHEMA)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TEMP TABLE phrases (k INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        connection.execute("CREATE TEMP TABLE warehouses (k INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        connection.executemany("INSERT INTO phrases VALUES (?, ?)", enumerate(PHRASES))
        connection.executemany("INSERT INTO warehouses VALUES (?, ?)", enumerate(WAREHOUSES))
        counts = {
            "customers": size.customers, "items": size.items, "orders": size.orders,
            "parts": PARTITIONS, "phrases": len(PHRASES),
        }  # fmt: skip
        for statement in SEED:
            connection.execute(statement, counts)
        connection.executemany("INSERT INTO attachments VALUES (?, ?, ?, ?, ?)", seeded_attachments(size))
        connection.execute("COMMIT")
        return connection.total_changes - len(PHRASES) - len(WAREHOUSES)
    finally:
        connection.close()


def seeded_attachments(size: ShopSize) -> Iterator[tuple[int, int, str, bytes, bytes | None]]:
    """(id, customer, file name, content, thumbnail): one for every second customer of each partition."""
    dice = random.Random("attachments")
    for k in range(size.customers // 2):
        customer = seeded_attachment_owner(k)
        length = LONG_BLOB_BYTES if k % ATTACHMENTS_PER_LONG_BLOB == 7 else dice.randrange(4_000)
        thumbnail = dice.randbytes(64) if k % 3 else None
        yield k + 1, customer, filename(k), dice.randbytes(length), thumbnail
