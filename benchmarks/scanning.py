"""The look at every value against the limit: reading them at all."""

from __future__ import annotations

import datetime
import random
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.place import Place
from zdcdc import sqlite
from zdcdc.capture.catalog import read_catalog
from zdcdc.capture.scan import scan_table
from zdcdc.config import Limits

WORDS = ("alpha", "beta", "gamma", "délta", "épsilon", "zeta", "日本", "tokyo", "naïve", "rome")
SCHEMA = """
CREATE TABLE owner (id INTEGER PRIMARY KEY);
CREATE TABLE mixed (
  id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owner, weight REAL, price DECIMAL(12, 2),
  paid BOOLEAN NOT NULL, created DATETIME NOT NULL, seen DATETIME, name TEXT NOT NULL, note TEXT, photo BLOB,
  CHECK (price >= 0)
);
"""
OWNERS = 100_000
ROWS_PER_FETCH = 500


def measure_scan(place: Place) -> None:
    """Prints seconds of a fetch of every row and of a scan, as medians of the runs taken in turns."""
    source = place.directory / "mixed.db"
    make_source(source, place.rows)
    limits = Limits()
    reads = {"scan": limits.read_seconds, "scan, rollback journal": limits.blocking_read_seconds}
    seconds: dict[str, list[float]] = {name: [] for name in ("fetch", *reads)}
    for _ in range(place.runs):
        seconds["fetch"].append(_fetch(source))
        for name, read_seconds in reads.items():
            seconds[name].append(_scan(source, read_seconds, place.rows))
    median = {name: statistics.median(values) for name, values in seconds.items()}
    print(f"\nscan of {place.rows:,} rows x 10 columns of all kinds, median of {place.runs}")
    for name, values in seconds.items():
        print(f"  {name:22} {median[name]:7.2f} s   ({', '.join(f'{value:.2f}' for value in values)})")
    for name in reads:
        print(f"  {f'{name} / fetch':32} {median[name] / median['fetch']:.2f}")


def _fetch(source: Path) -> float:
    """The rows as the driver hands them over by itself, each dropped at once."""
    with closing(sqlite3.connect(source)) as connection:
        begun = time.perf_counter()
        cursor = connection.execute("SELECT * FROM mixed")
        while cursor.fetchmany(ROWS_PER_FETCH):
            pass
        return time.perf_counter() - begun


def _scan(source: Path, read_seconds: float, rows: int) -> float:
    with closing(sqlite.connect(source)) as connection:
        table = read_catalog(connection).table("mixed")
        begun = time.perf_counter()
        facts = scan_table(connection, table, read_seconds)
        taken = time.perf_counter() - begun
    if facts.rows != rows or facts.orphans != (0,) or facts.violations != (0,):
        raise AssertionError(facts)
    return taken


def make_source(path: Path, rows: int) -> None:
    """Ten columns of numbers, dates, texts and blobs, the same for the same number of rows."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(SCHEMA)
        connection.executemany("INSERT INTO owner VALUES (?)", ((number,) for number in range(OWNERS)))
        connection.executemany("INSERT INTO mixed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(rows))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    pick = random.Random(1)
    epoch = datetime.datetime(2020, 1, 1)
    for number in range(1, count + 1):
        created = epoch + datetime.timedelta(seconds=pick.randrange(10**8))
        seen = created + datetime.timedelta(microseconds=pick.randrange(10**9))
        yield (
            number,
            pick.randrange(OWNERS),
            pick.uniform(0, 100_000),
            round(pick.uniform(0, 100_000), 2),
            number % 2,
            str(created),
            str(seen) if number % 7 else None,
            f"{pick.choice(WORDS)} {pick.choice(WORDS)} {number}",
            " ".join(pick.choices(WORDS, k=8)),
            pick.randbytes(24),
        )
