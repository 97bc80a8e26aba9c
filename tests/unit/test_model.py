"""Values that are stored come back the same, and a batch says what stands after it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.values import identity
from zdcdc.comparison import Difference, TableVerification, Verification
from zdcdc.keys import Value, key_from_json, key_to_json
from zdcdc.model import Batch, Checkpoint, Chunk, CopyState, JournalRow, TableCopy

VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(),
)
KEYS = st.lists(VALUES, max_size=4).map(tuple)
BARRIER = JournalRow(1, 0, 0, (), 2460000.5)


def checkpoint(*copies: TableCopy, watermark: JournalRow = BARRIER) -> Checkpoint:
    return Checkpoint("m", 0, 7, watermark, copies)


@given(KEYS)
def test_a_key_survives_json_with_its_storage_classes(key: tuple[Value, ...]) -> None:
    read = key_from_json(json.loads(json.dumps(key_to_json(key))))
    assert [identity(value) for value in read] == [identity(value) for value in key]


@given(st.integers(1, 2**63 - 1), KEYS, st.floats(2e6, 3e6))
def test_a_journal_row_survives_json_to_the_last_bit_of_its_time(
    sequence: int, key: tuple[Value, ...], time: float
) -> None:
    row = JournalRow(sequence, 3, 2, key, time)
    assert JournalRow.from_json(json.loads(json.dumps(row.to_json()))) == row


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="not a key value"):
        key_from_json([[1]])


def test_two_rows_with_one_sequence_and_another_time_are_not_the_same_change() -> None:
    assert JournalRow(5, 1, 2, (1,), 1.0) != JournalRow(5, 1, 2, (1,), 1.5)


def test_each_batch_is_a_round_of_its_own_even_an_empty_one() -> None:
    base = checkpoint(TableCopy(1, CopyState.INDEXED))
    batch = Batch(base, BARRIER, 1, ())
    assert batch.empty
    assert batch.after.round == base.round + 1
    assert batch.after.watermark == BARRIER


def test_a_chunk_moves_the_cursor_and_counts_its_rows() -> None:
    base = checkpoint(TableCopy(1, CopyState.COPYING, (4,), 4), TableCopy(2))
    batch = Batch(base, BARRIER, 1, (), Chunk(1, (4,), (9,), (b"x",), 5, last=False))
    assert not batch.empty
    assert batch.after.copy_of(1) == TableCopy(1, CopyState.COPYING, (9,), 9)
    assert batch.after.copy_of(2) == TableCopy(2)
    assert batch.after.current == TableCopy(1, CopyState.COPYING, (9,), 9)


def test_the_last_chunk_ends_a_table_and_keeps_the_cursor_when_it_has_no_row() -> None:
    base = checkpoint(TableCopy(1, CopyState.COPYING, (4,), 4))
    after = Batch(base, BARRIER, 1, (), Chunk(1, (4,), None, (), 0, last=True)).after
    assert after.copy_of(1) == TableCopy(1, CopyState.COPIED, (4,), 4)
    assert after.copied
    assert not after.indexed
    assert after.rows_copied == 4


def test_a_slice_of_a_backlog_is_catching_up_until_its_newest() -> None:
    base = checkpoint(TableCopy(1, CopyState.INDEXED))
    watermark = JournalRow(4, 1, 2, (1,), 1.0)
    assert Batch(base, watermark, 9, ()).catching_up
    assert not Batch(base, watermark, 4, ()).catching_up
    assert Batch(base, watermark, 9, ()).applied_changes == 3


def test_one_difference_makes_a_verification_differ() -> None:
    same = TableVerification("a", 3)
    other = TableVerification("b", 4, (Difference("b", "extra", "(1,)"),))
    assert Verification(1, 2, 0, (same,)).identical
    outcome = Verification(1, 2, 0, (same, other))
    assert not outcome.identical
    assert outcome.rows == 7
    assert other.count("extra") == 1
    assert other.count("missing") == 0
