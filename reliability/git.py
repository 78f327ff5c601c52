"""The only access to Git: repositories are read, and nothing that they configure is run.

A folder of the working tree can look like a bare repository (`HEAD`, `config`, `objects/`,
`refs/`), and whoever opens a pull request writes that folder. So discovery is never left to git:
the top is the nearest folder with a `.git`, which git refuses to check out from a commit.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.errors import RevisionError
from reliability.git_program import Ended, complaint, errors, printed, run_git
from reliability.real_path import real_path

ENTRY: Final = ".git"
SYMLINK: Final = "120000"
HEADER: Final = 3
"""The words of an object's header: its name, type and size; else `<name> missing`."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """An entry of a commit: its path from the top, its mode as git prints it, its object ID."""

    path: str
    mode: str
    kind: str
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitChange:
    """A file that differs between two commits: git's status letter, and the patch as text."""

    path: str
    status: str
    patch: str


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A repository with a working tree; `folder` is its Git directory."""

    top: Path
    folder: Path

    @classmethod
    def containing(cls, folder: Path) -> GitRepository:
        """Return the repository whose working tree contains a folder.

        Raises:
            RevisionError: no folder from here upwards has a `.git`, or git does not accept it.
        """
        top = top_of(folder)
        if top is None:
            raise RevisionError(f"{folder} is not in a Git repository; leave --base out")
        return cls(top, _accepted(top))

    def run(self, *arguments: str, given: bytes | None = None) -> bytes:
        """Return the output of a git command; RevisionError with its first message if it fails."""
        return printed(self._ended(arguments, given), self.top)

    def commit(self, revision: str) -> str:
        """Return the full hash of the commit that a revision names.

        Raises:
            RevisionError: the revision names no commit, or the commit is not in this clone.
        """
        name = f"{revision}^{{commit}}".replace("\0", "")  # an argument cannot contain NUL
        ended = self._ended(("rev-parse", "--verify", "--quiet", "--end-of-options", name))
        if ended.returncode or ended.stdout.startswith(b"^") or "\0" in revision:
            raise RevisionError(
                f"{revision or 'an empty name'} names no commit here; fetch it, or pass a revision "
                "that `git log` shows"
            )

        return ended.stdout.decode().strip()

    def merge_base(self, commit: str) -> str | None:
        """Return the best common ancestor of a commit and HEAD; None if they share none.

        Raises:
            RevisionError: HEAD has no commit, an object is missing, or the clone is too shallow.
        """
        ended = self._ended(("merge-base", self.commit("HEAD"), commit))
        if ended.returncode == 0:
            return ended.stdout.decode().strip()
        # Older versions of git exit with 1 if a parent is missing, as without a common ancestor.
        if ended.returncode > 1 or errors(ended):
            raise RevisionError(f"no merge base with {commit[:12]}: {complaint(ended)}")
        if self.run("rev-parse", "--is-shallow-repository").strip() == b"true":
            raise RevisionError(
                f"this clone is shallow and holds no common ancestor of HEAD and {commit[:12]}; "
                "run `git fetch --unshallow`, or check out with `fetch-depth: 0`"
            )

        return None

    def merge_bases(self, one: str, other: str) -> tuple[str, ...]:
        """Return every best common ancestor of two commits; several after criss-cross merges.

        Raises:
            RevisionError: a commit is not in this clone, or the clone is too shallow.
        """
        names = self.commit(one), self.commit(other)
        ended = self._ended(("merge-base", "--all", *names))
        if ended.returncode > 1 or errors(ended):
            raise RevisionError(f"no merge base with {other[:12]}: {complaint(ended)}")
        if not ended.stdout and self.run("rev-parse", "--is-shallow-repository").strip() == b"true":
            raise RevisionError(
                f"this clone is shallow and holds no common ancestor of {one[:12]} and "
                f"{other[:12]}; run `git fetch --unshallow`, or check out with `fetch-depth: 0`"
            )

        return tuple(ended.stdout.decode().split())

    @property
    def is_submodule(self) -> bool:
        """Whether another repository holds this one as a submodule."""
        return bool(self.run("rev-parse", "--show-superproject-working-tree").strip())

    def prefix(self, folder: Path) -> str:
        """Return the path of a folder from the top, as `a/b`; empty for the top."""
        path = real_path(folder).relative_to(self.top).as_posix()
        return "" if path == "." else path

    def tree(self, commit: str, below: str = "") -> Iterator[TreeEntry]:
        """Yield the files of a commit below a folder.

        Raises:
            RevisionError: an object is missing.
        """
        within = ("--", f"{below}/") if below else ()
        yield from self._entries("-r", commit, *within)

    def entries(self, commit: str, path: str) -> Iterator[TreeEntry]:
        """Yield the entry of a commit at a path itself: a file, a link, a folder or a submodule."""
        yield from self._entries(commit, "--", path)

    def _entries(self, *arguments: str) -> Iterator[TreeEntry]:
        listing = self.run("ls-tree", "-z", "--full-tree", *arguments)
        for entry in filter(None, listing.split(b"\0")):
            head, _, name = entry.partition(b"\t")
            mode, kind, blob = head.decode().split(" ")
            yield TreeEntry(os.fsdecode(name), mode, kind, object=blob)

    def contents(self, objects: Iterable[str]) -> Iterator[bytes]:
        """Yield the bytes of objects in order, without filters or line-end conversion.

        Raises:
            RevisionError: one of them is not in this clone.
        """
        wanted = list(objects)
        if not wanted:
            return

        names = "".join(f"{name}\n" for name in wanted).encode()
        answer, at = self.run("cat-file", "--batch", given=names), 0
        for name in wanted:
            end = answer.index(b"\n", at)
            header = answer[at:end].decode().split(" ")
            if len(header) != HEADER:
                raise RevisionError(
                    f"object {name} is not in this clone; run `git fetch --refetch --no-filter`"
                )
            at = end + 1 + int(header[2])
            yield answer[end + 1 : at]
            at += 1

    def tracked(self, folder: str) -> list[str]:
        """Return the files below a folder in HEAD or in the index, as paths from the top."""
        return sorted({*self.indexed(folder), *(one.path for one in self.tree("HEAD", folder))})

    def indexed(self, folder: str) -> Iterator[str]:
        """Yield the files below a folder in the index, as paths from the top."""
        listed = self.run("ls-files", "-z", "--cached", "--", folder).split(b"\0")
        yield from (os.fsdecode(name) for name in listed if name)

    def subject_and_author(self, commit: str) -> tuple[str, str]:
        """Return the subject of a commit, and the name of its author."""
        form = ("--encoding=UTF-8", "--format=%s%x00%an", "--max-count=1")
        _, _, text = self.run("rev-list", *form, commit).decode("utf-8", "replace").partition("\n")
        subject, _, author = text.rstrip("\n").partition("\0")
        return subject, author

    def changes(self, before: str, after: str) -> Iterator[CommitChange]:
        """Yield the files that differ between two commits; renames are detected."""
        options = ("-r", "-M", "--no-ext-diff", "--no-textconv", before, after)
        names = iter(self.run("diff-tree", "--raw", "-z", *options).split(b"\0"))
        # a .gitattributes of the pull request could call every file binary
        text = self.run("diff-tree", "-p", "--text", "--no-color", *options)
        patches = iter(_patches(text.decode("utf-8", "replace")))

        for head in filter(None, names):
            status = head.split(b" ")[4].decode()[0]
            path = next(names)
            path = next(names) if status in "RC" else path
            patch = next(patches)
            if status == "T":  # a file that became a link is shown as two patches
                patch = next(patches)
            yield CommitChange(path=os.fsdecode(path), status=status, patch=patch)

    def renames(self, before: str, after: str) -> Iterator[tuple[str, str]]:
        """Yield the old and the new path of each file that was renamed between two commits.

        As many files are compared as `git merge` compares (merge.renameLimit is 7000 by default).
        """
        options = ("-r", "-M", "-l7000", "--raw", "-z", "--diff-filter=R", before, after)
        fields = iter(self.run("diff-tree", *options).split(b"\0"))
        for _ in filter(None, fields):
            yield os.fsdecode(next(fields)), os.fsdecode(next(fields))

    def remotes(self) -> list[str]:
        """Return the URLs of the remotes in the repository's own configuration."""
        return [address for _, address in self._remotes()]

    def origin(self) -> str:
        """Return the URL of `origin`, or of the only remote; empty if there is neither."""
        remotes = dict(reversed([*self._remotes()]))  # of several URLs, git fetches from the first
        only = next(iter(remotes.values())) if len(remotes) == 1 else ""
        return remotes.get("origin", only)

    def _remotes(self) -> Iterator[tuple[str, str]]:
        pattern = r"^remote\..*\.url$"
        ended = self._ended(("config", "--local", "-z", "--get-regexp", pattern))
        for entry in filter(None, ended.stdout.decode("utf-8", "replace").split("\0")):
            key, _, address = entry.partition("\n")
            yield key.removeprefix("remote.").removesuffix(".url"), address

    def _ended(self, arguments: Iterable[str], given: bytes | None = None) -> Ended:
        where = {"GIT_DIR": str(self.folder), "GIT_WORK_TREE": str(self.top)}
        return run_git(("-C", str(self.top), *arguments), where, given)


