"""Several verdicts as one commit status."""

import pytest

from reliability.forge.github.statuses import QueueEntry, queue_entry
from reliability.review.pull_request.commit_status import Judgment, commit_status
from reliability.review.pull_request.shown import ReportView
from tests.review.pull_request.scene import LOOSER, reviewed, scene, shown


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> ReportView:
    """A change that waits for approval."""
    of = scene(tmp_path_factory.mktemp("waiting"))
    of.change(LOOSER)
    return shown(reviewed(of.root, of.base)[0])


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> ReportView:
    """A change in whose way nothing stands."""
    of = scene(tmp_path_factory.mktemp("good"))
    of.write("README.md", "nothing of ours\n")
    of.commit()
    return shown(reviewed(of.root, of.base)[0])


def test_one_pull_request_is_named_by_nothing_but_its_verdict(
    waiting: ReportView, good: ReportView
) -> None:
    assert commit_status([Judgment(7, good)]).state == "success"
    assert commit_status([Judgment(7, good)]).description == "Nothing blocks this change"
    status = commit_status([Judgment(7, waiting)])
    assert (status.state, status.description[:21]) == ("failure", "Blocked: approval by ")


def test_of_several_those_that_fail_are_named(waiting: ReportView, good: ReportView) -> None:
    status = commit_status([Judgment(7, good), Judgment(8, waiting)])
    assert status.state == "failure"
    assert status.description.startswith("#8: Blocked: approval by ")
    assert "#7" not in status.description


def test_a_draft_is_pending_and_hides_no_other(waiting: ReportView) -> None:
    draft = Judgment(7, waiting, is_draft=True)
    assert commit_status([draft]).state == "pending"
    assert commit_status([draft]).description.startswith("draft · Blocked")
    assert commit_status([draft, Judgment(8, waiting)]).state == "failure"


@pytest.mark.parametrize(
    ("branch", "entry"),
    [
        (f"gh-readonly-queue/main/pr-7-{'a' * 40}", QueueEntry("main", 7, "a" * 40)),
        (f"gh-readonly-queue/release/1.x/pr-7-{'a' * 40}", QueueEntry("release/1.x", 7, "a" * 40)),
        (f"gh-readonly-queue/main/pr-7-{'a' * 40}/pr-8-{'b' * 40}", None),
        (f"gh-readonly-queue/main/pr-7-{'a' * 40}-pr-8-{'b' * 40}", None),
        (f"feature/gh-readonly-queue/main/pr-7-{'a' * 40}", None),
        ("gh-readonly-queue/main/pr-7", None),
        ("main", None),
        ("", None),
    ],
)
def test_a_queue_branch_names_one_pull_request_or_none(
    branch: str, entry: QueueEntry | None
) -> None:
    assert queue_entry(branch) == entry
