"""Chinook moves to MySQL while four processes write to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.chinook import authors_database, authors_differences, chinook_copy, in_journal_mode
from tests.support.command import INTERRUPTED, Zdcdc
from tests.support.compare import LostAndDoubled, differences, has_token, lost_and_doubled
from tests.support.sessions import MySqlAddress
from tests.support.target_side import Connection
from tests.support.writers import Application, Traffic, add_ack_table

NOTHING = LostAndDoubled((), (), ())
WRITES_PER_SECOND = 600.0


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return in_journal_mode(chinook_copy(tmp_path), "wal")


@pytest.fixture
def zdcdc(source: Path, target: Target, tmp_path: Path) -> Zdcdc:
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    return Zdcdc(source, url, target.password, tmp_path / "state")


@pytest.fixture
def mysql(target: Target) -> Iterator[Connection]:
    with closing(target.connect()) as connection:
        yield connection


def follow_until_new_writes_arrive(zdcdc: Zdcdc, application: Application, mysql: Connection) -> None:
    """Run follow until MySQL has writes that were acknowledged after it began, then interrupt it."""
    with zdcdc.started("follow") as follow:
        application.wait_for_writes(200, timeout_seconds=60)
        token = application.newest_token()
        follow.wait_until(lambda: has_token(mysql, token), f"{token} came to MySQL")
        outcome = follow.interrupt()
    assert outcome.exit_code == INTERRUPTED, str(outcome)


def migrate(zdcdc: Zdcdc, application: Application, mysql: Connection) -> None:
    """All stages, the application writing throughout."""
    application.wait_for_writes(200, timeout_seconds=60)
    outcome = zdcdc.run("snapshot")
    assert outcome.exit_code == 0, str(outcome)
    follow_until_new_writes_arrive(zdcdc, application, mysql)
    outcome = zdcdc.run("verify")
    assert outcome.exit_code == 0, str(outcome)
    outcome = zdcdc.run("cutover", "--one-way", "--yes")
    assert outcome.exit_code == 0, str(outcome)
    application.wait_until_moved(timeout_seconds=60)


def test_snapshot_gives_the_data_that_the_authors_publish_for_mysql(
    source: Path, target: Target, zdcdc: Zdcdc, mysql: Connection
) -> None:
    outcome = zdcdc.run("snapshot")
    assert outcome.exit_code == 0, str(outcome)
    root = target.server.administrator
    name = f"{target.database}_authors"
    with authors_database(root.host, root.port, root.user, root.password, name) as authors:
        assert authors_differences(mysql, authors) == []
    assert differences(source, mysql) == []


def test_after_cutover_mysql_holds_what_sqlite_held_and_every_acknowledged_write_once(
    source: Path, zdcdc: Zdcdc, mysql: Connection, tmp_path: Path
) -> None:
    add_ack_table(source)
    traffic = Traffic(source, tmp_path / "application", writers=4, writes_per_second=WRITES_PER_SECOND)
    with Application(traffic) as application:
        migrate(zdcdc, application, mysql)
        served = application.stop()
    print(f"{len(served.writes)} writes, {served.writes_per_second:.0f}/s")
    assert served.errors == ()
    assert served.fenced == 4
    assert lost_and_doubled(served.acknowledged, mysql) == NOTHING
    assert differences(source, mysql) == []


def test_the_application_goes_on_in_mysql_and_no_write_is_lost_or_doubled(
    source: Path, target: Target, zdcdc: Zdcdc, mysql: Connection, tmp_path: Path
) -> None:
    add_ack_table(source)
    address = MySqlAddress(target.host, target.port, target.user, target.password, target.database)
    traffic = Traffic(
        source,
        tmp_path / "application",
        writers=4,
        writes_per_second=WRITES_PER_SECOND,
        readers=1,
        mysql=address,
    )
    with Application(traffic) as application:
        migrate(zdcdc, application, mysql)
        application.wait_for_writes(200, timeout_seconds=60)
        served = application.stop()
    print(f"{len(served.writes)} writes, {served.writes_per_second:.0f}/s")
    pauses = (served.longest_pause_seconds, max(served.switch_pauses_seconds))
    print("longest pause of a writer {:.3f} s, at cutover {:.3f} s".format(*pauses))
    assert served.errors == ()
    assert served.acknowledged_in("sqlite")
    assert served.acknowledged_in("mysql")
    assert lost_and_doubled(served.acknowledged, mysql) == NOTHING
