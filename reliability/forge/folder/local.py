"""A pull request that nobody opened: what HEAD changes since a commit, as Git says it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reliability.forge.diff import ChangedFile, hunks_of
from reliability.forge.folder.forge import LocalPullRequest
from reliability.forge.pull_request import PullRequest

if TYPE_CHECKING:
    from git import Diff, Repo


def local_pull_request(root: Path, number: int, base: str, branch: str) -> LocalPullRequest:
    """The pull request from `base`, a commit of `branch`, to HEAD."""
    from git import Repo

    with Repo(root, search_parent_directories=True) as repository:
        head = repository.head.commit
        pull = PullRequest(
            number=number,
            title=str(head.summary),
            author=str(head.author.name or ""),
            head=head.hexsha,
            base=base,
            base_branch=branch,
            draft=False,
            from_fork=False,
            is_open=True,
            url="",
        )
        return LocalPullRequest(pull, changed_since(repository, base))


def changed_since(repository: Repo, base: str) -> tuple[ChangedFile, ...]:
    """The files that differ between a commit and HEAD, with the lines that a diff shows."""
    found = repository.commit(base).diff(repository.head.commit, create_patch=True)
    return tuple(_file(each) for each in found)


def _file(each: Diff) -> ChangedFile:
    patch = each.diff if isinstance(each.diff, bytes) else (each.diff or "").encode()
    status = "added" if each.new_file else "removed" if each.deleted_file else "modified"
    if each.renamed_file:
        status = "renamed"
    path = each.b_path or each.a_path or ""
    return ChangedFile(path, status, hunks_of(patch.decode("utf-8", "replace")))


def prefix_of(root: Path) -> str:
    """Where a folder lies in its Git repository; `.` for the top."""
    from git import Repo

    with Repo(root, search_parent_directories=True) as repository:
        top = Path(repository.working_tree_dir or root).resolve()
        return root.resolve().relative_to(top).as_posix()
