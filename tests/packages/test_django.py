"""A Django site moves while it works, and works on in MySQL with nothing changed but its settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.migration import Migration
from tests.support.program import Program
from zdcdc.wishes import ColumnWish, Wishes

AS_JSON = Wishes(columns=(("records_record.maybe", ColumnWish(type="JSON")),))
"""MySQL compares a whole document with a column of its own type only."""


def site(datetimes: str, database: dict[str, str | int]) -> Program:
    """The site with its data in that database; ``datetimes`` is aware or naive."""
    environment = {"SITE_DATETIMES": datetimes, "SITE_DATABASE": json.dumps(database)}
    return Program("tests.support.django_site", environment)


def mysql_of(target: Target) -> dict[str, str | int]:
    """The target as the site's settings want it."""
    return {
        "host": target.host,
        "port": target.port,
        "user": target.user,
        "password": target.password,
        "database": target.database,
    }


@pytest.mark.parametrize("datetimes", ["aware", "naive"])
def test_a_django_site_reads_every_row_back_equal_and_works_on_after_its_migration(
    target: Target, tmp_path: Path, datetimes: str
) -> None:
    path = tmp_path / "site.db"
    before = site(datetimes, {"sqlite": str(path)})
    session = before.run("fill")["session"]
    migration = Migration(path, target, wishes=AS_JSON)
    migration.snapshot()
    rows = before.run("change")["rows"]
    migration.follow()
    assert migration.verify().identical
    assert migration.differences() == []
    migration.cutover()
    migration.complete()
    after = site(datetimes, mysql_of(target)).run("use", session)
    assert after["rows"] == rows
    assert after["wrong"] == []
