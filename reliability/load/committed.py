"""Files that a change commits to the history store.

A change that could edit history could hide the pages that a backtest would report for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from reliability.git import SYMLINK, GitRepository, TreeEntry


def committed_below(root: Path, folder: str, base: str, head: str = "") -> tuple[str, ...]:
    """Return the files below a folder of `root` that a head adds or changes since its base.

    A link or a submodule below or above the folder always counts: its target may change without a
    commit here. `head` is a commit; empty means HEAD with what is staged. The paths are relative to
    the top of the repository, and sorted.

    Raises:
        RevisionError: `root` is not in a Git repository, or an object is missing.
    """
    repository = GitRepository.containing(root)
    top = PurePosixPath(repository.prefix(root) or ".")
    before = {entry.path: entry.object for entry in _held(repository, base, top, folder=folder)}
    after = {entry.path: entry for entry in _held(repository, head or "HEAD", top, folder=folder)}

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
    """Yield the files of the folder at a commit, and any links and submodules above it."""
    whole = top / folder
    yield from repository.tree(commit, str(whole))
    for path in (whole, *whole.parents):
        if path != top and path.is_relative_to(top):
            on_the_way = repository.entries(commit, str(path))
            yield from (entry for entry in on_the_way if entry.kind != "tree")
