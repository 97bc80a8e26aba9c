"""The expressions of one table in MySQL's words, and where its server lets them stand. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from zdcdc.mapping import Capabilities, ColumnMapping, TableMapping
from zdcdc.schema import Column, Table
from zdcdc.translate.expressions import condition, translate
from zdcdc.translate.generated import computed
from zdcdc.translate.operands import Translated, Untranslated, operands

_ACTIONS = {"CASCADE", "SET NULL"}


class Expressions:
    """``table`` is SQLite's, ``mapping`` what its columns are in MySQL."""

    def __init__(self, table: Table, mapping: TableMapping, capabilities: Capabilities) -> None:
        self._operands = operands(table, mapping)
        self._capabilities = capabilities
        self._counter = table.rowid_alias
        self._acted = _acted(table, {"on_delete": _ACTIONS, "on_update": _ACTIONS})
        self._changed = _acted(table, {"on_delete": {"SET NULL"}, "on_update": _ACTIONS})

    def value(self, text: str) -> Translated | Untranslated:
        """The expression ``text`` of SQLite."""
        return translate(text, self._operands, self._capabilities)

    def condition(self, text: str) -> Translated | Untranslated:
        """The same as a condition."""
        return condition(text, self._operands, self._capabilities)

    def computed(self, column: Column, mapping: ColumnMapping) -> Translated | Untranslated:
        """The expression of a generated column, for the type that it has in MySQL."""
        assert column.generated is not None
        return computed(
            column.generated.expression, column, mapping, self._operands, self._capabilities
        )

    def forbids(self, columns: Collection[str], *, stored: bool) -> str | None:
        """Why the server does not compute a column from ``columns``, None when it does.

        Seen with MySQL 9.7 (errors 3109, 3192) and MariaDB 10.11 (1901, 138).
        """
        if self._counter in columns and (stored or not self._capabilities.mariadb):
            return f"{self._counter} is AUTO_INCREMENT, from which the server computes no column"
        if stored and self._acted.intersection(columns):
            return "a foreign key with an action stands on a column that it is computed from"
        return None

    def forbids_check(self, columns: Collection[str]) -> str | None:
        """The same for a CHECK of ``columns`` (MySQL: 3818, 3823; MariaDB: 1901)."""
        if self._counter in columns:
            return f"{self._counter} is AUTO_INCREMENT, which the server does not check"
        changed = sorted(self._changed.intersection(columns))
        if changed:
            return f"a foreign key may change {changed[0]}, which the server then does not check"
        return None


def _acted(table: Table, actions: Mapping[str, set[str]]) -> set[str]:
    """Columns of foreign keys that have one of these actions."""
    found: set[str] = set()
    for foreign in table.foreign_keys:
        if any(getattr(foreign, event) in names for event, names in actions.items()):
            named = {name.lower() for name in foreign.columns}
            found |= {column.name for column in table.columns if column.name.lower() in named}
    return found
