"""What becomes of a table when a value came that a column cannot keep: another type, or it is held. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from zdcdc.choose.tables import Mapped
from zdcdc.codecs.numbers import DecimalCodec
from zdcdc.mapping import ColumnMapping, TableMapping
from zdcdc.wishes import OnMismatch, Wishes

_UNSIZED_OF = {"VARCHAR": "LONGTEXT", "VARBINARY": "LONGBLOB"}


@dataclass(frozen=True, slots=True)
class Refitted:
    """The mapping that keeps every value; ``in_place`` says that the server can alter what it holds to it, so
    that a comparison finds what is left to do."""

    mapping: TableMapping
    in_place: bool


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why ``column`` keeps its type; ``hint`` says how it may be given another one."""

    column: str
    message: str
    hint: str


def refitted(
    old: TableMapping, mapped: Mapped, misfits: Collection[str], wishes: Wishes
) -> Refitted | Unfit:
    """``old`` with other types for its columns called ``misfits``, where that is allowed; ``mapped`` is what
    the data is now."""
    columns: list[ColumnMapping] = []
    in_place = True
    for column in old.columns:
        if column.source not in misfits:
            columns.append(column)
            continue
        refusal = next((r for r in mapped.refusals if r.column == column.source), None)
        if refusal is not None:
            return Unfit(column.source, refusal.message, refusal.hint)
        new = replace(mapped.mapping.column(column.source), name=column.name)
        wish = wishes.column(old.source, column.source)
        mismatch = wish.on_mismatch or column.on_mismatch
        if not (mismatch is OnMismatch.WIDEN or wish.decides or new.type == column.type):
            return Unfit(column.source, f"its type would have to be {new.type}", _hint(old, column, new))
        in_place = in_place and (column.guessed or grows(column, new))
        columns.append(new)
    return Refitted(replace(old, columns=tuple(columns)), in_place)


def grows(old: ColumnMapping, new: ColumnMapping) -> bool:
    """Whether the server keeps every value when it alters ``old`` to ``new``."""
    if old.collation != new.collation:
        return False
    if old.type == new.type:
        return True
    kind = old.type.partition("(")[0]
    if kind in _UNSIZED_OF and old.codec.name == new.codec.name:
        if new.type == _UNSIZED_OF[kind]:
            return True
        return new.type.startswith(kind) and (new.codec.limit or 0) >= (old.codec.limit or 0)
    if isinstance(old.codec, DecimalCodec) and isinstance(new.codec, DecimalCodec):
        whole = new.codec.precision - new.codec.scale >= old.codec.precision - old.codec.scale
        return whole and new.codec.scale >= old.codec.scale
    return old.codec.name == "boolean" and new.codec.name == "integer"


def _hint(table: TableMapping, column: ColumnMapping, new: ColumnMapping) -> str:
    return (
        f'Correct these rows, or give [columns."{table.source}.{column.source}"] in zdcdc.toml '
        f'on_mismatch = "widen" (it becomes {new.type}) and run it again'
    )
