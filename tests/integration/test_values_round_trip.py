"""Every value arrives as it was, by LOAD DATA and by INSERT, in the copy and in the changes after it."""

from __future__ import annotations

import itertools
import math
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.servers.target import Target
from tests.support.migration import Migration, made_database
from tests.support.values import Value
from zdcdc.codecs.numbers import LARGEST_EXACT_INTEGER
from zdcdc.config import Limits
from zdcdc.errors import Code, ZdcdcError
from zdcdc.stages.status import read_status

HOSTILE_NAME = "q\"u`o't e\t\\ %d %s ;-- žluť数"
SMALL = Limits(chunk_size=200, slice_changes=7, slice_size=2000, batch_rows=5, poll_seconds=0.001)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


SCHEMA = f"""
CREATE TABLE integers (id INTEGER PRIMARY KEY, v INTEGER);
CREATE TABLE reals (id INTEGER PRIMARY KEY, v REAL);
CREATE TABLE numbers (id INTEGER PRIMARY KEY, v NUMERIC);
CREATE TABLE texts (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE blobs (id INTEGER PRIMARY KEY, v BLOB);
CREATE TABLE lone_text (v TEXT);
CREATE TABLE text_keys (k TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE blob_keys (k BLOB NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (k, n));
CREATE TABLE {quoted(HOSTILE_NAME)} (
  {quoted(HOSTILE_NAME)} TEXT NOT NULL PRIMARY KEY, {quoted(HOSTILE_NAME + "2")} BLOB,
  {quoted(HOSTILE_NAME + "3")} TEXT UNIQUE);
CREATE INDEX {quoted(HOSTILE_NAME + "4")} ON {quoted(HOSTILE_NAME)} ({quoted(HOSTILE_NAME + "2")});
"""

HOSTILE_TEXTS = [
    "", "\\N", "\\", "\\\\", "NULL", "null", "'", "''", '"', "`", "\t", "\n", "\r\n", "\0", "a\0b", "\x1a",
    "\\t", "\\0", "%s", "%d%%", "🐎", "𝄞é数", "e\u0301", "\u00e9", "\ufeff", "\uffff", "\U0010ffff", " ",
    "a ", "ž\\", "x'00'", "--", "/*", "\\'", "');DROP TABLE texts;--", "\x7f", "\u2028",
]  # fmt: skip
INTEGERS = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.sampled_from([0, -1, 2**63 - 1, -(2**63)])
)
REALS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: v != 0 or math.copysign(1, v) > 0)
NUMBERS = st.one_of(
    st.none(),
    st.integers(-LARGEST_EXACT_INTEGER, LARGEST_EXACT_INTEGER),
    REALS.filter(lambda v: not v.is_integer() or abs(v) >= 2.0**63),
)
CHARACTERS = st.one_of(st.sampled_from("\0\t\n\r\\'\"`%;,N\x1a"), st.characters(exclude_categories=["Cs"]))
TEXTS = st.one_of(st.sampled_from(HOSTILE_TEXTS), st.text(CHARACTERS, max_size=12))
BLOBS = st.one_of(st.sampled_from([b"", b"\0", b"\\N", b"\xff\xfe\xfd", b"\t\n\\"]), st.binary(max_size=12))

CHANGES = """
DELETE FROM texts WHERE id % 3 = 1;
UPDATE reals SET v = v / 3;
UPDATE text_keys SET k = k || 'x' WHERE length(k) > 3;
"""

Rows = dict[str, list[tuple[Value, ...]]]


def one(values: st.SearchStrategy[Value]) -> st.SearchStrategy[list[tuple[Value, ...]]]:
    return st.lists(values.map(lambda value: (value,)), max_size=40)


def keyed(*columns: st.SearchStrategy[Value], key: int) -> st.SearchStrategy[list[tuple[Value, ...]]]:
    return st.lists(st.tuples(*columns), max_size=40, unique_by=lambda row: row[:key])


ROWS: st.SearchStrategy[Rows] = st.fixed_dictionaries(
    {
        "integers (v)": one(INTEGERS),
        "reals (v)": one(st.one_of(st.none(), REALS)),
        "numbers (v)": one(NUMBERS),
        "texts (v)": one(st.one_of(st.none(), TEXTS)),
        "blobs (v)": one(st.one_of(st.none(), BLOBS)),
        "lone_text (v)": one(st.one_of(st.none(), TEXTS)),
        "text_keys (k)": keyed(TEXTS, key=1),
        "blob_keys (k, n)": keyed(BLOBS, st.integers(-(2**63), 2**63 - 1), key=2),
        f"{quoted(HOSTILE_NAME)} ({', '.join(quoted(HOSTILE_NAME + n) for n in ('', '2'))})": keyed(
            TEXTS, st.one_of(st.none(), BLOBS), key=1
        ),
    }
)


