"""What the shop says to a database, in both dialects: the one table where they differ.

Values are bound by name. ``:name`` is SQLite's form; PyMySQL's ``%(name)s`` is made from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Value: TypeAlias = int | float | str | bytes | None
Values: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True)
class Statement:
    """One thing to do; ``mysql`` may need several statements for what is one in SQLite."""

    sqlite: str
    mysql: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A statement with the values bound to it."""

    statement: Statement
    values: Values


def both(text: str) -> Statement:
    """A statement that both sides understand."""
    return each(text, text)


def each(sqlite: str, *mysql: str) -> Statement:
    """A statement that the two sides say differently; all texts with ``:name`` for values."""
    return Statement(sqlite, tuple(re.sub(r":(\w+)", r"%(\1)s", text) for text in mysql))


# Orders and stock.
PLACE_ORDER: Final = both(
    "INSERT INTO orders (order_id, customer_id, reference, placed_at, status, total, remark)"
    " VALUES (:order, :customer, :reference, :at, 'open', :total, :remark)"
)
ADD_LINE: Final = both(
    "INSERT INTO order_lines (order_id, line_no, item_id, quantity, price, discount)"
    " VALUES (:order, :line, :item, :quantity, :price, :discount)"
)
TAKE_STOCK: Final = both(
    "UPDATE stock SET quantity = quantity - :quantity, reserved = reserved + :quantity"
    " WHERE item_id = :item AND warehouse = :warehouse"
)
RESTOCK: Final = each(
    "INSERT INTO stock (item_id, warehouse, quantity, reserved) VALUES (:item, :warehouse, :quantity, 0)"
    " ON CONFLICT (item_id, warehouse) DO UPDATE SET quantity = quantity + :quantity",
    "INSERT INTO stock (item_id, warehouse, quantity, reserved) VALUES (:item, :warehouse, :quantity, 0)"
    " ON DUPLICATE KEY UPDATE quantity = quantity + :quantity",
)
PAY: Final = both(
    "INSERT INTO payments (payment_id, order_id, external_id, method, amount, paid_at)"
    " VALUES (:payment, :order, :external, :method, :amount, :at)"
)
MARK_ORDER: Final = both("UPDATE orders SET status = :status, remark = :remark WHERE order_id = :order")
CANCEL_ORDER: Final = both("DELETE FROM orders WHERE order_id = :order")
RENUMBER_ORDER: Final = both("UPDATE orders SET order_id = :new WHERE order_id = :order")

# Customers and their sessions.
REGISTER: Final = both(
    "INSERT INTO customers (customer_id, email, name, city, joined_on, balance, preferences)"
    " VALUES (:customer, :email, :name, :city, :on, :balance, :preferences)"
)
READ_BALANCE: Final = both("SELECT balance FROM customers WHERE customer_id = :customer")
CHARGE: Final = both("UPDATE customers SET balance = balance - :amount WHERE customer_id = :customer")
REMOVE_CUSTOMER: Final = both("DELETE FROM customers WHERE customer_id = :customer")
LOG_IN: Final = each(
    "INSERT OR REPLACE INTO sessions (session_key, customer_id, data, expires_at)"
    " VALUES (:session, :customer, :data, :at)",
    "REPLACE INTO sessions (session_key, customer_id, data, expires_at)"
    " VALUES (:session, :customer, :data, :at)",
)
KEEP_SESSION: Final = each(
    "INSERT OR IGNORE INTO sessions (session_key, customer_id, data, expires_at)"
    " VALUES (:session, :customer, :data, :at)",
    "INSERT INTO sessions (session_key, customer_id, data, expires_at)"
    " VALUES (:session, :customer, :data, :at) ON DUPLICATE KEY UPDATE session_key = session_key",
)
RENEW_SESSION: Final = both("UPDATE sessions SET session_key = :new WHERE session_key = :session")

# Items, and what customers say about them.
LIST_ITEM: Final = both(
    "INSERT INTO items (item_id, sku, barcode, title, price, weight, attributes)"
    " VALUES (:item, :sku, :barcode, :title, :price, :weight, :attributes)"
)
REPRICE: Final = both(
    "UPDATE items SET price = :price, weight = :weight, attributes = :attributes WHERE item_id = :item"
)
RELABEL: Final = both("UPDATE items SET sku = :sku, barcode = :barcode WHERE item_id = :item")
RENUMBER_ITEM: Final = both("UPDATE items SET item_id = :new WHERE item_id = :item")
DISCONTINUE: Final = both("DELETE FROM items WHERE item_id = :item")
REVIEW: Final = each(
    "INSERT INTO reviews (customer_id, item_id, stars, body, helpful)"
    " VALUES (:customer, :item, :stars, :body, :helpful)"
    " ON CONFLICT (customer_id, item_id) DO UPDATE SET stars = :stars, body = :body",
    "INSERT INTO reviews (customer_id, item_id, stars, body, helpful)"
    " VALUES (:customer, :item, :stars, :body, :helpful)"
    " ON DUPLICATE KEY UPDATE stars = :stars, body = :body",
)
REWRITE_REVIEW: Final = both(
    "REPLACE INTO reviews (customer_id, item_id, stars, body) VALUES (:customer, :item, :stars, :body)"
)

# Attachments: a second unique key (customer, file name), through which REPLACE removes rows of another id.
ATTACH: Final = each(
    "INSERT OR REPLACE INTO attachments (attachment_id, customer_id, filename, content, thumbnail)"
    " VALUES (:attachment, :customer, :filename, :content, :thumbnail)",
    "REPLACE INTO attachments (attachment_id, customer_id, filename, content, thumbnail)"
    " VALUES (:attachment, :customer, :filename, :content, :thumbnail)",
)
RENAME_ATTACHMENT: Final = each(
    "UPDATE OR REPLACE attachments SET filename = :filename WHERE attachment_id = :attachment",
    "DELETE FROM attachments WHERE customer_id = :customer AND filename = :filename"
    " AND attachment_id <> :attachment",
    "UPDATE attachments SET filename = :filename WHERE attachment_id = :attachment",
)
DETACH: Final = both("DELETE FROM attachments WHERE attachment_id = :attachment")

# The proof: every transaction leaves its token and counts itself.
LEAVE_TOKEN: Final = both("INSERT INTO ledger (token, writer, n) VALUES (:token, :writer, :n)")
COUNT_ITSELF: Final = both("UPDATE counters SET committed = committed + 1 WHERE writer = :writer")
# A locking read on MySQL: it waits for a COMMIT still under way on a connection that was lost.
FIND_TOKEN: Final = each(
    "SELECT n FROM ledger WHERE token = :token",
    "SELECT n FROM ledger WHERE token = :token LOCK IN SHARE MODE",
)
