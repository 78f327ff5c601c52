"""Comments of reliability below a pull request of GitHub."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from github.IssueComment import IssueComment

from reliability.forge.github.calls import GoneError
from reliability.forge.github.client import Client
from reliability.forge.marker import ensure_readable, marker_of, text_of, with_marker
from reliability.forge.notes import Comment, CommentDraft


@dataclass(frozen=True, slots=True)
class CommentBoard:
    """A `Board` of the comments of one kind."""

    client: Client
    number: int
    kind: str

    @property
    def together(self) -> int:
        """Always 1: GitHub accepts one comment per request."""
        return 1

    def present(self) -> tuple[Comment, ...]:
        """Return our comments of this kind, from all pages."""
        pages = self.client.repository.get_issue(self.number).get_comments()
        return tuple(
            filter(None, self.client.every(f"comments of #{self.number}", pages, self._read))
        )

    def _read(self, comment: IssueComment) -> Comment | None:
        marker = marker_of(comment.body or "")
        if (
            marker is None
            or marker.kind != self.kind
            or not self.client.is_ours(comment.user.login)
        ):
            return None
        ensure_readable(marker, comment.html_url)
        return Comment(comment.id, marker, text_of(comment.body), url=comment.html_url)

    def create(self, drafts: Sequence[CommentDraft]) -> None:
        """Post each comment."""
        issue = self.client.repository.get_issue(self.number)
        for draft in drafts:
            body = with_marker(draft.marker, draft.text)
            self.client.calls.write(
                f"a comment on #{self.number}", partial(issue.create_comment, body)
            )

    def update(self, note: Comment, draft: CommentDraft) -> None:
        """Edit a comment in place."""
        comment = self.client.repository.get_issue(self.number).get_comment(note.id)
        body = with_marker(draft.marker, draft.text)
        self.client.calls.write(f"the comment {note.id}", lambda: comment.edit(body))

    def close(self, note: Comment, word: str) -> None:
        """Delete a comment, if it exists; the word is not written."""
        del word  # nobody would read it
        comment = self.client.repository.get_issue(self.number).get_comment(note.id)
        with suppress(GoneError):
            self.client.calls.write(f"the comment {note.id}", comment.delete)

    def reopen(self, note: Comment, draft: CommentDraft) -> None:
        """Update a comment, which is never closed."""
        self.update(note, draft)

    def retire(self, note: Comment, kept: Comment) -> None:
        """Delete a duplicate."""
        del kept
        self.close(note, "")
