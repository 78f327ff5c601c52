"""What becomes of comments that a forge refuses: they are named, and the summary shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Final

import pytest

from reliability.errors import ForgeError
from reliability.forge.diff import ChangedFile, Hunk
from reliability.forge.forge import NoteRefusedError, ReadOnlyError
from reliability.forge.pull_request import PullRequest
from reliability.review.pull_request.diff import Touched
from reliability.review.pull_request.post import Posting
from reliability.review.pull_request.shown import ReportView
from tests.review.pull_request.reviews import view

VIEW: Final[ReportView] = view(2)
"""A review with five new findings, each on a line of its own file."""

PULL: Final = PullRequest(
    number=7,
    title="A change",
    author="dev",
    head="a" * 40,
    base="b" * 40,
    base_branch="main",
    draft=False,
    from_fork=False,
    is_open=True,
    url="",
)


@dataclass(slots=True)
class Notes:
    """A board without notes; a draft whose text has a word of `errors` raises that error."""

    errors: dict[str, ForgeError]
    together: int = 1
    written: list[str] = field(default_factory=list)

    def present(self) -> tuple[Any, ...]:
        if "present" in self.errors:
            raise self.errors["present"]
        return ()

    def create(self, drafts: Sequence[Any]) -> None:
        for draft in drafts:
            for word, error in self.errors.items():
                if word in draft.text:
                    raise error
            self.written.append(draft.text)


@dataclass(slots=True)
class Host:
    """A forge of such boards, on whose pull request all lines of some files may take a comment."""

    files: int = 5
    errors: dict[str, ForgeError] = field(default_factory=dict)
    notes: dict[str, Notes] = field(default_factory=dict)
    requests: list[Any] = field(default_factory=list)

    def changed_files(self, number: int) -> tuple[ChangedFile, ...]:
        assert number == 7
        if "files" in self.errors:
            raise self.errors["files"]
        hunks = (Hunk(1, 50),)
        return tuple(
            ChangedFile(f"slo/services/shop/{name}.yaml", "modified", hunks)
            for name in range(self.files)
        )

    def threads(self, number: int, commit: str, kind: str) -> Notes:
        assert (number, commit) == (7, "a" * 40)
        return self.notes.setdefault(kind, Notes(self.errors))

    def comments(self, number: int, kind: str) -> Notes:
        assert number == 7
        return self.notes.setdefault(kind, Notes(self.errors))

    def request_reviewers(self, number: int, handles: Sequence[str]) -> tuple[str, ...]:
        self.requests.append((number, *handles))
        if "reviewers" in self.errors:
            raise self.errors["reviewers"]
        return ("@gone: no such person",)


def posting(host: Any, most: int = 30) -> Posting:
    return Posting(forge=host, pull=PULL, prefix=PurePosixPath("slo"), most=most)


def on_lines(host: Any, most: int = 30) -> int:
    """The number of comments on lines that one run writes."""
    posting(host, most).findings(VIEW.reviewed, VIEW.words, {})
    return len(host.notes["finding"].written)


def test_each_finding_on_a_line_of_the_diff_gets_a_comment() -> None:
    assert on_lines(Host()) == len(VIEW.reviewed.finding_changes.counted) == 5
    assert on_lines(Host(files=2)) == 2
    assert on_lines(Host(), most=1) == 1
    assert on_lines(Host(), most=0) == 0


@pytest.mark.parametrize(
    ("errors", "unwritten", "failed"),
    [
        (
            {"target 1": NoteRefusedError("too long"), "target 3": ForgeError("no answer")},
            [],
            ["too long", "no answer"],
        ),
        ({"target 2": ReadOnlyError("read only")}, ["read only"] * 3, []),
        ({"files": ForgeError("no files")}, [], ["no files"]),
        ({"present": ForgeError("no threads")}, [], ["no threads"]),
    ],
)
def test_a_comment_that_is_refused_is_recorded(
    errors: dict[str, ForgeError], unwritten: list[str], failed: list[str]
) -> None:
    of = posting(Host(errors=errors))
    of.findings(VIEW.reviewed, VIEW.words, {})
    assert (of.unwritten, of.failed) == (unwritten, failed)


def test_a_summary_is_written_or_its_failure_is_recorded() -> None:
    host = Host()
    of = posting(host)
    of.summary(VIEW)
    [text] = host.notes["review"].written
    assert text.startswith("### ")
    assert (of.unwritten, of.failed) == ([], [])
    for error, unwritten, failed in (
        (ReadOnlyError("read only"), ["read only"], []),
        (ForgeError("no answer"), [], ["no answer"]),
    ):
        of = posting(Host(errors={"###": error}))
        of.summary(VIEW)
        assert (of.unwritten, of.failed) == (unwritten, failed)
    of = posting(Host(errors={"present": ForgeError("no comments")}))
    of.summary(VIEW)
    assert of.failed == ["no comments"]


def test_an_unrelated_change_has_no_summary() -> None:
    host = Host()
    unrelated = replace(VIEW.reviewed, touched=Touched((), ()))
    posting(host).summary(replace(VIEW, reviewed=unrelated))
    assert host.notes["review"].written == []


def test_reviewers_are_requested_unless_nothing_may_be_written() -> None:
    host = Host()
    of = posting(host)
    of.ask(())
    of.ask(("@ann", "@gone"))
    assert host.requests == [(7, "@ann", "@gone")]
    assert of.not_requested == ["@gone: no such person"]

    of = posting(Host(errors={"reviewers": ForgeError("no answer")}))
    of.ask(("@ann",))
    assert of.not_requested == ["no answer"]

    host = Host()
    of = posting(host)
    of.unwritten.append("read only")
    of.ask(("@ann",))
    assert (host.requests, of.not_requested) == ([], [])
