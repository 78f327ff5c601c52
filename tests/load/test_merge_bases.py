"""Common ancestors of two commits: none, one or several, in a clone that is not shallow."""

from pathlib import Path

from reliability.git import GitRepository
from reliability.load.merge import start_of
from tests.load.test_git import git


def committed(folder: Path, name: str) -> str:
    """Commit a file of this name; the commit."""
    (folder / name).write_text(name)
    git(folder, "add", name)
    git(folder, "commit", "--quiet", f"--message={name}")
    return git(folder, "rev-parse", "HEAD")


def test_branches_that_share_no_history_have_no_common_ancestor(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    first = committed(tmp_path, "first")
    tip = committed(tmp_path, "tip")
    git(tmp_path, "checkout", "--quiet", "--orphan", "other")
    other = committed(tmp_path, "other")

    repository = GitRepository.containing(tmp_path)
    assert repository.merge_base(tip) is None
    assert repository.merge_bases(tip, other) == ()
    assert start_of(repository, tip, other) == tip
    assert repository.merge_bases(tip, first) == (first,)
    assert start_of(repository, tip, first) == first
