"""Looking at every value of a table, in short reads: what the mapping is decided from."""

from __future__ import annotations

import math
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from zdcdc.capture.lines import is_utf8
from zdcdc.capture.rows import RANGE_ROWS, key_from_sqlite
from zdcdc.facts import ColumnFacts, TableFacts
from zdcdc.keys import Key
from zdcdc.names import sqlite_name
from zdcdc.schema import Table
from zdcdc.sqlite import Text, read_transaction

ROWS_PER_FETCH = 500
FIRST_FETCH = 20
SIZE_PER_FETCH = 4 * 1024 * 1024

FIXED_SIZE = 8
"""Bytes counted for a number or NULL."""

_SIZED = {Text, bytes}
_COUNTED: dict[type, str] = {
    int: "integers",
    float: "reals",
    Text: "texts",
    bytes: "blobs",
    type(None): "nulls",
}
_CLASSES: dict[type, str] = {int: "integer", float: "real", Text: "text", bytes: "blob", type(None): "null"}


def scan_table(
    connection: sqlite3.Connection,
    table: Table,
    read_seconds: float,
    progress: Callable[[int], None] = lambda rows: None,
) -> TableFacts:
    """Facts about every column of ``table``; ``progress`` is told the rows seen after each read.

    No read transaction lasts much longer than ``read_seconds``. Raises SourceError.
    """
    columns = {column.name: ColumnFacts() for column in table.columns}
    rows = largest = total = 0
    for block in _blocks(connection, table, read_seconds):
        values = list(zip(*block, strict=True))[len(table.key) :]
        widths = []
        for column, seen in zip(table.columns, values, strict=True):
            classes = set(map(type, seen))
            if not classes.isdisjoint(_SIZED):
                widths.append(_widths(seen, classes))
            columns[column.name] = observe(columns[column.name], seen, classes)
        fixed = FIXED_SIZE * (len(table.columns) - len(widths))
        sizes = list(map(sum, zip(*widths, strict=True))) or [0]
        rows += len(block)
        largest = max(largest, fixed + max(sizes))
        total += fixed * len(block) + sum(sizes)
        progress(rows)
    return TableFacts(rows, columns, largest, total)


def _widths(values: Sequence[object], classes: set[type]) -> list[int]:
    if classes <= _SIZED:
        return list(map(len, cast(Sequence[bytes], values)))
    return [len(value) if isinstance(value, bytes) else FIXED_SIZE for value in values]


def observe(facts: ColumnFacts, values: Sequence[Any], types: set[type]) -> ColumnFacts:
    """``facts`` with ``values`` seen as well; ``types`` are the types among them. Pure."""
    classes = {_CLASSES[kind] for kind in types}
    counts = Counter(map(type, values)) if len(types) > 1 else {next(iter(types)): len(values)}
    changes: dict[str, object] = {
        _COUNTED[kind]: getattr(facts, _COUNTED[kind]) + count for kind, count in counts.items()
    }
    if "integer" in classes:
        integers = values if len(types) == 1 else [v for v in values if type(v) is int]
        low, high = facts.integer_range or (integers[0], integers[0])
        changes["integer_range"] = (min(low, *integers), max(high, *integers))
    if "real" in classes:
        changes |= _observe_reals(facts, [v for v in values if type(v) is float])
    if "text" in classes:
        changes |= _observe_texts(
            facts, values if len(types) == 1 else [v for v in values if type(v) is Text]
        )
    if "blob" in classes:
        longest = max(len(v) for v in values if type(v) is bytes)
        changes["longest_blob"] = max(facts.longest_blob, longest)
    return replace(facts, **changes)  # type: ignore[arg-type]


def _observe_reals(facts: ColumnFacts, reals: list[float]) -> dict[str, object]:
    changes: dict[str, object] = {}
    if not all(map(math.isfinite, reals)):
        infinite = sum(1 for value in reals if not math.isfinite(value))
        changes["non_finite"] = facts.non_finite + infinite
    whole = sum(1 for value in reals if value.is_integer() and abs(value) < 2.0**63)
    changes["whole_reals"] = facts.whole_reals + whole
    if whole and 0.0 in reals:
        negative = sum(1 for value in reals if value == 0 and math.copysign(1, value) < 0)
        changes["negative_zeros"] = facts.negative_zeros + negative
    return changes


def _observe_texts(facts: ColumnFacts, texts: Sequence[Text]) -> dict[str, object]:
    # One decode of all is a hundred times faster than one each; the newline keeps a value that ends in
    # the middle of a character from being completed by the next.
    try:
        decoded = b"\n".join(texts).decode()
    except UnicodeDecodeError:
        invalid = sum(1 for value in texts if not _is_utf8(value))
        longest = max(map(len, texts))
        return {
            "invalid_utf8": facts.invalid_utf8 + invalid,
            "longest_text": max(facts.longest_text, longest),
        }
    if decoded.count("\n") == len(texts) - 1:
        longest = max(map(len, decoded.split("\n")))
    else:
        longest = max(len(value.decode()) for value in texts)
    return {"longest_text": max(facts.longest_text, longest)}


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _blocks(
    connection: sqlite3.Connection, table: Table, read_seconds: float
) -> Iterator[list[tuple[object, ...]]]:
    """All rows, each led by its key, in small blocks: many live rows at once would keep Python's garbage
    collector busy for half of the time. A read ends when its time is up, and the next goes on after it."""
    keys = ", ".join(f"t.{sqlite_name(name)}" for name in table.key)
    names = ", ".join(f"t.{sqlite_name(column.name)}" for column in table.columns)
    select = f"SELECT {keys}, {names} FROM {sqlite_name(table.name)} AS t"
    order = f"ORDER BY {keys} LIMIT {RANGE_ROWS}"
    marks = ", ".join("?" * len(table.key))
    after: Key = ()
    fetch = FIRST_FETCH
    while True:
        where = f"WHERE ({keys}) > ({marks})" if after else ""
        deadline = time.monotonic() + read_seconds
        rows = 0
        with read_transaction(connection, f"scanning table {table.name}"):
            cursor = connection.execute(f"{select} {where} {order}", after)
            while block := cursor.fetchmany(fetch):
                rows += len(block)
                yield block
                fetch = _next_fetch(block)
                key = block[-1][: len(table.key)]
                # A key that is not UTF-8 cannot be bound to go on after it: the read goes on a little.
                late = time.monotonic() > deadline and is_utf8(v for v in key if isinstance(v, Text))
                if late or rows >= RANGE_ROWS:
                    after = key_from_sqlite(key, table.name)
                    break
            cursor.close()
        if not block:
            return


def _next_fetch(block: list[tuple[object, ...]]) -> int:
    """Rows of the next block, so that it holds some MiB at the most."""
    size = sum(len(value) if isinstance(value, bytes) else 8 for row in block[-8:] for value in row)
    return max(1, min(ROWS_PER_FETCH, SIZE_PER_FETCH * len(block[-8:]) // max(size, 1)))
