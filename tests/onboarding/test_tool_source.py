"""Where workflows get the tool from: the installation, its clone, or a flag; else nothing runs."""

import json
import subprocess
from pathlib import Path

import pytest

from reliability.onboarding.init.tool_source import (
    ToolSource,
    UnknownSource,
    over_https,
    read_source,
    source_of,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ADDRESS = "https://git.example.com/tools/reliability.git"


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=me", "-c", "user.email=me@example.com")
    command = ("git", "-C", str(folder), *who, *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose commit its remote has; the remote's address is changed to one over SSH."""
    origin, folder = tmp_path / "origin", tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(folder))
    git(folder, "commit", "--quiet", "--allow-empty", "--message=one")
    git(folder, "push", "--quiet", "origin", "HEAD")
    git(folder, "remote", "set-url", "origin", "git@git.example.com:tools/reliability.git")
    return folder


def direct_url(folder: Path, *, editable: bool) -> str:
    return json.dumps({"url": folder.as_uri(), "dir_info": {"editable": editable}})


@pytest.mark.parametrize(
    "url",
    [
        ADDRESS,
        "https://token:secret@git.example.com/tools/reliability.git",
        "ssh://git@git.example.com:2222/tools/reliability.git",
    ],
)
def test_an_installation_from_git_knows_its_commit(url: str) -> None:
    installed = {"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    source = source_of(json.dumps(installed))
    assert source == ToolSource(ADDRESS, COMMIT)
    assert source.requirement == f"reliability-as-code @ git+{ADDRESS}@{COMMIT}"


@pytest.mark.parametrize("editable", [True, False])
def test_an_installation_from_a_clone_has_the_commit_of_the_clone(
    clone: Path, editable: bool
) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    assert source_of(direct_url(clone, editable=editable)) == ToolSource(ADDRESS, commit)


def test_a_commit_that_was_not_pushed_cannot_be_installed(clone: Path) -> None:
    git(clone, "commit", "--quiet", "--allow-empty", "--message=two")
    source = source_of(direct_url(clone, editable=True))
    short = git(clone, "rev-parse", "HEAD")[:12]
    assert source == UnknownSource(f"commit {short} of {clone} is on no remote branch")


def test_what_is_not_known_has_a_reason(clone: Path, tmp_path: Path) -> None:
    git(clone, "remote", "remove", "origin")
    for text, reason in {
        None: "was not installed from a Git repository",
        "{": "is not valid",
        "[]": "is not valid",
        '{"url": "https://example.com/a.whl", "archive_info": {}}': "was not installed from a Git",
        json.dumps(
            {"url": "file:///srv/x", "vcs_info": {"commit_id": COMMIT}}
        ): "without an HTTPS URL",
        '{"url": "https://a.example/b", "vcs_info": {"commit_id": "main"}}': "without an HTTPS URL",
        direct_url(clone, editable=True): "has no remote named origin",
        direct_url(tmp_path, editable=True): "is not a Git clone",
        direct_url(tmp_path / "gone", editable=True): "is not a Git clone",
    }.items():
        source = source_of(text)
        assert isinstance(source, UnknownSource), text
        assert reason in source.reason


@pytest.mark.parametrize(
    "line",
    [f"git+{ADDRESS}@{COMMIT}", f"reliability-as-code @ git+{ADDRESS}@{COMMIT}\n"],
)
def test_the_line_of_a_repository_is_read_again(line: str) -> None:
    assert read_source(line) == ToolSource(ADDRESS, COMMIT)


@pytest.mark.parametrize(
    "line",
    [
        "reliability-as-code==0.1.0",
        f"git+http://git.example.com/tools/reliability.git@{COMMIT}",
        f"git+https://token@git.example.com/tools/reliability.git@{COMMIT}",
        f"git+{ADDRESS}@main",
        f"git+{ADDRESS}@{COMMIT[:12]}",
        f"git+{ADDRESS}",
        f"git+{ADDRESS}@{COMMIT} --index-url=https://example.com",
        f"git+{ADDRESS}@{COMMIT}\nevil",
        "",
    ],
)
def test_another_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        read_source(line)


@pytest.mark.parametrize(
    ("url", "over"),
    [
        ("https://a.example/b.git", "https://a.example/b.git"),
        ("https://me:pw@a.example:8443/b/", "https://a.example:8443/b"),
        ("ssh://git@a.example:2222/b.git", "https://a.example/b.git"),
        ("git@a.example:b/c.git", "https://a.example/b/c.git"),
        ("a.example:/b/c/", "https://a.example/b/c"),
        ("http://a.example/b", "http://a.example/b"),
        ("https:///b", "https:///b"),
        ("/srv/a", "/srv/a"),
        ("file:///srv/a", "file:///srv/a"),
        ("", ""),
    ],
)
def test_an_address_of_git_over_https(url: str, over: str) -> None:
    assert over_https(url) == over
