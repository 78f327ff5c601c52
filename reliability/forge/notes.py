"""Comments, threads on a line, and issues, as drafts and as they are present on a forge.

Only notes of reliability itself are read: by its account, with a marker in the first line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from reliability.forge.marker import Marker, normal

LONGEST_TITLE: Final = 256
NoteState = Literal["open", "closed", "settled"]
"""`settled` is closed for good by a person, so it is never reopened."""


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """A comment below a pull request, to be written."""

    marker: Marker
    text: str
    aliases: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of reliability below a pull request."""

    id: int
    marker: Marker
    text: str
    url: str

    @property
    def state(self) -> NoteState:
        """Always open: a comment that is not wanted is deleted."""
        return "open"

    @property
    def is_stale(self) -> bool:
        """Never: it belongs to no line."""
        return False

    def holds(self, draft: CommentDraft) -> bool:
        """Return whether it equals a draft."""
        return self.marker == draft.marker and self.text == normal(draft.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadDraft:
    """A comment on the lines `first` to `line` of the new version of a file.

    If `first` is 0, it is on `line` alone.
    """

    marker: Marker
    path: str
    line: int
    text: str
    first: int = 0
    aliases: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread of reliability on a line, with its answers; `id` is that of its first comment.

    It is stale if its line has changed since.
    """

    id: int
    node: str
    marker: Marker
    path: str
    line: int
    text: str
    state: NoteState
    is_stale: bool
    is_answered: bool
    url: str

    def holds(self, draft: ThreadDraft) -> bool:
        """Return whether it equals a draft; a forge moves it with its line."""
        return self.marker == draft.marker and self.text == normal(draft.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDraft:
    """An issue to be written.

    Assignees are set when it is opened; later, people may change them. An existing issue with one
    of the `aliases`, such as that of a service's former name, is taken over.
    """

    marker: Marker
    title: str
    text: str
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    on_reopening: str = ""
    aliases: tuple[Marker, ...] = ()

    @property
    def headline(self) -> str:
        """Title as forges accept it: on one line, and cut if it is too long."""
        line = " ".join(self.title.split())
        return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue of reliability; `id` is its number.

    `is_elsewhere` says that it was transferred to another repository; it is not written any more.
    """

    id: int
    marker: Marker
    title: str
    text: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    author: str
    state: NoteState
    created: datetime
    updated: datetime
    closed: datetime | None
    url: str
    is_elsewhere: bool = False

    @property
    def is_stale(self) -> bool:
        """Never: it belongs to no line."""
        return False

    def holds(self, draft: IssueDraft) -> bool:
        """Return whether it equals a draft; labels that people added do not matter."""
        labels = {label.lower() for label in self.labels}
        return (
            self.marker == draft.marker
            and self.title == draft.headline
            and self.text == normal(draft.text)
            and labels >= {label.lower() for label in draft.labels}
        )
