"""The catalog at another commit, read from Git objects; nothing is checked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from reliability.errors import RevisionError
from reliability.finding import Finding
from reliability.load.catalog import Catalog
from reliability.load.code_owners import CODE_OWNERS, LARGEST
from reliability.load.files import FOLDERS
from reliability.load.listing import SUFFIXES
from reliability.load.loader import SourceFile, load

if TYPE_CHECKING:
    from git import Commit, Repo


@dataclass(frozen=True, slots=True)
class Base:
    """What one commit declares, the commit's full hash, and what could not be read of it."""

    commit: str
    catalog: Catalog
    findings: Sequence[Finding] = ()


def load_base(root: Path, revision: str) -> Base:
    """The catalog at the merge base of `revision` and HEAD.

    Raises:
        RevisionError: `root` is not in a Git repository, or the revision is not known there.
    """
    from git import InvalidGitRepositoryError, Repo

    try:
        with Repo(root, search_parent_directories=True) as repository:
            commit = _merge_base(repository, revision)
            files, paths = _files(repository, commit, _prefix(repository, root))
            return Base(commit.hexsha, *load(files, paths))
    except InvalidGitRepositoryError as error:
        raise RevisionError(f"{root} is not in a Git repository; leave --base out") from error


def _merge_base(repository: Repo, revision: str) -> Commit:
    from git import BadName, GitCommandError

    try:
        commit = repository.commit(revision)
        found = repository.merge_base(commit, repository.head.commit)
    except (BadName, GitCommandError, ValueError) as error:
        raise RevisionError(
            f"{revision} names no commit here; fetch it, or pass a revision that `git log` shows"
        ) from error
    return found[0] if found else commit


def _prefix(repository: Repo, root: Path) -> PurePosixPath:
    top = Path(repository.working_tree_dir or root)
    return PurePosixPath(root.resolve().relative_to(top.resolve()).as_posix())


def _files(
    repository: Repo, commit: Commit, prefix: PurePosixPath
) -> tuple[list[SourceFile], frozenset[PurePosixPath]]:
    listing = repository.git.ls_tree("-r", "-z", "--full-tree", commit.hexsha)
    files: list[SourceFile] = []
    owners: dict[PurePosixPath, bytes] = {}
    paths: set[PurePosixPath] = set()
    for entry in filter(None, listing.split("\0")):
        head, _, name = entry.partition("\t")
        full = PurePosixPath(name)
        if not full.is_relative_to(prefix):
            continue
        mode, _, blob = head.split(" ")
        path = full.relative_to(prefix)
        paths.add(path)
        if mode == "120000":
            continue
        if path.parts[0] in FOLDERS and name.endswith(SUFFIXES):
            files.append((path, _content(repository, blob)))
        elif path in CODE_OWNERS:
            owners[path] = _content(repository, blob)
    first = next((path for path in CODE_OWNERS if path in owners), None)
    if first is not None and len(owners[first]) <= LARGEST:
        files.append((first, owners[first]))
    return files, frozenset(paths)


def _content(repository: Repo, blob: str) -> bytes:
    content: bytes = repository.odb.stream(bytes.fromhex(blob)).read()
    return content