def insert(path: Path, rows: Rows, verb: str = "INSERT") -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, values in rows.items():
            marks = ", ".join("?" * (table.count('", "') + table.count(", n)") + 1))
            connection.executemany(f"{verb} INTO {table} VALUES ({marks})", values)


@pytest.mark.local_infile("on", "off")
def test_every_value_arrives_as_it_was(
    target: Target, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    numbers = itertools.count()

    # A migration costs a second and a row next to nothing: few examples, each of hundreds of values.
    @settings(
        max_examples=count(5, 100),
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(copied=ROWS, changed=ROWS)
    def arrives(copied: Rows, changed: Rows) -> None:
        path = made_database(tmp_path / f"{next(numbers)}.db", SCHEMA)
        insert(path, copied)
        migration = Migration(path, target, SMALL)
        migration.snapshot()
        assert migration.differences() == []
        insert(path, changed, "INSERT OR REPLACE")
        migration.write(CHANGES)
        migration.follow()
        assert migration.differences() == []
        migration.rollback()

    arrives()


@pytest.mark.local_infile("on", "off")
def test_each_hostile_text_arrives_as_value_and_as_key_and_verify_agrees(
    target: Target, tmp_path: Path
) -> None:
    path = made_database(tmp_path / "app.db", SCHEMA)
    insert(
        path,
        {
            "lone_text (v)": [(text,) for text in HOSTILE_TEXTS],
            "text_keys (k)": [(text,) for text in HOSTILE_TEXTS],
            f"{quoted(HOSTILE_NAME)} ({quoted(HOSTILE_NAME)}, {quoted(HOSTILE_NAME + '3')})": [
                (text, text) for text in HOSTILE_TEXTS
            ],
        },
    )
    migration = Migration(path, target, SMALL)
    migration.snapshot()
    assert migration.differences() == []
    assert migration.verify().identical


@pytest.mark.local_infile("on", "off")
def test_a_key_of_zero_stays_zero_beside_a_blob_and_in_a_table_without_a_key(
    target: Target, tmp_path: Path
) -> None:
    # MariaDB numbers it anew where LOAD DATA sets another column.
    path = made_database(
        tmp_path / "app.db",
        "CREATE TABLE b (id INTEGER PRIMARY KEY, v BLOB);"
        "INSERT INTO b VALUES (0, x'00'), (-1, NULL), (5, x'01');"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (0, 'a');"
        "CREATE TABLE r (v BLOB); INSERT INTO r (rowid, v) VALUES (0, x'00'), (7, x'02');",
    )
    migration = Migration(path, target)
    migration.snapshot()
    assert migration.differences() == []
    migration.write("UPDATE b SET v = x'ff'; UPDATE r SET v = x'ff'; UPDATE t SET v = 'b'")
    migration.follow()
    assert migration.differences() == []


@pytest.mark.parametrize("encoding", ["UTF-16le", "UTF-16be"])
def test_a_database_in_utf16_arrives_and_verify_agrees(target: Target, tmp_path: Path, encoding: str) -> None:
    path = made_database(tmp_path / "app.db", SCHEMA, encoding)
    texts: list[tuple[Value, ...]] = [(text,) for text in (*HOSTILE_TEXTS, "ā", "˿", "\u0100", "z", "\ufffd")]
    # On the way to UTF-16 SQLite takes a byte order mark off and makes U+FFFF U+FFFD: keys that are others.
    keys = sorted(set(texts) - {("\ufeff",), ("\uffff",)})
    insert(path, {"lone_text (v)": texts, "text_keys (k)": keys, "blobs (v)": [(b"\xff\0",)]})
    migration = Migration(path, target, SMALL)
    migration.snapshot()
    assert migration.differences() == []
    assert migration.verify().identical


@pytest.mark.parametrize("data", ["61e28262", "eda080", "fe"])
def test_text_that_is_not_utf8_is_refused_by_name_and_holds_its_table_when_it_comes_later(
    target: Target, tmp_path: Path, data: str
) -> None:
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a')"
    path = made_database(tmp_path / "app.db", script)
    migration = Migration(path, target)
    migration.snapshot()
    migration.write(f"UPDATE t SET v = CAST(x'{data}' AS TEXT)")
    migration.follow()
    assert "column v" in dict(read_status(migration.config).held)["t"]
    migration.rollback()
    with pytest.raises(ZdcdcError) as raised:
        migration.snapshot()
    assert raised.value.code is Code.VALUE
    assert "t.v" in raised.value.what
