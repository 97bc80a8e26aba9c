"""All rows of a table in short reads: none keeps the application's commits waiting for long."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager

from zdcdc.capture.lines import is_utf8
from zdcdc.capture.observed import TEXT
from zdcdc.capture.rows import RANGE_ROWS, key_from_sqlite
from zdcdc.config import Limits
from zdcdc.keys import Key
from zdcdc.names import sqlite_name
from zdcdc.sqlite import errors_of, read_transaction

ROWS_PER_FETCH = 500
FIRST_FETCH = 20
SIZE_PER_FETCH = 4 * 1024 * 1024

BLOCKING_READ_SECONDS = Limits().blocking_read_seconds
"""Short enough for every source, where the caller knows nothing of it; longer reads are hardly faster."""

SHOWN_CHARACTERS = 80

Block = list[tuple[object, ...]]


def blocks(
    connection: sqlite3.Connection,
    table: str,
    key: Sequence[str],
    qualifier: str,
    terms: Sequence[str],
    read_seconds: float,
    doing: str,
) -> Generator[Block, None, None]:
    """All rows of ``table`` in the order of its ``key``, each as its key and ``terms``: SQL in which the
    table is called ``qualifier``. TEXT comes as :data:`TEXT`.

    Small blocks: many live rows at once would keep Python's garbage collector busy for half of the time. A
    read ends when its time is up, and the next goes on after it; what the caller does with a block counts.
    Within a transaction of the caller's all of them are one. Raises SourceError.
    """
    name = sqlite_name(qualifier)
    # A name in double quotes that is no column (any more) would be taken for a string where it stands alone.
    keys = ", ".join(f"{name}.{sqlite_name(part)}" for part in key)
    select = f"SELECT {', '.join((keys, *terms))} FROM {sqlite_name(table)} AS {name}"
    order = f"ORDER BY {keys} LIMIT {RANGE_ROWS}"
    marks = ", ".join("?" * len(key))
    after: Key = ()
    fetch = FIRST_FETCH
    while True:
        where = f"WHERE ({keys}) > ({marks})" if after else ""
        begun = time.monotonic()
        deadline = begun + read_seconds
        rows = 0
        with _read(connection, doing):
            cursor = _execute(connection, f"{select} {where} {order}", after)
            while block := _fetched(connection, cursor, fetch):
                rows += len(block)
                yield block
                now = time.monotonic()
                fetch = _next_fetch(block, fetch, now - begun > read_seconds / 2)
                begun = now
                last = block[-1][: len(key)]
                # A key that is not UTF-8 cannot be bound to go on after it: the read goes on a little.
                late = now > deadline and is_utf8(value for value in last if isinstance(value, TEXT))
                if late or rows >= RANGE_ROWS:
                    after = key_from_sqlite(last, table)
                    break
            cursor.close()
        if not block:
            return


def shown_key(key: Sequence[str], qualifier: str) -> str:
    """SQLite expression: the key of a row for a person."""
    name = sqlite_name(qualifier)
    shown = " || ', ' || ".join(f"quote({name}.{sqlite_name(part)})" for part in key)
    return f"substr({shown}, 1, {SHOWN_CHARACTERS})"


def _read(connection: sqlite3.Connection, doing: str) -> AbstractContextManager[object]:
    return errors_of(doing) if connection.in_transaction else read_transaction(connection, doing)


def _execute(connection: sqlite3.Connection, statement: str, values: Key) -> sqlite3.Cursor:
    usual = connection.text_factory
    connection.text_factory = TEXT
    try:
        return connection.execute(statement, values)  # which in Python 3.10 reads the first row already
    finally:
        connection.text_factory = usual


def _fetched(connection: sqlite3.Connection, cursor: sqlite3.Cursor, rows: int) -> Block:
    usual = connection.text_factory
    connection.text_factory = TEXT
    try:
        return cursor.fetchmany(rows)
    finally:
        connection.text_factory = usual


def _next_fetch(block: Block, last: int, slow: bool) -> int:
    """Rows of the next block, so that it holds some MiB at the most and does not outlast a read."""
    size = sum(len(value) if isinstance(value, bytes | TEXT) else 8 for row in block[-8:] for value in row)
    rows = min(ROWS_PER_FETCH, SIZE_PER_FETCH * len(block[-8:]) // max(size, 1))
    return max(1, min(rows, last // 2 if slow else last * 4))
