"""What a person asked for in ``zdcdc.toml``: types, codecs and names of single columns and tables. Pure."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from zdcdc.errors import UsageError


class OnMismatch(str, Enum):
    """What follows a value that is written after the scan and does not fit its column.

    ``hold``: its table waits until the value is corrected or another type is configured. ``widen``: the
    column gets the type that the data needs now.
    """

    HOLD = "hold"
    WIDEN = "widen"


@dataclass(frozen=True, slots=True)
class ColumnWish:
    """What is asked for one column; None where nothing is. ``codec`` may carry an argument after a colon."""

    type: str | None = None
    codec: str | None = None
    on_mismatch: OnMismatch | None = None
    name: str | None = None

    @property
    def decides(self) -> bool:
        """Whether the type is not left to the data."""
        return self.type is not None or self.codec is not None


@dataclass(frozen=True, slots=True)
class Wishes:
    """All of them, each with the pattern of the columns (``table.column``) or tables that it is for.

    Patterns are shell patterns without regard to case; what stands later in the file goes before what stands
    earlier.
    """

    columns: tuple[tuple[str, ColumnWish], ...] = ()
    tables: tuple[tuple[str, str], ...] = ()

    def column(self, table: str, column: str) -> ColumnWish:
        """What is asked for one column of SQLite."""
        wish = ColumnWish()
        for pattern, found in self.columns:
            if fnmatch.fnmatchcase(f"{table}.{column}".lower(), pattern.lower()):
                wish = replace(
                    wish,
                    type=found.type or wish.type,
                    codec=found.codec or wish.codec,
                    on_mismatch=found.on_mismatch or wish.on_mismatch,
                    name=found.name or wish.name,
                )
        return wish

    def table(self, table: str) -> str:
        """The name of a table of SQLite in MySQL."""
        for pattern, name in reversed(self.tables):
            if pattern.lower() == table.lower():
                return name
        return table

    def unmatched(self, columns: list[tuple[str, str]]) -> list[str]:
        """Patterns that no column or table of ``columns`` has: most likely misspelt."""
        full = [f"{table}.{column}".lower() for table, column in columns]
        tables = {table.lower() for table, _ in columns}
        found = [p for p, _ in self.columns if not fnmatch.filter(full, p.lower())]
        return found + [p for p, _ in self.tables if p.lower() not in tables]


_COLUMN = {"type", "codec", "on_mismatch", "name"}


def read(settings: Mapping[str, Any], place: str) -> Wishes:
    """The wishes in the settings of ``zdcdc.toml``. Raises UsageError."""
    columns = []
    for pattern, wish in settings.get("columns", {}).items():
        where = f'{place}, [columns."{pattern}"]'
        if "." not in pattern:
            raise UsageError(
                f"{where}: names no column", hint='write it as [columns."table.column"]; * stands for any'
            )
        columns.append((pattern, _column(wish, where)))
    tables = []
    for pattern, wish in settings.get("tables", {}).items():
        where = f'{place}, [tables."{pattern}"]'
        _require_texts(wish, {"name"}, where)
        tables.append((pattern, wish["name"]))
    return Wishes(tuple(columns), tuple(tables))


def _column(wish: Any, where: str) -> ColumnWish:
    _require_texts(wish, _COLUMN, where)
    mismatch = wish.get("on_mismatch")
    if mismatch is not None and mismatch not in {kind.value for kind in OnMismatch}:
        raise UsageError(f"{where}: on_mismatch is {mismatch!r}", hint="it may be hold or widen")
    return ColumnWish(
        wish.get("type"), wish.get("codec"), OnMismatch(mismatch) if mismatch else None, wish.get("name")
    )


def _require_texts(wish: Any, known: set[str], where: str) -> None:
    if not isinstance(wish, dict) or not wish:
        raise UsageError(f"{where}: holds nothing", hint=f"it may hold {', '.join(sorted(known))}")
    for name, value in wish.items():
        if name not in known:
            raise UsageError(
                f"{where}: there is no setting {name!r}", hint=f"it may hold {', '.join(sorted(known))}"
            )
        if not isinstance(value, str) or not value:
            raise UsageError(f"{where}: {name} is {value!r}", hint="it has to be a text")
