"""The proof at the demonstration's end, as far as it is a matter of values."""

from __future__ import annotations

import io
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from zdcdc.demo import statements
from zdcdc.demo.acknowledgements import Acknowledgement, Promises, promises_file, read_promises
from zdcdc.demo.compare import Comparison, Row, TableComparison, identical
from zdcdc.demo.decision import Decision, Primary, read_decision
from zdcdc.demo.ledger import Ledger, pauses, settle
from zdcdc.demo.mover import SwitchResult
from zdcdc.demo.report import DemoReport, Speeds
from zdcdc.demo.show import report_table
from zdcdc.demo.statements import Statement
from zdcdc.demo.transactions import Ending, token_of


def promise(writer: int, n: int, side: Primary = Primary.SQLITE, ended: float = 0.0) -> Acknowledgement:
    """Transaction ``n`` of ``writer``, committed."""
    return Acknowledgement(token_of(writer, n), writer, n, Ending.KEPT, side, ended - 0.001, ended)


PROMISED = {
    0: (promise(0, 1), promise(0, 2, Primary.MYSQL)),
    1: (promise(1, 1), replace(promise(1, 2), ending=Ending.ABANDONED), promise(1, 3, Primary.MYSQL)),
}
TOKENS = (token_of(0, 1), token_of(0, 2), token_of(1, 1), token_of(1, 3))
WHOLE = Ledger(TOKENS, {0: 2, 1: 2})


def test_a_whole_ledger_balances() -> None:
    accounts = settle(PROMISED, WHOLE)
    assert accounts.balanced
    assert (accounts.acknowledged, accounts.found) == (4, 4)
    assert (accounts.acknowledged_in_sqlite, accounts.acknowledged_in_mysql) == (2, 2)


def test_a_token_that_is_missing_is_a_lost_write() -> None:
    accounts = settle(PROMISED, replace(WHOLE, tokens=TOKENS[1:]))
    assert (accounts.lost, accounts.found, accounts.balanced) == (1, 3, False)


def test_a_token_that_is_there_twice_is_a_doubled_write() -> None:
    accounts = settle(PROMISED, replace(WHOLE, tokens=(*TOKENS, TOKENS[0])))
    assert (accounts.doubled, accounts.lost, accounts.balanced) == (1, 0, False)


def test_a_write_acknowledged_twice_is_doubled() -> None:
    twice = {**PROMISED, 0: (*PROMISED[0], promise(0, 2, Primary.MYSQL))}
    assert settle(twice, replace(WHOLE, counters={0: 3, 1: 2})).doubled == 1


def test_an_effect_without_its_token_shows_in_the_counter() -> None:
    accounts = settle(PROMISED, replace(WHOLE, counters={0: 3, 1: 2}))
    assert (accounts.doubled, accounts.miscounted, accounts.balanced) == (1, 1, False)


def test_a_token_whose_effect_is_missing_shows_in_the_counter() -> None:
    accounts = settle(PROMISED, replace(WHOLE, counters={0: 1, 1: 2}))
    assert (accounts.lost, accounts.miscounted, accounts.balanced) == (0, 1, False)


def test_an_abandoned_write_that_is_there_is_stray() -> None:
    accounts = settle(PROMISED, Ledger((*TOKENS, token_of(1, 2)), {0: 2, 1: 3}))
    assert (accounts.stray, accounts.doubled, accounts.balanced) == (1, 0, False)


def test_the_pause_of_a_writer_is_its_longest_wait_around_the_switch() -> None:
    times = [0.0, 5.0, 9.0, 9.5, 9.6]
    before = tuple(promise(0, n, Primary.SQLITE, ended) for n, ended in enumerate(times))
    after = tuple(promise(0, n + 10, Primary.MYSQL, 9.8 + ended) for n, ended in enumerate([0.0, 0.3, 2.0]))
    assert pauses({0: before + after}) == pytest.approx((0.5,))


def test_a_pause_longer_than_the_time_looked_at_is_seen() -> None:
    assert pauses({0: (promise(0, 1, Primary.SQLITE, 1.0), promise(0, 2, Primary.MYSQL, 8.0))}) == (7.0,)


