"""A board in memory, which says of each call whether to carry it out, and whether to answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from reliability.forge.forge import UnknownOutcomeError
from reliability.forge.marker import Marker
from reliability.forge.notes import CommentDraft, NoteState


@dataclass(frozen=True, slots=True)
class Note:
    """A note of any sort."""

    id: int
    marker: Marker
    text: str
    state: NoteState = "open"
    is_stale: bool = False

    def holds(self, draft: CommentDraft) -> bool:
        return (self.marker, self.text) == (draft.marker, draft.text)


@dataclass(slots=True)
class MemoryBoard:
    """See `Board`; `luck` is asked before each write: carried out, and answered?"""

    notes: dict[int, Note] = field(default_factory=dict)
    luck: Callable[[], tuple[bool, bool]] = lambda: (True, True)
    together: int = 1
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    writes: int = 0

    def present(self) -> tuple[Note, ...]:
        return tuple(self.notes.values())

    def _write(self, changed: Sequence[Note | int]) -> None:
        self.writes += 1
        carried_out, answered = self.luck()
        for each in changed if carried_out else ():
            if isinstance(each, Note):
                self.notes[each.id] = each
            else:
                self.notes.pop(each, None)
        if not (carried_out and answered):
            raise UnknownOutcomeError("no answer")

    def create(self, drafts: Sequence[CommentDraft]) -> None:
        self._write([Note(next(self.numbers), draft.marker, draft.text) for draft in drafts])

    def update(self, note: Note, draft: CommentDraft) -> None:
        self._write([replace(note, marker=draft.marker, text=draft.text)])

    def close(self, note: Note, word: str) -> None:
        del word
        self._write([replace(note, state="closed")])

    def reopen(self, note: Note, draft: CommentDraft) -> None:
        self._write([replace(note, marker=draft.marker, text=draft.text, state="open")])

    def retire(self, note: Note, kept: Note) -> None:
        del kept
        self._write([note.id])
