"""The statements of one table, as values."""

from __future__ import annotations

from dataclasses import dataclass

from zdcdc.apply.ddl.columns import helper_definition
from zdcdc.apply.ddl.losses import Loss
from zdcdc.mapping import Helper
from zdcdc.names import mysql_name


@dataclass(frozen=True, slots=True)
class Addition:
    """Something that is added to a table: its name and its clause of ALTER TABLE."""

    name: str
    clause: str


@dataclass(frozen=True, slots=True)
class TableDdl:
    """The statements of one table: ``create`` before the copy, ``keys`` and ``foreign_keys`` after it;
    ``columns`` are names and definitions, ``unique`` the names of the unique keys that ``create`` makes.

    ``helpers`` are columns of ours that ``create`` makes as well; those of an index that came later are added
    before it. Foreign keys are apart: with their check off they are metadata alone, but an ALTER TABLE of two
    tables at once and a round that writes both would wait for each other.
    """

    table_id: int
    table: str
    create: str
    columns: tuple[tuple[str, str], ...]
    helpers: tuple[Helper, ...]
    unique: frozenset[str]
    keys: tuple[Addition, ...]
    foreign_keys: tuple[Addition, ...]
    losses: tuple[Loss, ...]

    def add_helpers(self, present: frozenset[str]) -> str | None:
        """One ALTER TABLE for all columns of ours that are not ``present``, None without any."""
        additions = (Addition(h.name, f"ADD COLUMN {helper_definition(h)}") for h in self.helpers)
        return self._alter(tuple(additions), present)

    def add_keys(self, present: frozenset[str] = frozenset()) -> str | None:
        """The same for keys."""
        return self._alter(self.keys, present)

    def add_foreign_keys(self, present: frozenset[str] = frozenset()) -> str | None:
        """The same for foreign keys."""
        return self._alter(self.foreign_keys, present)

    def _alter(self, additions: tuple[Addition, ...], present: frozenset[str]) -> str | None:
        clauses = [addition.clause for addition in additions if addition.name not in present]
        if not clauses:
            return None
        return f"ALTER TABLE {mysql_name(self.table)}\n  " + ",\n  ".join(clauses)