def test_a_writer_that_never_switched_has_no_pause() -> None:
    assert pauses({0: (promise(0, 1), promise(0, 2))}) == ()


def test_acknowledgements_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = (promise(3, 1, Primary.SQLITE, 1 / 3), replace(promise(3, 2), ending=Ending.ABANDONED))
    promises = Promises(promises_file(tmp_path, 3))
    for entry in written:
        promises.note(entry)
    promises.close()
    assert read_promises(tmp_path, 3) == written


def test_a_torn_line_was_never_acknowledged(tmp_path: Path) -> None:
    torn = promise(0, 1).line() + promise(0, 2).line()[:-5]
    promises_file(tmp_path, 0).write_text(torn)
    assert read_promises(tmp_path, 0) == (promise(0, 1),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1,), (1.0,)),
        ((0.0,), (-0.0,)),
        (("a",), (b"a",)),
        ((None,), ("",)),
        ((None,), (0,)),
        (("é",), ("e\u0301",)),
    ],
)
def test_values_that_look_alike_are_not_identical(one: Row, other: Row) -> None:
    assert not identical(one, other)
    assert identical(one, one)
    assert identical(other, other)


def test_no_value_is_left_unbound_in_mysql() -> None:
    for statement in vars(statements).values():
        if isinstance(statement, Statement):
            assert all(":" not in text for text in statement.mysql)


def test_without_a_decision_sqlite_is_primary(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "app.db", isolation_level=None)
    assert read_decision(connection) == Decision(Primary.SQLITE, 0)
    connection.execute(
        "CREATE TABLE _zdcdc_decision (id INTEGER PRIMARY KEY, primary_side TEXT, epoch INTEGER)"
    )
    connection.execute("INSERT INTO _zdcdc_decision VALUES (1, 'mysql', 3)")
    assert read_decision(connection) == Decision(Primary.MYSQL, 3)
    connection.close()


def report() -> DemoReport:
    """A demonstration in which all went well."""
    return DemoReport(
        accounts=settle(PROMISED, WHOLE),
        speeds=Speeds(1000, 2.0, 17, 0.1),
        writes_per_second={Primary.SQLITE: 900.0, Primary.MYSQL: 500.0},
        writers=2,
        pauses=(0.02, 0.03),
        switch=SwitchResult(0.009, 3),
        verified=True,
        comparison=Comparison((TableComparison("items", 10, 40, 0, 0, 0, ()),)),
        total_seconds=60.0,
    )


def test_a_demonstration_without_a_fault_exits_0() -> None:
    assert report().failures == ()
    assert report().exit_status == 0
    assert report().document()["copy_rows_per_second"] == 500.0


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (replace(report(), accounts=settle(PROMISED, replace(WHOLE, tokens=TOKENS[1:]))), "1 acknowledged"),
        (
            replace(report(), accounts=settle(PROMISED, replace(WHOLE, counters={0: 3, 1: 2}))),
            "more than once",
        ),
        (replace(report(), verified=False), "verify"),
        (replace(report(), pauses=(0.02,)), "1 of 2 writers"),
        (
            replace(
                report(), comparison=Comparison((TableComparison("items", 10, 40, 1, 0, 0, ("missing 7",)),))
            ),
            "missing 7",
        ),
    ],
)
def test_any_fault_fails_the_demonstration_by_name(broken: DemoReport, said: str) -> None:
    assert said in " ".join(broken.failures)
    assert broken.exit_status == 6


def test_the_table_at_the_end_fits_80_columns() -> None:
    large = replace(
        report(),
        pauses=(12.3456, 9.8765),
        speeds=Speeds(12_345_678, 1.0, 1_234_567, 1234.5),
        comparison=Comparison((TableComparison("items", 123_456_789, 1_234_567_890, 99, 0, 0, ()),)),
    )
    screen = Console(file=io.StringIO(), width=80, record=True)
    screen.print(report_table(large))
    text = screen.export_text()
    assert "123,456,789 rows, 1,234,567,890 values" in text
    assert "at most 12346 ms, median 11111 ms" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
