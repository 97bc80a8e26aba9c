"""Facts are stored for an hour: they come back as they were, but for the values of rows that they hold."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zdcdc.facts import NUMBER_LIKE, ColumnFacts, TableFacts

counts = st.integers(0, 2**40)
integers = st.integers(-(2**63), 2**63 - 1)
ranges = st.tuples(integers, integers).map(lambda pair: (min(pair), max(pair)))
columns = st.builds(
    ColumnFacts,
    integers=counts,
    integer_range=st.none() | ranges,
    longest_text=counts,
    number_like=counts,
    printable=st.booleans(),
    shapes=st.none() | st.frozensets(st.sampled_from(["json", "uuid", "YYYY-MM-DD"])),
)
tables = st.builds(
    TableFacts,
    rows=counts,
    columns=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), columns, max_size=3),
    orphans=st.tuples(counts, counts),
    violations=st.tuples(counts),
    null_keys=counts,
)


def stored(facts: TableFacts) -> TableFacts:
    return TableFacts.from_json(orjson.loads(orjson.dumps(facts.to_json())))


def without_ranges(facts: TableFacts) -> TableFacts:
    return replace(facts, columns={n: replace(c, integer_range=None) for n, c in facts.columns.items()})


@given(tables)
def test_facts_come_back_as_they_were_stored(facts: TableFacts) -> None:
    again = stored(facts)
    assert without_ranges(again) == without_ranges(facts)
    assert stored(again) == again


@given(ranges)
@example((-(2**63), 2**63 - 1))
@example((0, 0))
def test_a_stored_range_holds_the_real_one_and_no_value_of_a_row(found: tuple[int, int]) -> None:
    again = ColumnFacts.from_json(ColumnFacts(integer_range=found).to_json()).integer_range
    assert again is not None
    low, high = again
    assert low <= found[0]
    assert high >= found[1]
    for bound in (abs(low), abs(high)):
        assert bound.bit_count() == 1 or bound == 2**63 - 1


@pytest.mark.parametrize("missing", ["integer_range", "shapes", "integers"])
def test_facts_of_another_version_are_not_understood(missing: str) -> None:
    data = TableFacts(1, {"a": ColumnFacts(integers=1)}).to_json()
    if missing == "integers":
        data["columns"]["a"]["classes"] = ["integer"]
    else:
        del data["columns"]["a"][missing]
    with pytest.raises((KeyError, TypeError)):
        TableFacts.from_json(data)


@given(integers | st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_printed_as_a_text_that_is_like_a_number(value: float) -> None:
    assert NUMBER_LIKE.fullmatch(repr(value))


@pytest.mark.parametrize("text", ["", "-", "+1", "1.", ".5", "1e5", "1E+5", "1_0", " 1", "1\n", "٣", "inf"])
def test_other_texts_are_not(text: str) -> None:
    assert NUMBER_LIKE.fullmatch(text) is None
