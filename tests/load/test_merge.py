"""What a branch declares now, and what it would declare after a change is merged."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.errors import RevisionError
from reliability.load.base import Base, load_base, load_commit
from reliability.load.files import BEGINNING, DiskFiles, read_repository
from reliability.load.loader import load, unreadable_parts
from reliability.load.merge import Merge, merge_commit, merge_working_tree
from tests.load.commits import LINK, Commits
from tests.load.test_git import git

A: Final = "services/a/slo.yaml"
B: Final = "services/b/slo.yaml"
C: Final = "services/c/slo.yml"
P: Final = "policies/p.json"
OWNERS: Final = ".github/CODEOWNERS"
LATER: Final = "CODEOWNERS"
LONG: Final = "".join(f"line: {number}\n" for number in range(30))
"""A text that git still finds after a rename and a change of one line."""


@pytest.fixture(scope="module", params=["", "slo/"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a repository with branches, which is its top or a folder in it."""
    prefix = str(request.param)
    commits = Commits(tmp_path_factory.mktemp("merge") / "repository")

    def commit(branch: str, files: Mapping[str, str | tuple[str, str] | None], *of: str) -> None:
        commits.commit(branch, {f"{prefix}{path}": text for path, text in files.items()}, *of)

    start = {A: "a: 1\n", B: "b: 1\n", P: "{}\n", OWNERS: "* @start\n", "README.md": LONG}
    start |= {"services/long/slo.yaml": LONG, "services/a/notes.md": "n\n", LATER: "* @later\n"}
    commit("start", {**start, "docs/run.md": "Run\n"})
    on_main = {B: "b: 2\n", C: "c: 1\n", OWNERS: "* @main\n", "docs/new.md": "\ufeffNew\xe9\n"}
    commit("main", {**on_main, "docs/long.md": "x" * (BEGINNING + 1)}, "start")
    commit("apart", {A: "a: 2\n", "README.md": "r\n", "docs/of-change.md": "x\n"}, "start")
    commit("both", {B: "b: 3\n", P: None, OWNERS: "* @both\n", LATER: None}, "start")
    commit("same", {B: "b: 2\n", A: "a: 3\n"}, "start")
    commit("removed", {B: None, C: "c: 2\n"}, "start")
    commit(
        "edited", {"services/long/slo.yaml": f"{LONG}more: 1\n", "README.md": f"{LONG}+\n"}, "start"
    )
    moved = {"services/long/slo.yaml": None, "services/new/slo.yaml": LONG}
    commit("moved", {**moved, "README.md": None, "READ.md": LONG}, "start")
    of_folder = {"services/b-new/slo.yaml": "b: 1\n", B: None}
    commit("folder-moved", of_folder, "start")
    commit("added-to-folder", {"services/b/more.yaml": "m: 1\n"}, "start")
    commit("crossed", {}, "main", "apart")
    commit("other-crossed", {}, "apart", "main")
    commit("link", {A: (LINK, "../b/slo.yaml"), B: "b: 1\n"}, "start")
    commit("alone", {A: "a: 9\n"})
    return commits.written("apart") / prefix


def texts(base: Base) -> dict[str, str]:
    return {path.as_posix(): text for path, text in base.catalog.texts.items()}


def name(root: Path, branch: str) -> str:
    return git(root, "rev-parse", branch)


def merged(root: Path, change: str, tip: str = "main") -> Merge:
    """The merge of a commit; its commits are those of the branches."""
    merge = merge_commit(root, tip, change)
    assert (merge.base.commit, merge.head.commit) == (name(root, tip), name(root, change))
    return merge


START: Final = {A: "a: 1\n", B: "b: 1\n", P: "{}\n", "services/long/slo.yaml": LONG}
NOW: Final = {**START, B: "b: 2\n", C: "c: 1\n", OWNERS: "* @main\n"}


def test_a_change_of_other_files_is_added_to_the_branch(root: Path) -> None:
    merge = merged(root, "apart")
    assert merge.start == name(root, "start")
    assert merge.overlapping == ()
    assert texts(merge.base) == NOW
    assert texts(merge.head) == {**NOW, A: "a: 2\n"}
    assert {path for path in PATHS if PurePosixPath(path) in merge.base.catalog.files} == {
        *("docs/new.md", "docs/run.md", C)
    }
    assert {path for path in PATHS if PurePosixPath(path) in merge.head.catalog.files} == {
        *("docs/new.md", "docs/run.md", "docs/of-change.md", C)
    }


PATHS: Final = ("docs/new.md", "docs/run.md", "docs/of-change.md", "docs/none.md", C)


def test_files_that_both_sides_changed_are_those_of_each_side(root: Path) -> None:
    merge = merged(root, "both")
    assert merge.overlapping == (OWNERS, B)
    assert texts(merge.base) == {**NOW, B: "b: 1\n", OWNERS: "* @start\n"}
    after = {**NOW, B: "b: 3\n", OWNERS: "* @both\n"}
    del after[P]
    assert texts(merge.head) == after


def test_the_same_change_on_both_sides_does_not_overlap(root: Path) -> None:
    merge = merged(root, "same")
    assert merge.overlapping == ()
    assert texts(merge.base) == NOW
    assert texts(merge.head) == {**NOW, A: "a: 3\n"}


