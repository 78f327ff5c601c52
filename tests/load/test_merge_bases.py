"""Common ancestors of two commits: none, one or several, in a clone that is not shallow."""

from pathlib import Path

import pytest

from reliability.errors import RevisionError
from reliability.git import GitRepository
from reliability.load.base import load_commit
from reliability.load.code_owners import LARGEST
from reliability.load.merge import start_of
from tests.load.commits import Commits
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


def test_documents_of_one_folder_are_found_where_they_were(tmp_path: Path) -> None:
    commits = Commits(tmp_path / "repository")
    document, policy = "services/a/slo.yaml", "policies/p.yaml"
    commits.commit("top", {document: "a: 1\n", f"x/{policy}": "p: 1\n", "x/services/b": "b\n"})
    commits.commit("two", {f"old/slo/{document}": "a: 2\n"}, "top")
    commits.commit("main", {document: None, f"new/{document}": "a: 1\n"}, "top")
    root = commits.written() / "new"

    base = load_commit(root, "top")
    assert {path.as_posix(): text for path, text in base.catalog.texts.items()} == {
        document: "a: 1\n"
    }
    with pytest.raises(RevisionError) as refused:
        load_commit(root, "two")
    assert str(refused.value) == (
        f"commit {git(root, 'rev-parse', 'two')[:12]} has no documents below new, but in "
        "./services, old/slo/services; move one folder at a time, and run it in a checkout of the "
        "repository itself"
    )
    # A folder that has documents now was not moved: the commit has none of this one.
    assert load_commit(root.parent / "x/y", "main").catalog.texts == {}


def test_a_larger_file_of_code_owners_of_a_commit_is_left_out(tmp_path: Path) -> None:
    commits = Commits(tmp_path / "repository")
    document = "services/a/slo.yaml"
    commits.commit("main", {"CODEOWNERS": "#" * LARGEST, document: "a: 1\n"})
    commits.commit("larger", {"CODEOWNERS": "#" * (LARGEST + 1)}, "main")
    root = commits.written()
    texts = {branch: load_commit(root, branch).catalog.texts for branch in ("main", "larger")}
    assert {path.as_posix() for path in texts["main"]} == {document, "CODEOWNERS"}
    assert {path.as_posix() for path in texts["larger"]} == {document}
