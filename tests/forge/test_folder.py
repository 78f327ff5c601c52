"""A folder as people read and edit it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.errors import ForgeError
from reliability.forge.folder.forge import FolderForge
from reliability.forge.folder.page import slug
from reliability.forge.pull_request import ReviewState, SubmittedReview, latest_reviews
from tests.forge.drafts import comment, issue, kept, thread
from tests.forge.worlds import FolderWorld

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


def test_files_that_are_no_pages_are_left_alone(folder: FolderWorld) -> None:
    board = folder.open().issues("revisit")
    (folder.root / "issues").mkdir(parents=True)
    for name, text in (("README.md", "# mine\n"), ("0004-mine.md", "---\na: 1\n---\n")):
        (folder.root / "issues" / name).write_text(text)
    assert kept(board, [issue()]) == ["Done Create"]
    assert (folder.root / "issues" / "README.md").read_text() == "# mine\n"
    assert board.present()[0].id == 5


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    forge = FolderForge(root=tmp_path / "taken")
    [outcome] = kept(forge.issues("revisit"), [issue()])
    assert outcome == "Failed Create"


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
