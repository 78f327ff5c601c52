"""What is read from a Git repository: commits, files, changes and remotes, as exact values."""

import shutil
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.errors import RevisionError
from reliability.git import GitRepository, initialize, top_of
from tests.environment import alone_in_environment
from tests.load.test_git import committed, git

FILE: Final = "100644"
LINK: Final = "120000"
IDENTITY: Final = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (
        ("NAME", "dev"),
        ("EMAIL", "dev@example.com"),
        ("DATE", "2026-11-24T00:00:00Z"),
    )
}


EXIT_WITH_1: Final = 'PROGRAM "$@"; code=$?; [ $code = 128 ] && exit 1; exit $code\n'


def older_git(folder: Path, script: str) -> str:
    """A PATH with a program `git` that does what a script says to the real one, PROGRAM."""
    folder.mkdir(exist_ok=True)
    (folder / "git").write_text(
        f"#!/bin/sh\n{script}".replace("PROGRAM", shutil.which("git") or "")
    )
    (folder / "git").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class History:
    """A repository, and the hashes of its two commits."""

    top: Path
    first: str
    second: str

    @property
    def repository(self) -> GitRepository:
        return GitRepository.containing(self.top)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Two commits; the second changes files in every way."""
    top = tmp_path_factory.mktemp("git") / "top"
    (top / "a/b").mkdir(parents=True)
    long = "".join(f"line {number}\n" for number in range(20))
    files = {
        "a/changed": long,
        "a/b/removed": "removed\n",
        "a/renamed": f"renamed\n{long}",
        "a/retyped": "a file\n",
        "a/empty": "",
        "ab/other": "other\n",
    }
    for name, text in files.items():
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_text(text)
    git(top, "init", "--quiet", "--initial-branch=main")
    first = committed(top, "first")

    (top / "a/changed").write_text(long.replace("line 9\n", "line nine\n"))
    (top / "a/b/removed").unlink()
    (top / "a/renamed").rename(top / "a/b/moved")
    (top / "a/retyped").unlink()
    (top / "a/retyped").symlink_to("empty")
    (top / "a/új név\t\n").write_text("diff --git a/x b/x\n")
    (top / "a/z").write_text("last\n")
    second = committed(top, "second: 日本語\n\nwith a body")
    return History(top, first, second)


def test_a_commit_is_named_by_any_revision(history: History) -> None:
    repository = history.repository
    for revision in ("HEAD", "main", history.second, history.second[:12], "HEAD^{/second}"):
        assert repository.commit(revision) == history.second
    assert repository.commit("HEAD~1") == history.first


@pytest.mark.parametrize(
    ("revision", "name"), [("", "an empty name"), ("nowhere", "nowhere"), ("^HEAD", "^HEAD")]
)
def test_what_names_no_commit_is_refused(history: History, revision: str, name: str) -> None:
    with pytest.raises(RevisionError) as refused:
        history.repository.commit(revision)
    assert str(refused.value) == (
        f"{name} names no commit here; fetch it, or pass a revision that `git log` shows"
    )


def test_a_revision_with_nul_names_no_commit(history: History) -> None:
    with pytest.raises(RevisionError, match="names no commit here"):
        history.repository.commit("HEAD\0")


def paths(entries: Any) -> list[tuple[str, str, str]]:
    return [(entry.path, entry.mode, entry.kind) for entry in entries]


def test_the_files_of_a_commit_are_listed_below_a_folder(history: History) -> None:
    repository = history.repository
    every = [
        ("a/b/moved", FILE, "blob"),
        ("a/changed", FILE, "blob"),
        ("a/empty", FILE, "blob"),
        ("a/retyped", LINK, "blob"),
        ("a/z", FILE, "blob"),
        ("a/új név\t\n", FILE, "blob"),
        ("ab/other", FILE, "blob"),
    ]
    assert paths(repository.tree("HEAD")) == every
    assert paths(repository.tree("HEAD", "a")) == every[:-1]
    assert paths(repository.tree("HEAD", "a/b")) == every[:1]
    assert paths(repository.tree("HEAD", "b")) == []
    assert paths(repository.tree("HEAD", "a/z")) == []
    assert paths(repository.tree(history.first, "a/b")) == [("a/b/removed", FILE, "blob")]


def test_the_entry_of_a_path_is_a_file_a_link_or_a_folder(history: History) -> None:
    repository = history.repository
    assert paths(repository.entries("HEAD", "a/z")) == [("a/z", FILE, "blob")]
    assert paths(repository.entries("HEAD", "a/retyped")) == [("a/retyped", LINK, "blob")]
    assert paths(repository.entries("HEAD", "a")) == [("a", "040000", "tree")]
    assert paths(repository.entries("HEAD", "missing")) == []


def test_contents_are_those_of_the_objects_in_their_order(history: History) -> None:
    repository = history.repository
    objects = {entry.path: entry.object for entry in repository.tree("HEAD")}
    names = ("a/z", "a/empty", "a/retyped", "a/z", "a/új név\t\n")
    assert list(repository.contents(objects[name] for name in names)) == [
        b"last\n",
        b"",
        b"empty",
        b"last\n",
        b"diff --git a/x b/x\n",
    ]
    assert list(repository.contents([])) == []


@pytest.mark.parametrize("place", [0, 1])
def test_an_object_that_is_not_in_the_clone_is_named(history: History, place: int) -> None:
    repository = history.repository
    objects = [next(repository.tree("HEAD")).object]
    objects.insert(place, "0" * 40)
    with pytest.raises(RevisionError) as refused:
        list(repository.contents(objects))
    assert str(refused.value) == (
        f"object {'0' * 40} is not in this clone; run `git fetch --refetch --no-filter`"
    )


def test_changes_have_a_status_and_a_patch_each(history: History) -> None:
    changes = list(history.repository.changes(history.first, history.second))
    assert [(change.path, change.status) for change in changes] == [
        ("a/b/moved", "R"),
        ("a/b/removed", "D"),
        ("a/changed", "M"),
        ("a/retyped", "T"),
        ("a/z", "A"),
        ("a/új név\t\n", "A"),
    ]
    ends = [change.patch.rstrip("\n").splitlines()[-1] for change in changes]
    assert ends == [
        "rename to a/b/moved",
        "-removed",
        " line 12",
        "\\ No newline at end of file",
        "+last",
        "+diff --git a/x b/x",
    ]
    assert list(history.repository.changes("HEAD", "HEAD")) == []


def test_renames_are_pairs_of_paths(history: History) -> None:
    renamed = history.repository.renames(history.first, history.second)
    assert list(renamed) == [("a/renamed", "a/b/moved")]
    assert list(history.repository.renames("HEAD", "HEAD")) == []


def test_a_commit_has_a_subject_and_an_author(history: History) -> None:
    assert history.repository.subject_and_author("HEAD") == ("second: 日本語", "dev")


def test_files_are_tracked_in_the_index_or_in_the_last_commit(tmp_path: Path) -> None:
    for name in ("a/kept", "a/unstaged", "b/other"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    committed(tmp_path)
    (tmp_path / "a/new").write_text("new")
    (tmp_path / "a/ignored").write_text("not added")
    git(tmp_path, "add", "a/new")
    git(tmp_path, "rm", "--quiet", "--cached", "a/unstaged")
    repository = GitRepository.containing(tmp_path)
    assert repository.tracked("a") == ["a/kept", "a/new", "a/unstaged"]
    assert repository.tracked("c") == []


def test_the_nearest_folder_with_a_repository_is_its_top(history: History, tmp_path: Path) -> None:
    assert top_of(history.top / "a/b") == history.top
    assert top_of(history.top) == history.top
    assert top_of(tmp_path) is None
    repository = GitRepository.containing(history.top / "a/b")
    assert (repository.top, repository.folder) == (history.top, history.top / ".git")
    assert [repository.prefix(history.top / name) for name in ("", "a", "a/b")] == ["", "a", "a/b"]
    assert not repository.is_submodule
    with pytest.raises(RevisionError) as refused:
        GitRepository.containing(tmp_path)
    assert str(refused.value) == f"{tmp_path} is not in a Git repository; leave --base out"


def test_a_worktree_leads_to_its_repository(history: History, tmp_path: Path) -> None:
    git(history.top, "worktree", "add", "--quiet", str(tmp_path / "tree"), "main~1", "--detach")
    try:
        repository = GitRepository.containing(tmp_path / "tree")
        assert repository.top == tmp_path / "tree"
        assert repository.folder == history.top / ".git/worktrees/tree"
        assert repository.commit("HEAD") == history.first
    finally:
        git(history.top, "worktree", "remove", "--force", str(tmp_path / "tree"))


def test_a_dot_git_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    with pytest.raises(RevisionError) as refused:
        GitRepository.containing(tmp_path)
    assert str(refused.value).startswith(f"{tmp_path}/.git cannot be read: fatal: ")


def test_a_dot_git_ends_where_git_ends_it(history: History, tmp_path: Path) -> None:
    for end in (b"", b"\n", b"\r\n\n", b"\0 more\n"):
        (tmp_path / ".git").write_bytes(f"gitdir: {history.top}/.git".encode() + end)
        assert GitRepository.containing(tmp_path).folder == history.top / ".git"


def test_a_folder_like_a_bare_repository_is_not_read_by_an_older_git(tmp_path: Path) -> None:
    """Before 2.38, git does not know safe.bareRepository, and goes on from an empty `.git`."""
    top = tmp_path / "top"
    git(tmp_path, "init", "--quiet", "--bare", str(top))
    (top / ".git").mkdir()
    path = older_git(
        tmp_path / "older",
        "for word do\n  shift\n"
        '  [ "$word" = safe.bareRepository=explicit ] && word=safe.bareRepository=all\n'
        '  set -- "$@" "$word"\ndone\nexec PROGRAM "$@"\n',
    )
    with pytest.raises(RevisionError) as refused:
        GitRepository.containing(top)
    assert str(refused.value).startswith(f"{top}/.git cannot be read: fatal: ")
    with alone_in_environment(PATH=path), pytest.raises(RevisionError) as refused:
        GitRepository.containing(top)
    assert str(refused.value) == (f"{top}/.git is not a Git repository; repair it, or remove it")


def test_git_reads_the_configuration_of_the_user_and_nothing_that_a_hook_sets(
    tmp_path: Path,
) -> None:
    for name in (".gitconfig", "named"):
        (tmp_path / name).write_text(f"[user]\n  name = of {name}\n  email = dev@example.com\n")
    hook = {"GIT_DIR": "/nowhere", "GIT_AUTHOR_NAME": "hook", "HOME": str(tmp_path)}
    for variables, author in (
        ({}, "of .gitconfig"),
        ({"GIT_CONFIG_GLOBAL": str(tmp_path / "named")}, "of named"),
    ):
        top = tmp_path / author
        top.mkdir()
        (top / "file").write_text("")
        with alone_in_environment(**hook, **variables):
            initialize(top, "first", {"GIT_AUTHOR_DATE": "2026-11-24T00:00:00Z"})
            assert GitRepository.containing(top).subject_and_author("HEAD") == ("first", author)


def test_git_is_not_looked_up_in_the_current_folder(history: History, tmp_path: Path) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho is run\n")
    (tmp_path / "git").chmod(0o755)
    program = shutil.which("git") or ""
    with chdir(tmp_path), alone_in_environment(PATH=f":.:{Path(program).parent}"):
        assert history.repository.commit("HEAD") == history.second
    with chdir(tmp_path), alone_in_environment(PATH=":."), pytest.raises(RevisionError) as refused:
        GitRepository.containing(history.top)
    assert str(refused.value) == "git is not on the PATH; install it"


def test_a_failed_command_names_the_folder_and_the_message(history: History) -> None:
    with pytest.raises(RevisionError) as refused:
        list(history.repository.tree("nowhere"))
    assert str(refused.value) == (
        f"git failed in {history.top}: fatal: Not a valid object name nowhere"
    )


@pytest.mark.parametrize(
    ("remotes", "urls", "origin"),
    [
        ({}, [], ""),
        ({"fork": ["f"]}, ["f"], "f"),
        ({"fork": ["f"], "other": ["o"]}, ["f", "o"], ""),
        ({"fork": ["f"], "origin": ["o"]}, ["f", "o"], "o"),
        ({"origin": ["first", "second"]}, ["first", "second"], "first"),
        ({"a.b": ["first", "second"]}, ["first", "second"], "first"),
    ],
)
def test_origin_or_the_only_remote_is_the_address(
    tmp_path: Path, remotes: dict[str, list[str]], urls: list[str], origin: str
) -> None:
    git(tmp_path, "init", "--quiet")
    for name, addresses in remotes.items():
        for address in addresses:
            git(tmp_path, "config", "--add", f"remote.{name}.url", address)
        git(tmp_path, "config", f"remote.{name}.fetch", "+refs/heads/*:refs/remotes/x/*")
    repository = GitRepository.containing(tmp_path)
    assert (repository.remotes(), repository.origin()) == (urls, origin)


def grown(top: Path, name: str, *parents: str) -> str:
    """Commit a file on top of a commit, after a merge of the others."""
    if parents:
        git(top, "checkout", "--quiet", "--detach", parents[0])
        for parent in parents[1:]:
            git(top, "merge", "--quiet", "--no-ff", "--message=merge", parent)
    (top / name).write_text(name)
    return committed(top, name)


def test_merge_bases_are_one_several_or_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    root = grown(tmp_path, "root")
    left, right = grown(tmp_path, "left", root), grown(tmp_path, "right", root)
    crossed, other = grown(tmp_path, "one", left, right), grown(tmp_path, "two", right, left)
    git(tmp_path, "checkout", "--quiet", "--orphan", "alone")
    alone = grown(tmp_path, "alone")
    repository = GitRepository.containing(tmp_path)
    assert repository.merge_bases(left, right) == (root,)
    assert sorted(repository.merge_bases(crossed, other)) == sorted((left, right))
    assert repository.merge_bases(crossed, alone) == ()
    assert repository.merge_base(crossed) is None
    git(tmp_path, "checkout", "--quiet", "--detach", crossed)
    assert repository.merge_base(right) == right
    assert repository.merge_base(alone) is None


def test_a_shallow_clone_says_what_to_fetch(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    git(top, "init", "--quiet", "--initial-branch=main")
    root = grown(top, "root")
    left, right = grown(top, "left", root), grown(top, "right", root)
    git(top, "branch", "left", left)
    git(top, "branch", "right", right)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=left", f"file://{top}", str(clone))
    git(clone, "fetch", "--quiet", "--depth=1", "origin", "right")
    repository = GitRepository.containing(clone)
    fetch = "run `git fetch --unshallow`, or check out with `fetch-depth: 0`"
    with pytest.raises(RevisionError) as refused:
        repository.merge_base(right)
    assert str(refused.value) == (
        f"this clone is shallow and holds no common ancestor of HEAD and {right[:12]}; {fetch}"
    )
    with pytest.raises(RevisionError) as refused:
        repository.merge_bases(left, right)
    assert str(refused.value) == (
        f"this clone is shallow and holds no common ancestor of {left[:12]} and {right[:12]}; "
        f"{fetch}"
    )


@pytest.mark.parametrize("is_older", [False, True])
def test_a_missing_parent_is_an_error_and_no_other_history(
    tmp_path: Path, *, is_older: bool
) -> None:
    """Older versions of git exit with 1 then, as without a common ancestor."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    root = grown(tmp_path, "root")
    left, right = grown(tmp_path, "left", root), grown(tmp_path, "right", root)
    (tmp_path / ".git/objects" / root[:2] / root[2:]).unlink()
    repository = GitRepository.containing(tmp_path)
    for compare in (
        lambda: repository.merge_base(left),
        lambda: repository.merge_bases(right, left),
    ):
        older = {"PATH": older_git(tmp_path / "older", EXIT_WITH_1)} if is_older else {}
        with alone_in_environment(**older), pytest.raises(RevisionError) as refused:
            compare()
        message = f"no merge base with {left[:12]}: error: Could not read {root}"
        assert str(refused.value) == message


def test_a_folder_becomes_a_repository_with_one_commit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\r\n")
    (tmp_path / "b.log").write_bytes(b"ignored elsewhere\n")
    (tmp_path / ".gitignore").write_bytes(b"*.log\n")
    initialize(tmp_path, "the first", IDENTITY)
    repository = GitRepository.containing(tmp_path)
    assert repository.commit("main") == repository.commit("HEAD")
    assert [entry.path for entry in repository.tree("HEAD")] == [".gitignore", "a", "b.log"]
    objects = [entry.object for entry in repository.tree("HEAD")]
    assert list(repository.contents(objects))[1] == b"one\r\n"
    assert repository.subject_and_author("HEAD") == ("the first", "dev")
    assert git(tmp_path, "status", "--porcelain", "--ignored") == ""
