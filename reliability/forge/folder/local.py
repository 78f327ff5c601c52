"""Pull request that was not opened anywhere: the changes of HEAD since a commit, from Git."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reliability.forge.diff import ChangedFile, hunks_of
from reliability.forge.folder.forge import LocalPullRequest
from reliability.forge.pull_request import PullRequest
from reliability.git import CommitChange, GitRepository

STATUSES: Final = {"A": "added", "C": "added", "D": "removed", "R": "renamed"}


def local_pull_request(root: Path, number: int, base: str, branch: str) -> LocalPullRequest:
    """Return the pull request from `base`, a commit of `branch`, to HEAD.

    Raises:
        RevisionError: `root` is not in a Git repository, or an object is not in this clone.
    """
    repository = GitRepository.containing(root)
    head = repository.commit("HEAD")
    subject, author = repository.subject_and_author(head)
    pull = PullRequest(
        number=number,
        title=subject,
        author=author,
        head=head,
        base=base,
        base_branch=branch,
        draft=False,
        from_fork=False,
        is_open=True,
        url="",
    )

    return LocalPullRequest(pull, changed_since(repository, base))


def changed_since(repository: GitRepository, base: str) -> tuple[ChangedFile, ...]:
    """Return the files that differ between a commit and HEAD, with the lines that a diff shows."""
    return tuple(map(_file, repository.changes(base, repository.commit("HEAD"))))


def _file(change: CommitChange) -> ChangedFile:
    status = STATUSES.get(change.status, "modified")
    return ChangedFile(change.path, status, hunks_of(change.patch))


def prefix_of(root: Path) -> str:
    """Return the path of a folder within its Git repository; `.` for the top."""
    return GitRepository.containing(root).prefix(root) or "."
