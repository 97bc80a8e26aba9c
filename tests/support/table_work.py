"""Units of work over any one table that has an INTEGER PRIMARY KEY."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.support.sessions import Session
from tests.support.values import Value

NEWEST_CONSIDERED = 2_000
"""Updates and deletes go to this many of the newest rows: some of them are copied, some are not yet."""


@dataclass(frozen=True)
class WrittenColumn:
    """A column that the work fills, with a value of its affinity (INTEGER, REAL, TEXT or BLOB)."""

    name: str
    affinity: str

    def value(self, random: Random) -> Value:
        if self.affinity == "INTEGER":
            return random.randint(-(2**31), 2**31)
        if self.affinity == "REAL":
            return random.uniform(-1e6, 1e6)
        if self.affinity == "BLOB":
            return random.randbytes(random.randint(0, 40))
        return f"{random.choice(('plain', 'žluťoučký', '数', '🐎 '))}{random.randint(1, 10**6)}"


@dataclass(frozen=True)
class TableWork:
    """Inserts, updates and deletes of single rows of ``table``, all within its newest 2,000 keys."""

    table: str
    key: str
    columns: tuple[WrittenColumn, ...]

    def do_some_work(self, session: Session, random: Random) -> None:
        values = [column.value(random) for column in self.columns]
        names = [column.name for column in self.columns]
        kind = random.choice(("insert", "insert", "update", "delete"))
        if kind == "insert":
            session.execute(
                f"INSERT INTO {self.table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                values,
            )
            return
        key = self._some_key(session, random)
        if kind == "update":
            changes = ", ".join(f"{name} = ?" for name in names)
            session.execute(f"UPDATE {self.table} SET {changes} WHERE {self.key} = ?", (*values, key))
        else:
            session.execute(f"DELETE FROM {self.table} WHERE {self.key} = ?", (key,))

    def ask_shortly(self, session: Session, random: Random) -> None:
        key = self._some_key(session, random)
        session.execute(f"SELECT * FROM {self.table} WHERE {self.key} = ?", (key,))

    def ask_at_length(self, session: Session, random: Random) -> None:
        session.execute(
            f"SELECT {self.key} % 10, count(*) FROM {self.table} WHERE {self.key} % 5 = ? GROUP BY 1",
            (random.randint(0, 4),),
        )

    def _some_key(self, session: Session, random: Random) -> int:
        newest = session.execute(f"SELECT max({self.key}) FROM {self.table}")[0][0]
        if not isinstance(newest, int):
            return 0
        return max(1, newest - random.randint(0, NEWEST_CONSIDERED))
