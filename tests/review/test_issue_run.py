"""What a run says of each change of an issue: done, failed, not written, or left for later."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from reliability.errors import ForgeError
from reliability.forge.forge import NoteRefusedError, ReadOnlyError
from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.review.issue_run import IssueRun
from tests.forge.test_notes import ISSUE


def issue(number: int, key: str, **more: Any) -> Issue:
    fields = {"title": f"Title {key}", "text": "text", "labels": (), **more}
    return replace(ISSUE, id=number, marker=Marker("ticket", key), **fields)


def draft(key: str, text: str = "text", title: str = "") -> IssueDraft:
    title = title or f"Title {key}"
    return IssueDraft(marker=Marker("ticket", key), title=title, text=text)


PRESENT = (
    issue(1, "same"),
    issue(2, "edited"),
    issue(3, "over"),
    issue(4, "again", state="closed"),
    issue(5, "twice"),
    issue(6, "twice"),
    issue(7, "refused", state="settled"),
)
WANTED = (
    draft("same"),
    draft("edited", "other"),
    draft("again"),
    draft("twice"),
    draft("refused"),
    draft("new", title="A ##[new]\ttitle\u202e"),
)
LINES = [
    "close #6, the same as #5: Title twice",
    "edit #2: Title edited",
    "open again #4: Title again",
    "close #3: Title over",
    "open: A ##⟦new] title\\u202e",
]


@dataclass(slots=True)
class ScriptedBoard:
    """A board on which every write raises the error of its name, if there is one."""

    errors: dict[str, ForgeError] = field(default_factory=dict)
    notes: tuple[Issue, ...] = PRESENT
    together: int = 1
    written: list[str] = field(default_factory=list)
    reads: int = 0

    def present(self) -> tuple[Issue, ...]:
        self.reads += 1
        if self.reads == 1:
            return self.notes
        if "look again" in self.errors:
            raise self.errors["look again"]
        return ()

    def _write(self, name: str) -> None:
        self.written.append(name)
        if name in self.errors:
            raise self.errors[name]

    def create(self, drafts: Sequence[IssueDraft]) -> None:
        del drafts
        self._write("create")

    def update(self, note: Issue, draft: IssueDraft) -> None:
        del draft
        self._write(f"update {note.id}")

    def close(self, note: Issue, word: str) -> None:
        self._write(f"close {note.id} {word}")

    def reopen(self, note: Issue, draft: IssueDraft) -> None:
        del draft
        self._write(f"reopen {note.id}")

    def retire(self, note: Issue, kept: Issue) -> None:
        self._write(f"retire {note.id} {kept.id}")


@dataclass(slots=True)
class ScriptedForge:
    """A forge with one board; `known` is what the run passes for each kind."""

    board: ScriptedBoard
    known: list[Any]

    def issues(self, kind: str, known: Any) -> ScriptedBoard:
        self.known.append((kind, dict(known)))
        return self.board


@dataclass(slots=True)
class Printed:
    """A run over such a forge, and what it prints."""

    board: ScriptedBoard = field(default_factory=ScriptedBoard)
    lines: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    known: list[Any] = field(default_factory=list)

    def run(
        self, dry_run: bool = False, max_changes: int = 300, *, has_forge: bool = True
    ) -> IssueRun:
        return IssueRun(
            opens=self.open if has_forge else None,
            is_on_github=True,
            dry_run=dry_run,
            max_changes=max_changes,
            say=self.lines.append,
            note=lambda text: self.lines.append(f"! {text}"),
        )

    def open(self, repository: str) -> Any:
        self.opened.append(repository)
        return ScriptedForge(self.board, self.known)


def word(of: Issue) -> str:
    return f"bye {of.id}"


def test_each_change_is_written_and_named() -> None:
    printed = Printed()
    assert printed.run().write("ticket", WANTED, PRESENT, word)
    assert printed.lines == LINES
    assert printed.board.written == [
        "retire 6 5",
        "update 2",
        "reopen 4",
        "close 3 bye 3",
        "create",
    ]
    assert printed.board.reads == 2, "another run may have opened the new issue, too"


def test_a_dry_run_names_the_changes_and_writes_nothing() -> None:
    printed = Printed()
    assert printed.run(dry_run=True).write("ticket", WANTED, PRESENT, word)
    assert printed.lines == [f"would {LINES[row]}" for row in (0, 1, 2, 4, 3)]
    assert printed.board.written == []


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("most", "rows", "more"),
    [(1, [0], 4), (2, [0, 3], 3), (3, [0, 2, 3], 2), (4, [0, 2, 3, 4], 1)],
)
def test_changes_beyond_the_limit_are_left_for_the_next_run(
    most: int, rows: list[int], more: int, *, dry_run: bool
) -> None:
    printed = Printed()
    assert printed.run(dry_run, most).write("ticket", WANTED, PRESENT, word)
    order = [row for row in (0, 1, 2, 4, 3) if row in rows] if dry_run else rows
    would = "would " if dry_run else ""
    assert printed.lines == [
        *(f"{would}{LINES[row]}" for row in order),
        f"! {more} more follow in the next run (--max-changes)",
    ]


def test_all_changes_fit_a_limit_of_as_many() -> None:
    printed = Printed()
    assert printed.run(max_changes=5).write("ticket", WANTED, PRESENT, word)
    assert printed.lines == LINES


def test_a_write_that_fails_fails_alone() -> None:
    errors: dict[str, ForgeError] = {
        "update 2": NoteRefusedError("it is too long"),
        "close 3 bye 3": ForgeError("no answer"),
    }
    printed = Printed(ScriptedBoard(errors))
    assert not printed.run().write("ticket", WANTED, PRESENT, word)
    assert printed.lines == [
        LINES[0],
        f"not done, it is too long: {LINES[1]}",
        LINES[2],
        f"not done, no answer: {LINES[3]}",
        LINES[4],
    ]


def test_a_token_that_may_not_write_prints_the_texts_instead() -> None:
    printed = Printed(ScriptedBoard({"update 2": ReadOnlyError("read only")}))
    assert not printed.run().write("ticket", WANTED, PRESENT, word)
    assert printed.board.written == ["retire 6 5", "update 2"]
    assert printed.lines == [
        LINES[0],
        f"may not be written, read only: {LINES[1]}",
        "# Title edited\n\nother",
        f"may not be written, read only: {LINES[2]}",
        "# Title again\n\ntext",
        f"may not be written, read only: {LINES[3]}",
        f"may not be written, read only: {LINES[4]}",
        "# A ##⟦new] title\\u202e\n\ntext",
    ]


def test_doubles_that_cannot_be_looked_for_are_a_note() -> None:
    printed = Printed(ScriptedBoard({"look again": ForgeError("no answer")}, notes=()))
    assert printed.run().write("ticket", [draft("new")], (), word)
    assert printed.lines == [
        "open: Title new",
        "! whether another run wrote the same is not known: no answer",
    ]


def test_without_a_forge_drafts_are_printed_with_their_repository() -> None:
    printed = Printed()
    run = printed.run(has_forge=False)
    assert (run.open(), run.present("ticket")) == (None, ())
    assert run.write("ticket", [draft("a"), draft("b", "two")], (), word)
    assert run.write("ticket", [draft("c")], (), word, "acme/pay")
    run.end()
    assert printed.lines == [
        "# Title a\n\ntext",
        "\n# Title b\n\ntwo",
        "\nIn acme/pay:\n\n# Title c\n\ntext",
    ]


def test_without_a_forge_a_run_says_that_there_is_no_issue() -> None:
    printed = Printed()
    run = printed.run(has_forge=False)
    assert run.write("ticket", [], (), word)
    run.end()
    assert printed.lines == ["no issue to open"]


def test_with_a_forge_the_end_says_nothing_and_each_repository_is_opened_once() -> None:
    printed = Printed()
    run = printed.run()
    for repository in ("", "acme/pay", "", "acme/pay"):
        run.present("ticket", repository)
    run.end()
    assert (printed.opened, printed.lines) == (["", "acme/pay"], [])


def test_known_issues_are_passed_for_their_kind_and_repository() -> None:
    printed = Printed()
    run = printed.run()
    known = {3: Marker("ticket", "a")}
    run.known["ticket", "acme/pay"] = known
    for kind, repository in (("ticket", "acme/pay"), ("ticket", ""), ("digest", "acme/pay")):
        run.present(kind, repository)
    assert printed.known == [("ticket", known), ("ticket", {}), ("digest", {})]
