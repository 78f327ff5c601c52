"""Who is requested as a reviewer: those whose approval is missing, and nobody twice."""

from dataclasses import replace

from reliability.approval import Approvals
from reliability.forge.pull_request import PullRequest
from reliability.review.pull_request.reviewers import reviewers
from reliability.review.pull_request.verdict import ReviewVerdict
from tests.review.pull_request.test_approvals import PULL, said

NOBODY = Approvals()


def asked(
    *missing: str,
    pull: PullRequest = PULL,
    reviews: tuple[tuple[str, str], ...] = (),
    outdated: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    verdict = ReviewVerdict(
        missing=tuple((handle,) for handle in missing), unapproved=(), missed=0, over=(), errors=0
    )
    given = [said(author, state) for author, state in reviews]  # type: ignore[arg-type]
    return reviewers(verdict, pull, given, Approvals(outdated=outdated))


def test_people_and_teams_are_requested_but_not_the_author() -> None:
    assert asked("@mori", "@example-hr/payroll", "@Dev") == ("@mori", "@example-hr/payroll")


def test_nobody_is_requested_twice_or_after_a_review() -> None:
    waiting = replace(PULL, requested=frozenset({"@mori", "@example-hr/payroll"}))
    assert asked("@Mori", "@example-hr/payroll", "@sato", pull=waiting) == ("@sato",)
    assert asked("@mori", "@sato", reviews=(("mori", "changes-requested"),)) == ("@sato",)


def test_who_approved_something_else_is_asked_again() -> None:
    old = frozenset({"@mori"})
    assert asked("@mori", reviews=(("mori", "approved"),), outdated=old) == ("@mori",)


def test_a_draft_is_shown_to_nobody() -> None:
    assert asked("@mori", pull=replace(PULL, draft=True)) == ()


def test_a_change_of_many_services_does_not_notify_everybody() -> None:
    assert len(asked(*(f"@person-{number}" for number in range(100)))) == 15
