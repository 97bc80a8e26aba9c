"""Which storage classes a SQLite file really holds: ``python -m tests.support.storage_classes FILE``."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.support.source_side import quoted, user_tables


@dataclass(frozen=True)
class ColumnClasses:
    """Rows by storage class; ``longest`` in characters (text) or bytes (blob), 0 for numbers."""

    table: str
    column: str
    affinity: str
    rows: dict[str, int]
    longest: int

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {count}" for name, count in sorted(self.rows.items()))
        return f"{self.table}.{self.column} [{self.affinity}]: {counts or 'no rows'}; longest {self.longest}"


def storage_classes(path: Path) -> Iterator[ColumnClasses]:
    """Every column of every table of the application."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name, table in user_tables(connection).items():
            for column in table.columns:
                value = quoted(column.name)
                rows = connection.execute(
                    f"SELECT typeof({value}), count(*), max(CASE WHEN typeof({value}) IN ('text', 'blob')"
                    f" THEN length({value}) ELSE 0 END) FROM {quoted(name)} GROUP BY 1"
                ).fetchall()
                counts = {storage_class: count for storage_class, count, _ in rows}
                yield ColumnClasses(
                    name, column.name, column.affinity, counts, max((r[2] for r in rows), default=0)
                )


if __name__ == "__main__":
    for line in storage_classes(Path(sys.argv[1])):
        print(line)
