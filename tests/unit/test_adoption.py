"""What the target does for a table of a higher generation: never less than it needs."""

from __future__ import annotations

import pytest

from zdcdc.apply.adoption import adopted, missing
from zdcdc.apply.tables import TableNames
from zdcdc.model import Checkpoint, CopyState, JournalRow, Participant, Resync, TableCopy

BARRIER = JournalRow(1, 0, 0, (), 1.0)


def checkpoint(*copies: TableCopy) -> Checkpoint:
    return Checkpoint("m", 0, 5, BARRIER, copies)


def copy(state: CopyState, generation: int = 1) -> TableCopy:
    return TableCopy(1, state, (9,), 9, "t", generation)


def after(state: CopyState, resync: Resync, generation: int = 2) -> TableCopy:
    base = checkpoint(copy(state))
    (found,) = adopted(base, [Participant(1, "t", generation, resync)]).copies
    return found


def test_a_table_of_the_same_generation_stays_as_it_is() -> None:
    for state in CopyState:
        base = checkpoint(copy(state))
        assert adopted(base, [Participant(1, "t", 1, Resync.COPY)]) == base


@pytest.mark.parametrize("state", CopyState)
def test_a_table_of_another_shape_is_made_anew_however_far_its_copy_was(state: CopyState) -> None:
    """Also when nothing was copied yet: its empty table has the old columns."""
    assert after(state, Resync.COPY) == TableCopy(1, CopyState.DISCARDED, None, 0, "t", 2)


@pytest.mark.parametrize("state", CopyState)
def test_a_source_that_went_back_before_a_change_of_shape_has_its_table_made_anew(state: CopyState) -> None:
    assert after(state, Resync.COMPARE, generation=0).state is CopyState.DISCARDED


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (CopyState.DISCARDED, CopyState.DISCARDED),
        (CopyState.PENDING, CopyState.PENDING),
        (CopyState.COPYING, CopyState.DISCARDED),
        (CopyState.SUSPECT, CopyState.SUSPECT),
        (CopyState.COPIED, CopyState.SUSPECT),
        (CopyState.INDEXED, CopyState.SUSPECT),
    ],
)
def test_a_table_whose_changes_may_have_passed_unseen_is_compared_or_copied_again(
    state: CopyState, wanted: CopyState
) -> None:
    assert after(state, Resync.COMPARE).state is wanted


@pytest.mark.parametrize("state", CopyState)
def test_a_new_index_never_makes_a_suspect_table_trusted(state: CopyState) -> None:
    found = after(state, Resync.INDEX).state
    if state is CopyState.INDEXED:
        assert found is CopyState.COPIED
    else:
        assert found is state


def test_a_new_table_replaces_whatever_has_its_name_and_one_that_is_gone_leaves() -> None:
    base = checkpoint(copy(CopyState.INDEXED))
    found = adopted(base, [Participant(2, "u", 1, Resync.COPY)])
    assert found.copies == (TableCopy(2, CopyState.DISCARDED, None, 0, "u", 1),)


def test_a_table_that_someone_dropped_in_the_target_is_copied_again() -> None:
    base = checkpoint(copy(CopyState.INDEXED), TableCopy(2, CopyState.PENDING, name="u"))
    found = missing(base, TableNames(frozenset(), folds=False))
    assert [c.state for c in found.copies] == [CopyState.DISCARDED, CopyState.PENDING]
    assert missing(base, TableNames(frozenset({"t"}), folds=False)) == base
