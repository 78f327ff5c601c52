"""A folder as people read and edit it."""

import fcntl
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import ForgeError
from reliability.forge.folder.forge import FolderForge
from reliability.forge.folder.page import slug
from reliability.forge.folder.shelf import FolderWriter
from reliability.forge.keep import NoteFailed, keep
from reliability.forge.marker import Marker
from reliability.forge.notes import Thread, ThreadDraft
from reliability.forge.pull_request import ReviewState, SubmittedReview, latest_reviews
from tests.forge.drafts import comment, issue, kept, thread
from tests.forge.worlds import PATH, FolderWorld
from tests.golden import Golden

GOLDEN = Path(__file__).parent / "golden"

ISSUE = """\
---
id: 1
title: 見直し payroll/2026Q4
state: closed
labels:
- slo-review
assignees:
- mori
author: reliability[bot]
created: 2026-11-25 09:00:00+00:00
updated: 2026-11-25 09:00:00+00:00
reason: completed
closed: 2026-11-25 09:00:00+00:00
---

<!-- reliability:revisit payroll/2026Q4 -->
期限です
"""


@pytest.fixture
def folder(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path)


def files(world: FolderWorld) -> list[str]:
    found = world.root.rglob("*")
    return sorted(str(path.relative_to(world.root)) for path in found if path.is_file())


def test_a_folder_is_laid_out_as_people_look_for_things(folder: FolderWorld) -> None:
    forge = folder.open()
    kept(forge.comments(7, "summary"), [comment(), comment(key="other")])
    kept(forge.threads(7, "a" * 40, "finding"), [thread(10)])
    kept(forge.issues("revisit"), [issue(title="Review: payroll & wages")])
    kept(forge.issues("revisit"), [], lambda _: "the date has moved")
    assert files(folder) == [
        "issues/0001-review-payroll-wages.comments.txt",
        "issues/0001-review-payroll-wages.md",
        "pull-requests/7/inline/0001-services-payroll-slo-yaml-10.md",
        "pull-requests/7/summary-2.md",
        "pull-requests/7/summary.md",
    ]
    said = (folder.root / files(folder)[0]).read_text()
    assert said == "reliability[bot], 2026-11-25 09:00:00+00:00\n\nthe date has moved\n"


def test_an_issue_is_a_page_with_its_fields_in_front(folder: FolderWorld) -> None:
    board = folder.open().issues("revisit")
    draft = issue(title="見直し payroll/2026Q4", text="期限です", assignees=("mori",))
    kept(board, [draft])
    kept(board, [])
    assert (folder.root / "issues" / "0001-見直し-payroll-2026q4.md").read_text() == ISSUE


def test_a_page_that_a_person_broke_is_told_and_not_doubled(folder: FolderWorld) -> None:
    board = folder.open().issues("revisit")
    kept(board, [issue()])
    path = Path(board.present()[0].url)
    path.write_text(path.read_text().replace("title:", "title: [", 1))
    with pytest.raises(ForgeError, match=r"0001-.*\.md: the fields in front cannot be read"):
        kept(board, [issue()])


def test_a_page_that_is_not_utf_8_is_named_and_not_doubled(folder: FolderWorld) -> None:
    board = folder.open().issues("revisit")
    kept(board, [issue()])
    path = Path(board.present()[0].url)
    path.write_bytes(b"---\n\xff\n")
    with pytest.raises(ForgeError) as refused:
        kept(board, [issue()])
    assert str(refused.value) == f"{path} is not UTF-8: byte 5"
    path.unlink()
    path.mkdir()
    with pytest.raises(ForgeError) as refused:
        board.present()
    assert str(refused.value) == f"{path} cannot be read: is a directory"


def test_files_that_are_no_pages_are_left_alone(folder: FolderWorld) -> None:
    board = folder.open().issues("revisit")
    (folder.root / "issues").mkdir(parents=True)
    for name, text in (("README.md", "# mine\n"), ("0004-mine.md", "---\na: 1\n---\n")):
        (folder.root / "issues" / name).write_text(text)
    assert kept(board, [issue()]) == ["Done Create"]
    assert (folder.root / "issues" / "README.md").read_text() == "# mine\n"
    assert board.present()[0].id == 5


def test_a_folder_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    forge = FolderForge(root=tmp_path / "taken")
    [failed] = keep([issue()], forge.issues("revisit"))
    assert isinstance(failed, NoteFailed)
    assert failed.why == f"{tmp_path}/taken: file exists"


def test_a_folder_with_a_file_in_its_place_says_why(folder: FolderWorld) -> None:
    forge = folder.open()
    (folder.root / "pull-requests").write_text("a file")
    [failed] = keep([comment()], forge.comments(7, "summary"))
    assert isinstance(failed, NoteFailed)
    assert failed.why == f"{folder.root}/pull-requests/7: not a directory"
    path = folder.root / "pull-requests/7/reviewers.txt"
    assert forge.request_reviewers(7, ["@mori"]) == (f"{path} cannot be read: not a directory",)


