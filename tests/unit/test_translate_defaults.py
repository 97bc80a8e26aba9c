"""A default that would be another value in MySQL is refused with its text, and what a default looks like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.defaults import DAY, NOW, REFUSED, UUID, Case, mapped_cases
from tests.support.tables import MARIADB, MYSQL
from zdcdc.codecs.moments import MomentCodec
from zdcdc.mapping import Capabilities
from zdcdc.translate.defaults import default
from zdcdc.translate.operands import Translated, Untranslated

OLD_MARIADB = Capabilities("utf8mb4_nopad_bin", "10.6.18-MariaDB", "mariadb")


def made(case: Case, target_server: Capabilities = MYSQL) -> Translated | Untranslated:
    table, mapping = mapped_cases([case], target_server)
    (column,) = table.columns
    assert column.default is not None
    return default(column.default, column, mapping.columns[1], target_server)


@pytest.mark.parametrize("target_server", [MYSQL, MARIADB], ids=["mysql", "mariadb"])
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.declared}-{case.default}")
def test_a_default_that_would_be_another_value_is_refused(case: Case, target_server: Capabilities) -> None:
    found = made(case, target_server)
    assert isinstance(found, Untranslated)
    assert found.text in case.default
    assert found.reason


@pytest.mark.parametrize(
    ("case", "sql"),
    [
        (Case("INTEGER", "1", "-5"), "-5"),
        (Case("INTEGER", "1", "NULL"), "NULL"),
        (Case("VARCHAR(9)", "'a'", "'new'"), "'new'"),
        (Case("VARCHAR(9)", "'a'", "'it''s'"), "(CONVERT(x'69742773' USING utf8mb4))"),
        (Case("TEXT", "'a'", "'new'"), "('new')"),
        (Case("BLOB", "x'00'", "x'ff'"), "(x'FF')"),
        (Case("DATE", DAY, "CURRENT_DATE"), "(UTC_DATE())"),
        (Case("DATETIME", NOW, "CURRENT_TIMESTAMP"), "(UTC_TIMESTAMP())"),
        (Case("TEXT", "'a'", "CURRENT_TIMESTAMP"), "(DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:%S'))"),
        (
            Case("TEXT", "'a'", "(hex(randomblob(4)))"),
            "(COALESCE(HEX(RANDOM_BYTES(4)), ''))",
        ),
    ],
)
def test_a_default_is_written_as_the_type_needs_it(case: Case, sql: str) -> None:
    found = made(case)
    assert isinstance(found, Translated)
    assert found.sql == sql


@pytest.mark.parametrize("text", ["(hex(randomblob(4)))", "(random())", UUID])
def test_chance_is_refused_where_the_server_has_none(text: str) -> None:
    found = made(Case("TEXT", "'a'", text), OLD_MARIADB)
    assert isinstance(found, Untranslated)
    assert "10.10" in found.reason


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("CURRENT_TIMESTAMP", "(UTC_TIMESTAMP())"),
        ("(date('now'))", "(UTC_DATE())"),
        ("(strftime('%Y-%m-%dT%H:%MZ', 'now'))", "(DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:00'))"),
        ("'2024-01-01'", "'2024-01-01 00:00:00.000000'"),
        ("CURRENT_TIME", None),
        ("'never'", None),
    ],
)
def test_a_moment_takes_every_spelling_of_one(text: str, sql: str | None) -> None:
    table, mapping = mapped_cases([Case("DATETIME", NOW, text)], MYSQL)
    column = replace(mapping.columns[1], codec=MomentCodec())
    found = default(table.columns[0].default or "", table.columns[0], column, MYSQL)
    assert (found.sql if isinstance(found, Translated) else None) == sql