def test_a_file_that_one_side_removed_and_one_that_both_added_overlap(root: Path) -> None:
    merge = merged(root, "removed")
    assert merge.overlapping == (B, C)
    assert texts(merge.base) == {key: text for key, text in NOW.items() if key != C} | {B: "b: 1\n"}
    assert texts(merge.head) == {key: text for key, text in NOW.items() if key != B} | {C: "c: 2\n"}


@pytest.mark.parametrize(("tip", "change"), [("moved", "edited"), ("edited", "moved")])
def test_a_document_that_one_side_renamed_and_the_other_changed_overlaps(
    root: Path, tip: str, change: str
) -> None:
    merge = merged(root, change, tip)
    assert merge.overlapping == ("services/long/slo.yaml", "services/new/slo.yaml")


def test_a_file_that_is_added_to_a_renamed_folder_stays_where_it_was_added(root: Path) -> None:
    """Git would stop (`merge.directoryRenames=conflict`), and some servers move the file."""
    for tip, change in (("folder-moved", "added-to-folder"), ("added-to-folder", "folder-moved")):
        merge = merged(root, change, tip)
        assert merge.overlapping == ()
        head = {path for path in texts(merge.head) if path.startswith("services/b")}
        assert head == {"services/b-new/slo.yaml", "services/b/more.yaml"}


def test_a_change_from_the_newest_commit_is_taken_as_it_is(root: Path) -> None:
    merge = merged(root, "apart", "start")
    assert merge.start == name(root, "start")
    assert merge.overlapping == ()
    assert texts(merge.base) == {**START, OWNERS: "* @start\n"}
    assert texts(merge.head) == {**START, OWNERS: "* @start\n", A: "a: 2\n"}


def test_without_common_history_the_change_is_compared_with_the_branch(root: Path) -> None:
    merge = merged(root, "alone")
    assert merge.start == name(root, "main")
    assert texts(merge.base) == NOW
    assert texts(merge.head) == {A: "a: 9\n"}


def test_of_several_merge_bases_none_is_chosen(root: Path) -> None:
    tip, head = name(root, "crossed")[:12], name(root, "other-crossed")[:12]
    message = (
        f"commits {head} and {tip} have 2 merge bases, so the change is ambiguous; merge the base "
        "branch into the branch of the change, and push"
    )
    with pytest.raises(RevisionError, match=f"^{re.escape(message)}$"):
        merge_commit(root, "crossed", "other-crossed")


def test_the_target_of_a_link_is_not_a_document(root: Path) -> None:
    merge = merged(root, "link")
    assert texts(merge.head) == {path: text for path, text in NOW.items() if path != A}
    assert PurePosixPath(A) in merge.head.catalog.files


def here(root: Path) -> Base:
    files, findings = read_repository(root)
    catalog, others = load(files, DiskFiles(root))
    return Base("", catalog, (*findings, *others))


def test_the_working_tree_is_merged_with_what_is_not_committed(root: Path) -> None:
    new = root / "services/d/slo.yaml"
    new.parent.mkdir()
    new.write_text("d: 1\n")
    (root / "services/link.yaml").symlink_to("a/slo.yaml")
    try:
        merge = merge_working_tree(root, "main", here(root))
        from_start = merge_working_tree(root, "start", here(root))
    finally:
        new.unlink()
        new.parent.rmdir()
        (root / "services/link.yaml").unlink()

    assert (merge.base.commit, merge.head.commit) == (name(root, "main"), "")
    assert (merge.start, merge.overlapping) == (name(root, "start"), ())
    assert texts(merge.base) == NOW
    assert texts(merge.head) == {**NOW, A: "a: 2\n", "services/d/slo.yaml": "d: 1\n"}
    [link, *_] = merge.head.findings
    assert link.problem.message == "is a symbolic link; links are not followed"
    assert link.problem in unreadable_parts(merge.head.findings)

    assert (from_start.start, from_start.base.commit) == (name(root, "start"),) * 2
    assert texts(from_start.base) == {**START, OWNERS: "* @start\n"}
    unmerged = {**START, OWNERS: "* @start\n", A: "a: 2\n", "services/d/slo.yaml": "d: 1\n"}
    assert texts(from_start.head) == unmerged


def test_files_that_the_branch_added_exist_for_the_working_tree(root: Path) -> None:
    files = merge_working_tree(root, "main", here(root)).head.catalog.files
    assert isinstance(files, DiskFiles)
    assert {path for path in PATHS if PurePosixPath(path) in files} == {
        *("docs/new.md", "docs/run.md", "docs/of-change.md", C)
    }
    paths = ("docs/new.md", "docs/run.md", "docs/of-change.md", "docs/none.md")
    assert [files.beginning(PurePosixPath(path)) for path in paths] == [
        *("New\xe9\n", "Run\n", "x\n", None)
    ]
    assert files.beginning(PurePosixPath("docs/long.md")) == "x" * BEGINNING


def test_the_base_is_the_merge_base_and_a_commit_is_itself(root: Path) -> None:
    start, main = {**START, OWNERS: "* @start\n"}, load_commit(root, "main")
    base = load_base(root, "main")
    assert (base.commit, texts(base)) == (name(root, "start"), start)
    assert (main.commit, texts(main)) == (name(root, "main"), NOW)
    assert PurePosixPath("services/a/notes.md") in main.catalog.files
    assert texts(load_base(root, "alone")) == {A: "a: 9\n"}
