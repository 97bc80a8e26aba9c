"""What somebody changed in a table of the target is named; what does not matter is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.tables import MYSQL, mapped, table_of
from zdcdc.apply.ddl import table_ddl
from zdcdc.apply.structure import Structure, changes, expected

SCRIPT = """
CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, p INTEGER REFERENCES t, v BLOB);
CREATE INDEX t_v ON t (v);
INSERT INTO t VALUES (1, 'abc', NULL, x'00');
"""


@pytest.fixture
def made() -> Structure:
    mapping, _ = mapped(SCRIPT)
    return expected(table_ddl(table_of(SCRIPT), mapping, MYSQL, {"t": mapping}), mapping, MYSQL.collation)


def test_a_table_is_expected_as_its_ddl_makes_it(made: Structure) -> None:
    assert [name for name, _ in made.columns] == ["id", "code", "p", "v"]
    types = dict(made.columns)
    assert types["id"] == "bigint not null"
    assert types["code"].startswith("varchar(")
    assert types["code"].endswith(f") {MYSQL.collation} not null")
    assert (types["p"], types["v"]) == ("bigint", "varbinary(255)")
    assert made.unique == {"PRIMARY", "t_unique_1"}
    assert made.others == {"t_v", "t_fk_0"}
    assert made.foreign == {"t_fk_0"}
    assert changes(made, made) == []


def test_a_table_that_is_gone_is_said(made: Structure) -> None:
    assert changes(made, None) == ["it is gone"]


def test_columns_that_come_go_or_change_are_named(made: Structure) -> None:
    added = replace(made, columns=(*made.columns, ("more", "int")))
    assert changes(made, added) == ["column more was added"]
    assert changes(added, made) == ["column more is gone"]
    folded = tuple((name, type_.replace("_bin", "_ai_ci")) for name, type_ in made.columns)
    (change,) = changes(made, replace(made, columns=folded))
    assert change.startswith("column code is varchar(")
    assert "_ai_ci" in change
    swapped = replace(made, columns=(*made.columns[:2], made.columns[3], made.columns[2]))
    assert changes(made, swapped) == ["its columns are in another order"]


def test_keys_that_go_and_those_that_refuse_rows_are_named(made: Structure) -> None:
    less = replace(made, unique=frozenset({"PRIMARY"}), others=frozenset(), foreign=frozenset())
    assert changes(made, less) == [
        "unique key t_unique_1 is gone",
        "index t_fk_0 is gone",
        "index t_v is gone",
        "foreign key t_fk_0 is gone",
    ]
    more = replace(made, unique=made.unique | {"u"}, foreign=made.foreign | {"f"})
    assert changes(made, more) == ["unique key u was added", "foreign key f was added"]
    assert changes(made, replace(made, others=made.others | {"faster"})) == []
