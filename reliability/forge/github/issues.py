"""Issues of reliability in a repository of GitHub.

They are listed by author: by label, a deleted label would cause duplicates, and the search index
lags behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from github.Issue import Issue as Found
from github.PaginatedList import PaginatedList

from reliability.forge.forge import NoteRefusedError
from reliability.forge.github.calls import GoneError
from reliability.forge.github.client import Client
from reliability.forge.known import DASHBOARD, known_issues
from reliability.forge.marker import (
    Marker,
    ensure_readable,
    marker_of,
    normal,
    text_of,
    with_marker,
)
from reliability.forge.notes import Issue, IssueDraft, NoteState

COLOR: Final = "0e8a16"
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
MEANT: Final = frozenset({"not_planned", "duplicate"})
"""State reasons that mean a decision of a person; actions/stale also sets one by default."""


@dataclass(slots=True)
class IssueBoard:
    """A `Board` of the issues of one kind.

    `known` are issues that existed earlier, by number, in addition to those that the dashboard
    stores. `labels` are existing labels of the repository, in lower case.
    """

    client: Client
    kind: str
    known: Mapping[int, Marker] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)

    @property
    def together(self) -> int:
        """Always 1: GitHub accepts one issue per request."""
        return 1

    def present(self) -> tuple[Issue, ...]:
        """Return our issues of this kind, open and closed, from all pages."""
        repository = self.client.repository
        issues: list[Found] = []
        # By creator and not by label, because people may remove a label.
        for author in self.client.authors:
            filters = {"state": "all", "creator": author, "sort": "created", "direction": "asc"}
            url = f"{repository.url}/issues"
            pages = PaginatedList(
                Found, repository.requester, url, dict(filters), attributesTransformer=complete
            )
            issues += self.client.every("issues", pages, lambda issue: issue)

        return self.client.calls.read(
            "issues", lambda: (*filter(None, map(self._read, issues)), *self._elsewhere(issues))
        )

    def _elsewhere(self, issues: Sequence[Found]) -> Iterator[Issue]:
        """Yield known issues that have been transferred.

        GitHub returns 301 for a transferred issue, 404 if the token may not read the other
        repository, and 410 for a deleted issue
        (https://docs.github.com/rest/issues/issues#get-an-issue).
        """
        known = {**self.known, **self._on_dashboard(issues)}
        for number in sorted(known.keys() - {issue.number for issue in issues}):
            if (url := self._whereabouts(number)) is not None:
                yield _transferred(number, known[number], url)

    def _on_dashboard(self, issues: Sequence[Found]) -> dict[int, Marker]:
        for issue in issues:
            marker = marker_of(issue.body or "")
            if marker is not None and marker.kind == DASHBOARD:
                return known_issues(issue.body, self.kind)
        return {}

    def _whereabouts(self, number: int) -> str | None:
        """Return the URL of a transferred issue; None if it is here, or was deleted.

        The URL is empty if the token may not read the issue.
        """
        url = f"{self.client.repository.url}/issues/{number}"
        ask = self.client.repository.requester.requestJsonAndCheck
        try:
            data = self.client.calls.read(f"issue #{number}", lambda: ask("GET", url))[1]
        except GoneError as error:
            return None if error.was_deleted else ""
        # A renamed repository redirects as well, so the address in the answer decides and not the
        # redirect.
        here = f"/repos/{self.client.name}/issues/{number}".lower()
        address: str = data["html_url"]
        return None if data["url"].lower().endswith(here) else address

    def _read(self, issue: Found) -> Issue | None:
        body = issue.body or ""
        marker = marker_of(body)
        if marker is None or marker.kind != self.kind or issue.pull_request is not None:
            return None

        ensure_readable(marker, issue.html_url)
        return Issue(
            id=issue.number,
            marker=marker,
            title=issue.title,
            text=text_of(body),
            labels=tuple(label.name for label in issue.labels),
            assignees=tuple(person.login for person in issue.assignees),
            author=issue.user.login,
            state=self._note_state(issue),
            created=issue.created_at,
            updated=issue.updated_at,
            closed=issue.closed_at,
            url=issue.html_url,
        )

    def _note_state(self, issue: Found) -> NoteState:
        """Return whether an issue is open, closed, or settled: closed for good by a person.

        Stale bots also close inactive issues as "not planned", which nobody has decided.
        """
        if issue.state == "open":
            return "open"
        if issue.state_reason not in MEANT:
            return "closed"

        # The list may leave out `closed_by`; PyGithub then requests the issue.
        by = self.client.calls.read(f"who closed #{issue.number}", lambda: issue.closed_by)
        is_bot = by is not None and (by.type == "Bot" or self.client.is_ours(by.login))
        return "closed" if is_bot else "settled"

    def create(self, drafts: Sequence[IssueDraft]) -> None:
        """Open issues; people who cannot be assigned are left out."""
        for draft in drafts:
            self._ensure_labels(draft.labels)
            try:
                self._open(draft, draft.assignees)
            except GoneError:
                raise
            except NoteRefusedError:
                known = self._assignable(draft.assignees)
                # GitHub refuses the whole issue because of one assignee; without one to leave out,
                # it refuses something else.
                if known == draft.assignees:
                    raise
                self._open(draft, known)

    def _open(self, draft: IssueDraft, assignees: Iterable[str]) -> None:
        body = with_marker(draft.marker, draft.text)
        create = self.client.repository.create_issue
        labels, who = list(draft.labels), list(assignees)
        self.client.calls.write(
            f"the issue {draft.headline!r}",
            lambda: create(draft.headline, body, labels=labels, assignees=who),
        )

    def update(self, note: Issue, draft: IssueDraft) -> None:
        """Replace title and text, and add missing labels."""
        self._edit(note, **self._fields(note, draft))

    def close(self, note: Issue, word: str) -> None:
        """Comment with the word, then close the issue as completed."""
        self._say(note, word)
        self._edit(note, state="closed", state_reason="completed")

    def reopen(self, note: Issue, draft: IssueDraft) -> None:
        """Comment with the draft's reason, then reopen the issue with the draft's content."""
        self._say(note, draft.on_reopening)
        self._edit(note, state="open", state_reason="reopened", **self._fields(note, draft))

    def retire(self, note: Issue, kept: Issue) -> None:
        """Close a duplicate, with a marker that names the kept one: an issue cannot be deleted."""
        text = f"The same as #{kept.id}, opened by two runs at once.\n\n{note.text}"
        body = with_marker(Marker("double", str(kept.id)), text)
        self._edit(note, body=body, state="closed", state_reason="not_planned")

    def _fields(self, note: Issue, draft: IssueDraft) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "title": draft.headline,
            "body": with_marker(draft.marker, draft.text),
        }
        has = {label.lower() for label in note.labels}
        missing = [label for label in draft.labels if label.lower() not in has]
        if missing:
            self._ensure_labels(missing)
            # The API replaces all labels, also those that people have added.
            fields["labels"] = [*note.labels, *missing]
        return fields

    def _edit(self, note: Issue, **fields: Any) -> None:
        issue = self.client.repository.get_issue(note.id)
        self.client.calls.write(f"issue #{note.id}", lambda: issue.edit(**fields))

    def _say(self, note: Issue, word: str) -> None:
        """Comment on an issue, unless this equals our last comment there."""
        if not word.strip():
            return
        issue = self.client.repository.get_issue(note.id)
        comments = self.client.every(
            f"comments of #{note.id}",
            issue.get_comments(),
            lambda comment: (comment.user.login, normal(comment.body)),
        )
        ours = [body for author, body in comments if self.client.is_ours(author)]
        # The comment may have been written by a run whose next step failed; a second run must not
        # repeat it.
        if not ours or ours[-1] != normal(word):
            self.client.calls.write(f"a word on #{note.id}", lambda: issue.create_comment(word))

    def _ensure_labels(self, names: Sequence[str]) -> None:
        """Create the labels that are missing in the repository; GitHub ignores their case."""
        if all(name.lower() in self.labels for name in names):
            return
        pages = self.client.repository.get_labels()
        self.labels = set(self.client.every("labels", pages, lambda label: label.name.lower()))
        for name in names:
            if name.lower() not in self.labels:
                self._make_label(name)

    def _make_label(self, name: str) -> None:
        create = self.client.repository.create_label
        with suppress(NoteRefusedError):  # a concurrent run has just created it
            self.client.calls.write(f"the label {name!r}", lambda: create(name, COLOR))
        self.labels.add(name.lower())

    def _assignable(self, names: Sequence[str]) -> tuple[str, ...]:
        knows = self.client.repository.has_in_assignees
        return tuple(
            name
            for name in names
            if self.client.calls.read(f"the assignee {name!r}", partial(knows, name))
        )


def _transferred(number: int, marker: Marker, url: str) -> Issue:
    """Return a placeholder for a transferred issue, so that it is not opened a second time."""
    return Issue(
        id=number,
        marker=marker,
        title="",
        text="",
        labels=(),
        assignees=(),
        author="",
        state="settled",
        created=LONG_AGO,
        updated=LONG_AGO,
        closed=None,
        url=url,
        is_elsewhere=True,
    )


def complete(attributes: dict[str, Any]) -> dict[str, Any]:
    """Add fields that GitHub leaves out of a list, for which PyGithub would request each issue."""
    return {"pull_request": None, "state_reason": None} | attributes
