"""An application whose tables need functions and collations of its own, which its connections register."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

SCRIPT = """
CREATE TABLE checked (id INTEGER PRIMARY KEY, email TEXT CHECK (email REGEXP '^.+@.+$'));
CREATE TABLE sorted_key (word TEXT COLLATE BACKWARDS NOT NULL PRIMARY KEY, n INTEGER) WITHOUT ROWID;
CREATE TABLE sorted_index (id INTEGER PRIMARY KEY, word TEXT COLLATE BACKWARDS UNIQUE);
CREATE TABLE indexed (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
CREATE UNIQUE INDEX by_slug ON indexed (slug(title));
CREATE TABLE computed (id INTEGER PRIMARY KEY, title TEXT, slug TEXT AS (slug(title)) STORED);
CREATE TABLE triggered (id INTEGER PRIMARY KEY, v TEXT);
CREATE TRIGGER audited AFTER INSERT ON triggered BEGIN SELECT slug(NEW.v); END;
CREATE TABLE sorted_column (id INTEGER PRIMARY KEY, word TEXT COLLATE BACKWARDS);
INSERT INTO checked VALUES (1, 'a@b'), (2, NULL);
INSERT INTO sorted_key VALUES ('', 0), ('a', 1), ('B', 2), ('ž', 3), ('🐎', 4);
INSERT INTO sorted_index VALUES (1, ''), (2, 'a'), (3, 'B'), (4, NULL);
INSERT INTO indexed VALUES (1, 'Žluťoučký kůň'), (2, 'Two');
INSERT INTO computed (id, title) VALUES (1, 'One Two'), (2, NULL);
INSERT INTO triggered VALUES (1, 'x');
INSERT INTO sorted_column VALUES (1, ''), (2, 'a'), (3, NULL);
"""

NEEDING = {
    "checked": "source.unwritable",
    "sorted_key": "source.unreadable",
    "sorted_index": "source.unwritable",
    "indexed": "source.unwritable",
    "computed": "source.unwritable",
}
"""The tables that zdcdc cannot work with by itself, and what it finds; with the others it can."""

WRITES = """
INSERT INTO checked VALUES (3, 'c@d');
UPDATE checked SET email = 'e@f' WHERE id = 1;
REPLACE INTO sorted_key VALUES ('a', 10), ('c', 11);
DELETE FROM sorted_key WHERE word = '';
REPLACE INTO sorted_index VALUES (5, 'a');
REPLACE INTO indexed VALUES (3, 'two');
UPDATE indexed SET title = 'One' WHERE id = 1;
INSERT INTO computed (id, title) VALUES (3, 'Three');
UPDATE computed SET title = 'ONE' WHERE id = 1;
INSERT INTO triggered VALUES (2, 'Y');
UPDATE sorted_column SET word = 'b' WHERE id = 1;
"""

CONSTANT = 42


def _regexp(pattern: str, value: str | None) -> bool | None:
    return None if value is None else re.search(pattern, value) is not None


def _slug(value: str | None) -> str | None:
    if value is None:
        return None
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "-")


def _backwards(one: str, other: str) -> int:
    return (one < other) - (one > other)


def register(connection: sqlite3.Connection) -> None:
    """What the application does with every connection that it opens; some of it is none of zdcdc's taste."""
    connection.create_function("regexp", 2, _regexp, deterministic=True)
    connection.create_function("slug", 1, _slug, deterministic=True)
    connection.create_collation("BACKWARDS", _backwards)
    connection.row_factory = sqlite3.Row
    connection.text_factory = bytearray
    connection.isolation_level = "DEFERRED"
    connection.execute("PRAGMA foreign_keys = ON")


def fail(connection: sqlite3.Connection) -> None:
    """A setup that has a fault."""
    raise LookupError("no such plug-in")


def starve(connection: sqlite3.Connection) -> None:
    """Leaves SQLite next to no memory in this process."""
    connection.execute("PRAGMA hard_heap_limit = 300000")


def fill(connection: sqlite3.Connection) -> None:
    """Lets the file grow by two pages at most, as on a disk that is full."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
