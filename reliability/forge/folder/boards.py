"""Boards of comments, threads and issues, as pages of a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reliability.errors import ForgeError
from reliability.forge.diff import ChangedFile
from reliability.forge.folder.page import Page, slug
from reliability.forge.folder.shelf import FolderPages
from reliability.forge.marker import Marker, marker_of, text_of, with_marker
from reliability.forge.notes import (
    Comment,
    CommentDraft,
    Issue,
    IssueDraft,
    NoteState,
    Thread,
    ThreadDraft,
)


@dataclass(frozen=True, slots=True)
class CommentPages:
    """A `Board` of comments; the first comment of a kind is in `<kind>.md`."""

    shelf: FolderPages

    @property
    def together(self) -> int:
        """Always 1: each page is written alone."""
        return 1

    def present(self) -> tuple[Comment, ...]:
        """Return our comments of this kind."""
        return tuple(
            Comment(page.id, _marker(page), text_of(page.body), url=str(page.path))
            for page in self.shelf.pages()
        )

    def create(self, drafts: Sequence[CommentDraft]) -> None:
        """Write a page for each draft."""
        for draft in drafts:
            self.shelf.add(lambda _: self.shelf.kind, {}, with_marker(draft.marker, draft.text))

    def update(self, note: Comment, draft: CommentDraft) -> None:
        """Replace the body of the page."""
        self.shelf.rewrite(Path(note.url), with_marker(draft.marker, draft.text))

    def close(self, note: Comment, word: str) -> None:
        """Remove the page; the word is not written."""
        del word
        self.shelf.remove(Path(note.url))

    def reopen(self, note: Comment, draft: CommentDraft) -> None:
        """Update a comment, which is never closed."""
        self.update(note, draft)

    def retire(self, note: Comment, kept: Comment) -> None:
        """Remove a duplicate."""
        del kept
        self.shelf.remove(Path(note.url))


@dataclass(frozen=True, slots=True)
class ThreadPages:
    """A `Board` of threads; one is stale once the diff of the pull request lacks its line."""

    shelf: FolderPages
    files: tuple[ChangedFile, ...]
    commit: str

    @property
    def together(self) -> int:
        """Always 1: each page is written alone."""
        return 1

    def present(self) -> tuple[Thread, ...]:
        """Return our threads of this kind."""
        return tuple(self._read(page) for page in self.shelf.pages())

    def _read(self, page: Page) -> Thread:
        path, line = str(page.fields["path"]), int(page.fields["line"])
        return Thread(
            id=page.id,
            node=page.path.name,
            marker=_marker(page),
            path=path,
            line=line,
            text=text_of(page.body),
            state=self._note_state(page),
            is_stale=not any(file.path == path and file.takes(line) for file in self.files),
            is_answered=False,
            url=str(page.path),
        )

    def _note_state(self, page: Page) -> NoteState:
        by = page.fields.get("resolved-by")
        if by is None:
            return "open"
        return "closed" if self.shelf.writer.is_ours(by) else "settled"

    def create(self, drafts: Sequence[ThreadDraft]) -> None:
        """Write a page for each draft."""
        for draft in drafts:
            lines = {"first": draft.first} if draft.first else {}
            place = {"path": draft.path, "line": draft.line, **lines, "commit": self.commit}
            name = slug(f"{draft.path}-{draft.line}")
            self.shelf.add(_numbered(name), place, with_marker(draft.marker, draft.text))

    def update(self, note: Thread, draft: ThreadDraft) -> None:
        """Replace the body of the page; path and line stay the same."""
        self.shelf.rewrite(Path(note.url), with_marker(draft.marker, draft.text))

    def close(self, note: Thread, word: str) -> None:
        """Resolve the thread; the word is not written."""
        del word
        self.shelf.rewrite(Path(note.url), **{"resolved-by": self.shelf.writer.author})

    def reopen(self, note: Thread, draft: ThreadDraft) -> None:
        """Replace the body of the page, and unresolve the thread."""
        body = with_marker(draft.marker, draft.text)
        self.shelf.rewrite(Path(note.url), body, **{"resolved-by": None})

    def retire(self, note: Thread, kept: Thread) -> None:
        """Remove a duplicate."""
        del kept
        self.shelf.remove(Path(note.url))


@dataclass(frozen=True, slots=True)
class IssuePages:
    """A `Board` of issues; `reason: not planned` closes an issue for good, as on GitHub.

    That does not count if a program closed it, such as with `closed-by: stale[bot]`.
    """

    shelf: FolderPages

    @property
    def together(self) -> int:
        """Always 1: each page is written alone."""
        return 1

    def present(self) -> tuple[Issue, ...]:
        """Return our issues of this kind, open and closed."""
        return tuple(_issue(page) for page in self.shelf.pages())

    def create(self, drafts: Sequence[IssueDraft]) -> None:
        """Open an issue for each draft."""
        for draft in drafts:
            fields = {
                "title": draft.headline,
                "state": "open",
                "labels": list(draft.labels),
                "assignees": list(draft.assignees),
            }
            name = _numbered(slug(draft.headline))
            self.shelf.add(name, fields, with_marker(draft.marker, draft.text))

    def update(self, note: Issue, draft: IssueDraft) -> None:
        """Replace title and text, and add missing labels."""
        self._write(note, draft)

    def _write(self, note: Issue, draft: IssueDraft, **fields: Any) -> None:
        has = {label.lower() for label in note.labels}
        labels = [*note.labels, *(label for label in draft.labels if label.lower() not in has)]
        body = with_marker(draft.marker, draft.text)
        self.shelf.rewrite(Path(note.url), body, title=draft.headline, labels=labels, **fields)

    def close(self, note: Issue, word: str) -> None:
        """Comment with the word, then close the issue as completed."""
        self.shelf.say(Path(note.url), word)
        moment = self.shelf.writer.moment
        self.shelf.rewrite(Path(note.url), state="closed", reason="completed", closed=moment)

    def reopen(self, note: Issue, draft: IssueDraft) -> None:
        """Comment with the draft's reason, then reopen the issue with the draft's content."""
        self.shelf.say(Path(note.url), draft.on_reopening)
        self._write(note, draft, state="open", reason="reopened", closed=None)

    def retire(self, note: Issue, kept: Issue) -> None:
        """Close a duplicate, with a marker that names the kept one."""
        text = f"The same as #{kept.id}, opened by two runs at once.\n\n{note.text}"
        body = with_marker(Marker("double", str(kept.id)), text)
        self.shelf.rewrite(
            Path(note.url),
            body,
            state="closed",
            reason="not planned",
            closed=self.shelf.writer.moment,
        )


def _issue(page: Page) -> Issue:
    fields = page.fields
    return Issue(
        id=page.id,
        marker=_marker(page),
        title=str(fields.get("title", "")),
        text=text_of(page.body),
        labels=tuple(map(str, fields.get("labels") or ())),
        assignees=tuple(map(str, fields.get("assignees") or ())),
        author=str(fields["author"]),
        state=_issue_state(fields),
        created=_moment(fields["created"]),
        updated=_moment(fields["updated"]),
        closed=_moment(fields["closed"]) if fields.get("closed") else None,
        url=str(page.path),
    )


def _issue_state(fields: dict[str, Any]) -> NoteState:
    if fields.get("state") != "closed":
        return "open"
    is_person = not str(fields.get("closed-by", "")).endswith("[bot]")
    return "settled" if fields.get("reason") == "not planned" and is_person else "closed"


def _moment(value: object) -> datetime:
    # YAML reads some forms of a time as a time, and others as a text.
    return datetime.fromisoformat(str(value))


def _numbered(name: str) -> Callable[[int], str]:
    return lambda number: f"{number:04}-{name}"


def _marker(page: Page) -> Marker:
    marker = marker_of(page.body)
    if marker is None:
        raise ForgeError(f"{page.path}: the marker in the first line is missing")
    return marker