def test_a_third_comment_of_a_kind_has_the_next_free_name(folder: FolderWorld) -> None:
    board = folder.open().comments(7, "summary")
    kept(board, [comment(key=key) for key in "abc"])
    names = [Path(note.url).name for note in board.present()]
    assert names == ["summary.md", "summary-2.md", "summary-3.md"]
    assert [note.id for note in board.present()] == [1, 2, 3]


def test_a_review_that_is_not_understood_is_told(folder: FolderWorld) -> None:
    path = folder.root / "pull-requests/7/reviews.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("- {author: mori, state: aproved, commit: a, submitted: 2026-11-25}\n")
    with pytest.raises(ForgeError, match=r"each review has author, .*unknown state 'aproved'"):
        folder.open().reviews(7)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Review: payroll", "review-payroll"),
        ("../../etc/passwd", "etc-passwd"),
        ("...", "untitled"),
        ("x" * 99, "x" * 40),
        ("当番 見直し", "当番-見直し"),
    ],
)
def test_a_title_becomes_a_plain_file_name(title: str, name: str) -> None:
    assert slug(title) == name


def review(state: ReviewState, minute: int, author: str = "mori") -> SubmittedReview:
    moment = datetime(2026, 11, 25, 9, minute, tzinfo=UTC)
    return SubmittedReview(author, state, "a", moment)


@pytest.mark.parametrize(
    ("states", "counts"),
    [
        (["approved"], "approved"),
        (["approved", "commented"], "approved"),
        (["approved", "changes-requested"], "changes-requested"),
        (["changes-requested", "approved"], "approved"),
        (["approved", "dismissed"], None),
        (["commented"], None),
    ],
)
def test_the_last_review_counts_that_is_more_than_a_comment(
    states: list[ReviewState], counts: ReviewState | None
) -> None:
    reviews = tuple(review(state, minute) for minute, state in enumerate(states))
    found = latest_reviews(reviews[::-1]).get("mori")
    assert (found.state if found else None) == counts


def test_a_thread_is_read_with_its_page_and_nobody_answers_there(folder: FolderWorld) -> None:
    board = folder.open().threads(7, "a" * 40, "finding")
    kept(board, [thread(10), thread(30)])
    name = "0001-services-payroll-slo-yaml-10.md"
    first, second = board.present()
    assert first == Thread(
        id=1,
        node=name,
        marker=thread(10).marker,
        path=PATH,
        line=10,
        text="too low",
        state="open",
        is_stale=False,
        is_answered=False,
        url=str(folder.root / "pull-requests/7/inline" / name),
    )
    assert (second.line, second.is_stale) == (30, True)


def contents(world: FolderWorld) -> str:
    """Every file with its text."""
    return "\n".join(f"## {name}\n{(world.root / name).read_text()}" for name in files(world))


def test_all_that_a_folder_holds_as_notes_come_and_go(folder: FolderWorld, golden: Golden) -> None:
    forge = folder.open()
    comments = forge.comments(7, "summary")
    threads = forge.threads(7, "a" * 40, "finding")
    issues = forge.issues("revisit")
    states: list[str] = []

    def look(*outcomes: list[str]) -> None:
        states.append(f"# {outcomes}\n{contents(folder)}")

    spanning = ThreadDraft(
        marker=Marker("finding", "rule:span"), path=PATH, line=11, text="two lines", first=10
    )
    look(
        kept(comments, [comment(), comment(key="other")]),
        kept(threads, [thread(10), spanning]),
        kept(issues, [issue(), issue("other", labels=(), assignees=("mori", "sato"))]),
    )
    folder.moment += timedelta(hours=1)
    look(
        kept(comments, [comment("more")]),
        kept(threads, [thread(10, "still")]),
        kept(issues, [issue(text="later", labels=("SLO-Review", "more"))], lambda _: "moved"),
    )
    folder.moment += timedelta(hours=1, microseconds=5)
    look(
        kept(threads, [thread(10), spanning]),
        kept(issues, [issue("other", on_reopening="due again")], lambda _: " "),
        [*forge.request_reviewers(7, ["@mori", "@sato"])],
        [*forge.request_reviewers(7, ["@mori", "@aoi"])],
        [*forge.withdraw_requests(7, ["@Sato"])],
    )
    assert forge.pull_request(7).requested == {"@mori", "@aoi"}
    golden.check(GOLDEN / "folder.txt", "\n".join(states))


