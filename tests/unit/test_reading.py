"""What will read differently is said once for each kind of query, with the columns that it is about."""

from __future__ import annotations

import re

import pytest

from tests.support.killed import ROOT
from tests.support.tables import catalog_of, mapped_all
from zdcdc.check.findings import Level
from zdcdc.check.reading import GENERAL, PREFIX, TOPICS, reading_findings

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, nick TEXT COLLATE NOCASE, n INTEGER, paid BOOLEAN,
  price DECIMAL(8,2), at DATETIME, was DATETIME, odd INTEGER);
INSERT INTO t VALUES (1, 'a', 'é', 2, 1, 1.5, '2024-01-01 00:00:00', 'yesterday', 'text');
INSERT INTO t (id, odd) VALUES (2, 3);
CREATE TABLE keyless (v BLOB);
CREATE TABLE child (t INTEGER REFERENCES t (id), id INTEGER PRIMARY KEY);
"""

CONCERNED = {
    "like": {"t.name", "t.nick", "t.was", "t.odd"},
    "collation": {"t.nick"},
    "concatenation": {"t.name", "t.nick", "t.was", "t.odd"},
    "division": {"t.n", "t.paid"},
    "comparison": {"t.name", "t.nick", "t.was", "t.odd"},
    "mixed": {"t.odd"},
    "boolean": {"t.paid"},
    "decimal": {"t.price"},
    "dates": {"t.at"},
    "text_dates": {"t.was"},
    "rowid": {"keyless.v"},
}


def found(script: str) -> dict[str, str]:
    mappings = mapped_all(script)
    tables = [(table, mappings[table.name]) for table in catalog_of(script).tables]
    findings = list(reading_findings(tables))
    assert all(finding.level is Level.INFO and finding.hint for finding in findings)
    return {finding.id: finding.message for finding in findings}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_each_topic_names_exactly_the_columns_that_it_is_about(topic: object) -> None:
    name = getattr(topic, "name", "")
    message = found(SCRIPT)[f"{PREFIX}{name}"]
    assert set(message.rpartition(": ")[2].split(", ")) == CONCERNED[name]


def test_a_topic_that_concerns_no_column_is_not_said() -> None:
    said = found("CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB); INSERT INTO t VALUES (1, x'00')")
    assert set(said) == {f"{PREFIX}{name}" for name, _, _ in GENERAL}


def test_many_columns_are_counted_and_not_all_listed() -> None:
    columns = ", ".join(f"c{number} TEXT" for number in range(9))
    assert found(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})")["reads.like"].endswith(
        ": t.c0, t.c1, t.c2, t.c3 and 5 more"
    )


def test_every_topic_is_documented() -> None:
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `reads\.(\w+)` \|", page, re.MULTILINE))
    assert documented == {topic.name for topic in TOPICS} | {name for name, _, _ in GENERAL}
