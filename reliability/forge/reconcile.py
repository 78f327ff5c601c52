"""Changes that lead from present to wanted notes: one pure function for all kinds of notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from reliability.forge.marker import Marker
from reliability.forge.notes import NoteState


class NoteDraft(Protocol):
    """Properties of a draft that `reconcile` needs."""

    @property
    def marker(self) -> Marker:
        """Identity of the note."""

    @property
    def text(self) -> str:
        """Text without the marker."""

    @property
    def aliases(self) -> tuple[Marker, ...]:
        """Former identities of the note."""


class Present(Protocol):
    """Properties of an existing note that `reconcile` needs."""

    @property
    def id(self) -> int:
        """Number that is lower for an older note."""

    @property
    def marker(self) -> Marker:
        """Identity of the note."""

    @property
    def state(self) -> NoteState:
        """State, such as open."""

    @property
    def is_stale(self) -> bool:
        """Whether its line has changed, so that it does not apply any more."""

    def holds(self, draft: Any, /) -> bool:
        """Return whether its content equals a draft."""


D = TypeVar("D", bound=NoteDraft)
N = TypeVar("N", bound=Present)


@dataclass(frozen=True, slots=True)
class CreateNote(Generic[D]):
    """Creation of a wanted note that does not exist."""

    draft: D


@dataclass(frozen=True, slots=True)
class UpdateNote(Generic[D, N]):
    """Update of a note whose content differs from its draft."""

    note: N
    draft: D


@dataclass(frozen=True, slots=True)
class Close(Generic[N]):
    """Closing of an open note that is not wanted any more, with the comment `word` if not empty."""

    note: N
    word: str


@dataclass(frozen=True, slots=True)
class Reopen(Generic[D, N]):
    """Reopening of a closed note that is wanted again, with the content of its draft."""

    note: N
    draft: D


@dataclass(frozen=True, slots=True)
class Retire(Generic[N]):
    """Removal of a duplicate that a concurrent run wrote; `kept` is the older note."""

    note: N
    kept: N


Change = CreateNote[D] | UpdateNote[D, N] | Close[N] | Reopen[D, N] | Retire[N]


def no_word(_note: object) -> str:
    """Return no comment for a note that is closed."""
    return ""


def reconcile(
    wanted: Iterable[D], present: Iterable[N], word: Callable[[N], str] = no_word
) -> tuple[Change[D, N], ...]:
    """Return the changes that lead from present to wanted notes; `present` may be in any order.

    Of several notes with the same marker, the oldest is kept, so that two concurrent runs agree. A
    note that a person closed for good stays closed. Of several drafts with the same marker, the
    first counts. A draft does not take over the note of another draft by an alias.
    """
    notes = list(present)
    kept, retired = _without_doubles(note for note in notes if not note.is_stale)
    changes: list[Change[D, N]] = list(retired)
    claimed: set[Marker] = set()
    drafts: dict[Marker, D] = {}
    for draft in wanted:
        # Two drafts with one marker would create two notes, of which the next run removes one,
        # every time.
        drafts.setdefault(draft.marker, draft)
    for draft in drafts.values():
        # If a name moves from one SLO to another, its note stays with the SLO that has the name
        # now.
        former = (alias for alias in draft.aliases if alias not in drafts)
        markers = (
            candidate
            for candidate in (draft.marker, *former)
            if candidate in kept and candidate not in claimed
        )
        marker = next(markers, None)
        if marker is None:
            changes.append(CreateNote(draft))
        else:
            claimed.add(marker)
            changes += _kept(kept[marker], draft)

    changes += [Close(note, word(note)) for note in kept.values() if _is_over(note, claimed)] + [
        Close(note, "") for note in notes if note.is_stale and note.state == "open"
    ]
    return tuple(changes)


def doubles(present: Iterable[N]) -> tuple[Retire[N], ...]:
    """Return the duplicates of older notes, to be removed after new notes were written."""
    return tuple(_without_doubles(note for note in present if not note.is_stale)[1])


def _kept(note: N, draft: D) -> Iterator[Change[D, N]]:
    if note.state == "closed":
        yield Reopen(note, draft)
    elif note.state == "open" and not note.holds(draft):
        yield UpdateNote(note, draft)


def _is_over(note: Present, claimed: set[Marker]) -> bool:
    return note.marker not in claimed and note.state == "open"


def _without_doubles(notes: Iterable[N]) -> tuple[dict[Marker, N], list[Retire[N]]]:
    """Return the oldest note of each marker, and the removal of the others."""
    groups: dict[Marker, list[N]] = defaultdict(list)
    # Lower numbers are older on GitHub. Two runs that see the same notes keep the same one.
    for note in sorted(notes, key=lambda candidate: candidate.id):
        groups[note.marker].append(note)
    kept = {marker: group[0] for marker, group in groups.items()}
    retired = [Retire(note, group[0]) for group in groups.values() for note in group[1:]]
    return kept, retired