def test_doubles_are_closed_or_taken_away_and_the_oldest_stays(
    folder: FolderWorld, golden: Golden
) -> None:
    forge = folder.open()
    boards: tuple[Any, ...] = (forge.comments(7, "summary"), forge.issues("revisit"))
    for board, draft in zip(boards, (comment(), issue()), strict=True):
        board.create([draft])
        board.create([draft])
        assert kept(board, [draft]) in ([], ["Done Retire"])
    kept(boards[0], [comment(), comment(key="new")])
    kept(boards[1], [issue(), issue("new")])
    golden.check(GOLDEN / "doubles.txt", contents(folder))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {author: mori}", "'state'"),
        ("- [", "while parsing"),
        ("- {author: mori, state: approved, commit: a, submitted: soon}", "Invalid isoformat"),
        ("7", "not iterable"),
        ("", None),
    ],
)
def test_reviews_are_read_or_refused(folder: FolderWorld, text: str, message: str | None) -> None:
    path = folder.root / "pull-requests/7/reviews.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    if message is None:
        assert folder.open().reviews(7) == ()
        return
    with pytest.raises(ForgeError) as refused:
        folder.open().reviews(7)
    start = f"{path}: each review has author, state, commit and submitted: "
    assert str(refused.value).startswith(start)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_reviews_are_ordered_by_their_time_in_utc(folder: FolderWorld) -> None:
    path = folder.root / "pull-requests/7/reviews.yaml"
    path.parent.mkdir(parents=True)
    times = ("2026-11-25T09:00:00", "2026-11-25T09:30:00+09:00", "2026-11-25T08:00:00Z")
    rows = (
        f"- {{author: a{number}, state: approved, commit: c, submitted: '{at}'}}\n"
        for number, at in enumerate(times)
    )
    path.write_text("".join(rows))
    reviews = folder.open().reviews(7)
    assert [(review.author, review.submitted.hour) for review in reviews] == [
        ("a1", 9),
        ("a2", 8),
        ("a0", 9),
    ]


@pytest.mark.parametrize(
    ("front", "is_page"),
    [
        ("---\nid: 4\nauthor: reliability[bot]\n---\n", True),
        ("---\nid: four\nauthor: reliability[bot]\n---\n", False),
        ("---\nid: 4\nauthor: mori\n---\n", False),
        ("---\n- id\n---\n", False),
        ("---\nid: 4\n", False),
        ("id: 4\n---\n", False),
        ("", False),
    ],
)
def test_a_page_of_ours_has_a_number_and_our_name(
    folder: FolderWorld, front: str, *, is_page: bool
) -> None:
    path = folder.root / "pull-requests/7/summary.md"
    path.parent.mkdir(parents=True)
    path.write_text(f"{front}\n<!-- reliability:summary 7 -->\nall is well\n")
    present = folder.open().comments(7, "summary").present()
    assert [note.text for note in present] == ["all is well"] * is_page
    assert folder.open().comments(7, "other").present() == ()


def test_an_issue_that_a_person_wrote_needs_no_labels_and_no_people(folder: FolderWorld) -> None:
    path = folder.root / "issues/0003-mine.md"
    path.parent.mkdir(parents=True)
    fields = "author: reliability[bot]\ncreated: '2026-11-25T09:00:00+00:00'\n"
    path.write_text(
        f"---\nid: 3\n{fields}updated: 2026-11-25 10:00:00+00:00\nlabels:\n---\n\n"
        "<!-- reliability:revisit payroll/2026Q4 -->\ndue\n"
    )
    [found] = folder.open().issues("revisit").present()
    assert (found.id, found.title, found.labels, found.assignees) == (3, "", (), ())
    assert (found.state, found.closed, found.created.hour) == ("open", None, 9)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"state": "open"}, "open"),
        ({"state": "open", "reason": "not planned"}, "open"),
        ({"state": "closed", "reason": "completed"}, "closed"),
        ({"state": "closed", "reason": "not planned"}, "settled"),
        ({"state": "closed", "reason": "not planned", "closed-by": "mori"}, "settled"),
        ({"state": "closed", "reason": "not planned", "closed-by": "stale[bot]"}, "closed"),
        ({"state": "closed"}, "closed"),
    ],
)
def test_a_person_closes_for_good_by_a_reason(
    folder: FolderWorld, fields: dict[str, str], state: str
) -> None:
    board = folder.open().issues("revisit")
    kept(board, [issue()])
    folder.edit(Path(board.present()[0].url), fields)
    assert board.present()[0].state == state


def test_a_closed_issue_has_its_times_in_any_form_of_yaml(folder: FolderWorld) -> None:
    board = folder.open().issues("revisit")
    kept(board, [issue()])
    kept(board, [])
    [closed] = board.present()
    assert (closed.state, closed.closed) == ("closed", folder.moment)
    path = Path(closed.url)
    text = path.read_text()
    for written in ("2026-11-25T10:00:00Z", "'2026-11-25 10:00:00+00:00'", "2026-11-25 10:00:00Z"):
        path.write_text(text.replace("closed: 2026-11-25 09:00:00+00:00", f"closed: {written}"))
        assert board.present()[0].closed == datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_a_page_that_was_removed_is_not_written_again(folder: FolderWorld) -> None:
    board = folder.open().issues("revisit")
    kept(board, [issue()])
    [present] = board.present()
    Path(present.url).unlink()
    with pytest.raises(ForgeError) as refused:
        board.update(present, issue(text="other"))
    assert str(refused.value) == f"{present.url}: the page is gone"
    assert board.present() == ()


def test_a_writer_keeps_others_out_of_the_folder(tmp_path: Path) -> None:
    writer = FolderWriter(tmp_path, "us", lambda: datetime(2026, 11, 25, tzinfo=UTC))
    other = os.open(tmp_path, os.O_RDONLY)
    try:
        with writer.locked(), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(other)
