"""The copy against the limit: LOAD DATA LOCAL of a ready-made file, and the mysql client with a dump."""

from __future__ import annotations

import random
import sqlite3
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.place import DATABASE, Place
from zdcdc import sqlite
from zdcdc.capture.catalog import read_catalog
from zdcdc.capture.lines import escaped_block, joined, plain_real
from zdcdc.capture.rows import line_pieces, tuple_expression
from zdcdc.capture.scan import scan_table
from zdcdc.codecs.codec import Form
from zdcdc.choose.tables import Context, Scanned, map_tables
from zdcdc.mapping import Capabilities, TableMapping

MIB = 1024 * 1024
WORDS = ("alpha", "beta", "gamma", "délta", "épsilon", "zeta", "日本", "tokyo", "naïve", "rome")
SCHEMA = """
CREATE TABLE big (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, city TEXT, age INTEGER, balance REAL,
  created TEXT NOT NULL, active INTEGER NOT NULL, note TEXT, score INTEGER
);
CREATE INDEX big_email ON big (email);
"""


def measure_copy(place: Place) -> None:
    """Prints seconds of each way, as medians of the runs taken in turns, and their ratios."""
    source = place.directory / "big.db"
    make_source(source, place.rows)
    mapping = _mapping(source)
    lines, dump = place.directory / "big.lines", place.directory / "big.sql"
    _write_files(source, mapping, lines, dump)
    place.fresh_database()
    ddl = place.zdcdc(source, "plan").output["tables"][0]
    create, alter = ddl["create"], ddl["add_keys"]
    names = ("load", "load, index after", "snapshot", "check", "dump", "snapshot, LOCAL off")
    seconds: dict[str, list[float]] = {name: [] for name in names}
    peaks: list[int] = []
    for _ in range(place.runs):
        place.set_local_infile(True)
        seconds["load"].append(_load(place, [create, alter], lines, []))
        seconds["load, index after"].append(_load(place, [create], lines, [alter]))
        place.fresh_database()
        seconds["check"].append(place.zdcdc(source, "check").seconds)
        _snapshot(place, source, seconds["snapshot"], peaks)
        place.fresh_database()
        place.set_local_infile(False)
        place.zdcdc(source, "check")
        _snapshot(place, source, seconds["snapshot, LOCAL off"], peaks)
        place.fresh_database()
        with place.root.connect(DATABASE) as connection, connection.cursor() as cursor:
            cursor.execute(create)
            cursor.execute(alter)
        seconds["dump"].append(place.mysql(script=dump))
    _print(place, seconds, max(peaks))


def _snapshot(place: Place, source: Path, seconds: list[float], peaks: list[int]) -> None:
    run = place.zdcdc(source, "snapshot")
    seconds.append(run.seconds)
    peaks.append(run.peak_bytes)
    with place.root.connect(DATABASE) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM big")
        rows = cursor.fetchone()
        cursor.execute("SHOW INDEX FROM big WHERE Key_name = 'big_email'")
        if rows != (place.rows,) or not cursor.fetchall():
            raise AssertionError(f"the snapshot is not complete: {rows}")
    place.zdcdc(source, "rollback", "--yes")


def _load(place: Place, before: list[str], lines: Path, after: list[str]) -> float:
    place.fresh_database()
    with place.root.connect(DATABASE) as connection, connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement)
    load = (
        f"LOAD DATA LOCAL INFILE '{lines}' INTO TABLE big CHARACTER SET utf8mb4 "
        "FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'"
    )
    return place.mysql("-e", ";".join([load, *after]))


def _print(place: Place, seconds: dict[str, list[float]], peak: int) -> None:
    median = {name: statistics.median(values) for name, values in seconds.items()}
    limit = min(median["load"], median["load, index after"])
    print(f"\ncopy of {place.rows:,} rows x 10 columns with a secondary index, median of {place.runs}")
    for name, values in seconds.items():
        print(f"  {name:22} {median[name]:7.2f} s   ({', '.join(f'{value:.2f}' for value in values)})")
    print(f"  snapshot / load                  {median['snapshot'] / median['load']:.2f}")
    print(f"  snapshot / the faster load       {median['snapshot'] / limit:.2f}")
    print(f"  snapshot + check / load          {(median['snapshot'] + median['check']) / median['load']:.2f}")
    print(f"  snapshot, LOCAL off / dump       {median['snapshot, LOCAL off'] / median['dump']:.2f}")
    print(f"  peak memory of snapshot          {peak / MIB:.0f} MiB")


def make_source(path: Path, rows: int) -> None:
    """A table of ten columns with a secondary index, the same for the same number of rows."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(SCHEMA)
    connection.executemany("INSERT INTO big VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(rows))
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    pick = random.Random(1)
    for number in range(1, count + 1):
        yield (
            number,
            f"{pick.choice(WORDS)} {pick.choice(WORDS)} {number}",
            f"user{number}@example{pick.randint(1, 999)}.com",
            pick.choice(WORDS) if number % 7 else None,
            pick.randint(18, 90),
            round(pick.uniform(0, 100_000), 2),
            time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(pick.randint(1_500_000_000, 1_700_000_000))),
            number % 2,
            " ".join(pick.choices(WORDS, k=10)),
            pick.randint(0, 10**9),
        )


def _mapping(path: Path) -> TableMapping:
    connection = sqlite.connect(path)
    table = read_catalog(connection).tables[0]
    facts = scan_table(connection, table, 5.0)
    connection.close()
    server = Capabilities("utf8mb4_0900_bin", "9.7.0", "mysql")
    (found,) = map_tables([Scanned(1, table, facts)], Context(server))
    if found.refusals:
        raise AssertionError(found.refusals)
    return found.mapping


def _write_files(path: Path, mapping: TableMapping, lines: Path, dump: Path) -> None:
    """The ready-made file and an extended-insert dump, a mebibyte a statement as mysqldump writes them."""
    connection = sqlite.connect(path)
    pieces = line_pieces(mapping.columns, Form.RAW_FIELD, "t")
    nulls = " + ".join(f"(t.{c.source} IS NULL)" for c in mapping.columns)
    cursor = connection.execute(f"SELECT {', '.join(pieces)}, {nulls} FROM big AS t ORDER BY id")
    with lines.open("wb") as file:
        while block := cursor.fetchmany(10_000):
            columns = list(zip(*block, strict=True))
            rows = joined(columns[:-1], plain_real)
            text = escaped_block(rows, len(mapping.columns), sum(columns[-1])) if rows else None
            assert text is not None
            file.write(text + b"\n")
    values = tuple_expression(mapping.columns, "t")
    with dump.open("wb") as file:
        file.write(b"SET foreign_key_checks=0, unique_checks=0;\nLOCK TABLES `big` WRITE;\n")
        size, started = MIB, False
        for (row,) in connection.execute(f"SELECT {values} FROM big AS t ORDER BY id"):
            if size >= MIB:
                file.write(b";\nINSERT INTO `big` VALUES " if started else b"INSERT INTO `big` VALUES ")
                size, started = 0, True
            else:
                file.write(b",")
            file.write(row)
            size += len(row)
        file.write(b";\nUNLOCK TABLES;\n")
    connection.close()