def top_of(folder: Path) -> Path | None:
    """Return the nearest parent folder with a `.git` (a file in worktrees and submodules)."""
    whole = real_path(folder)
    return next((top for top in (whole, *whole.parents) if os.path.lexists(top / ENTRY)), None)


def initialize(folder: Path, subject: str, identity: Mapping[str, str]) -> None:
    """Make a folder a repository with one commit, on `main`, of all its files.

    `identity` has git's variables for author, committer and their dates.

    Raises:
        RevisionError: git is not installed, or fails.
    """
    plain = ("-c", "core.autocrlf=false", "-c", f"core.attributesFile={os.devnull}")
    where = {"GIT_DIR": str(folder / ENTRY), "GIT_WORK_TREE": str(folder), **identity}
    for command in (
        ("init", "--quiet", "--template=", "--initial-branch=main"),
        (*plain, "add", "--all", "--force", "."),
        ("-c", "commit.gpgSign=false", "commit", "--quiet", "--no-verify", "-m", subject),
    ):
        printed(run_git(("-C", str(folder), *command), where), folder)


def _accepted(top: Path) -> Path:
    """Return the path that `.git` leads to, after git has checked that its owner is trusted.

    With GIT_DIR set, git skips that check (safe.directory), so one call runs without GIT_DIR.
    """
    ceiling = {"GIT_CEILING_DIRECTORIES": str(top.parent)}
    ended = run_git(("-C", str(top), "rev-parse", "--absolute-git-dir"), ceiling)
    if ended.returncode:
        raise RevisionError(f"{top / ENTRY} cannot be read: {complaint(ended)}")

    folder, wanted = Path(os.fsdecode(ended.stdout).removesuffix("\n")), _target(top / ENTRY)
    if real_path(folder) != real_path(wanted):
        raise RevisionError(f"{top / ENTRY} is not a Git repository; repair it, or remove it")

    return real_path(wanted)


def _target(entry: Path) -> Path:
    if entry.is_dir():
        return entry
    # git reads a C string, which ends at the first NUL
    text = entry.read_bytes().partition(b"\0")[0].removeprefix(b"gitdir: ").rstrip(b"\r\n")
    return entry.parent / os.fsdecode(text)


def _patches(text: str) -> Iterator[str]:
    """Return the patches of files; only a header line can begin with `diff --git`."""
    _, *patches = f"\n{text}".split("\ndiff --git ")
    return iter(patches)
