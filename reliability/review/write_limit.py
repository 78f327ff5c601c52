"""A limit for the writes of one run; the changes beyond it wait for the next run.

`GITHUB_TOKEN` has 1,000 requests per hour and repository, and secondary limits allow 500 requests
per hour that create content:
https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
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

MAX_WRITES: Final = 300
"""Changes of one run; each takes up to three requests, which leaves 100 for reading."""


@dataclass(frozen=True, slots=True)
class LimitedDrafts:
    """The drafts to write now; `waiting` counts the changes that are left to the next run."""

    drafts: tuple[IssueDraft, ...]
    waiting: int


def limit_writes(
    wanted: Iterable[IssueDraft],
    present: Iterable[Issue],
    most: int = MAX_WRITES,
    word: Callable[[Issue], str] = no_word,
) -> LimitedDrafts:
    """Return the drafts whose changes fit the limit; those that close issues come first.

    An issue whose change has to wait is kept as it is: a missing draft would close it.
    """
    drafts, notes = tuple(wanted), tuple(present)
    changes = reconcile(drafts, notes, word)
    # Closing first: an open issue that is over misleads people, while a new one only comes later.
    later = sorted(changes, key=_urgency)[most:]
    waiting = {
        id(change.draft) for change in later if isinstance(change, CreateNote | UpdateNote | Reopen)
    }
    left = [draft for draft in drafts if id(draft) not in waiting]
    kept = [unchanged(change.note) for change in later if isinstance(change, UpdateNote | Close)]

    return LimitedDrafts((*left, *kept), len(later))


def unchanged(note: Issue) -> IssueDraft:
    """Return a draft that equals an issue, which leaves the issue unchanged."""
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
