"""What we write and find again: comments, threads on a line, issues; as wanted and as present.

Present ones are ours only: written by us, with our marker in their first line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from reliability.forge.marker import Marker, normal

LONGEST_TITLE: Final = 256
NoteState = Literal["open", "closed", "settled"]
"""`settled` is closed by a person who meant it: it is never opened again."""


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """A comment below a pull request, as it is wanted."""

    marker: Marker
    text: str
    aliases: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of ours below a pull request."""

    id: int
    marker: Marker
    text: str
    url: str

    @property
    def state(self) -> NoteState:
        """Always open: one that is not wanted is deleted."""
        return "open"

    @property
    def is_stale(self) -> bool:
        """Never: it belongs to no line."""
        return False

    def holds(self, draft: CommentDraft) -> bool:
        """Whether it says what is wanted."""
        return self.marker == draft.marker and self.text == normal(draft.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadDraft:
    """A comment on lines of the new version of a file; from `first`, where that is not 0."""

    marker: Marker
    path: str
    line: int
    text: str
    first: int = 0
    aliases: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment of ours on a line, with what others answered; `id` is that of its first comment.

    A stale one stands at a line that has since been changed.
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
        """Whether it says what is wanted; a forge moves it with its line."""
        return self.marker == draft.marker and self.text == normal(draft.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDraft:
    """An issue as it is wanted.

    Assignees are given it when it is opened, and are people's business from then on. An issue under
    one of the `aliases`, such as that of a service's former name, is taken over.
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
        """The title as a forge takes it: one line, which is not too long."""
        line = " ".join(self.title.split())
        return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue of ours; `id` is its number.

    One that is elsewhere was transferred to another repository, and is read and written no more.
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
        """Whether it says what is wanted; labels that people added do not matter."""
        labels = {label.lower() for label in self.labels}
        return (
            self.marker == draft.marker
            and self.title == draft.headline
            and self.text == normal(draft.text)
            and labels >= {label.lower() for label in draft.labels}
        )
