"""What a change commits where history is kept: who writes a past decides what would have paged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from reliability.git import SYMLINK, GitRepository, TreeEntry


def committed_below(root: Path, folder: str, base: str, head: str = "") -> tuple[str, ...]:
    """The files below a folder of `root` that a head has and its base has not, or has otherwise.

    A link or a submodule, there or on the way, always counts: what it leads to may change alone.
    `head` is a commit; empty, it is HEAD with what is staged. Paths are those from the top of the
    repository, sorted.

    Raises:
        RevisionError: `root` is not in a Git repository, or an object is missing.
    """
    repository = GitRepository.containing(root)
    top = PurePosixPath(repository.prefix(root) or ".")
    before = {entry.path: entry.object for entry in _held(repository, base, top, folder)}
    after = {entry.path: entry for entry in _held(repository, head or "HEAD", top, folder)}
    changed = {
        path
        for path, entry in after.items()
        if before.get(path) != entry.object or entry.kind != "blob" or entry.mode == SYMLINK
    }
    if not head:
        changed |= set(repository.tracked(str(top / folder))) - set(after)

    return tuple(sorted(changed))


def _held(
    repository: GitRepository, commit: str, top: PurePosixPath, folder: str
) -> Iterator[TreeEntry]:
    """The folder's files at a commit, and links and submodules on the way to it."""
    whole = top / folder
    yield from repository.tree(commit, str(whole))
    for path in (whole, *whole.parents):
        if path != top and path.is_relative_to(top):
            on_the_way = repository.entries(commit, str(path))
            yield from (entry for entry in on_the_way if entry.kind != "tree")
