"""Settings come from where the person put them last, and a password is shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from zdcdc.cli.options import configuration
from zdcdc.config import Config, Selection, TargetConfig, password_from, read_file
from zdcdc.errors import UsageError

SECRET = "p@ss:/w?rd%#"
QUOTED = "p%40ss%3A%2Fw%3Frd%25%23"
URL = f"mysql://us%40er:{QUOTED}@db.example:3307/shop"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting but those that a test gives."""
    import os

    for name in list(os.environ):
        if name.startswith("ZDCDC_") or name == "MYSQL_PWD":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def configured(given: Mapping[str, Any] = {}, file: Path | None = None) -> Config:
    context = click.Context(click.Command("x"), obj={"config": file, "state_dir": None})
    options = {"include": (), "exclude": ()}
    return configuration(context, {**options, **given})


def test_every_part_of_a_url_is_read_and_unquoted() -> None:
    target = TargetConfig.from_url(URL + "?unix_socket=/run/s&ssl_ca=/ca.pem")
    assert target == TargetConfig("db.example", 3307, "us@er", "shop", SECRET, "/run/s", "/ca.pem")


@pytest.mark.parametrize("seconds", ["0.5", "86401", "nan", "soon"])
def test_a_time_that_no_answer_could_keep_is_refused(seconds: str) -> None:
    assert TargetConfig.from_url(f"{URL}?answer_seconds=2.5").answer_seconds == 2.5
    with pytest.raises(UsageError, match="answer_seconds"):
        TargetConfig.from_url(f"{URL}?answer_seconds={seconds}")


def test_a_session_is_given_up_by_the_server_before_it_is_by_us() -> None:
    target = TargetConfig.from_url(URL)
    assert target.stale_seconds < target.given_up_seconds < target.answer_seconds


def test_what_a_url_leaves_out_has_a_default() -> None:
    target = TargetConfig.from_url("mysql://u@/d")
    assert (target.host, target.port, target.password) == ("localhost", 3306, "")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret@h/d",
        "mysql://u:secret@h:port/d",
        "not a url secret",
        "mysql://u:secret@h/d?local_infile=1",
        "",
    ],
)
def test_a_wrong_url_is_a_usage_error_that_does_not_repeat_it(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        TargetConfig.from_url(url)
    assert "secret" not in str(raised.value)
    assert raised.value.exit_status == 2


def test_the_password_is_in_no_repr_and_no_address() -> None:
    config = Config(Path("a.db"), TargetConfig.from_url(URL))
    for shown in (repr(config.target), repr(config), config.target.address, str(config.target.url)):
        assert SECRET not in shown
        assert QUOTED not in shown
    assert config.target.url.password == SECRET


def test_an_option_beats_the_environment_which_beats_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'sqlite_path = "file.db"\nmysql_url = "{URL}"\nstate_dir = "of-file"\n')
    assert configured(file=file).sqlite_path == Path("file.db")
    assert configured(file=file).state_directory == Path("of-file")
    monkeypatch.setenv("ZDCDC_SQLITE_PATH", "environment.db")
    monkeypatch.setenv("ZDCDC_MYSQL_URL", "mysql://u@environment/d")
    assert configured(file=file).sqlite_path == Path("environment.db")
    assert configured(file=file).target.host == "environment"
    given = {"sqlite_path": Path("option.db"), "mysql_url": "mysql://u@option/d"}
    assert configured(given, file).sqlite_path == Path("option.db")
    assert configured(given, file).target.host == "option"


def test_zdcdc_toml_of_the_working_directory_is_read_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "zdcdc.toml").write_text(f'sqlite_path = "a.db"\nmysql_url = "{URL}"\nexclude = ["tmp_*"]\n')
    config = configured()
    assert config.target.password == SECRET
    assert config.selection == Selection((), ("tmp_*",))


def test_separate_options_replace_parts_of_a_url() -> None:
    given = {
        "sqlite_path": Path("a.db"),
        "mysql_url": URL,
        "mysql_host": "other",
        "mysql_port": 1,
        "mysql_user": "v",
    }
    target = configured(given).target
    assert (target.host, target.port, target.user, target.database) == ("other", 1, "v", "shop")


def test_separate_options_need_no_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZDCDC_MYSQL_HOST", "h")
    monkeypatch.setenv("ZDCDC_MYSQL_PORT", "3310")
    given = {"sqlite_path": Path("a.db"), "mysql_user": "u", "mysql_database": "d"}
    assert configured(given).target == TargetConfig("h", 3310, "u", "d")


def test_a_port_that_is_no_number_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZDCDC_MYSQL_PORT", "many")
    with pytest.raises(UsageError):
        configured({"sqlite_path": Path("a.db"), "mysql_user": "u", "mysql_database": "d"})


def test_patience_is_configured_in_the_environment_or_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "zdcdc.toml").write_text("mysql_lock_wait_seconds = 3\nretry_seconds = 7\n")
    monkeypatch.setenv("ZDCDC_RETRY_SECONDS", "2.5")
    monkeypatch.setenv("ZDCDC_MYSQL_BUSY_SECONDS", "0")
    config = configured({"sqlite_path": Path("a.db"), "mysql_url": URL}, tmp_path / "zdcdc.toml")
    assert config.limits.retry_seconds == 2.5
    assert (config.target.lock_wait_seconds, config.target.busy_seconds) == (3, 0.0)


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf", "1e9"])
def test_a_length_of_time_that_is_none_is_a_usage_error(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ZDCDC_RETRY_SECONDS", value)
    with pytest.raises(UsageError, match="retry_seconds"):
        configured({"sqlite_path": Path("a.db"), "mysql_url": URL})


@pytest.mark.parametrize("given", [{}, {"sqlite_path": Path("a.db")}, {"mysql_url": URL}])
def test_a_side_that_is_not_named_is_asked_for(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as raised:
        configured(given)
    assert raised.value.hint


def test_a_password_file_beats_the_environment_and_loses_its_newline(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pw").write_text(f"{SECRET}\n")
    assert password_from({"ZDCDC_MYSQL_PASSWORD": "other"}, tmp_path / "pw") == SECRET
    assert password_from({"MYSQL_PWD": "a", "ZDCDC_MYSQL_PASSWORD": "b"}, None) == "b"
    assert password_from({"MYSQL_PWD": "a"}, None) == "a"
    assert password_from({}, None) == ""


def test_the_password_of_an_option_beats_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZDCDC_MYSQL_PASSWORD", "of the environment")
    given = {"sqlite_path": Path("a.db"), "mysql_url": URL}
    assert configured({**given, "mysql_password": "option"}).target.password == "option"
    assert configured(given).target.password == SECRET


def test_a_missing_password_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        password_from({}, tmp_path / "none")


@pytest.mark.parametrize("content", ["a = ", None])
def test_a_settings_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "zdcdc.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError):
        read_file(path)


@pytest.mark.parametrize(
    ("include", "exclude", "takes", "refuses"),
    [
        ((), (), ["anything"], []),
        (("shop_*",), (), ["shop_a", "SHOP_B"], ["other"]),
        ((), ("*_tmp",), ["a"], ["a_tmp", "A_TMP"]),
        (("a*",), ("ab",), ["a", "abc"], ["ab", "AB", "b"]),
    ],
)
def test_patterns_choose_tables_without_regard_to_case(
    include: tuple[str, ...], exclude: tuple[str, ...], takes: list[str], refuses: list[str]
) -> None:
    selection = Selection(include, exclude)
    assert all(selection.takes(name) for name in takes)
    assert not any(selection.takes(name) for name in refuses)
