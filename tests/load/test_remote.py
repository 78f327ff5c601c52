"""The address of a repository: one text for every way to write the same remote."""

import subprocess
from pathlib import Path

import pytest

from reliability.load.remote import normalized_address, repository_address
from tests.environment import environment

ACME = "github.com/acme/reliability"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/reliability.git",
        "https://github.com/acme/reliability",
        "https://github.com/Acme/Reliability/",
        "https://x-access-token:secret@github.com/acme/reliability.git",
        "https://github.com:443/acme/reliability.git",
        "ssh://git@github.com/acme/reliability.git",
        "ssh://git@github.com:22/acme/reliability",
        "git@github.com:acme/reliability.git",
        "git@GitHub.com:/acme/reliability.git",
        "github.com:acme/reliability",
        "git://github.com/acme/reliability.git",
    ],
)
def test_each_way_to_write_a_remote_is_one_address(url: str) -> None:
    assert normalized_address(url) == ACME


@pytest.mark.parametrize(
    "url",
    [
        *("", "/srv/git/reliability.git", "../reliability", "file:///srv/reliability", "https://"),
        *("https://github.com", "https://github.com/", "https://github.com/.git", "github.com:/"),
        *("https://[::1/a", "https:///acme/reliability"),
    ],
)
def test_a_path_of_a_machine_is_no_address(url: str) -> None:
    assert normalized_address(url) == ""


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://gitlab.example/group/sub/name.git", "gitlab.example/group/sub/name"),
        ("https://host.example/a b/c", "host.example/a%20b/c"),
        ("https://[::1]:8443/a/b", "::1/a/b"),
        ("https://host.example/a/b\x1b[2J", "host.example/a/b%1b%5b2j"),
    ],
)
def test_an_address_is_printable_and_without_spaces(url: str, address: str) -> None:
    assert normalized_address(url).lower() == address


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", *arguments], cwd=folder, env=environment(), check=True, capture_output=True
    )


def test_the_address_is_that_of_origin_and_of_the_folder_inside(tmp_path: Path) -> None:
    assert repository_address(tmp_path) == ""
    git(tmp_path, "init", "--quiet")
    assert repository_address(tmp_path) == ""
    git(tmp_path, "remote", "add", "mirror", "https://gitlab.example/acme/mirror.git")
    assert repository_address(tmp_path) == "gitlab.example/acme/mirror"
    git(tmp_path, "remote", "add", "origin", "git@github.com:acme/reliability.git")
    assert repository_address(tmp_path) == ACME
    inside = tmp_path / "teams" / "shop"
    inside.mkdir(parents=True)
    assert repository_address(inside) == f"{ACME}:teams/shop"


def test_a_worktree_has_the_address_of_its_repository(tmp_path: Path) -> None:
    main = tmp_path / "main"
    main.mkdir()
    git(main, "init", "--quiet", "--initial-branch=main")
    git(main, "remote", "add", "origin", "https://github.com/acme/reliability")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    git(main, *identity, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(main, "worktree", "add", "--quiet", str(tmp_path / "other"))
    assert repository_address(tmp_path / "other") == ACME
