"""Every error number of a server that a person may meet says what it means, and whether waiting helps."""

from __future__ import annotations

import pymysql
import pytest

from zdcdc.errors import Code, TargetBusyError, TargetError, TargetUnavailableError
from zdcdc.mysql import classified
from zdcdc.mysql_errors import NUMBERS, STATEMENT, meaning_of

LASTS, PASSES, BUSY = TargetError, TargetUnavailableError, TargetBusyError

MEANT = [
    # Nothing answers, or the connection broke.
    (2002, PASSES, Code.CONNECTION),
    (2003, PASSES, Code.CONNECTION),
    (2005, PASSES, Code.CONNECTION),
    (2006, PASSES, Code.CONNECTION),
    (2013, PASSES, Code.CONNECTION),
    (2055, PASSES, Code.CONNECTION),
    (0, PASSES, Code.CONNECTION),
    (1053, PASSES, Code.CONNECTION),
    (1077, PASSES, Code.CONNECTION),
    (1079, PASSES, Code.CONNECTION),
    (1152, PASSES, Code.CONNECTION),
    (1158, PASSES, Code.CONNECTION),
    (1159, PASSES, Code.CONNECTION),
    (1160, PASSES, Code.CONNECTION),
    (1161, PASSES, Code.CONNECTION),
    (1189, PASSES, Code.CONNECTION),
    (1927, PASSES, Code.CONNECTION),
    (3032, PASSES, Code.CONNECTION),
    (3169, PASSES, Code.CONNECTION),
    (4031, PASSES, Code.CONNECTION),
    # What came over the wire made no sense to the other end.
    (1043, PASSES, Code.CONNECTION),
    (1156, PASSES, Code.CONNECTION),
    (1835, PASSES, Code.CONNECTION),
    (2014, PASSES, Code.CONNECTION),
    (2027, PASSES, Code.CONNECTION),
    # It answers and has no room.
    (1040, BUSY, Code.CONNECTION),
    (1135, BUSY, Code.CONNECTION),
    (1203, BUSY, Code.CONNECTION),
    (1226, BUSY, Code.CONNECTION),
    # Others hold locks, or won.
    (1205, PASSES, Code.LOCKED),
    (1213, PASSES, Code.LOCKED),
    (3572, PASSES, Code.LOCKED),
    (1020, PASSES, Code.LOCKED),
    (3101, PASSES, Code.LOCKED),
    # Somebody, or a limit, ended the statement.
    (1317, PASSES, Code.TIME),
    (1969, PASSES, Code.TIME),
    (3024, PASSES, Code.TIME),
    # It takes no writes: a moment after a failover another one does.
    (1290, PASSES, Code.PRIVILEGES),
    (1836, PASSES, Code.PRIVILEGES),
    (1792, PASSES, Code.PRIVILEGES),
    (3989, PASSES, Code.PRIVILEGES),
    (1037, PASSES, Code.MEMORY),
    (1041, PASSES, Code.MEMORY),
    # It does not let us in.
    (1045, LASTS, Code.PRIVILEGES),
    (1698, LASTS, Code.PRIVILEGES),
    (1820, LASTS, Code.PRIVILEGES),
    (1862, LASTS, Code.PRIVILEGES),
    (3118, LASTS, Code.PRIVILEGES),
    (4151, LASTS, Code.PRIVILEGES),
    (1130, LASTS, Code.PRIVILEGES),
    (1129, LASTS, Code.CONNECTION),
    (1251, LASTS, Code.CONNECTION),
    (2059, LASTS, Code.CONNECTION),
    (2061, LASTS, Code.CONNECTION),
    (2026, LASTS, Code.CONNECTION),
    (3159, LASTS, Code.CONNECTION),
    (1049, LASTS, Code.CONNECTION),
    # Privileges.
    (1044, LASTS, Code.PRIVILEGES),
    (1142, LASTS, Code.PRIVILEGES),
    (1143, LASTS, Code.PRIVILEGES),
    (1227, LASTS, Code.PRIVILEGES),
    (1419, LASTS, Code.PRIVILEGES),
    # Space: trying again writes into the same full disk.
    (1021, LASTS, Code.DISK),
    (1026, LASTS, Code.DISK),
    (1114, LASTS, Code.DISK),
    (1197, LASTS, Code.DISK),
    (3675, LASTS, Code.DISK),
    (1005, LASTS, Code.DISK),
    (1030, LASTS, Code.DISK),
    (1153, LASTS, Code.CONFIGURATION),
    # The target is not what it was.
    (1146, LASTS, Code.DRIFT),
    (1054, LASTS, Code.DRIFT),
    (1062, LASTS, Code.DATA),
    (1264, LASTS, Code.DATA),
    (1406, LASTS, Code.DATA),
    (4025, LASTS, Code.DATA),
    (1064, LASTS, Code.STATEMENT),
]


@pytest.mark.parametrize(("number", "kind", "code"), MEANT)
def test_a_number_has_a_code_and_says_whether_waiting_helps(
    number: int, kind: type[TargetError], code: Code
) -> None:
    error = classified(pymysql.err.OperationalError(number, "a text that nobody reads"), "doing it")
    assert type(error) is kind
    assert error.code is code
    assert error.what == f"doing it: a text that nobody reads ({number})"
    assert error.hint
    assert error.exit_status == 5


def test_no_number_means_two_things() -> None:
    numbers = [number for _, listed in NUMBERS for number in listed]
    assert len(numbers) == len(set(numbers))
    assert meaning_of(1064) is STATEMENT


def test_every_meaning_is_tried_here() -> None:
    tried = {meaning_of(number) for number, _, _ in MEANT}
    assert tried == {meaning for meaning, _ in NUMBERS} | {STATEMENT}


@pytest.mark.parametrize(
    "complaint",
    [
        pymysql.err.InternalError("Packet sequence number wrong - got 3 expected 1"),
        pymysql.err.InterfaceError(0, ""),
    ],
)
def test_what_the_driver_complains_of_by_itself_is_a_broken_connection(
    complaint: pymysql.MySQLError,
) -> None:
    error = classified(complaint, "reading")
    assert type(error) is PASSES
    assert error.code is Code.CONNECTION
    assert error.what.removeprefix("reading: ").removesuffix(" (0)")
