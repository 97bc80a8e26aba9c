"""What all keys of a table are made with: their names, the columns of each, what MySQL computes for them."""

from __future__ import annotations

from zdcdc.apply.ddl.expressions import Expressions
from zdcdc.apply.ddl.foreign_keys import foreign_key_name
from zdcdc.apply.ddl.identifiers import Names
from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.apply.ddl.terms import Term, UnfitError
from zdcdc.mapping import ROWID_COLUMN, Capabilities, ColumnMapping, Computed, Helper, TableMapping
from zdcdc.names import PREFIX, sqlite_name
from zdcdc.schema import Index, IndexPart, Table
from zdcdc.translate.operands import Translated, Untranslated

_AUTOMATIC = "sqlite_autoindex_"


def creation_order(table: Table) -> tuple[Index, ...]:
    """The indexes of ``table`` as they were made; SQLite lists the newest first."""
    return tuple(reversed(table.indexes))


def is_primary(table: Table, index: Index) -> bool:
    """Whether ``index`` is the primary key in MySQL, too."""
    return index.origin == "pk" and not table.key_is_rowid


class KeyParts:
    """Columns and computed terms of the keys of one table; ``names`` of keys and columns are given once."""

    def __init__(self, table: Table, mapping: TableMapping, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._table = table
        self._mapping = mapping
        self._expressions = Expressions(table, mapping, capabilities)
        foreign = [foreign_key_name(mapping, number) for number in range(len(table.foreign_keys))]
        self._keys = Names([*foreign, *(key.name for key in mapping.unique)])
        taken = [column.name for column in mapping.columns]
        self._columns = Names([*taken, *(helper.name for helper in mapping.helpers)])

    def name(self, index: Index, end: str = "") -> str:
        """A name for ``index`` in MySQL, followed by ``end``."""
        if index.constraint is not None:
            return self._keys.give(index.constraint, end)
        if index.name.startswith(_AUTOMATIC):
            return self._keys.give(self._mapping.name, f"_unique_{index.name.rpartition('_')[2]}{end}")
        return self._keys.give(index.name, end)

    def column(self, part: IndexPart) -> ColumnMapping:
        """The column of a term that is no expression. Raises UnfitError."""
        if part.column is not None:
            return self._mapping.column(part.column)
        for column in self._mapping.columns:
            if column.name == ROWID_COLUMN or column.source == self._table.rowid_alias:
                return column
        raise UnfitError("it is of the rowid")

    def value(self, text: str) -> Translated:
        """An expression. Raises UnfitError."""
        return _required(self._expressions.value(text))

    def condition(self, index: Index) -> Translated | None:
        """The condition of a partial index. Raises UnfitError."""
        return None if index.where is None else _required(self._expressions.condition(index.where))

    def helper(self, key: str, place: int, term: Term) -> Helper:
        """A column that holds ``term``, the one at ``place`` of ``key``. Raises UnfitError.

        Of long values it is stored, so that nobody has to read them again for it.
        """
        stored = term.long and self._expressions.forbids(term.columns, stored=True) is None
        reason = self._expressions.forbids(term.columns, stored=stored)
        if reason is not None:
            raise UnfitError(reason)
        name = self._columns.give(f"{PREFIX}{key}", f"_{place + 1}")
        return Helper(name, term.type, Computed(term.expression, stored))

    def loss(self, index: Index, reason: str) -> Loss:
        """An index that MySQL cannot have."""
        kind = "unique key" if index.unique else "index"
        return Loss(Matter.INDEX, f"{kind} {index.name}", reason, index_text(self._table, index))


def index_text(table: Table, index: Index) -> str:
    """``index`` as SQLite would make it."""
    terms = ", ".join(map(_term_text, index.parts))
    if index.origin != "c":
        return f"{'PRIMARY KEY' if index.origin == 'pk' else 'UNIQUE'} ({terms})"
    unique = "UNIQUE " if index.unique else ""
    where = f" WHERE {index.where}" if index.where is not None else ""
    return f"CREATE {unique}INDEX {sqlite_name(index.name)} ON {sqlite_name(table.name)} ({terms}){where}"


def _term_text(part: IndexPart) -> str:
    term = part.expression or (sqlite_name(part.column) if part.column is not None else "rowid")
    collation = f" COLLATE {sqlite_name(part.collation)}" if part.collation != "BINARY" else ""
    return f"{term}{collation}{' DESC' if part.descending else ''}"


def _required(found: Translated | Untranslated) -> Translated:
    if isinstance(found, Untranslated):
        raise UnfitError(found.reason)
    return found
