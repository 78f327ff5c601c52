"""Forge in a folder: what GitHub would show, as files, for local use and for other forges.

::

    pull-requests/7/review.md             a comment, named for its kind
    pull-requests/7/inline/0001-....md    a comment on a line
    pull-requests/7/reviews.yaml          written by people: submitted reviews
    pull-requests/7/reviewers.txt         requested reviewers
    pull-requests/7/merged.txt            written by people: the commit that merged it
    without-access.txt                    written by people: handles without access
    issues/0001-review-payroll.md         an issue; its comments are in a file beside it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast, get_args

import yaml

from reliability.errors import ForgeError
from reliability.forge.diff import ChangedFile
from reliability.forge.folder.boards import CommentPages, IssuePages, ThreadPages
from reliability.forge.folder.page import page_text, replace_text
from reliability.forge.folder.shelf import FolderPages, FolderWriter
from reliability.forge.known import NONE_KNOWN
from reliability.forge.marker import Marker
from reliability.forge.pull_request import (
    PullRequest,
    Push,
    PushHistory,
    RepositoryAccess,
    ReviewState,
    SubmittedReview,
)

STATES: Final = get_args(ReviewState)


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LocalPullRequest:
    """A pull request that was not opened anywhere: the changes of a branch, from Git."""

    pull_request: PullRequest
    files: tuple[ChangedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderForge:
    """A `Forge` in the folder `root`; `formerly` are former names of `author`."""

    root: Path
    pull_requests: Mapping[int, LocalPullRequest] = field(default_factory=dict)
    author: str = "reliability"
    formerly: frozenset[str] = frozenset()
    now: Callable[[], datetime] = now

    def pull_request(self, number: int) -> PullRequest:
        """See `Forge`; from `pull_requests`, with those who are in `reviewers.txt`."""
        try:
            named = page_text(self._reviewers(number)).lower().split()
        except ForgeError:
            named = []  # the next request fails with the reason
        return replace(self._local(number).pull_request, requested=frozenset(named))

    def changed_files(self, number: int) -> tuple[ChangedFile, ...]:
        """See `Forge`; from `pull_requests`."""
        return self._local(number).files

    def reviews(self, number: int) -> tuple[SubmittedReview, ...]:
        """See `Forge`; from `reviews.yaml`, which people write."""
        path = self._folder(number) / "reviews.yaml"
        if not path.is_file():
            return ()

        try:
            written = yaml.safe_load(path.read_text(encoding="utf-8")) or []
            reviews = [_review(entry) for entry in written]
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            problem = " ".join(str(error).split())
            raise ForgeError(
                f"{path}: each review has author, state, commit and submitted: {problem}"
            ) from error

        return tuple(sorted(reviews, key=lambda review: review.submitted))

    def pushes(self, pull: PullRequest) -> PushHistory:
        """See `Forge`; a local branch is its author's alone."""
        return PushHistory((Push(pull.author, pull.base, pull.head),))

    def merged_pull_requests(self, branch: str, commits: Sequence[str]) -> tuple[int, ...]:
        """See `Forge`; from `merged.txt`, in which people name the commit."""
        del branch  # a folder does not know of branches
        named = {
            path: page_text(path).strip() for path in self._folder(0).parent.glob("*/merged.txt")
        }
        return tuple(
            sorted(
                int(path.parent.name)
                for path, commit in named.items()
                if path.parent.name.isdecimal() and commit in commits
            )
        )

    def request_reviewers(self, number: int, handles: Sequence[str]) -> tuple[str, ...]:
        """See `Forge`; add them to `reviewers.txt`, one per line, which notifies nobody."""
        return self._request(number, lambda named: [*named, *handles])

    def withdraw_requests(self, number: int, handles: Sequence[str]) -> tuple[str, ...]:
        """See `Forge`; remove them from `reviewers.txt`."""
        gone = {handle.lower() for handle in handles}
        return self._request(number, lambda named: [n for n in named if n.lower() not in gone])

    def _request(self, number: int, change: Callable[[list[str]], list[str]]) -> tuple[str, ...]:
        path = self._reviewers(number)
        try:
            named = dict.fromkeys(change(page_text(path).splitlines()))
            replace_text(path, "".join(f"{name}\n" for name in named))
        except ForgeError as error:
            return (str(error),)
        except OSError as error:
            return (f"{path} cannot be written: {error.strerror}",)
        return ()

    def _reviewers(self, number: int) -> Path:
        return self._folder(number) / "reviewers.txt"

    def access(self, handles: Sequence[str]) -> RepositoryAccess:
        """See `Forge`; from `without-access.txt`, in which people list handles, one per line."""
        path = self.root / "without-access.txt"
        try:
            listed = path.read_text(encoding="utf-8").lower().split()
        except FileNotFoundError:
            return RepositoryAccess()
        except (OSError, UnicodeDecodeError) as error:
            return RepositoryAccess(unknown=(f"{path} cannot be read: {error}",))
        return RepositoryAccess(frozenset(name for name in handles if name.lower() in listed))

    def comments(self, number: int, kind: str) -> CommentPages:
        """See `Forge`."""
        return CommentPages(FolderPages(self._writer, self._folder(number), kind))

    def threads(self, number: int, commit: str, kind: str) -> ThreadPages:
        """See `Forge`."""
        shelf = FolderPages(self._writer, self._folder(number) / "inline", kind)
        return ThreadPages(shelf, self.changed_files(number), commit)

    def issues(self, kind: str, known: Mapping[int, Marker] = NONE_KNOWN) -> IssuePages:
        """See `Forge`; issues cannot be transferred from a folder, so `known` is not used."""
        del known
        return IssuePages(FolderPages(self._writer, self.root / "issues", kind))

    @property
    def _writer(self) -> FolderWriter:
        return FolderWriter(self.root, self.author, self.now, formerly=self.formerly)

    def _folder(self, number: int) -> Path:
        return self.root / "pull-requests" / str(number)

    def _local(self, number: int) -> LocalPullRequest:
        if number not in self.pull_requests:
            raise ForgeError(f"pull request #{number}: not found in the local folder")
        return self.pull_requests[number]


def _review(written: Mapping[str, object]) -> SubmittedReview:
    if written["state"] not in STATES:
        raise ValueError(f"unknown state {written['state']!r}; known: {', '.join(STATES)}")
    submitted = datetime.fromisoformat(str(written["submitted"]))
    if submitted.tzinfo is None:
        submitted = submitted.replace(tzinfo=UTC)
    state = cast(ReviewState, written["state"])
    return SubmittedReview(
        str(written["author"]), state, str(written["commit"]), submitted=submitted
    )
