"""decode(encode(value)) is the same value of the same storage class, for every codec in every type that it
fills: through real servers, by LOAD DATA in the copy and INSERT in the changes, and verification agrees."""

from __future__ import annotations

import datetime
import itertools
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.servers.target import Target
from tests.support import strategies
from tests.support.clearing import clear
from tests.support.encoding import of_all, stored
from tests.support.kinds import KINDS, Kinds
from tests.support.migration import Migration, made_database
from tests.support.restoring import same_json
from tests.support.source_side import quoted
from tests.support.values import Value, identity
from zdcdc import sqlite
from zdcdc.capture.lines import is_utf8
from zdcdc.codecs.codec import Form
from zdcdc.codecs.moments import moment
from zdcdc.temporal import FORMS, Kind
from zdcdc.wishes import ColumnWish, Wishes

COLUMNS_AT_MOST = 60
"""Of one table, so that it is not too wide a row."""


def kinds_on(target: Target) -> dict[str, Kinds]:
    """The codecs by the table that tries them: of MariaDB, JSON is text, and MySQL has no type for UUIDs."""
    missing = "json" if target.kind.value == "mariadb" else "uuid"
    found: dict[str, Kinds] = {}
    for name, kinds in KINDS.items():
        if name == missing:
            continue
        for start in range(0, len(kinds), COLUMNS_AT_MOST):
            found[f"{name}_{start}"] = kinds[start : start + COLUMNS_AT_MOST]
    return found


def wishes_for(kinds: dict[str, Kinds]) -> Wishes:
    """What makes the column ``c<number>`` of each table that of its codec."""
    found = []
    for table, columns in kinds.items():
        for number, (codec, type_) in enumerate(columns):
            name = f"{codec.name}:{codec.argument}" if codec.argument else codec.name
            wish = ColumnWish(None if codec.name in ("json", "uuid") else type_, name)
            found.append((f"{table}.c{number}", wish))
    return Wishes(tuple(found))


def schema_for(kinds: dict[str, Kinds]) -> str:
    return "".join(
        f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, "
        + ", ".join(
            # A column of REAL affinity for what is always REAL.
            f"c{number} {'REAL' if codec.argument.endswith('real') else ''}"
            for number, (codec, _) in enumerate(columns)
        )
        + ");"
        for table, columns in kinds.items()
    )


def fill(path: Path, kinds: dict[str, Kinds], values: Sequence[Value]) -> int:
    """Replaces the rows of all tables: a row for each value, NULL where a codec refuses it; returns how many
    are kept."""
    kept = 0
    with closing(sqlite.connect(path)) as connection:
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("BEGIN")
        for table, columns in kinds.items():
            connection.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * (len(columns) + 1))
            for number, value in enumerate(values):
                stored(connection, value)
                row = [_usable(sent.forms[Form.ESCAPED_FIELD]) for sent in of_all(connection, columns)]
                kept += sum(row)
                held = [_bound(value) if fits else None for fits in row]
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", (number, *held))
                if isinstance(value, str) and not value.isascii():
                    names = [f"c{place} = CAST(c{place} AS TEXT)" for place, fits in enumerate(row) if fits]
                    if names and _is_broken(value):
                        connection.execute(f"UPDATE {table} SET {', '.join(names)} WHERE id = {number}")
        connection.execute("COMMIT")
    return kept


def _usable(sent: bytes | None) -> bool:
    return sent is not None and is_utf8([sent])


def _is_broken(value: str) -> bool:
    return any(0xD800 <= ord(character) < 0xE000 for character in value)


def _bound(value: Value) -> Value:
    """Text that is not UTF-8 cannot be bound: it goes in as a blob, and is made text afterwards."""
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) and _is_broken(value) else value


def compared(path: Path, target: Target, kinds: dict[str, Kinds]) -> int:
    """How many values came back; AssertionError for the first that is another one."""
    same = 0
    with closing(sqlite3.connect(path)) as source, closing(target.connect()) as mysql:
        source.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        for table, columns in kinds.items():
            names = ", ".join(f"c{number}" for number in range(len(columns)))
            ours = source.execute(f"SELECT {names} FROM {quoted(table)} ORDER BY id").fetchall()
            with mysql.cursor() as cursor:
                cursor.execute(f"SELECT {names} FROM {table} ORDER BY id")
                theirs = cursor.fetchall()
            assert len(ours) == len(theirs)
            for left, right in zip(ours, theirs, strict=True):
                for (codec, type_), value, raw in zip(columns, left, right, strict=True):
                    back = codec.decode(raw)
                    same += value is not None
                    assert identity(_plain(codec.name, back)) == identity(_plain(codec.name, value)), (
                        f"{codec} in {type_}: {value!r} became {back!r}"
                    )
    return same


def _plain(name: str, value: Value) -> Value:
    """``value`` as it is, but for the conversions that a person has to choose."""
    if isinstance(value, str) and name == "json":
        return same_json(value)
    return moment(value) if isinstance(value, str) and name == "moment" else value


@pytest.mark.local_infile("on", "off")
def test_every_codec_gives_back_every_value_that_it_takes(
    target: Target, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    kinds = kinds_on(target)
    numbers = itertools.count()

    @settings(
        max_examples=count(1, 25),
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        copied=st.lists(strategies.ANY, min_size=60, max_size=60),
        changed=st.lists(strategies.ANY, min_size=60, max_size=60),
    )
    def comes_back(copied: list[Value], changed: list[Value]) -> None:
        clear(target)
        path = made_database(tmp_path / f"{next(numbers)}.db", schema_for(kinds))
        migration = Migration(path, target, wishes=wishes_for(kinds))
        kept = fill(path, kinds, strategies.ODD + copied)
        migration.snapshot()
        assert compared(path, target, kinds) >= kept * 0.9  # NULL is kept and not counted
        assert migration.verify().identical
        # Other values in every row, through the statements of the changes.
        fill(path, kinds, changed + strategies.ODD[::-1])
        migration.follow()
        assert compared(path, target, kinds)
        assert migration.verify().identical

    comes_back()


def moments() -> Iterable[datetime.datetime]:
    """With and without seconds, and with fractions of many lengths."""
    day = datetime.datetime(2024, 2, 29)
    for clock in ((0, 0, 0), (10, 20, 0), (23, 59, 59)):
        for micro in (0, 5, 120_000, 123_000, 123_456, 900_000, 999_999):
            yield day.replace(hour=clock[0], minute=clock[1], second=clock[2], microsecond=micro)


def test_the_server_and_the_driver_write_a_moment_the_same_even_one_that_the_rule_leaves_out(
    target: Target,
) -> None:
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("CREATE TABLE m (d DATE, dt DATETIME(6), t TIME(6))")
        cursor.executemany("INSERT INTO m VALUES (%s, %s, %s)", [(m.date(), m, m.time()) for m in moments()])
        for form in FORMS:
            column = {Kind.DATE: "d", Kind.DATETIME: "dt", Kind.TIME: "t"}[form.kind]
            cursor.execute(f"SELECT {column}, {form.in_mysql(column)} FROM m")
            rows: Sequence[tuple[Any, Any]] = cursor.fetchall()
            assert len(rows) == len(list(moments()))
            for value, shown in rows:
                text = shown.decode() if isinstance(shown, bytes) else str(shown)
                assert form.written(value) == text, form.name
