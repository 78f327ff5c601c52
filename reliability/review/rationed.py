"""No more writes a run than a forge takes: what is over the limit waits for the next run.

`GITHUB_TOKEN` has 1,000 calls an hour in a repository, and may create 500 issues and comments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, assert_never

from reliability.forge.notes import Issue, IssueDraft
from reliability.forge.reconcile import (
    Change,
    Close,
    CreateNote,
    Reopen,
    Retire,
    UpdateNote,
    no_word,
    reconcile,
)

MOST: Final = 300
"""Changes of one run; each costs up to three calls."""


@dataclass(frozen=True, slots=True)
class LimitedDrafts:
    """What is wanted of issues now: `waiting` changes are left to the next run."""

    drafts: tuple[IssueDraft, ...]
    waiting: int


def rationed(
    wanted: Iterable[IssueDraft],
    present: Iterable[Issue],
    most: int = MOST,
    word: Callable[[Issue], str] = no_word,
) -> LimitedDrafts:
    """The drafts whose changes fit: closing comes first, and what is there never goes for it."""
    drafts, notes = tuple(wanted), tuple(present)
    changes = reconcile(drafts, notes, word)
    later = sorted(changes, key=_urgency)[most:]
    waiting = {
        id(change.draft) for change in later if isinstance(change, CreateNote | UpdateNote | Reopen)
    }
    left = [draft for draft in drafts if id(draft) not in waiting]
    kept = [unchanged(change.note) for change in later if isinstance(change, UpdateNote | Close)]

    return LimitedDrafts((*left, *kept), len(later))


def unchanged(note: Issue) -> IssueDraft:
    """What an issue says already, as a draft: wanted, and nothing to write."""
    return IssueDraft(marker=note.marker, title=note.title, text=note.text)


def _urgency(change: Change[IssueDraft, Issue]) -> int:
    match change:
        case Retire():
            return 0
        case Close():
            return 1
        case Reopen():
            return 2
        case CreateNote():
            return 3
        case UpdateNote():
            return 4
    assert_never(change)
