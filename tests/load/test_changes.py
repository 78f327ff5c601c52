"""The files that a commit changes, and those that it adds to the history store."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from reliability.errors import RevisionError
from reliability.load.base import load_commit
from reliability.load.changes import Changes
from reliability.load.committed import committed_below
from tests.load.commits import LINK, SUBMODULE, Commits, Content
from tests.load.test_git import git

A: Final = "services/a/slo.yaml"
P: Final = "policies/p.yaml"
STORE: Final = ".reliability/history"
START: Final = {A: "a: 1\n", P: "p: 1\n", "docs/CODEOWNERS": "* @a\n", "README.md": "r\n"}
NOBODY: Final = "0" * 39 + "1"


@pytest.fixture(scope="module", params=["", "slo/"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a repository with branches, which is its top or a folder in it."""
    prefix = str(request.param)
    commits = Commits(tmp_path_factory.mktemp("changes") / "repository")

    def commit(branch: str, files: Mapping[str, Content], *of: str) -> None:
        commits.commit(branch, {f"{prefix}{path}": text for path, text in files.items()}, *of)

    commit("main", {**START, f"{STORE}/kept.txt": "1\n", f"{STORE}/b/edited.txt": "1\n"})
    commit("change", {A: "a: 2\n", "README.md": "s\n", "services/a/notes.md": "n\n"}, "main")
    commit("more", {P: None, "docs/CODEOWNERS": "* @b\n", "CODEOWNERS": "* @c\n"}, "change")
    commit("later", {"README.md": "t\n"}, "main")
    commit("onto", {A: "a: 2\n", "services/a/notes.md": "n\n"}, "later")
    commit("link", {A: (LINK, "a: 1\n")}, "main")
    commit("run", {A: ("100755", "a: 1\n")}, "main")
    commits.commit("moved", {f"{prefix}{path}": None for path in START}, "main")
    commits.commit("moved", {f"old/{path}": text for path, text in START.items()}, "moved")
    twice = {f"{at}/{path}": text for at in ("one", "two") for path, text in START.items()}
    commits.commit("twice", {**twice, "three/services/x.yaml": "x\n"}, "moved")
    commits.commit("twice", {f"old/{path}": None for path in START}, "twice")

    commit("adds", {f"{STORE}/new.txt": "1\n", f"{STORE}/b/edited.txt": "2\n"}, "main")
    commit("removes", {f"{STORE}/kept.txt": None, f"{STORE}x/a.txt": "1\n"}, "main")
    commit("links", {f"{STORE}/link": (LINK, "kept.txt")}, "main")
    commit("submodule", {f"{STORE}/sub": (SUBMODULE, NOBODY)}, "main")
    removed = {f"{STORE}/kept.txt": None, f"{STORE}/b/edited.txt": None}
    commit("linked", {**removed, STORE: (LINK, "../docs")}, "main")
    commit("above", {**removed, ".reliability": (LINK, "docs")}, "main")
    commit("above-submodule", {**removed, ".reliability": (SUBMODULE, NOBODY)}, "main")
    commit("crossed", {}, "change", "later")
    commit("other-crossed", {}, "later", "change")
    return commits.written() / prefix


def between(root: Path, before: str, after: str) -> dict[str, str]:
    """Each changed path below the root, with its modes before and after."""
    prefix = "slo/" if root.name == "slo" else ""
    change = Changes.at(root).between(before, after)
    return {
        path.removeprefix(prefix): " ".join(blob[0] if blob else "none" for blob in blobs)
        for path, blobs in change.items()
    }


def test_changes_are_those_of_documents_and_code_owners(root: Path) -> None:
    both, new, gone = "100644 100644", "none 100644", "100644 none"
    assert between(root, "main", "main") == {}
    assert between(root, "main", "later") == {}
    assert between(root, "main", "change") == {A: both, "services/a/notes.md": new}
    assert between(root, "main", "link") == {A: "100644 120000"}
    assert between(root, "main", "run") == {A: "100644 100755"}
    assert list(between(root, "main", "more").items()) == [
        *(("CODEOWNERS", new), ("docs/CODEOWNERS", both), (P, gone)),
        *(("services/a/notes.md", new), (A, both)),
    ]
    moved = between(root, "main", "moved")
    assert {path: modes for path, modes in moved.items() if path.startswith("old/")} == {
        f"old/{A}": new,
        f"old/{P}": new,
    }
    assert {path for path, modes in moved.items() if modes == gone} == {*(A, P, "docs/CODEOWNERS")}


