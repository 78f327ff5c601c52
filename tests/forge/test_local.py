"""A pull request that was not opened anywhere, and its repository."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.errors import RevisionError
from reliability.forge.diff import ChangedFile, Hunk
from reliability.forge.folder.forge import LocalPullRequest
from reliability.forge.folder.local import local_pull_request, prefix_of
from reliability.forge.pull_request import PullRequest
from reliability.git import GitRepository, initialize
from tests.load.test_git import committed, git


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A branch that changes files in every way; its base is the first commit."""
    top = tmp_path / "top"
    (top / "slo").mkdir(parents=True)
    for name in ("changed", "removed", "renamed"):
        (top / "slo" / name).write_text("".join(f"{name} {number}\n" for number in range(1, 21)))
    git(top, "init", "--quiet", "--initial-branch=main")
    committed(top, "base")
    changed = top / "slo/changed"
    changed.write_text(changed.read_text().replace("changed 10\n", "changed\nand more\n"))
    (top / "slo/removed").unlink()
    (top / "slo/renamed").rename(top / "slo/moved")
    (top / "slo/added").write_text("one\ntwo")
    (top / "slo/link").symlink_to("added")
    committed(top, "Loosen a target: 日本語")
    return top


def test_a_local_pull_request_is_the_changes_of_the_branch(branch: Path) -> None:
    base, head = git(branch, "rev-parse", "HEAD^"), git(branch, "rev-parse", "HEAD")
    assert local_pull_request(branch / "slo", 7, base, "main") == LocalPullRequest(
        PullRequest(
            number=7,
            title="Loosen a target: 日本語",
            author="dev",
            head=head,
            base=base,
            base_branch="main",
            draft=False,
            from_fork=False,
            is_open=True,
            url="",
        ),
        (
            ChangedFile("slo/added", "added", (Hunk(1, 2, frozenset({1, 2})),)),
            ChangedFile("slo/changed", "modified", (Hunk(7, 14, frozenset({10, 11})),)),
            ChangedFile("slo/link", "added", (Hunk(1, 1, frozenset({1})),)),
            ChangedFile("slo/moved", "renamed"),
            ChangedFile("slo/removed", "removed"),
        ),
    )
    assert (prefix_of(branch), prefix_of(branch / "slo")) == (".", "slo")


def test_a_commit_has_its_files_with_mode_and_content(branch: Path) -> None:
    repository = GitRepository.containing(branch / "slo")
    head = repository.commit("HEAD")
    entries = {entry.path: entry for entry in repository.tree(head, "slo")}
    assert {path: (entry.mode, entry.kind) for path, entry in entries.items()} == {
        "slo/added": ("100644", "blob"),
        "slo/changed": ("100644", "blob"),
        "slo/link": ("120000", "blob"),
        "slo/moved": ("100644", "blob"),
    }
    objects = [entries[f"slo/{name}"].object for name in ("link", "added", "link")]
    assert list(repository.contents(objects)) == [b"added", b"one\ntwo", b"added"]
    assert list(repository.contents([])) == []
    [folder] = repository.entries(head, "slo")
    assert (folder.path, folder.kind) == ("slo", "tree")
    assert list(repository.tree(head)) == list(repository.tree(head, "slo"))
    assert list(repository.renames("HEAD^", "HEAD")) == [("slo/renamed", "slo/moved")]


def test_tracked_files_are_those_of_the_head_and_of_the_index(branch: Path) -> None:
    git(branch, "rm", "--quiet", "--cached", "slo/moved")
    (branch / "slo/new").touch()
    (branch / "slo/unknown").touch()
    git(branch, "add", "slo/new")
    names = [f"slo/{name}" for name in ("added", "changed", "link", "moved", "new")]
    assert GitRepository.containing(branch).tracked("slo") == names


