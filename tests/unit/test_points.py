"""Named points: armed by name only, each in a list with what is in force there, and all but free unarmed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pymysql
import pytest

from tests.support.killed import ROOT
from zdcdc import mysql, points, sqlite
from zdcdc.cli.main import cli
from zdcdc.errors import SourceBusyError, SourceError, TargetError, TargetUnavailableError
from zdcdc.points import ERRORS, POINTS, VARIABLE, arm, parse, reach


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    arm(None)


def test_every_point_in_the_code_is_in_the_list_and_the_other_way_round() -> None:
    named: set[str] = set()
    for path in (ROOT / "zdcdc").rglob("*.py"):
        for name in re.findall(r"reach\(f?\"([^\"]+)\"\)", path.read_text(encoding="utf-8")):
            prefixes = {"{self._points}": ("round", "drain"), "{when}_hook": ("before_hook", "after_hook")}
            first, _, rest = name.rpartition(".")
            named |= {f"{prefix}.{rest}" for prefix in prefixes.get(first, (first,))}
    assert named == set(POINTS)


@pytest.mark.parametrize("name", POINTS)
def test_each_point_belongs_to_commands_and_says_what_is_in_force(name: str) -> None:
    point = POINTS[name]
    assert point.commands
    assert set(point.commands) <= set(cli.commands)
    assert point.what
    assert set(point.errors) <= set(ERRORS)


def test_an_unarmed_point_does_nothing_and_an_unknown_one_is_an_error() -> None:
    for name in POINTS:
        reach(name)
    with pytest.raises(KeyError):
        reach("round.befor_commit")


@pytest.mark.parametrize(
    "text",
    [
        "round.befor_commit:kill",
        "round.before_commit",
        "round.before_commit:explode",
        "round.before_commit:sqlite-busy",
        "round.after_read:mysql-lost",
        "round.before_commit:kill:0",
        "round.before_commit:kill:-1",
        "round.before_commit:kill:often",
        "round.claimed:kill,round.befor_commit:kill",
    ],
)
def test_what_cannot_happen_is_refused_when_armed_and_changes_nothing(text: str) -> None:
    arm("round.claimed:mysql-lost")
    with pytest.raises(ValueError, match=VARIABLE):
        arm(text)
    with pytest.raises(pymysql.err.OperationalError):
        reach("round.claimed")


def met(name: str, times: int) -> list[str]:
    """What happened each time the point was reached."""
    found = []
    for _ in range(times):
        try:
            reach(name)
        except pymysql.MySQLError as error:
            found.append(str(error.args[0]))
        else:
            found.append("")
    return found


def test_an_armed_point_acts_at_its_time_once_or_from_then_on() -> None:
    arm("round.claimed:mysql-lost:2")
    assert met("round.claimed", 4) == ["", "2013", "", ""]
    arm("round.claimed:mysql-lost:2+")
    assert met("round.claimed", 4) == ["", "2013", "2013", "2013"]


def test_several_errors_at_one_point_come_each_at_its_own_time() -> None:
    armed = arm("round.claimed:mysql-lost:1,round.claimed:mysql-deadlock:2, drain.claimed:mysql-full:1")
    assert met("round.claimed", 3) == ["2013", "1213", ""]
    assert [one.fired for one in armed] == [1, 1, 0]
    assert met("drain.claimed", 1) == ["1114"]


def test_disarmed_nothing_happens_any_more() -> None:
    arm("round.claimed:mysql-lost:1+")
    assert arm(None) == ()
    assert met("round.claimed", 2) == ["", ""]


@pytest.mark.parametrize("action", ["kill", "stop"])
def test_the_actions_are_signals_that_cannot_be_caught(action: str) -> None:
    assert parse(f"cutover.locked:{action}").action == action


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("mysql-lost", TargetUnavailableError),
        ("mysql-deadlock", TargetUnavailableError),
        ("mysql-lock-wait", TargetUnavailableError),
        ("mysql-full", TargetError),
        ("sqlite-busy", SourceBusyError),
        ("sqlite-full", SourceError),
        ("sqlite-ioerr", SourceError),
    ],
)
def test_a_raised_error_is_the_drivers_and_goes_through_its_classification(
    name: str, kind: type[Exception]
) -> None:
    point = next(point for point, found in POINTS.items() if name in found.errors)
    arm(f"{point}:{name}")
    errors_of = mysql.errors_of if name.startswith("mysql") else sqlite.errors_of
    with pytest.raises(kind) as raised, errors_of("trying"):
        reach(point)
    assert type(raised.value) is kind


def test_only_errors_of_the_list_can_be_registered() -> None:
    with pytest.raises(ValueError, match="not in the list"):
        points.register("mysql-tired", RuntimeError)
