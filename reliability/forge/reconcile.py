"""What is wanted and what is present -> what has to be done: one pure function for all notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from reliability.forge.marker import Marker
from reliability.forge.notes import NoteState


class NoteDraft(Protocol):
    """What reconcile asks of a draft."""

    @property
    def marker(self) -> Marker:
        """What it is about."""

    @property
    def text(self) -> str:
        """What it says, without the marker."""

    @property
    def aliases(self) -> tuple[Marker, ...]:
        """What it was about under former names."""


class Present(Protocol):
    """What reconcile asks of a note that is there."""

    @property
    def id(self) -> int:
        """The older, the lower."""

    @property
    def marker(self) -> Marker:
        """What it is about."""

    @property
    def state(self) -> NoteState:
        """Whether it is open."""

    @property
    def is_stale(self) -> bool:
        """Whether it stands where it says nothing any more."""

    def holds(self, draft: Any, /) -> bool:
        """Whether it says what is wanted."""


D = TypeVar("D", bound=NoteDraft)
N = TypeVar("N", bound=Present)


@dataclass(frozen=True, slots=True)
class CreateNote(Generic[D]):
    """What is wanted and not there."""

    draft: D


@dataclass(frozen=True, slots=True)
class UpdateNote(Generic[D, N]):
    """What is there and says something else."""

    note: N
    draft: D


@dataclass(frozen=True, slots=True)
class Close(Generic[N]):
    """What is open and wanted no more; `word` is said to it, unless it is empty."""

    note: N
    word: str


@dataclass(frozen=True, slots=True)
class Reopen(Generic[D, N]):
    """What is closed and wanted again, with what it shall say."""

    note: N
    draft: D


@dataclass(frozen=True, slots=True)
class Retire(Generic[N]):
    """What another run wrote at the same time as `kept`, which is older."""

    note: N
    kept: N


Change = CreateNote[D] | UpdateNote[D, N] | Close[N] | Reopen[D, N] | Retire[N]


def no_word(_note: object) -> str:
    """Nothing is said to what is closed."""
    return ""


def reconcile(
    wanted: Iterable[D], present: Iterable[N], word: Callable[[N], str] = no_word
) -> tuple[Change[D, N], ...]:
    """The changes that lead from what is present to what is wanted; the order of `present` is free.

    Of several notes about the same, the oldest counts, whoever asks: two runs at once agree. What a
    person closed for good stays closed. Of drafts about the same, the first counts; a draft takes
    over no note that another draft is about.
    """
    notes = list(present)
    kept, retired = _without_doubles(note for note in notes if not note.is_stale)
    changes: list[Change[D, N]] = list(retired)
    claimed: set[Marker] = set()
    drafts: dict[Marker, D] = {}
    for draft in wanted:
        drafts.setdefault(draft.marker, draft)
    for draft in drafts.values():
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
    """The notes that say the same as an older one; what is to be done after writing new ones."""
    return tuple(_without_doubles(note for note in present if not note.is_stale)[1])


def _kept(note: N, draft: D) -> Iterator[Change[D, N]]:
    if note.state == "closed":
        yield Reopen(note, draft)
    elif note.state == "open" and not note.holds(draft):
        yield UpdateNote(note, draft)


def _is_over(note: Present, claimed: set[Marker]) -> bool:
    return note.marker not in claimed and note.state == "open"


def _without_doubles(notes: Iterable[N]) -> tuple[dict[Marker, N], list[Retire[N]]]:
    """The oldest note of each marker, and the others."""
    groups: dict[Marker, list[N]] = defaultdict(list)
    for note in sorted(notes, key=lambda candidate: candidate.id):
        groups[note.marker].append(note)
    kept = {marker: group[0] for marker, group in groups.items()}
    retired = [Retire(note, group[0]) for group in groups.values() for note in group[1:]]
    return kept, retired
