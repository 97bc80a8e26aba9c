"""Indexes that are not unique: they hold nobody to anything, and are built after the copy. Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile

from zdcdc.apply.ddl.keys import KeyParts, creation_order
from zdcdc.apply.ddl.losses import Loss
from zdcdc.apply.ddl.terms import UnfitError, for_reading, key_size, size_of
from zdcdc.mapping import INDEX_KEY_BYTES, Helper, TableMapping
from zdcdc.names import mysql_name
from zdcdc.schema import Index, Table

PREFIX_CHARACTERS = 255


@dataclass(frozen=True, slots=True)
class PlainIndex:
    """An index, its terms as SQL, and the columns of ours that it needs.

    ``columns`` are those that it begins with, as far as it holds them whole and in ascending order; ``first``
    is the very first in any case.
    """

    name: str
    terms: str
    first: str
    columns: tuple[str, ...]
    helpers: tuple[Helper, ...]


def plain_indexes(
    table: Table, mapping: TableMapping, parts: KeyParts
) -> tuple[list[PlainIndex], list[Loss]]:
    """Every index that MySQL can have, and those that it cannot.

    One of a part of the rows becomes one of all of them, which finds the same rows. Where a unique key is
    kept by what is computed of its columns, nothing could be looked up by these any more: they get an index.
    """
    found: list[PlainIndex] = []
    losses: list[Loss] = []
    for index in creation_order(table):
        if index.unique:
            continue
        try:
            found.append(_plain_index(parts, index, parts.name(index)))
        except UnfitError as unfit:
            losses.append(parts.loss(index, str(unfit)))
    led = {mapping.key_columns[0].name, *(key.columns[0] for key in mapping.unique)}
    led |= {index.first for index in found}
    for index in creation_order(table):
        columns = tuple(takewhile(lambda part: part.column is not None, index.parts))
        if not index.unique or not columns or parts.column(columns[0]).name in led:
            continue
        with suppress(UnfitError):
            looked_up = replace(index, parts=columns, where=None)
            found.append(_plain_index(parts, looked_up, parts.name(index, "_lookup")))
            led.add(found[-1].first)
    return found, losses


def _plain_index(parts: KeyParts, index: Index, name: str) -> PlainIndex:
    """Raises UnfitError."""
    columns: list[str] = []
    sizes: list[int | None] = []
    helpers: list[Helper] = []
    for place, part in enumerate(index.parts):
        if part.expression is not None:
            helper = parts.helper(name, place, for_reading(parts.value(part.expression)))
            helpers.append(helper)
            columns.append(helper.name)
            sizes.append(None if helper.type.startswith("LONG") else size_of(helper.type))
            continue
        column = parts.column(part)
        if column.codec.name == "json":
            raise UnfitError(f"{column.name} is JSON, which the server does not index")
        columns.append(column.name)
        sizes.append(key_size(column))
    prefixes = _prefixes(sizes)
    terms = [
        mysql_name(column) + (f"({prefix})" if prefix else "") + (" DESC" if part.descending else "")
        for column, prefix, part in zip(columns, prefixes, index.parts, strict=True)
    ]
    whole = [
        prefix is None and not part.descending for prefix, part in zip(prefixes, index.parts, strict=True)
    ]
    length = whole.index(False) if False in whole else len(whole)
    return PlainIndex(name, ", ".join(terms), columns[0], tuple(columns[:length]), tuple(helpers))


def _prefixes(sizes: list[int | None]) -> list[int | None]:
    """For each term: how many characters of it the index holds, None for all of them."""
    share = INDEX_KEY_BYTES // len(sizes)
    prefix = min(PREFIX_CHARACTERS, share // 4)
    fits = sum(4 * prefix if size is None else size for size in sizes) <= INDEX_KEY_BYTES
    return [prefix if size is None or (size > share and not fits) else None for size in sizes]
