"""Which comments can stand on their lines, and which belong into the summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from reliability.forge.diff import ChangedFile
from reliability.forge.notes import ThreadDraft

CAP: Final = 30
"""How many comments on lines one pull request gets; more is read by nobody."""


@dataclass(frozen=True, slots=True)
class PlacedDrafts:
    """Drafts by where they go; `outside` have no line in the diff, `beyond` are over the cap."""

    inline: tuple[ThreadDraft, ...]
    outside: tuple[ThreadDraft, ...]
    beyond: tuple[ThreadDraft, ...]


def place(
    drafts: Iterable[ThreadDraft], files: Iterable[ChangedFile], cap: int = CAP
) -> PlacedDrafts:
    """Sort drafts by place, the first ones first; one bad line would make a forge refuse all.

    A comment on several lines of which the diff shows only the last stands on that line alone.
    """
    changed = {file.path: file for file in files}
    inline: list[ThreadDraft] = []
    outside: list[ThreadDraft] = []

    for draft in drafts:
        file = changed.get(draft.path)
        if file is None or not file.takes(draft.line):
            outside.append(draft)
        elif draft.first and not file.takes_together(draft.first, draft.line):
            inline.append(replace(draft, first=0))
        else:
            inline.append(draft)

    return PlacedDrafts(tuple(inline[:cap]), tuple(outside), tuple(inline[cap:]))