@pytest.mark.parametrize(
    ("remotes", "origin"),
    [
        ({}, ""),
        ({"upstream": "https://a/b"}, "https://a/b"),
        ({"upstream": "https://a/b", "fork": "https://c/d"}, ""),
        ({"upstream": "https://a/b", "origin": "https://c/d"}, "https://c/d"),
    ],
)
def test_the_origin_is_the_remote_of_that_name_or_the_only_one(
    tmp_path: Path, remotes: dict[str, str], origin: str
) -> None:
    git(tmp_path, "init", "--quiet")
    for name, address in remotes.items():
        git(tmp_path, "remote", "add", name, address)
    repository = GitRepository.containing(tmp_path)
    assert repository.origin() == origin
    assert repository.remotes() == list(remotes.values())


def test_of_two_addresses_of_a_remote_git_fetches_from_the_first(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", "https://a/b")
    git(tmp_path, "remote", "set-url", "--add", "origin", "https://c/d")
    repository = GitRepository.containing(tmp_path)
    assert repository.origin() == "https://a/b"
    assert repository.remotes() == ["https://a/b", "https://c/d"]


def test_a_folder_becomes_a_repository_with_one_commit_of_all_files(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("ignored\n")
    (tmp_path / "ignored").write_bytes(b"a\r\n")
    (tmp_path / ".gitattributes").write_text("* text=auto\n")
    day = "2026-11-25T09:00:00+00:00"
    identity = {
        f"GIT_{role}_{name}": value
        for role in ("AUTHOR", "COMMITTER")
        for name, value in (("NAME", "demo"), ("EMAIL", "demo@example.com"), ("DATE", day))
    }
    initialize(tmp_path, "A first commit", identity)
    repository = GitRepository.containing(tmp_path)
    head = repository.commit("main")
    assert repository.subject_and_author(head) == ("A first commit", "demo")
    assert [entry.path for entry in repository.tree(head)] == [
        ".gitattributes",
        ".gitignore",
        "ignored",
    ]
    assert git(tmp_path, "rev-list", "--count", "HEAD") == "1"
    committed_at = int(git(tmp_path, "log", "-1", "--format=%ct"))
    assert datetime.fromtimestamp(committed_at, UTC) == datetime.fromisoformat(day)
    assert git(tmp_path, "status", "--porcelain") == ""


def test_common_ancestors_of_two_branches(branch: Path) -> None:
    repository = GitRepository.containing(branch)
    base, change = repository.commit("HEAD^"), repository.commit("HEAD")
    git(branch, "checkout", "--quiet", "-b", "other", "HEAD^")
    (branch / "slo/other").touch()
    other = committed(branch, "other")
    assert repository.merge_base(change) == base
    assert repository.merge_base(other) == other
    assert repository.merge_bases(change, other) == (base,)


def test_two_best_ancestors_after_criss_cross_merges(branch: Path) -> None:
    repository = GitRepository.containing(branch)
    change = repository.commit("HEAD")
    git(branch, "checkout", "--quiet", "-b", "other", "HEAD^")
    (branch / "slo/other").touch()
    other = committed(branch, "other")
    git(branch, "merge", "--quiet", "--no-edit", change)
    git(branch, "checkout", "--quiet", "main")
    git(branch, "merge", "--quiet", "--no-edit", other)
    assert sorted(repository.merge_bases("main", "other")) == sorted((change, other))


@pytest.mark.parametrize("revision", ["", "nowhere", "main\0", "^HEAD", "HEAD:slo"])
def test_what_is_no_commit_has_no_ancestor(branch: Path, revision: str) -> None:
    repository = GitRepository.containing(branch)
    with pytest.raises(RevisionError, match="names no commit here; fetch it, or pass a revision"):
        repository.commit(revision)


def test_a_shallow_clone_says_what_to_fetch(branch: Path, tmp_path: Path) -> None:
    change = git(branch, "rev-parse", "HEAD")
    git(branch, "checkout", "--quiet", "-b", "other", "HEAD^")
    (branch / "slo/other").touch()
    other = committed(branch, "other")
    clone = tmp_path / "clone"
    address = branch.as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", address, str(clone))
    repository = GitRepository.containing(clone)
    first, second = change[:12], other[:12]
    shallow = f"this clone is shallow and holds no common ancestor of {first} and {second}; run"
    with pytest.raises(RevisionError, match=shallow):
        repository.merge_bases(change, other)
    with pytest.raises(RevisionError, match=f"no common ancestor of HEAD and {first}; run"):
        repository.merge_base(change)
