"""The target catches up with the source's list of tables: what each needs that grew a generation. Pure.

The source says which tables take part, and in which generation; the target stores which one it has taken
in. So a change that was made while nothing ran, or a process that was killed between the two sides, is
followed by whoever comes next.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from zdcdc.model import Checkpoint, CopyState, Participant, Resync, TableCopy


def adopted(base: Checkpoint, participants: Sequence[Participant]) -> Checkpoint:
    """``base`` with every table as the source wants it; equal to it when nothing changed."""
    known = {copy.table_id: copy for copy in base.copies}
    copies = tuple(_copy(known.get(table.table_id), table) for table in participants)
    return replace(base, copies=copies)


def missing(base: Checkpoint, present: Container[str]) -> Checkpoint:
    """``base`` with every table to be copied again that is not ``present`` in the target, though it was."""
    copies = tuple(
        copy
        if copy.state in (CopyState.PENDING, CopyState.HELD) or copy.name in present
        else replace(copy, state=CopyState.DISCARDED, cursor=None, rows=0)
        for copy in base.copies
    )
    return replace(base, copies=copies)


def all_discarded(base: Checkpoint) -> Checkpoint:
    """``base`` with every table to be dropped, and copied again if the migration goes on after all."""
    copies = tuple(replace(copy, state=CopyState.DISCARDED, cursor=None, rows=0) for copy in base.copies)
    return replace(base, copies=copies)


def with_states(base: Checkpoint, states: dict[int, CopyState]) -> Checkpoint:
    """``base`` with some tables in another state."""
    copies = tuple(
        replace(copy, state=states[copy.table_id]) if copy.table_id in states else copy
        for copy in base.copies
    )
    return replace(base, copies=copies)


def _copy(known: TableCopy | None, table: Participant) -> TableCopy:
    if known is None or known.name != table.name:
        state = CopyState.HELD if table.resync is Resync.HOLD else CopyState.DISCARDED
        return TableCopy(table.table_id, state, name=table.name, generation=table.generation)
    if known.generation == table.generation:
        return known
    again = replace(known, generation=table.generation)
    if table.resync is Resync.HOLD:
        return replace(again, state=CopyState.HELD)
    if known.generation > table.generation or table.resync is Resync.COPY:
        # The source went back to before a change of this table, or it is one that no comparison can mend:
        # what the target has of it, be it empty, may have another shape.
        return replace(again, state=CopyState.DISCARDED, cursor=None, rows=0)
    if known.state in (CopyState.PENDING, CopyState.DISCARDED):
        return again
    if table.resync is Resync.COMPARE:
        if known.complete:
            return replace(again, state=CopyState.SUSPECT)
        return replace(again, state=CopyState.DISCARDED, cursor=None, rows=0)
    if table.resync is Resync.INDEX and known.state is CopyState.INDEXED:
        return replace(again, state=CopyState.COPIED)
    return again
