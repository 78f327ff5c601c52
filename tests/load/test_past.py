"""What Git knows of the past of services: commits by day, files as of a time, where to edit."""

from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.load.past import NO_GIT, GitPast, git_past
from tests.load.commits import LINK, Commits, Content
from tests.load.test_git import git

A: Final = "services/a/slo.yaml"
OTHER: Final = "services/a/x.json"
HISTORY: Final[tuple[tuple[int, str, dict[str, Content]], ...]] = (
    (1, "Begin", {A: "a: 1\n", "README.md": "r\n", "services/notes.yaml": "n\n"}),
    (2, "Note", {"services/a/notes.md": "n\n"}),
    (2, "Change é \x01", {A: "a: 2\n", OTHER: "{}\n"}),
    (4, "Remove", {A: None, "services/b/slo.yaml": "b: 1\n"}),
    (5, "Link", {OTHER: (LINK, "slo.yaml")}),
)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture(scope="module", params=["", "slo x/"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a repository with five commits, at its top or in a folder."""
    prefix = str(request.param)
    commits = Commits(tmp_path_factory.mktemp("past") / "repository")
    for day, subject, files in HISTORY:
        below = {f"{prefix}{path}": content for path, content in files.items()}
        parent = () if day == 1 else ("main",)
        commits.commit("main", below, *parent, at=at(day), subject=subject)
    return commits.written() / prefix


@pytest.fixture(scope="module")
def past(root: Path) -> GitPast:
    """The past of the repository, with the contents of both services."""
    read = git_past(root)
    read.read(["a", "b", "gone"])
    return read


def test_commits_are_by_service_and_day(past: GitPast) -> None:
    days = {
        service: {day: [commit.subject for commit in commits] for day, commits in of.items()}
        for service, of in past.merged.items()
    }
    assert days == {
        "a": {
            date(2026, 11, 5): ["Link"],
            date(2026, 11, 4): ["Remove"],
            date(2026, 11, 2): ["Change é \x01", "Note"],
            date(2026, 11, 1): ["Begin"],
        },
        "b": {date(2026, 11, 4): ["Remove"]},
    }


@pytest.mark.parametrize(
    ("moment", "files"),
    [
        (at(1, 11), "none"),
        (at(1), {A: b"a: 1\n"}),
        (at(2, 11), {A: b"a: 1\n"}),
        (at(2), {A: b"a: 2\n", OTHER: b"{}\n"}),
        (at(3), {A: b"a: 2\n", OTHER: b"{}\n"}),
        (at(4), {OTHER: b"{}\n"}),
        (at(5), "none"),
    ],
)
def test_files_are_those_as_of_a_time(
    past: GitPast, moment: datetime, files: str | dict[str, bytes]
) -> None:
    read = past.files("a", moment)
    assert (read if isinstance(read, str) else dict(read)) == (
        files
        if isinstance(files, str)
        else {PurePosixPath(path): content for path, content in files.items()}
    )


def test_the_latest_commit_is_that_of_a_document(root: Path, past: GitPast) -> None:
    assert past.files("nowhere", at(5)) == "none"
    moments = [None, at(4), at(3), at(1, 11)]
    latest = [past.latest("a", moment) for moment in moments]
    assert [commit and commit.subject for commit in latest] == [
        *("Link", "Remove", "Change é \x01", None)
    ]
    head, before = git(root, "rev-parse", "HEAD", "HEAD~1").split()
    assert past.head == head
    assert past.revision(["b"]) == before
    assert past.revision(["b", "a"]) == head
    assert past.revision(["b", "gone"]) == head
    assert past.revision([]) == head


def test_a_shallow_clone_knows_nothing_before_it_begins(root: Path, tmp_path: Path) -> None:
    top = Path(git(root, "rev-parse", "--show-toplevel"))
    git(top, "clone", "--quiet", "--depth=2", top.as_uri(), str(tmp_path / "shallow"))
    past = git_past(tmp_path / "shallow" / root.relative_to(top))
    past.read(["a", "b"])
    assert past.begins == at(4)
    assert past.files("b", at(4, 11)) == "unknown"
    assert past.files("b", at(4)) == ((PurePosixPath("services/b/slo.yaml"), b"b: 1\n"),)
    assert past.files("b", at(5)) == past.files("b", at(4))


def test_without_a_commit_or_git_nothing_is_known(tmp_path: Path) -> None:
    assert git_past(tmp_path) is NO_GIT
    git(tmp_path, "init", "--quiet")
    assert git_past(tmp_path) is NO_GIT
    assert NO_GIT.files("a", at(5)) == "unknown"
    assert (NO_GIT.latest("a"), NO_GIT.revision(["a"])) == (None, "")


@pytest.mark.parametrize(
    ("url", "edit"),
    [
        ("https://github.com/acme/slo.git", "acme/slo"),
        ("https://github.com/acme/slo", "acme/slo"),
        ("https://github.com/acme/slo/", "acme/slo"),
        ("git@github.com:acme/a.b_c-d.git", "acme/a.b_c-d"),
        ("https://gitlab.com/acme/slo.git", ""),
        ("https://github.com.example.com/acme/slo", ""),
        ("https://github.com/acme/slo/more", ""),
        ("https://github.com/acme/slo?x", ""),
    ],
)
def test_github_edits_a_file_at_its_address(root: Path, url: str, edit: str) -> None:
    git(root, "remote", "add", "origin", url)
    try:
        folder = "slo%20x/" if root.name == "slo x" else ""
        address = f"https://github.com/{edit}/edit/HEAD/{folder}" if edit else ""
        assert git_past(root).edit == address
    finally:
        git(root, "remote", "remove", "origin")
