"""Interface of every forge: pull requests, and boards on which notes are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from reliability.errors import ForgeError
from reliability.forge.diff import ChangedFile
from reliability.forge.known import NONE_KNOWN
from reliability.forge.marker import Marker
from reliability.forge.notes import (
    Comment,
    CommentDraft,
    Issue,
    IssueDraft,
    Thread,
    ThreadDraft,
)
from reliability.forge.pull_request import (
    PullRequest,
    PushHistory,
    RepositoryAccess,
    SubmittedReview,
)
from reliability.forge.reconcile import NoteDraft

D_contra = TypeVar("D_contra", bound=NoteDraft, contravariant=True)
N = TypeVar("N")


class ReadOnlyError(ForgeError):
    """The token may read but not write, as for a pull request from a fork."""


class UnknownOutcomeError(ForgeError):
    """The answer to a write was lost: it may have taken effect, so read before writing again."""


class NoteRefusedError(ForgeError):
    """The forge refuses the content of a note, so a retry is useless; nothing was written."""


class Board(Protocol[D_contra, N]):
    """Comments, threads or issues with one kind of marker; only `keep` writes to it.

    Each method writes once. It raises `ForgeError` if nothing was written, and
    `UnknownOutcomeError` if that is not known.
    """

    @property
    def together(self) -> int:
        """The largest number of drafts for one `create`."""

    def present(self) -> tuple[N, ...]:
        """Return the notes that reliability has written and that still exist."""

    def create(self, drafts: Sequence[D_contra], /) -> None:
        """Write new notes: all of them, or none."""

    def update(self, note: N, draft: D_contra, /) -> None:
        """Replace the content of a note by that of a draft."""

    def close(self, note: N, word: str, /) -> None:
        """Delete a comment, resolve a thread, or close an issue with a comment (`word`)."""

    def reopen(self, note: N, draft: D_contra, /) -> None:
        """Reopen a note with the content of a draft."""

    def retire(self, note: N, kept: N, /) -> None:
        """Delete a duplicate, or replace its marker if it cannot be deleted."""


class Forge(Protocol):
    """Host of comments and issues. Every method raises `ForgeError` if it does not answer."""

    def pull_request(self, number: int, /) -> PullRequest:
        """Return a pull request."""

    def changed_files(self, number: int, /) -> tuple[ChangedFile, ...]:
        """Return the files that a pull request changes, with the lines that may take a comment."""

    def reviews(self, number: int, /) -> tuple[SubmittedReview, ...]:
        """Return the submitted reviews of a pull request, the oldest first."""

    def pushes(self, pull: PullRequest, /) -> PushHistory:
        """Return who pushed to the branch of a pull request."""

    def merged_pull_requests(self, branch: str, commits: Sequence[str], /) -> tuple[int, ...]:
        """Return the pull requests that were merged into a branch by these commits, oldest first.

        The last commit is the newest. An empty `branch` stands for any.
        """

    def request_reviewers(self, number: int, handles: Sequence[str], /) -> tuple[str, ...]:
        """Request reviews by `@person` or `@organization/team`; return why requests failed."""

    def withdraw_requests(self, number: int, handles: Sequence[str], /) -> tuple[str, ...]:
        """Take back requested reviews; return why that failed."""

    def access(self, handles: Sequence[str], /) -> RepositoryAccess:
        """Return which of `@person` and `@organization/team` do not have access any more."""

    def comments(self, number: int, kind: str, /) -> Board[CommentDraft, Comment]:
        """Return the board of comments of reliability below a pull request."""

    def threads(self, number: int, commit: str, kind: str, /) -> Board[ThreadDraft, Thread]:
        """Return the board of comments on lines; new ones are written on `commit`, the head."""

    def issues(
        self, kind: str, /, known: Mapping[int, Marker] = NONE_KNOWN
    ) -> Board[IssueDraft, Issue]:
        """Return the board of open and closed issues of reliability; it has no pull requests.

        `known` are issues that existed earlier, by number; they may have been transferred since.
        """
