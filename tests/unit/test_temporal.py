"""A text fits a form when the moment that it names, written by the form, is the same text again."""

from __future__ import annotations

import datetime
import re
import sqlite3

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.restoring import Spelling, stored_form
from tests.support.strategies import DATE_LIKE, ODD_TEXTS
from zdcdc.temporal import BY_NAME, FORMS, Fraction, Kind, TemporalForm, fitting, preferred

SPELLED = {
    Fraction.NONE: "none",
    Fraction.OPTIONAL_MICROSECONDS: "0 or 6",
    Fraction.MICROSECONDS: "6",
    Fraction.MILLISECONDS: "3",
    Fraction.OPTIONAL_MILLISECONDS: "0 or 3",
    Fraction.TRIMMED: "trimmed",
}
EDITS = ["", "0", "1", "9", ":", ".", "-", " ", "T", "Z", "\0", "+", "１", "00"]
MOMENTS = [
    datetime.datetime(2024, 2, 29, 23, 59, 59, 120000),
    datetime.datetime(1000, 1, 1, 0, 0, 0),
    datetime.datetime(9999, 12, 31, 10, 20, 0, 5),
    datetime.datetime(2023, 11, 30, 12, 0, 7, 123000),
]


def moment_of(text: str) -> datetime.datetime | None:
    """The moment that ``text`` names in any spelling, without any rule of the product."""
    stored = stored_form(text)
    if stored is None or not stored.isascii():
        return None
    date = stored if ":" not in stored else f"2000-01-01 {stored}" if " " not in stored else stored
    try:
        found = datetime.datetime.fromisoformat(date)
    except ValueError:
        return None
    return found if found.year >= 1000 else None


def fits(form: TemporalForm, text: str) -> bool:
    """Whether ``text`` is written by ``form``, by the rules of the independent comparer."""
    stored = stored_form(text)
    if stored is None or moment_of(text) is None:
        return False
    kind = Kind.DATE if ":" not in stored else Kind.DATETIME if " " in stored else Kind.TIME
    if kind is not form.kind:
        return False
    spelling = Spelling(form.separator or " ", form.seconds, SPELLED[form.fraction], form.suffix)
    return kind is Kind.DATE or spelling.text(stored) == text


def value_of(form: TemporalForm, text: str) -> datetime.date | datetime.timedelta:
    """What PyMySQL returns for ``text`` once it is in MySQL."""
    moment = moment_of(text)
    assert moment is not None
    if form.kind is Kind.DATE:
        return moment.date()
    return moment if form.kind is Kind.DATETIME else moment - datetime.datetime(2000, 1, 1)


def look_at(connection: sqlite3.Connection, form: TemporalForm, texts: list[str]) -> None:
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS moments (text TEXT, declared DATETIME, loose)")
    connection.execute("DELETE FROM moments")
    connection.executemany("INSERT INTO moments VALUES (?1, ?1, ?1)", [(text,) for text in texts])
    terms = ", ".join(form.in_sqlite(f"m.{column}") for column in ("text", "declared", "loose"))
    rows = connection.execute(f"SELECT {terms}, typeof(declared) FROM moments AS m").fetchall()
    for text, (*found, declared) in zip(texts, rows, strict=True):
        expected = form.for_mysql(text).encode() if fits(form, text) else None
        if declared != b"text":
            found.pop(1)  # a number by now
        assert set(found) == {expected}, text
        if "\n" not in text:
            assert form.fits(f"{text}\n".encode()) is (expected is not None), text
        if expected is not None:
            assert form.written(value_of(form, text)) == text


def near(form: TemporalForm, moment: datetime.datetime) -> list[str]:
    """The text of ``moment``, and every text of which one character is another, or more, or missing."""
    written = form.written(moment if form.kind is Kind.DATETIME else moment.time())
    text = str(moment.date()) if form.kind is Kind.DATE else written
    places = range(len(text) + 1)
    return [text] + [text[:place] + edit + text[place + 1 :] for place in places for edit in EDITS]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_sqlite_python_and_the_comparer_agree_on_which_text_is_written_by_a_form(
    connection: sqlite3.Connection, form: TemporalForm
) -> None:
    texts = [text for moment in MOMENTS for text in near(form, moment)]
    look_at(connection, form, [*texts, *ODD_TEXTS])
    assert any(fits(form, text) for text in texts)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(form=st.sampled_from(FORMS), texts=st.lists(DATE_LIKE, min_size=1, max_size=20))
@example(form=BY_NAME["YYYY-MM-DD"], texts=["0999-12-31", "0000-01-01", "1000-01-01"])
@example(form=BY_NAME["YYYY-MM-DD HH:MM:SS"], texts=["0000-01-01 10:00:00", "2024-01-01 24:00:00"])
def test_they_agree_on_any_text(
    connection: sqlite3.Connection, form: TemporalForm, texts: list[str]
) -> None:
    look_at(connection, form, texts)


