"""Random statements, the same for the same seed, against the schema of `statement_schema`.

    statements = Statements(seed)
    connection = statements.connect(path)
    connection.executescript(schema_sql)
    statements.seed_rows(connection)
    …                                           # capture is installed
    connection.executescript(late_triggers_sql)
    for _ in range(3000):
        statements.step(connection)
    statements.settle(connection)

They are made to collide: few keys, several unique ones, and every way in which SQLite lets a statement remove
or move rows that it does not name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.support.statement_schema import LATE_TRIGGERS_SQL, SCHEMA_SQL, SHAPES, Shape
from tests.support.values import Value

schema_sql = SCHEMA_SQL
late_triggers_sql = LATE_TRIGGERS_SQL

SEED_ROWS_PER_TABLE = 40
RECURSIVE_EVERY = 5
CONFLICT_CLAUSES = (
    "",
    "OR REPLACE",
    "OR REPLACE",
    "OR REPLACE",
    "OR IGNORE",
    "OR FAIL",
    "OR ROLLBACK",
    "OR ABORT",
)


EXCHANGES: tuple[tuple[str, str, str, Value], ...] = (
    ("item", "id", "code", "between"),
    ("item", "id", "alias", "between"),
    ("counter", "id", "name", "between"),
    ("thing", "digest", "name", "between"),
    ("seat", "id", "place", -1),
    ("folded", "id", "base", -1),
)
"""Table, key, unique column, and a value that no row has."""


@dataclass(frozen=True)
class Step:
    """What was executed; ``refused`` if a constraint stopped it, as is in the nature of these statements."""

    sql: str
    values: tuple[Value, ...]
    refused: bool


class Statements:
    """A seeded source of statements for one connection, which nobody else may use in between."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._random = Random(seed)
        self._savepoints: list[str] = []

    def connect(self, path: Path) -> sqlite3.Connection:
        """The application's connection: foreign keys, busy timeout 5 s, recursive triggers by seed."""
        connection = sqlite3.connect(path, timeout=5.0, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        if self.seed % RECURSIVE_EVERY == RECURSIVE_EVERY - 1:
            connection.execute("PRAGMA recursive_triggers = ON")
        return connection

    def seed_rows(self, connection: sqlite3.Connection) -> None:
        """Rows to begin with in every table, as far as constraints let them in."""
        connection.execute("BEGIN IMMEDIATE")
        for shape in SHAPES:
            columns = tuple(shape.makers)
            for _ in range(SEED_ROWS_PER_TABLE):
                sql = f"INSERT OR IGNORE INTO {shape.table} ({', '.join(columns)}) VALUES ({_marks(columns)})"
                self._execute(connection, sql, shape.row(self._random, columns))
        connection.execute("COMMIT")

    def step(self, connection: sqlite3.Connection) -> Step:
        """Execute one statement. Raises any sqlite3.Error that is not a constraint's refusal."""
        if not connection.in_transaction:
            self._savepoints.clear()
        if self._random.random() < 0.3:
            return self._control(connection)
        if self._random.random() < 0.05:
            return self._exchange(connection)
        make = self._random.choices(_MAKERS, _WEIGHTS)[0]
        sql, values = make(self._random, self._random.choice(SHAPES))
        return self._execute(connection, sql, values)

    def settle(self, connection: sqlite3.Connection) -> None:
        """End the open transaction, if there is one, by COMMIT or ROLLBACK."""
        if connection.in_transaction:
            self._execute(connection, self._random.choice(("COMMIT", "COMMIT", "ROLLBACK")), ())
        self._savepoints.clear()

    def _control(self, connection: sqlite3.Connection) -> Step:
        """Transactions and savepoints: BEGIN IMMEDIATE, because a busy upgrade is no constraint's refusal."""
        if not connection.in_transaction:
            return self._execute(connection, "BEGIN IMMEDIATE", ())
        choice = self._random.random()
        if choice < 0.35:
            name = f"s{len(self._savepoints)}"
            self._savepoints.append(name)
            return self._execute(connection, f"SAVEPOINT {name}", ())
        if choice < 0.7 and self._savepoints:
            index = self._random.randrange(len(self._savepoints))
            name = self._savepoints[index]
            if self._random.random() < 0.6:
                del self._savepoints[index + 1 :]
                return self._execute(connection, f"ROLLBACK TO {name}", ())
            del self._savepoints[index:]
            return self._execute(connection, f"RELEASE {name}", ())
        self._savepoints.clear()
        return self._execute(connection, self._random.choice(("COMMIT", "COMMIT", "ROLLBACK")), ())

    def _exchange(self, connection: sqlite3.Connection) -> Step:
        """Two rows exchange a unique value by way of a third one; all of it or nothing."""
        table, key, column, between = self._random.choice(EXCHANGES)
        rows = connection.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY {key}"
        ).fetchall()
        if len(rows) < 2:
            return Step("", (), refused=True)
        (one, its), (other, others) = self._random.sample(rows, 2)
        nested = connection.in_transaction
        connection.execute("SAVEPOINT exchange" if nested else "BEGIN IMMEDIATE")
        sql = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"
        refused = any(
            self._execute(connection, sql, values).refused
            for values in ((between, one), (its, other), (others, one))
        )
        if refused:
            connection.execute("ROLLBACK TO exchange" if nested else "ROLLBACK")
        if nested:
            connection.execute("RELEASE exchange")
        elif not refused:
            connection.execute("COMMIT")
        return Step(f"exchange of {table}.{column}", (one, other), refused)

    def _execute(self, connection: sqlite3.Connection, sql: str, values: tuple[Value, ...]) -> Step:
        try:
            connection.execute(sql, values).fetchall()
        except sqlite3.IntegrityError:
            return Step(sql, values, refused=True)
        return Step(sql, values, refused=False)


