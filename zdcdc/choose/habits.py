"""How an application writes dates and times, told by the columns that leave no doubt. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from zdcdc.choose.choice import is_temporal
from zdcdc.codecs.texts import TemporalCodec
from zdcdc.facts import TableFacts
from zdcdc.mapping import TableMapping
from zdcdc.schema import Table
from zdcdc.temporal import BY_NAME


def proven(scanned: Iterable[tuple[Table, TableFacts]]) -> tuple[str, ...]:
    """Names of the forms that are the only one by which every value of some column is written, the commonest
    first."""
    found: Counter[str] = Counter()
    for table, facts in scanned:
        for column in table.columns:
            shapes = [name for name in facts.columns[column.name].shapes or () if name in BY_NAME]
            if len(shapes) == 1 and is_temporal(column):
                found[shapes[0]] += 1
    return tuple(name for name, _ in found.most_common())


def habits_of(mappings: Iterable[TableMapping]) -> tuple[str, ...]:
    """Names of the forms that tables have which were mapped before, the commonest first."""
    found = Counter(
        column.codec.argument
        for mapping in mappings
        for column in mapping.columns
        if isinstance(column.codec, TemporalCodec) and not column.guessed
    )
    return tuple(name for name, _ in found.most_common())
