"""Drafts as tests write them, and a board kept as they say."""

from collections.abc import Sequence
from typing import Any, Final

from reliability.forge.keep import NoteFailed, NoteWritten, Outcome, Unchecked, Unwritten, keep
from reliability.forge.marker import Marker
from reliability.forge.notes import CommentDraft, IssueDraft, ThreadDraft
from reliability.forge.reconcile import Close, CreateNote, Reopen, Retire, UpdateNote, no_word
from tests.forge.worlds import PATH

WORDS: Final[dict[type, str]] = {
    NoteWritten: "Done",
    NoteFailed: "Failed",
    Unwritten: "Unwritten",
    Unchecked: "Unchecked",
    CreateNote: "Create",
    UpdateNote: "Update",
    Close: "Close",
    Reopen: "Reopen",
    Retire: "Retire",
}
"""What tests call outcomes and changes."""


def comment(text: str = "all is well", key: str = "7") -> CommentDraft:
    return CommentDraft(Marker("summary", key), text)


def thread(line: int = 10, text: str = "too low", key: str = "") -> ThreadDraft:
    return ThreadDraft(
        marker=Marker("finding", key or f"rule:{line}"), path=PATH, line=line, text=text
    )


def issue(key: str = "payroll/2026Q4", text: str = "due", **more: Any) -> IssueDraft:
    fields = {"title": f"Review {key}", "labels": ("slo-review",), **more}
    return IssueDraft(marker=Marker("revisit", key), text=text, **fields)


def kept(board: Any, wanted: Sequence[Any], word: Any = no_word) -> list[str]:
    """What was done, as `Done Create` and so on; nothing is waited for."""
    return told(keep(wanted, board, word, pause=lambda _: None))


def told(outcomes: Any) -> list[str]:
    return [tell(outcome) for outcome in outcomes]


def tell(outcome: Outcome[Any, Any]) -> str:
    if isinstance(outcome, Unchecked):
        return WORDS[Unchecked]
    return f"{WORDS[type(outcome)]} {WORDS[type(outcome.change)]}"
