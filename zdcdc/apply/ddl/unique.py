"""The unique keys that SQLite holds a table to, as MySQL holds it to them. Pure."""

from __future__ import annotations

from dataclasses import replace

from zdcdc.apply.ddl.keys import KeyParts, creation_order, is_primary
from zdcdc.apply.ddl.losses import Loss
from zdcdc.apply.ddl.terms import (
    HASH,
    Term,
    UnfitError,
    key_size,
    needs_folding,
    of_column,
    of_expression,
    size_of,
)
from zdcdc.mapping import INDEX_KEY_BYTES, Capabilities, ColumnMapping, Helper, TableMapping, UniqueKey
from zdcdc.schema import Index, IndexPart, Table
from zdcdc.translate.operands import Translated


def with_unique_keys(
    table: Table, mapping: TableMapping, capabilities: Capabilities
) -> tuple[TableMapping, list[Loss]]:
    """``mapping`` with every unique key that MySQL can have, and those that it cannot."""
    parts = KeyParts(table, mapping, capabilities)
    losses: list[Loss] = []
    for index in creation_order(table):
        if not index.unique or not _is_needed(table, mapping, index, capabilities):
            continue
        try:
            key, helpers = _unique_key(parts, index)
        except UnfitError as unfit:
            losses.append(parts.loss(index, str(unfit)))
            continue
        mapping = replace(
            mapping, unique=(*mapping.unique, key), helpers=(*mapping.helpers, *helpers)
        )
    return mapping, losses


def _is_needed(table: Table, mapping: TableMapping, index: Index, capabilities: Capabilities) -> bool:
    """Not the primary key, unless SQLite takes two of its texts for one that MySQL keeps apart."""
    if not is_primary(table, index):
        return True
    return any(
        part.column is not None and _folds(mapping.column(part.column), part, capabilities)
        for part in index.parts
    )


def _folds(column: ColumnMapping, part: IndexPart, capabilities: Capabilities) -> bool:
    folding, padded = capabilities.folding_collation, capabilities.padded_collation
    return needs_folding(column, part.collation, folding, padded)


def _unique_key(parts: KeyParts, index: Index) -> tuple[UniqueKey, list[Helper]]:
    """Raises UnfitError."""
    condition = parts.condition(index)
    # One term that is NULL takes a row out of the key: only the first depends on the condition.
    terms = [
        _term(parts, part, condition if place == 0 else None) for place, part in enumerate(index.parts)
    ]
    _fit(terms, index)
    name = parts.name(index)
    columns: list[str] = []
    helpers: list[Helper] = []
    for place, term in enumerate(terms):
        if isinstance(term, Term):
            helpers.append(parts.helper(name, place, term))
        columns.append(helpers[-1].name if isinstance(term, Term) else term.name)
    return UniqueKey(name, tuple(columns), tuple(part.descending for part in index.parts)), helpers


def _term(parts: KeyParts, part: IndexPart, condition: Translated | None) -> Term | ColumnMapping:
    if part.expression is not None:
        return of_expression(parts.value(part.expression), part.collation, condition)
    column = parts.column(part)
    if condition is not None or key_size(column) is None or _folds(column, part, parts.capabilities):
        return of_column(column, part.collation, condition)
    return column


def _fit(terms: list[Term | ColumnMapping], index: Index) -> None:
    """Puts hashes in the place of the longest columns until the key is no longer than an index may be."""
    sizes = [size_of(term.type) if isinstance(term, Term) else key_size(term) or 0 for term in terms]
    while sum(sizes) > INDEX_KEY_BYTES and max(sizes) > size_of(HASH):
        longest = sizes.index(max(sizes))
        column = terms[longest]
        assert isinstance(column, ColumnMapping)
        terms[longest] = of_column(column, index.parts[longest].collation, None)
        sizes[longest] = size_of(HASH)
