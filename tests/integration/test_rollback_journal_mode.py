"""A source in rollback-journal mode, where every reader keeps writers from committing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.chinook import chinook_copy, source_in_delete_mode
from tests.support.chinook_scale import scale
from tests.support.command import Zdcdc
from tests.support.compare import LostAndDoubled, differences, lost_and_doubled
from tests.support.read_locks import ReadLocks, observed
from tests.support.target_side import Connection
from tests.support.writers import Application, Traffic, add_ack_table

Count = Callable[[int, int], int]


@pytest.fixture(scope="module")
def large_chinook(tmp_path_factory: pytest.TempPathFactory, count: Count) -> Path:
    """Chinook ×10, with --soak ×100 (106 MB); made once, copied for each test."""
    path = scale(chinook_copy(tmp_path_factory.mktemp("chinook")), count(10, 100))
    return source_in_delete_mode(add_ack_table(path))


@pytest.fixture
def source(large_chinook: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(large_chinook, tmp_path / "source.db"))


def test_the_application_sees_no_error_and_no_read_transaction_is_long(
    source: Path, target: Target, tmp_path: Path, count: Count
) -> None:
    # The promise is 100 ms. An ordinary run shares its machine with others, so there the bound only tells
    # a read of a chunk from a read of a table.
    longest_seconds = count(1000, 100) / 1000
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    zdcdc = Zdcdc(source, url, target.password, tmp_path / "state")
    traffic = Traffic(
        source,
        tmp_path / "application",
        writers=2,
        writes_per_second=40.0,
        readers=2,
        reads_per_second=20.0,
        busy_timeout_seconds=5.0,
    )
    seen: dict[str, ReadLocks] = {}
    with Application(traffic) as application:
        for command, *options in (("snapshot",), ("verify",), ("cutover", "--one-way", "--yes")):
            application.wait_for_writes(20, timeout_seconds=60)
            with observed(source, but_not=application.pids) as observer:
                outcome = zdcdc.run(command, *options)
            assert outcome.exit_code == 0, str(outcome)
            seen[command] = observer.result
            print(command, observer.result)
        application.wait_until_moved(timeout_seconds=60)
        served = application.stop()
    assert served.errors == ()
    assert served.fenced == 2
    assert served.reads > 0
    assert seen["snapshot"].met > 0, "no read transaction was met at all: nothing was measured"
    assert {
        command: result for command, result in seen.items() if result.longest_seconds > longest_seconds
    } == {}
    with closing(target.connect()) as connection:
        mysql: Connection = connection
        assert lost_and_doubled(served.acknowledged, mysql) == LostAndDoubled((), (), ())
        assert differences(source, mysql) == []
