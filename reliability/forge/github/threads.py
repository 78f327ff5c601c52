"""Comments of reliability on lines of a pull request of GitHub; GraphQL resolves and reopens them.

GraphQL leaves `[bot]` out of an app's login, and a person's account could have that login. It is
added again by the author's type, so that logins are the same as in the REST API.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from reliability.forge.forge import ReadOnlyError
from reliability.forge.github.calls import GoneError
from reliability.forge.github.client import Client, pages
from reliability.forge.marker import Marker, ensure_readable, marker_of, text_of, with_marker
from reliability.forge.notes import NoteState, Thread, ThreadDraft

TOGETHER: Final = 50
QUERY: Final = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated path line
          resolvedBy { login }
          comments(first: 20) {
            totalCount
            nodes { databaseId body url author { __typename login } }
          }
        }
      }
    }
  }
}
"""
PATH: Final = ("repository", "pullRequest", "reviewThreads")


@dataclass(frozen=True, slots=True)
class ThreadBoard:
    """A `Board` of the threads of one kind; new ones are on `commit`, the pull request's head."""

    client: Client
    number: int
    commit: str
    kind: str

    @property
    def together(self) -> int:
        """Maximum number of comments in one review."""
        return TOGETHER

    def present(self) -> tuple[Thread, ...]:
        """Return our threads of this kind, from all pages."""
        owner, _, name = self.client.repository.full_name.partition("/")
        names = {"owner": owner, "name": name, "number": self.number}
        what = f"threads of #{self.number}"
        threads = pages(
            lambda after: self.client.graphql(what, QUERY, names | {"after": after}), PATH
        )
        return self.client.calls.read(
            what, lambda: tuple(filter(None, (self._read(thread) for thread in threads)))
        )

    def _read(self, thread: dict[str, Any]) -> Thread | None:
        if not thread["comments"]["nodes"]:
            return None  # its comments were deleted
        first, *answers = thread["comments"]["nodes"]
        marker = marker_of(first["body"])
        author = _login(first["author"])
        if marker is None or marker.kind != self.kind or not self.client.is_ours(author):
            return None

        ensure_readable(marker, first["url"])
        return Thread(
            id=first["databaseId"],
            node=thread["id"],
            marker=marker,
            path=thread["path"],
            line=thread["line"] or 0,
            text=text_of(first["body"]),
            state=self._note_state(thread),
            is_stale=thread["isOutdated"],
            is_answered=bool(answers),
            url=first["url"],
        )

    def _note_state(self, thread: dict[str, Any]) -> NoteState:
        """Return whether a thread is open, resolved by us (closed), or by a person (settled).

        In the schema, `resolvedBy` is a `User`, which an app is not, so null counts as us.
        """
        if not thread["isResolved"]:
            return "open"
        if thread["resolvedBy"] is None:
            return "closed"

        # GraphQL gives the login of a bot without the suffix `[bot]` that the REST API has.
        by = thread["resolvedBy"]["login"]
        ours = self.client.is_ours(by) or self.client.is_ours(f"{by}[bot]")
        return "closed" if ours else "settled"

    def create(self, drafts: Sequence[ThreadDraft]) -> None:
        """Write one comment, or several as one review, of which GitHub accepts all or none."""
        url = self.client.repository.get_pull(self.number).url
        what = f"comments on lines of #{self.number}"
        comments = [_fields(draft) for draft in drafts]
        # A review always adds an entry of its own to the conversation; a single comment does not
        # need one.
        if len(comments) == 1:
            self.client.post(what, f"{url}/comments", {"commit_id": self.commit, **comments[0]})
            return
        fields = {"commit_id": self.commit, "event": "COMMENT", "body": "", "comments": comments}
        self.client.post(what, f"{url}/reviews", fields)

    def update(self, note: Thread, draft: ThreadDraft) -> None:
        """Edit the thread's first comment."""
        self._edit(note, with_marker(draft.marker, draft.text))

    def _edit(self, note: Thread, body: str) -> None:
        comment = self.client.repository.get_pull(self.number).get_review_comment(note.id)
        self.client.calls.write(f"the comment {note.id}", lambda: comment.edit(body))

    def close(self, note: Thread, word: str) -> None:
        """Resolve a thread; if the token may not, delete it or replace its marker."""
        try:
            self._mutate(note, "resolveReviewThread")
        except ReadOnlyError:
            self._put_away(note, Marker("closed", str(note.id)), word)

    def reopen(self, note: Thread, draft: ThreadDraft) -> None:
        """Unresolve a thread and update it; if the token may not, write a new one."""
        try:
            self._mutate(note, "unresolveReviewThread")
        except ReadOnlyError:
            self._put_away(note, Marker("closed", str(note.id)), "")
            self.create([draft])
        else:
            if not note.holds(draft):
                self.update(note, draft)

    def retire(self, note: Thread, kept: Thread) -> None:
        """Delete a duplicate, or replace its marker if it has answers."""
        self._put_away(note, Marker("double", str(kept.id)), "")

    def _mutate(self, note: Thread, name: str) -> None:
        what = f"the thread of comment {note.id}"
        if not self.client.resolves:
            raise ReadOnlyError(f"{what}: the token may not resolve threads")
        try:
            self.client.mutate(what, name, note.node)
        except ReadOnlyError:
            # One refusal answers for all threads: the permission belongs to the token.
            self.client.resolves = False
            raise

    def _put_away(self, note: Thread, marker: Marker, word: str) -> None:
        """Delete a thread without answers; replace the marker of one with answers."""
        if note.is_answered:
            self._edit(note, with_marker(marker, f"{word}\n\n{note.text}"))
            return
        comment = self.client.repository.get_pull(self.number).get_review_comment(note.id)
        with suppress(GoneError):
            self.client.calls.write(f"the comment {note.id}", comment.delete)


def _fields(draft: ThreadDraft) -> dict[str, Any]:
    fields = {
        "path": draft.path,
        "line": draft.line,
        "side": "RIGHT",
        "body": with_marker(draft.marker, draft.text),
    }
    if 0 < draft.first < draft.line:
        fields |= {"start_line": draft.first, "start_side": "RIGHT"}
    return fields


def _login(author: dict[str, Any] | None) -> str:
    """Return the login as in the REST API; empty if the account was deleted."""
    if author is None:
        return ""
    ending = "[bot]" if author["__typename"] == "Bot" else ""
    return str(author["login"]).removesuffix(ending) + ending
