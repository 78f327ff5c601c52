"""Whether a note holds what is wanted, and the title of an issue as a forge takes it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reliability.forge.marker import Marker
from reliability.forge.notes import (
    Comment,
    CommentDraft,
    Issue,
    IssueDraft,
    Thread,
    ThreadDraft,
)

MARKER, OTHER = Marker("digest", "a"), Marker("digest", "b")
NOW = datetime(2026, 11, 25, tzinfo=UTC)
ISSUE = Issue(
    id=1,
    marker=MARKER,
    title="Title",
    text="text",
    labels=("Bug", "slo"),
    assignees=(),
    author="us",
    state="open",
    created=NOW,
    updated=NOW,
    closed=None,
    url="u",
)
DRAFT = IssueDraft(marker=MARKER, title="Title", text="text", labels=("bug",))


@pytest.mark.parametrize(
    ("draft", "holds"),
    [
        (DRAFT, True),
        (replace(DRAFT, labels=()), True),
        (replace(DRAFT, labels=("BUG", "SLO")), True),
        (replace(DRAFT, text="text\n"), True),
        (replace(DRAFT, title="  Title\n"), True),
        (replace(DRAFT, marker=OTHER), False),
        (replace(DRAFT, title="Other"), False),
        (replace(DRAFT, text="other"), False),
        (replace(DRAFT, labels=("bug", "new")), False),
    ],
)
def test_an_issue_holds_a_draft_whatever_labels_people_added(
    draft: IssueDraft, holds: bool
) -> None:
    assert ISSUE.holds(draft) is holds
    assert not ISSUE.is_stale
    assert not ISSUE.is_elsewhere


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("a", "a"),
        (" a\n  b ", "a b"),
        ("x" * 256, "x" * 256),
        ("x" * 257, "x" * 255 + "…"),
    ],
)
def test_a_headline_is_one_line_of_at_most_256_characters(title: str, headline: str) -> None:
    assert replace(DRAFT, title=title).headline == headline


@pytest.mark.parametrize(
    ("marker", "text", "holds"),
    [
        (MARKER, "text", True),
        (MARKER, "text\n", True),
        (OTHER, "text", False),
        (MARKER, "x", False),
    ],
)
def test_comments_and_threads_hold_their_marker_and_text(
    marker: Marker, text: str, holds: bool
) -> None:
    comment = Comment(1, MARKER, "text", "u")
    assert comment.holds(CommentDraft(marker, text)) is holds
    assert (comment.state, comment.is_stale) == ("open", False)
    thread = Thread(
        id=1,
        node="n",
        marker=MARKER,
        path="a",
        line=5,
        text="text",
        state="open",
        is_stale=False,
        is_answered=False,
        url="u",
    )
    assert thread.holds(ThreadDraft(marker=marker, path="moved", line=9, text=text)) is holds
