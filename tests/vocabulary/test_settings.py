"""Secrets are referred to; what a reference that leads nowhere says."""

from pathlib import Path

import pytest

from reliability.errors import SettingsError
from reliability.settings import PLUGINS_SWITCH, Settings, without_plugins
from tests.environment import alone_in_environment


def test_a_secret_is_read_from_the_environment() -> None:
    assert Settings({"TOKEN": "t0p"}).secret("env:TOKEN") == "t0p"


def test_a_secret_is_read_from_a_file_without_its_last_newline(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0p\n")
    assert Settings({}).secret(f"file:{tmp_path}/token") == "t0p"


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(SettingsError, match="the environment variable TOKEN is not set"):
        Settings({}).secret("env:TOKEN")


def test_a_file_that_is_not_there_is_named_by_its_reference(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"file:.*nothing cannot be read"):
        Settings({}).secret(f"file:{tmp_path}/nothing")


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_color_is_off_where_the_environment_asks_for_it(environment: dict[str, str]) -> None:
    assert Settings(environment).color_is_off
    assert not Settings({"TERM": "xterm", "NO_COLOR": ""}).color_is_off


def test_github_is_named_by_what_a_runner_sets() -> None:
    runner = Settings(
        {
            "GITHUB_API_URL": "https://git.example/api/v3",
            "GITHUB_REPOSITORY": "shop/reliability",
            "GITHUB_TOKEN": "t0p",
        }
    )
    assert runner.github_api_url == "https://git.example/api/v3"
    assert (runner.github_repository, runner.github_token) == ("shop/reliability", "t0p")
    assert Settings({}).github_api_url == "https://api.github.com"


@pytest.mark.parametrize("name", ["", "shop", "shop/a/b", "shop/../x y"])
def test_a_repository_is_an_owner_and_a_name(name: str) -> None:
    with pytest.raises(SettingsError, match="a repository is named `owner/name`"):
        _ = Settings({"GITHUB_REPOSITORY": name}).github_repository


def test_a_token_that_is_not_set_is_named() -> None:
    with pytest.raises(SettingsError, match="GITHUB_TOKEN is not set"):
        _ = Settings({}).github_token


def test_a_setting_that_is_empty_counts_as_none() -> None:
    empty = Settings(
        {
            **dict.fromkeys(("GITHUB_API_URL", "GITHUB_EVENT_PATH", "GITHUB_STEP_SUMMARY"), ""),
            **dict.fromkeys(("CI", "RELIABILITY_SERVERS", "RELIABILITY_FORMER_AUTHORS"), ""),
        }
    )
    for environment in (empty, Settings({})):
        assert environment.github_api_url == "https://api.github.com"
        assert environment.github_event is None
        assert environment.job_summary is None
        assert environment.servers_folder is None
        assert not environment.in_continuous_integration
        assert environment.former_authors == frozenset()
        assert environment.search_path == ""
    with pytest.raises(SettingsError) as refused:
        Settings({"TOKEN": ""}).secret("env:TOKEN")
    assert str(refused.value) == ("the environment variable TOKEN is not set; env:TOKEN needs it")


def test_files_and_folders_are_where_the_environment_says() -> None:
    named = Settings(
        {
            "GITHUB_EVENT_PATH": "/event.json",
            "GITHUB_STEP_SUMMARY": "/summary.md",
            "RELIABILITY_SERVERS": "/servers",
            "PATH": "/bin:/usr/bin",
        }
    )
    assert (named.github_event, named.job_summary, named.servers_folder) == (
        Path("/event.json"),
        Path("/summary.md"),
        Path("/servers"),
    )
    assert named.search_path == "/bin:/usr/bin"


@pytest.mark.parametrize(
    ("value", "is_on"),
    [("true", True), ("True", True), ("1", True), ("false", False), ("0", False)],
)
def test_continuous_integration_is_known_by_ci(value: str, is_on: bool) -> None:
    assert Settings({"CI": value}).in_continuous_integration is is_on


RUN = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "shop/slos",
    "GITHUB_RUN_ID": "12",
}


def test_the_page_of_a_run_needs_its_server_repository_and_number() -> None:
    assert Settings(RUN).github_run_url == "https://github.com/shop/slos/actions/runs/12"
    for name in RUN:
        assert Settings({**RUN, name: ""}).github_run_url == ""
    assert Settings({**RUN, "GITHUB_RUN_ID": "12/x"}).github_run_url == ""


def test_former_authors_are_names_with_or_without_an_at_sign() -> None:
    assert Settings({"RELIABILITY_FORMER_AUTHORS": " @old-bot,, other "}).former_authors == {
        "old-bot",
        "other",
    }


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_CACHE_HOME": "/cache", "HOME": "/home/me"}, "/cache/reliability-as-code"),
        ({"XDG_CACHE_HOME": "/cache"}, "/cache/reliability-as-code"),
        ({"XDG_CACHE_HOME": "cache", "HOME": "/home/me"}, "/home/me/.cache/reliability-as-code"),
        ({"XDG_CACHE_HOME": "", "HOME": "/home/me"}, "/home/me/.cache/reliability-as-code"),
        ({"HOME": "/home/me"}, "/home/me/.cache/reliability-as-code"),
        ({"XDG_CACHE_HOME": "cache"}, None),
        ({}, None),
    ],
)
def test_the_cache_is_in_an_absolute_folder_or_at_home(
    environment: dict[str, str], folder: str | None
) -> None:
    assert Settings(environment).cache_folder == (Path(folder) if folder else None)


@pytest.mark.parametrize(
    ("given", "kept"), [({}, "__all__"), ({PLUGINS_SWITCH: "a"}, "a"), ({PLUGINS_SWITCH: ""}, "")]
)
def test_plugins_of_pydantic_are_off_unless_a_user_has_set_it(
    given: dict[str, str], kept: str
) -> None:
    with alone_in_environment(**given):
        without_plugins()
        assert Settings.from_process().environment[PLUGINS_SWITCH] == kept
