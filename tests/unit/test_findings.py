"""Findings: errors stop the migration, all of them are named, and nothing else stops it."""

from __future__ import annotations

import pytest

from zdcdc.check.findings import Level, error, errors, info, refuse, warning
from zdcdc.errors import Code, PreconditionError


def test_only_errors_stop_a_migration() -> None:
    harmless = [info("a.a", "one"), warning("b.b", "two")]
    refuse(harmless)
    assert errors(harmless) == []


def test_every_error_is_named_with_its_place() -> None:
    findings = [
        error("name.refused", "too long", "rename it", table="t", column="c"),
        warning("b.b", "unimportant"),
        error("target.read_only", "the server is read-only"),
    ]
    with pytest.raises(PreconditionError) as raised:
        refuse(findings)
    assert raised.value.what == "t.c: too long; the server is read-only"
    assert raised.value.hint == "rename it"
    assert raised.value.consequence
    assert raised.value.code is Code.CONFIGURATION
    assert raised.value.exit_status == 3


def test_refused_values_have_a_code_of_their_own() -> None:
    with pytest.raises(PreconditionError) as raised:
        refuse([error("value.refused", "3 values are infinite", table="t", column="c")])
    assert raised.value.code is Code.VALUE
    assert raised.value.hint


def test_a_finding_is_written_with_all_that_the_contract_names() -> None:
    document = error("value.refused", "m", "h", "t", "c").to_json()
    assert document == {
        "id": "value.refused",
        "level": Level.ERROR.value,
        "message": "m",
        "hint": "h",
        "table": "t",
        "column": "c",
        "samples": [],
    }
