"""Notes are kept as wanted: read, reconcile, write, and read again after new notes were written.

A write whose response was lost is not repeated blindly: the remaining changes are computed again
from the notes that exist. After new notes were written, duplicates are removed. The oldest note is
kept, so that two concurrent runs keep the same one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, assert_never

from reliability.errors import ForgeError
from reliability.forge.forge import Board, NoteRefusedError, ReadOnlyError, UnknownOutcomeError
from reliability.forge.marker import ROOM
from reliability.forge.reconcile import (
    Change,
    Close,
    CreateNote,
    NoteDraft,
    Present,
    Reopen,
    Retire,
    UpdateNote,
    doubles,
    no_word,
    reconcile,
)

D = TypeVar("D", bound=NoteDraft)
N = TypeVar("N", bound=Present)

LOOKS: Final = (1.0, 4.0, 15.0)
"""Seconds to wait after a lost response, before checking whether the write took effect."""


@dataclass(frozen=True, slots=True)
class NoteWritten(Generic[D, N]):
    """A change that was made."""

    change: Change[D, N]


@dataclass(frozen=True, slots=True)
class NoteFailed(Generic[D, N]):
    """A change that could not be made; it does not stop the others."""

    change: Change[D, N]
    why: str


@dataclass(frozen=True, slots=True)
class Unwritten(Generic[D, N]):
    """A change that the token may not make; its text then belongs in the job summary."""

    change: Change[D, N]
    why: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Duplicates of a concurrent run could not be looked up; the next run does so."""

    why: str


Outcome = NoteWritten[D, N] | NoteFailed[D, N] | Unwritten[D, N] | Unchecked


def keep(
    wanted: Iterable[D],
    board: Board[D, N],
    word: Callable[[N], str] = no_word,
    pause: Callable[[float], None] = time.sleep,
    present: Sequence[N] | None = None,
) -> Iterator[Outcome[D, N]]:
    """Make the changes that lead from a board's notes to the wanted ones; yield each outcome.

    `word` returns the comment with which a note is closed. `present` are the notes of the board if
    they have just been read.

    Raises:
        ForgeError: the notes cannot be read; nothing was written.
    """
    return Keeping(
        drafts=tuple(wanted), board=board, word=word, pause=pause, present=present
    ).outcomes()


@dataclass(slots=True, kw_only=True)
class Keeping(Generic[D, N]):
    """One run over one board; `refused` is the reason if the token may not write."""

    drafts: tuple[D, ...]
    board: Board[D, N]
    word: Callable[[N], str]
    pause: Callable[[float], None]
    present: Sequence[N] | None
    refused: str = ""

    def outcomes(self) -> Iterator[Outcome[D, N]]:
        """See `keep`."""
        created = False
        present = self.board.present() if self.present is None else self.present
        for step in self._steps(reconcile(self.drafts, present, self.word)):
            for outcome in self._step(step):
                created |= isinstance(outcome, NoteWritten) and isinstance(
                    outcome.change, CreateNote
                )
                yield outcome
        if created:
            # Only a run that created something can have raced with another one; all others save the
            # request.
            yield from self._take_doubles_away()

    def _steps(self, changes: tuple[Change[D, N], ...]) -> Iterator[Sequence[Change[D, N]]]:
        """Yield the changes of each write: several new notes if the board allows it, or one."""
        new = [change for change in changes if isinstance(change, CreateNote)]
        # Closing and editing come first: if a rate limit ends the run, no outdated note stays
        # beside a new one.
        yield from ([change] for change in changes if not isinstance(change, CreateNote))
        size = self.board.together
        for start in range(0, len(new), size):
            yield list(new[start : start + size])

    def _step(self, step: Sequence[Change[D, N]]) -> Iterator[Outcome[D, N]]:
        if self.refused:
            yield from (Unwritten(change, self.refused) for change in step)
            return
        try:
            self._write(step)
        except ReadOnlyError as error:
            self.refused = str(error)
            yield from (Unwritten(change, self.refused) for change in step)
        except NoteRefusedError as error:
            if len(step) == 1:
                yield NoteFailed(step[0], str(error))
                return
            for change in step:
                yield from self._step([change])
        except ForgeError as error:
            yield from (NoteFailed(change, str(error)) for change in step)
        else:
            yield from (NoteWritten(change) for change in step)

    def _write(self, step: Sequence[Change[D, N]]) -> None:
        """Write; if the response is lost, write only the changes that remain."""
        for change in step:
            _ensure_room(change)
        left = step
        for look in LOOKS:
            try:
                return self._apply(left)
            except UnknownOutcomeError:
                self.pause(look)
                # Look before writing again: the write may have taken effect although its answer was
                # lost.
                left = self._remaining(step)
                if not left:
                    return None

        return self._apply(left)

    def _remaining(self, step: Sequence[Change[D, N]]) -> Sequence[Change[D, N]]:
        """Return the changes of a step that remain, from the notes that exist now."""
        subjects = {_subject(change) for change in step}
        changes = reconcile(self.drafts, self.board.present(), self.word)
        return [change for change in changes if _subject(change) in subjects]

    def _apply(self, changes: Sequence[Change[D, N]]) -> None:
        drafts = [change.draft for change in changes if isinstance(change, CreateNote)]
        if drafts:
            self.board.create(drafts)

        for change in changes:
            match change:
                case CreateNote():
                    pass
                case UpdateNote(note, draft):
                    self.board.update(note, draft)
                case Close(note, word):
                    self.board.close(note, word)
                case Reopen(note, draft):
                    self.board.reopen(note, draft)
                case Retire(note, kept):
                    self.board.retire(note, kept)
                case _:
                    assert_never(change)

    def _take_doubles_away(self) -> Iterator[Outcome[D, N]]:
        try:
            retired = doubles(self.board.present())
        except ForgeError as error:
            yield Unchecked(str(error))
            return
        for change in retired:
            yield from self._step([change])


def _ensure_room(change: Change[D, N]) -> None:
    match change:
        case CreateNote(draft) | UpdateNote(_, draft) | Reopen(_, draft) if len(draft.text) > ROOM:
            about = f"{draft.marker.kind} {draft.marker.key}"
            size = f"{len(draft.text):,} characters"
            raise NoteRefusedError(f"{about}: the text has {size}, and a forge takes {ROOM:,}")


def _subject(change: Change[D, N]) -> object:
    """Return what identifies a change, both before and after it took effect."""
    match change:
        case CreateNote(draft) | UpdateNote(_, draft) | Reopen(_, draft):
            return draft.marker
        case Close(note) | Retire(note):
            return note.id
    assert_never(change)