def test_a_proposal_is_what_differs_from_the_merge_base(root: Path) -> None:
    changes = Changes.at(root)
    change, onto = git(root, "rev-parse", "change", "onto").split()
    proposal = changes.proposal("later", change)
    assert proposal == changes.between("main", "change")
    assert changes.proposal("later", onto) == proposal
    assert changes.proposes("later", onto, proposal) is True
    assert changes.proposes("main", git(root, "rev-parse", "more"), proposal) is False
    assert changes.proposes("main", NOBODY, proposal) is None
    assert changes.proposes("nowhere", change, proposal) is False
    crossed = git(root, "rev-parse", "other-crossed")
    assert changes.proposes("crossed", crossed, {}) is False


def test_the_tip_of_a_branch_is_the_fetched_one_or_else_the_other(root: Path) -> None:
    changes = Changes.at(root)
    assert changes.tip("main", "fallback") == "fallback"
    git(root, "update-ref", "refs/remotes/origin/main", "later")
    assert changes.tip("main", "fallback") == "refs/remotes/origin/main"
    assert changes.tip("other", "fallback") == "fallback"
    git(root, "update-ref", "-d", "refs/remotes/origin/main")


def test_a_commit_is_an_ancestor_of_itself_and_of_later_ones(root: Path) -> None:
    changes = Changes.at(root)
    pairs = [("main", "main"), ("main", "more"), ("more", "main"), ("later", "change")]
    assert [changes.is_ancestor(one, of=other) for one, other in pairs] == [
        *(True, True, False, False)
    ]
    assert (changes.has("main"), changes.has(NOBODY)) == (True, False)
    with pytest.raises(RevisionError):
        changes.is_ancestor(NOBODY, of="main")


def test_a_folder_outside_of_a_repository_has_no_changes(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="not in a Git repository"):
        Changes.at(tmp_path)


@pytest.mark.parametrize(
    ("head", "paths"),
    [
        ("main", []),
        ("change", []),
        ("adds", [f"{STORE}/b/edited.txt", f"{STORE}/new.txt"]),
        ("removes", []),
        ("links", [f"{STORE}/link"]),
        ("submodule", [f"{STORE}/sub"]),
        ("linked", [STORE]),
        ("above", [".reliability"]),
        ("above-submodule", [".reliability"]),
    ],
)
def test_a_commit_adds_these_files_to_the_store(root: Path, head: str, paths: list[str]) -> None:
    prefix = "slo/" if root.name == "slo" else ""
    added = [f"{prefix}{path}" for path in paths]
    assert committed_below(root, STORE, "main", head) == tuple(added)
    if head in ("links", "submodule", "linked", "above", "above-submodule"):
        assert committed_below(root, STORE, head, head) == tuple(added)


def test_staged_files_count_beside_those_of_head(root: Path) -> None:
    prefix = "slo/" if root.name == "slo" else ""
    staged, ignored = root / STORE / "staged.txt", root / STORE / "untracked.txt"
    staged.write_text("1\n")
    ignored.write_text("1\n")
    git(root, "add", str(staged))
    try:
        assert committed_below(root, STORE, "main") == (f"{prefix}{STORE}/staged.txt",)
        assert committed_below(root, STORE, "main", "main") == ()
    finally:
        git(root, "rm", "--quiet", "--cached", str(staged))
        staged.unlink()
        ignored.unlink()


def test_documents_that_were_moved_are_read_where_they_were(root: Path) -> None:
    texts = load_commit(root, "moved").catalog.texts
    assert {path.as_posix() for path in texts} == {A, P, "docs/CODEOWNERS"}
    commit, below = git(root, "rev-parse", "twice"), "slo" if root.name == "slo" else "."
    message = (
        f"^commit {commit[:12]} has no documents below {below}, but in one/services, two/services; "
        "move one folder at a time, and run it in a checkout of the repository itself$"
    )
    with pytest.raises(RevisionError, match=message):
        load_commit(root, "twice")
