"""Secrets are referred to; what a reference that leads nowhere says."""

from pathlib import Path

import pytest

from reliability.errors import SettingsError
from reliability.settings import Settings


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
    assert not Settings({"TERM": "xterm"}).color_is_off


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
