"""What every forge offers: a pull request as it is, and boards on which our notes are kept."""

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
from reliability.forge.pull_request import PullRequest, RepositoryAccess, SubmittedReview
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
        """Bring a note back as the draft says it."""

    def retire(self, note: N, kept: N, /) -> None:
        """Take a double away, or where that cannot be, its marker."""


class Forge(Protocol):
    """Where comments and issues live. Every method raises `ForgeError` where there is no answer."""

    def pull_request(self, number: int, /) -> PullRequest:
        """One pull request."""

    def changed_files(self, number: int, /) -> tuple[ChangedFile, ...]:
        """What it changes, with the lines that may take a comment."""

    def reviews(self, number: int, /) -> tuple[SubmittedReview, ...]:
        """Who said what about it, in order."""

    def request_reviewers(self, number: int, handles: Sequence[str], /) -> tuple[str, ...]:
        """Ask `@person` or `@organization/team` for a review; why some were not asked, if so."""

    def access(self, handles: Sequence[str], /) -> RepositoryAccess:
        """Which of `@person` and `@organization/team` have no access any more."""

    def comments(self, number: int, kind: str, /) -> Board[CommentDraft, Comment]:
        """Our comments below it."""

    def threads(self, number: int, commit: str, kind: str, /) -> Board[ThreadDraft, Thread]:
        """Our comments on its lines; new ones are written on this commit, its head."""

    def issues(
        self, kind: str, /, known: Mapping[int, Marker] = NONE_KNOWN
    ) -> Board[IssueDraft, Issue]:
        """Our issues, open or closed; never a pull request.

        `known` are some that were there, by number: one of them may have been transferred since.
        """