def _marks(columns: tuple[str, ...]) -> str:
    return ", ".join("?" * len(columns))


def _insert(random: Random, shape: Shape) -> tuple[str, tuple[Value, ...]]:
    """One to three rows; a column left out takes its default."""
    columns = tuple(name for name in shape.makers if name in shape.key or random.random() < 0.85)
    count = random.choice((1, 1, 2, 3))
    rows = ", ".join(f"({_marks(columns)})" for _ in range(count))
    sql = f"INSERT {random.choice(CONFLICT_CLAUSES)} INTO {shape.table} ({', '.join(columns)}) VALUES {rows}"
    return sql, tuple(value for _ in range(count) for value in shape.row(random, columns))


def _insert_from_itself(random: Random, shape: Shape) -> tuple[str, tuple[Value, ...]]:
    """Rows of the table again, with one column of its key or of another unique key changed."""
    changed = random.choice(tuple(shape.makers))
    expressions = ", ".join("?" if name == changed else name for name in shape.makers)
    sql = (
        f"INSERT {random.choice(CONFLICT_CLAUSES)} INTO {shape.table} ({', '.join(shape.makers)})"
        f" SELECT {expressions} FROM {shape.table}"
        f" ORDER BY {shape.key[0]} LIMIT 2 OFFSET {random.randint(0, 20)}"
    )
    return sql, shape.row(random, (changed,))


def _add_children(random: Random, _: Shape) -> tuple[str, tuple[Value, ...]]:
    """Rows that refer to parents which exist, so that cascades have something to carry."""
    table, source = random.choice(
        (
            ("part", "SELECT id, ?, 50 FROM item"),
            ("detail", "SELECT item, kind, length(kind), ? FROM part"),
            ("detail", "SELECT item, kind, 1 + item % 4, ? FROM part"),
            ("tagged (tag, item)", "SELECT name, id FROM tag CROSS JOIN item WHERE name <> ?"),
        )
    )
    clause = random.choice(CONFLICT_CLAUSES)
    sql = f"INSERT {clause} INTO {table} {source} ORDER BY 1 LIMIT 5 OFFSET {random.randint(0, 15)}"
    return sql, (random.choice(("p", "P", "数")),)


def _upsert(random: Random, shape: Shape) -> tuple[str, tuple[Value, ...]]:
    columns = tuple(shape.makers)
    if random.random() < 0.25:
        action = "DO NOTHING"
    else:
        set_columns = random.sample(columns, random.randint(1, len(columns)))
        action = "DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in set_columns)
    sql = f"INSERT INTO {shape.table} ({', '.join(columns)}) VALUES ({_marks(columns)}) ON CONFLICT {action}"
    return sql, shape.row(random, columns)


