"""Random tables for hypothesis: keys of every kind, columns of every declared type, rows of all classes."""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from tests.support import strategies as values
from tests.support.source_side import quoted
from tests.support.values import Value, shown
from zdcdc.wishes import ColumnWish, OnMismatch

Family = st.SearchStrategy[Value]

_EPOCH = datetime.datetime(1000, 1, 1)
_CENTS: st.SearchStrategy[float] = st.integers(-999_999, 999_999).map(lambda cents: cents / 100)
_BITS: Family = st.integers(0, 1)
_SHORT: Family = st.one_of(
    st.text(values.CHARACTERS, max_size=5), st.sampled_from(["", "a", "é🐎", "a ", "\0", "é\0ééé"])
)
_PYTHON: Family = st.datetimes(min_value=_EPOCH).map(str)
_RAILS: Family = st.datetimes(min_value=_EPOCH).map(lambda one: one.strftime("%Y-%m-%d %H:%M:%S.%f"))
_SCRIPT: Family = st.datetimes(min_value=_EPOCH).map(lambda one: f"{one.isoformat('T', 'milliseconds')}Z")
_DAYS: Family = st.dates(min_value=_EPOCH.date()).map(str)
_CLOCKS: Family = st.times().map(str)
_JSON: Family = st.sampled_from(values.DOCUMENTS)
_SMALL: Family = st.integers(-1000, 1000)
_HEX: Family = st.uuids().map(lambda one: one.hex)
_WORDS: Family = st.sampled_from(["pear", "Plum", "fig ", "it's", "%s", "数", "—", "1e5", "٣"])
_NUMBERS: Family = st.one_of(_SMALL, _CENTS)
_LARGE: Family = st.builds(
    lambda size, unit: (unit * (size // len(unit) + 1))[:size],
    st.sampled_from([70_000, 70_000, 3_000_000, 20_000_000]),
    st.sampled_from([b"\0", b"\xff\\'\n\t", b"0123456789"]),
)

USUAL: dict[str, list[Family]] = {
    "INTEGER": [values.INTEGERS, _SMALL],
    "BOOLEAN": [_BITS],
    "REAL": [values.FINITE],
    "DOUBLE PRECISION": [values.FINITE, values.MONEY],
    "NUMERIC": [_NUMBERS, values.INTEGERS, values.FINITE],
    "DECIMAL": [_CENTS],
    "DECIMAL(10,2)": [_CENTS, _NUMBERS],
    "DECIMAL(30,15)": [_CENTS, values.FINITE],
    "TEXT": [values.TEXTS, _WORDS, _DAYS],
    "VARCHAR(5)": [_SHORT],
    "VARCHAR(255)": [_WORDS, values.TEXTS],
    "TEXT COLLATE NOCASE": [values.PRINTABLE, _WORDS],
    "VARCHAR(40) COLLATE RTRIM": [_WORDS],
    "DATE": [_DAYS],
    "DATETIME": [_PYTHON, _RAILS, _SCRIPT, _DAYS, _SMALL],
    "TIMESTAMP": [_PYTHON, _RAILS],
    "TIME": [_CLOCKS],
    "JSON": [_JSON],
    "BLOB": [*[values.BLOBS] * 15, _LARGE],
    "CHAR(32)": [_HEX],
    "": [values.BLOBS, values.TEXTS, _NUMBERS, _WORDS, values.INTEGERS],
    "STRING": [_WORDS, _NUMBERS],
}
"""Declared types, each with the values that are usual in a column declared so."""

WILD: list[Family] = [
    st.sampled_from(values.UNKEPT),
    values.ANY, values.INTEGERS, values.FINITE, values.REALS, values.TEXTS, values.BLOBS, values.DATE_LIKE,
    values.BROKEN, st.sampled_from(values.LIKE_NUMBERS), values.LONG_TEXTS, _JSON, _WORDS, _NUMBERS,
]  # fmt: skip
"""What stands beside them, or instead, where an application made a mistake."""

@dataclass(frozen=True)
class DrawnKey:
    """A key: its columns with how they are declared and their values, and a constraint of several."""

    columns: tuple[tuple[str, str, Family], ...] = field(default=(), repr=False)
    constraint: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _, _ in self.columns)

    @property
    def clustered(self) -> bool:
        """Whether its table may do without a rowid."""
        return bool(self.columns) and all("NOT NULL" in declared for _, declared, _ in self.columns)

    @property
    def type(self) -> str:
        """What a column that refers to it is declared as."""
        return re.split("COLLATE|NOT NULL|PRIMARY KEY", self.columns[0][1])[0].strip()


def _one(declared: str, *families: Family) -> DrawnKey:
    return DrawnKey((("k", declared, st.one_of(*families)),))


_ROWIDS: Family = st.one_of(st.integers(-5, 40), st.sampled_from([0, 2**62, -(2**63)]))
KEYS: list[DrawnKey] = [
    _one("INTEGER PRIMARY KEY", _ROWIDS),
    _one("INTEGER PRIMARY KEY", _ROWIDS),
    _one("INTEGER PRIMARY KEY AUTOINCREMENT", st.integers(0, 40)),
    DrawnKey(),
    _one("TEXT NOT NULL PRIMARY KEY", values.TEXTS),
    _one("VARCHAR(20) NOT NULL PRIMARY KEY", _WORDS),
    _one("TEXT PRIMARY KEY", st.none(), _WORDS),
    _one("TEXT COLLATE NOCASE NOT NULL PRIMARY KEY", values.PRINTABLE, _WORDS),
    _one("TEXT COLLATE RTRIM NOT NULL PRIMARY KEY", _WORDS),
    _one("BLOB NOT NULL PRIMARY KEY", values.BLOBS),
    _one("NOT NULL PRIMARY KEY", _SMALL, _CENTS, _WORDS),
    _one("DATE NOT NULL PRIMARY KEY", _DAYS),
    _one("DATETIME NOT NULL PRIMARY KEY", _SCRIPT),
    _one("DECIMAL(10,2) NOT NULL PRIMARY KEY", _CENTS),
    _one("REAL NOT NULL PRIMARY KEY", values.FINITE),
    _one("NUMERIC NOT NULL PRIMARY KEY", _NUMBERS, values.INTEGERS),
    DrawnKey((("k", "TEXT NOT NULL", _WORDS), ("l", "INTEGER NOT NULL", _SMALL)), "PRIMARY KEY (k, l)"),
    DrawnKey(
        (("k", "NOT NULL", st.one_of(_SMALL, _WORDS)), ("l", "TIME NOT NULL", _CLOCKS)), "UNIQUE (l, k)"
    ),
]
"""Keys of every kind."""

REFERENCE = "refers"
NAMES = ["t", "select", "q\"u`o't", "ž数", "a b", "%s", "Upper", "semi;--", "back\\slash"]
ROLES = ["", "", "", "UNIQUE", "indexed", "falling", "NOT NULL"]
WISHES = [
    ColumnWish(codec="tagged"),
    ColumnWish(codec="tagged"),
    ColumnWish(codec="mixed"),
    ColumnWish(type="LONGTEXT"),
    ColumnWish(type="VARCHAR(300)"),
    ColumnWish(type="VARCHAR(2)"),
    ColumnWish(type="DECIMAL(20,4)"),
    ColumnWish(type="DOUBLE"),
    ColumnWish(type="BIGINT"),
    ColumnWish(type="LONGBLOB"),
    ColumnWish(type="VARBINARY(300)"),
    ColumnWish(type="DATE"),
    ColumnWish(type="DATETIME"),
    ColumnWish(type="TIME"),
    ColumnWish(type="JSON"),
    ColumnWish(on_mismatch=OnMismatch.WIDEN),
    ColumnWish(on_mismatch=OnMismatch.HOLD),
]


NEAR: dict[str, Family] = {
    "INT": st.one_of(values.INTEGERS, values.FINITE),
    "BOOL": st.one_of(values.INTEGERS, _WORDS),
    "REAL": st.one_of(values.REALS, values.INTEGERS),
    "DOUB": st.one_of(values.REALS, values.INTEGERS),
    "NUM": st.one_of(values.REALS, values.INTEGERS),
    "DEC": st.one_of(values.REALS, values.INTEGERS, _CENTS.map(lambda one: one / 100)),
    "DATE": values.DATE_LIKE,
    "TIME": values.DATE_LIKE,
    "CHAR": st.one_of(values.LONG_TEXTS, values.TEXTS),
    "JSON": _JSON,
}
"""What may be taken for a value of a column by mistake, by a part of its declared type."""

KEY_WISHES = [ColumnWish(codec="tagged"), ColumnWish(type="VARCHAR(300)"), ColumnWish(type="LONGTEXT")]


@dataclass(frozen=True)
class DrawnColumn:
    """A column: how it is declared, its role in keys, what its values are, and what is asked for it."""

    name: str
    declared: str
    role: str
    families: tuple[Family, ...] = field(repr=False)
    wish: ColumnWish | None = None

    @property
    def value(self) -> Family:
        return st.one_of(*self.families) if self.role == "NOT NULL" else st.one_of(st.none(), *self.families)

    @property
    def near(self) -> Family:
        """Values that hardly fit, or hardly do not."""
        return next((family for part, family in NEAR.items() if part in self.declared), values.ANY)

    @property
    def definition(self) -> str:
        constraint = self.role if self.role in ("UNIQUE", "NOT NULL") else ""
        return f"{quoted(self.name)} {self.declared} {constraint}".rstrip()


@dataclass(frozen=True)
class DrawnTable:
    """A table: its key, its other columns, a table that it refers to, and its rows (the key first)."""

    name: str
    key: DrawnKey
    columns: tuple[DrawnColumn, ...]
    without_rowid: bool = False
    parent: DrawnTable | None = None
    key_wish: ColumnWish | None = None
    rows: tuple[tuple[Value, ...], ...] = ()

    def __repr__(self) -> str:
        """What is of interest when an example fails."""
        wishes = {column.name: column.wish for column in self.columns if column.wish}
        wishes |= {"key": self.key_wish} if self.key_wish else {}
        rows = [f"({', '.join(map(shown, row))})" for row in self.rows]
        return f"DrawnTable({self.script}, rows={rows}, wishes={wishes})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same for hypothesis."""
        printer.text(repr(self))

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that rows are written with."""
        columns = tuple(column.name for column in self.columns)
        return (*self.key.names, *columns, *((REFERENCE,) if self.parent else ()))

    @property
    def keyed(self) -> frozenset[str]:
        """The columns in a key that has to hold all of a value."""
        unique = (column.name for column in self.columns if column.role == "UNIQUE")
        return frozenset((*self.key.names, *unique, REFERENCE))

    @property
    def row(self) -> st.SearchStrategy[tuple[Value, ...]]:
        parts = [family for _, _, family in self.key.columns] + [column.value for column in self.columns]
        if self.parent is not None:
            known = [row[0] for row in self.parent.rows] or [None]
            parts.append(st.one_of(st.none(), st.sampled_from(known), st.sampled_from(known)))
        return st.tuples(*parts)

    @property
    def script(self) -> tuple[str, ...]:
        """The statements that make it."""
        definitions = [f"{name} {declared}" for name, declared, _ in self.key.columns]
        definitions += [column.definition for column in self.columns]
        if self.parent is not None:
            parent = f"{quoted(self.parent.name)} ({self.parent.key.names[0]})"
            definitions.append(f"{REFERENCE} {self.parent.key.type} REFERENCES {parent}")
        definitions += [self.key.constraint] if self.key.constraint else []
        tail = " WITHOUT ROWID" if self.without_rowid else ""
        made = [f"CREATE TABLE {quoted(self.name)} ({', '.join(definitions)}){tail}"]
        for number, column in enumerate(self.columns):
            if column.role in ("indexed", "falling"):
                order = " DESC" if column.role == "falling" else ""
                index = quoted(f"{self.name} index {number}")
                made.append(f"CREATE INDEX {index} ON {quoted(self.name)} ({quoted(column.name)}{order})")
        return tuple(made)


def _column(number: int) -> st.SearchStrategy[DrawnColumn]:
    wishes = st.sampled_from([*WISHES, ColumnWish(name=f"renamed {number}")])

    def of(declared: str) -> st.SearchStrategy[DrawnColumn]:
        usual = st.sampled_from(USUAL[declared]).map(lambda family: (family,))
        beside = st.tuples(st.sampled_from(USUAL[declared]), st.sampled_from(WILD))
        return st.builds(
            DrawnColumn,
            st.sampled_from(NAMES).map(lambda name: f"{name}{number}"),
            st.just(declared),
            st.sampled_from(ROLES),
            values.weighted((11, usual), (1, beside)),
            values.weighted((8, st.none()), (1, wishes)),
        )

    return st.sampled_from(list(USUAL)).flatmap(of)


@st.composite
def tables(draw: st.DrawFn, most: int = 3, most_rows: int = 6) -> list[DrawnTable]:
    """A few tables with their rows."""
    found: list[DrawnTable] = []
    for number in range(draw(st.integers(1, most))):
        key = draw(st.sampled_from(KEYS))
        empty = DrawnTable(
            f"{draw(st.sampled_from(NAMES))}{number}",
            key,
            tuple(draw(_column(place)) for place in range(draw(st.integers(1, 4)))),
            key.clustered and "UNIQUE" not in key.constraint and draw(st.booleans()),
            draw(st.sampled_from([None, None, *(one for one in found if len(one.key.columns) == 1)])),
            draw(st.sampled_from([*[None] * 18, *KEY_WISHES])) if key.columns else None,
        )
        found.append(replace(empty, rows=tuple(draw(st.lists(empty.row, max_size=most_rows)))))
    return found


def insert(connection: sqlite3.Connection, table: DrawnTable, rows: Sequence[Sequence[Value]]) -> None:
    """Writes rows, each where the constraints of its table allow it."""
    names = ", ".join(map(quoted, table.names))
    for row in rows:
        terms = ", ".join("CAST(? AS TEXT)" if is_broken(value) else "?" for value in row)
        attempt(connection, f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({terms})", row)


def attempt(connection: sqlite3.Connection, statement: str, row: Sequence[Value]) -> None:
    """Runs a statement; one that a constraint refuses changes nothing."""
    try:
        connection.execute(statement, [bound(value) for value in row])
    except sqlite3.IntegrityError:
        return


def is_broken(value: Value) -> bool:
    """Whether it is TEXT that is not UTF-8, which cannot be bound."""
    return isinstance(value, str) and any(0xD800 <= ord(character) < 0xE000 for character in value)


def bound(value: Value) -> Value:
    """``value`` as the driver takes it; what :func:`is_broken` as a blob, to be cast."""
    return str(value).encode("utf-8", "surrogateescape") if is_broken(value) else value
