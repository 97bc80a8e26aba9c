"""The documentation names what exists, and everything that exists is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.support.killed import ROOT
from zdcdc.choose.wished import TYPES
from zdcdc.cli.main import cli
from zdcdc.codecs import CODECS
from zdcdc.config import SETTINGS, SOURCE_SETTINGS, read_file
from zdcdc.errors import Code, ZdcdcError
from zdcdc.stages.watching import InterruptedRun
from zdcdc.wishes import ColumnWish, read

PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
OPERATIONS = PAGES["docs/operations.md"]
GLOBAL = {option for parameter in cli.params for option in parameter.opts}
COMMAND = re.compile(r"zdcdc((?: -{1,2}[a-z][a-z-]*(?:[ =](?=[A-Z./])[^ `]+)?)*) ([a-z]+)((?: [^ `|#\n]+)*)")


def exit_statuses(kind: type[ZdcdcError] = ZdcdcError) -> set[int]:
    return {kind.exit_status}.union(*(exit_statuses(child) for child in kind.__subclasses__()))


def mentioned(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each command that a page shows as code, with the options it is given."""
    for code in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", PAGES[page], re.DOTALL):
        for line in "".join(code).splitlines():
            found = COMMAND.match(line.strip())
            if found:
                yield found.group(2), re.findall(r"(?<!\S)--?[a-z][a-z-]*", found.group(3))


def options_of(name: str) -> set[str]:
    return {option for parameter in cli.commands[name].params for option in parameter.opts} | {"--help", "-h"}


@pytest.mark.parametrize("name", cli.commands)
def test_every_command_is_documented(name: str) -> None:
    assert f"`zdcdc {name}`" in OPERATIONS
    assert f"zdcdc {name}" in PAGES["README.md"]


@pytest.mark.parametrize("code", Code)
def test_every_error_code_is_documented_with_what_to_do(code: Code) -> None:
    assert re.search(rf"^\| `{code.value}` \| [^|]+ \|", OPERATIONS, re.MULTILINE)


def test_the_settings_file_that_is_shown_holds_every_setting_and_is_taken(tmp_path: Path) -> None:
    whole = max(re.findall(r"```toml\n(.*?)```", OPERATIONS, re.DOTALL), key=len)
    file = tmp_path / "zdcdc.toml"
    file.write_text(whole, encoding="utf-8")
    settings = read_file(file)
    assert set(settings) == set(SETTINGS)
    assert set(settings["source"]) == set(SOURCE_SETTINGS)


def test_the_wishes_that_are_shown_are_taken_and_name_every_type(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", PAGES["docs/values.md"], re.DOTALL)
    file = tmp_path / "zdcdc.toml"
    file.write_text(shown, encoding="utf-8")
    wishes = read(read_file(file), "zdcdc.toml")
    assert wishes.column("orders", "total").type == "DECIMAL(20,4)"
    assert wishes.table("Bad name ") == "bad_name"
    for name in TYPES:
        assert re.search(rf"#.*\b{name}\b", shown), name
    for name in ColumnWish.__slots__:
        assert re.search(rf"^{name} = ", shown, re.MULTILINE), name


def test_the_table_of_exit_codes_is_that_of_the_errors() -> None:
    table = OPERATIONS.partition("## Exit codes")[2].partition("\n## ")[0]
    documented = {int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert documented == exit_statuses() | {0}
    assert InterruptedRun.exit_status in documented


def test_every_codec_is_in_the_table_of_values() -> None:
    for name in CODECS:
        assert f"| `{name}` |" in PAGES["docs/values.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_that_a_page_shows_exists(page: str) -> None:
    for name, options in mentioned(page):
        assert name in cli.commands, f"{page}: zdcdc {name}"
        assert set(options) <= options_of(name) | GLOBAL, f"{page}: zdcdc {name} {options}"


@pytest.mark.parametrize("page", PAGES)
def test_every_option_that_a_page_names_by_itself_exists(page: str) -> None:
    known = GLOBAL.union(*(options_of(name) for name in cli.commands))
    for option in re.findall(r"`(--[a-z][a-z-]*)", PAGES[page]):
        assert option in known, f"{page}: {option}"


def test_the_reader_of_these_pages_finds_commands_at_all() -> None:
    shown = dict(mentioned("README.md"))
    assert {"check", "snapshot", "cutover", "demo"} <= set(shown)
    assert "--one-way" in [option for _, options in mentioned("README.md") for option in options]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_repository_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[page]):
        file, _, anchor = target.partition("#")
        path = (ROOT / page).parent / file if file else ROOT / page
        assert path.is_file(), f"{page}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in [
                re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings
            ]


def test_every_make_target_that_the_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in re.findall(r"\bmake ([a-z]+)\b", PAGES["README.md"]):
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name


def test_the_commands_are_those_of_click() -> None:
    assert all(isinstance(command, click.Command) for command in cli.commands.values())
