"""Every trap has something that holds it, and every case is told of in the documentation."""

from __future__ import annotations

import re

import pytest

from tests.support.cases import Case, cases
from tests.support.killed import ROOT

NUMBERS = (*range(1, 63), *range(94, 99))
"""Traps of capturing in SQLite, of values and schema, and of translation."""

TRAPS = (ROOT / "docs" / "traps.md").read_text(encoding="utf-8")
ROWS = {
    int(number): held
    for number, held in re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", TRAPS, re.MULTILINE)
}
CASE = re.compile(r"\[`(\w+)`\]\(\.\./tests/cases/(\w+)/schema\.sql\)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_trap_is_in_the_table_once() -> None:
    assert set(NUMBERS) <= set(ROWS)
    assert len(re.findall(r"^\| \d", TRAPS, re.MULTILINE)) == len(ROWS)


@pytest.mark.parametrize("number", ROWS)
def test_what_holds_a_trap_exists(number: int) -> None:
    folders = CASE.findall(ROWS[number])
    functions = TEST.findall(ROWS[number])
    assert len(folders) + len(functions) == len(ROWS[number].split(", "))
    for shown, folder in folders:
        assert shown == folder
        assert (ROOT / "tests" / "cases" / folder / "expected.toml").is_file(), folder
    for file, name in functions:
        path = ROOT / file
        assert path.is_file(), file
        assert f"\ndef {name}(" in path.read_text(encoding="utf-8"), name


@pytest.mark.parametrize("page", ["traps.md", "compared.md"])
def test_every_case_that_a_page_names_exists(page: str) -> None:
    named = CASE.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert named
    assert {folder for _, folder in named} <= {case.name for case in cases()}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_says_what_it_is_for_and_is_in_a_table(case: Case) -> None:
    comment = first_comment(case.script("schema.sql"))
    assert comment, "the first lines of schema.sql say what the case holds"
    pages = [(ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("traps.md", "compared.md")]
    assert any(f"/{case.name}/schema.sql)" in page for page in pages)
    for number in numbers_in(comment):
        assert f"/{case.name}/schema.sql)" in ROWS[number], f"trap {number}"


def test_every_folder_is_a_case() -> None:
    folders = {path.parent.name for path in (ROOT / "tests" / "cases").glob("*/schema.sql")}
    assert folders == {case.name for case in cases()}


def first_comment(script: str) -> str:
    """The comment at the beginning, as one line."""
    lines = []
    for line in script.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)


def numbers_in(comment: str) -> list[int]:
    """Numbers of traps that it names."""
    found = re.findall(r"\btraps? (\d+(?:(?:, | and )\d+)*)", comment)
    return [int(number) for group in found for number in re.findall(r"\d+", group)]


def test_numbers_are_read_from_a_comment() -> None:
    script = "-- Something: traps 3, 4\n-- and 96. And trap 5.\nCREATE TABLE t (a); -- trap 9"
    assert numbers_in(first_comment(script)) == [3, 4, 96, 5]