def _update(random: Random, shape: Shape) -> tuple[str, tuple[Value, ...]]:
    """Some columns of one row or of a few neighbours, keys included."""
    columns = tuple(random.sample(tuple(shape.makers), random.randint(1, min(3, len(shape.makers)))))
    where, chosen = _some_rows(random, shape)
    changes = ", ".join(f"{name} = ?" for name in columns)
    sql = f"UPDATE {random.choice(CONFLICT_CLAUSES)} {shape.table} SET {changes} WHERE {where}"
    return sql, (*shape.row(random, columns), *chosen)


def _shift_keys(random: Random, shape: Shape) -> tuple[str, tuple[Value, ...]]:
    """Keys of several rows moved by one: each runs into the next."""
    key = shape.key[0] if shape.table != "pair" else "second"
    where, chosen = _some_rows(random, shape)
    by_one = f"{key} + {random.choice((-1, 1))}"
    moved = (
        by_one
        if key in ("id", "item", "second", "rowid")
        else f"substr({key}, 1, 1) || {random.randint(1, 3)}"
    )
    if shape.table == "thing":
        moved = f"CAST(x'01' || {key} AS BLOB)"
        where = f"{where} AND length({key}) < 4"
    return f"UPDATE {random.choice(CONFLICT_CLAUSES)} {shape.table} SET {key} = {moved} WHERE {where}", chosen


def _swap_unique(random: Random, shape: Shape) -> tuple[str, tuple[Value, ...]]:
    """Two rows exchange the value of one column; only OR REPLACE lets that through where it is unique."""
    columns = tuple(name for name in shape.makers if name not in shape.key) or shape.key
    column = random.choice(columns)
    key = shape.key[-1]
    one, other = shape.makers[key](random), shape.makers[key](random)
    sql = (
        f"UPDATE {random.choice(CONFLICT_CLAUSES)} {shape.table} SET {column} ="
        f" (SELECT that.{column} FROM {shape.table} that WHERE that.{key} ="
        f" CASE WHEN {shape.table}.{key} = ?1 THEN ?2 ELSE ?1 END AND that.{column} IS NOT NULL)"
        f" WHERE {key} IN (?1, ?2)"
        f" AND (SELECT count(*) FROM {shape.table} that WHERE that.{key} IN (?1, ?2)) = 2"
    )
    return sql, (one, other)


def _change_case(random: Random, _: Shape) -> tuple[str, tuple[Value, ...]]:
    """A key that stays the same for SQLite and is another one for a binary collation."""
    table, column = random.choice((("label", "name"), ("item", "alias"), ("seat", "holder")))
    sql = (
        f"UPDATE {random.choice(CONFLICT_CLAUSES)} {table} SET {column} = CASE"
        f" WHEN {column} = upper({column}) COLLATE BINARY THEN lower({column}) ELSE upper({column}) END"
        f" WHERE {column} BETWEEN ?1 AND ?1 || 'z'"
    )
    return sql, (random.choice(("a", "b", "C", "d", "é", "n")),)


def _delete(random: Random, shape: Shape) -> tuple[str, tuple[Value, ...]]:
    where, chosen = _some_rows(random, shape)
    return f"DELETE FROM {shape.table} WHERE {where}", chosen


def _some_rows(random: Random, shape: Shape) -> tuple[str, tuple[Value, ...]]:
    """A condition for one key, a short range of keys, or a scattered tenth of the table."""
    key = shape.key[0]
    value = shape.makers[key](random)
    choice = random.random()
    if choice < 0.5:
        return f"{key} = ?", (value,)
    if choice < 0.9 and isinstance(value, int):
        return f"{key} BETWEEN ? AND ?", (value, value + random.randint(1, 4))
    return f"abs(length({key} || '') * 7 + unicode({key} || 'x')) % 10 = ?", (random.randint(0, 9),)


_Maker = Callable[[Random, Shape], tuple[str, tuple[Value, ...]]]
_WEIGHTED: tuple[tuple[_Maker, int], ...] = (
    (_insert, 34),
    (_insert_from_itself, 8),
    (_add_children, 10),
    (_upsert, 12),
    (_update, 18),
    (_shift_keys, 7),
    (_swap_unique, 6),
    (_change_case, 6),
    (_delete, 9),
)
_MAKERS = tuple(make for make, _ in _WEIGHTED)
_WEIGHTS = tuple(weight for _, weight in _WEIGHTED)
