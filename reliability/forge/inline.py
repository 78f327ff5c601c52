"""Placement of comments: on their lines, or in the summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from reliability.forge.diff import ChangedFile
from reliability.forge.notes import ThreadDraft

CAP: Final = 30
"""Maximum number of comments on lines of a pull request; nobody reads more."""


@dataclass(frozen=True, slots=True)
class PlacedDrafts:
    """Drafts by placement; `outside` are not on a line of the diff, `beyond` exceed the cap."""

    inline: tuple[ThreadDraft, ...]
    outside: tuple[ThreadDraft, ...]
    beyond: tuple[ThreadDraft, ...]


def place(
    drafts: Iterable[ThreadDraft], files: Iterable[ChangedFile], cap: int = CAP
) -> PlacedDrafts:
    """Decide the placement of drafts, in their order; one wrong line would make a forge refuse all.

    A comment on several lines that are not in one hunk is placed on its last line only.
    """
    changed = {file.path: file for file in files}
    inline: list[ThreadDraft] = []
    outside: list[ThreadDraft] = []

    for draft in drafts:
        file = changed.get(draft.path)
        if file is None or not file.takes(draft.line):
            outside.append(draft)
        elif draft.first and not file.takes_together(draft.first, draft.line):
            # GitHub answers 422 to a range that crosses hunks, and refuses the whole review with
            # it.
            inline.append(replace(draft, first=0))
        else:
            inline.append(draft)

    return PlacedDrafts(tuple(inline[:cap]), tuple(outside), tuple(inline[cap:]))