@pytest.mark.parametrize("value", [0, 20240101, 2460310.5, b"2024-01-01", b"2024-01-01 00:00:00", None])
@pytest.mark.parametrize("declared", ["", "DATETIME", "INTEGER", "REAL"])
def test_no_number_and_no_blob_is_a_date(
    connection: sqlite3.Connection, value: object, declared: str
) -> None:
    # SQLite's date functions take numbers for Julian days, and blobs for text.
    connection.execute(f"CREATE TEMP TABLE one (v {declared})")
    connection.execute("INSERT INTO one VALUES (?)", (value,))
    for form in FORMS:
        assert connection.execute(f"SELECT {form.in_sqlite('o.v')} FROM one AS o").fetchone() == (None,)


WHOLE = datetime.datetime(2024, 1, 2, 3, 4)
HALF = datetime.datetime(2024, 1, 2, 3, 4, 5, 500000)
FINE = datetime.datetime(2024, 1, 2, 3, 4, 5, 123456)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("YYYY-MM-DD HH:MM:SS", HALF, "2024-01-02 03:04:05.500000"),
        ("YYYY-MM-DD HH:MM", HALF, "2024-01-02 03:04:05.500000"),
        ("YYYY-MM-DD HH:MM", datetime.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02 03:04:05.000000"),
        ("YYYY-MM-DD HH:MM", WHOLE, "2024-01-02 03:04"),
        ("YYYY-MM-DDTHH:MM:SS.fffZ", HALF, "2024-01-02T03:04:05.500Z"),
        ("YYYY-MM-DDTHH:MM:SS.fffZ", FINE, "2024-01-02T03:04:05.123456Z"),
        ("YYYY-MM-DD HH:MM:SS[.fff]", FINE, "2024-01-02 03:04:05.123456"),
        ("YYYY-MM-DD HH:MM:SS[.f+]", HALF, "2024-01-02 03:04:05.5"),
        ("HH:MM:SS", datetime.timedelta(hours=1, microseconds=1), "01:00:00.000001"),
        ("HH:MM:SS", datetime.timedelta(hours=25), "25:00:00.000000"),
        ("HH:MM:SS", datetime.timedelta(hours=-1, milliseconds=-500), "-01:00:00.500000"),
        ("HH:MM:SS[.ffffff]", datetime.timedelta(hours=838, minutes=59, seconds=59), "838:59:59.000000"),
        ("HH:MM", datetime.timedelta(minutes=61), "01:01"),
    ],
)
def test_what_the_rule_cannot_write_is_not_cut_to_what_it_can(
    name: str, value: datetime.datetime | datetime.timedelta, text: str
) -> None:
    assert BY_NAME[name].written(value) == text


def test_every_form_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(FORMS)


def names_of(*texts: str) -> frozenset[str]:
    return fitting("".join(f"{text}\n" for text in texts).encode(), None)


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["2024-01-01"], "YYYY-MM-DD"),
        (["2024-01-01 10:00:00"], "YYYY-MM-DD HH:MM:SS[.ffffff]"),
        (["2024-01-01 10:00:00", "2024-01-01 10:00:00.000001"], "YYYY-MM-DD HH:MM:SS[.ffffff]"),
        (["2024-01-01 10:00:00.000000"], "YYYY-MM-DD HH:MM:SS.ffffff"),
        (["2024-01-01 10:00:00.500000"], "YYYY-MM-DD HH:MM:SS[.ffffff]"),
        (["2024-01-01T10:00:00.000Z"], "YYYY-MM-DDTHH:MM:SS.fffZ"),
        (["2024-01-01T10:00:00.5Z", "2024-01-01T10:00:00Z"], "YYYY-MM-DDTHH:MM:SS[.f+]Z"),
        (["2024-01-01T10:00:00+00:00"], "YYYY-MM-DDTHH:MM:SS[.ffffff]+00:00"),
        (["10:00"], "HH:MM"),
        (["10:00:00", "10:00:00.25"], "HH:MM:SS[.f+]"),
    ],
)
def test_the_form_that_is_likeliest_is_preferred(texts: list[str], name: str) -> None:
    form = preferred(names_of(*texts))
    assert form is not None
    assert form.name == name


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-01-01", "2024-01-01 10:00:00"],
        ["2024-01-01 10:00:00", "2024-01-01T10:00:00"],
        ["2024-01-01 10:00:00.5", "2024-01-01 10:00:00.50"],
        ["2024-01-01 10:00:00+01:00"],
        ["2023-02-29"],
        ["2024-01-01 24:00:00"],
        ["10:00", "10:00:00"],
        [""],
    ],
)
def test_texts_of_two_rules_have_no_form(texts: list[str]) -> None:
    assert names_of(*texts) == frozenset()
    assert preferred([]) is None


def test_what_other_columns_prove_goes_before_what_is_likely() -> None:
    whole = names_of("2024-01-01 10:00:00")
    habit = "YYYY-MM-DD HH:MM:SS[.f+]"
    assert preferred(whole, ["YYYY-MM-DD HH:MM:SS.ffffff", habit]) == BY_NAME[habit]


def test_names_say_what_they_mean() -> None:
    clock = r"HH:MM(:SS(\[?\.f+\+?\]?)?)?(Z|\+00:00| UTC| \+0000 UTC)?"
    for form in FORMS:
        assert re.fullmatch(rf"YYYY-MM-DD([ T]{clock})?|{clock}", form.name)
