"""Whether a change may go in as it is, and every reason why not."""

from dataclasses import replace

import pytest

from reliability.render.words import words_in
from reliability.review.pull_request.headlines import verdict_text
from reliability.review.pull_request.verdict import ReviewVerdict

GOOD = ReviewVerdict(missing=(), unapproved=(), missed=0, over=(), errors=0)
MISSING = replace(GOOD, missing=(("@a", "@b"), ("@c",)))
REFUSED = (
    (
        replace(GOOD, unapproved=("shop", "cart")),
        "no approvers are declared for shop and cart",
    ),
    (replace(GOOD, over=("pay",)), "the page budget of pay is exceeded"),
    (replace(GOOD, errors=1), "1 finding to fix"),
    (replace(GOOD, errors=2), "2 findings to fix"),
    (replace(GOOD, committed=1), "the change commits 1 file to the history store"),
    (replace(GOOD, committed=2), "the change commits 2 files to the history store"),
    (
        replace(GOOD, overlap=tuple("abcdefg")),
        "a, b, c, d and e also changed on the base branch; update this branch",
    ),
)


def text(verdict: ReviewVerdict) -> str:
    return verdict_text(verdict, words_in("en"))


def test_nothing_stands_in_the_way_of_a_good_change() -> None:
    assert (GOOD.is_good, GOOD.waits_for_approval) == (True, False)
    assert text(GOOD) == "Nothing blocks this change"


@pytest.mark.parametrize(("verdict", "reason"), REFUSED)
def test_a_change_is_refused_with_its_reason_and_no_approval_helps(
    verdict: ReviewVerdict, reason: str
) -> None:
    both = replace(verdict, missing=MISSING.missing)
    assert [each.is_good for each in (verdict, both)] == [False, False]
    assert [each.waits_for_approval for each in (verdict, both)] == [False, False]
    assert text(verdict) == f"Blocked: {reason}"


def test_a_change_waits_for_approval_also_with_missed_incidents() -> None:
    missed = replace(MISSING, missed=1)
    assert [each.is_good for each in (MISSING, missed)] == [False, False]
    assert [each.waits_for_approval for each in (MISSING, missed)] == [True, True]
    assert text(missed) == (
        "Blocked: approval by @c and one of @a and @b is missing; 1 past incident would no "
        "longer page"
    )


def test_a_missed_incident_alone_is_not_good() -> None:
    missed = replace(GOOD, missed=2)
    assert (missed.is_good, missed.waits_for_approval) == (False, False)
    assert text(missed) == "Blocked: 2 past incidents would no longer page"


def test_an_event_that_nobody_recorded_is_not_called_an_incident() -> None:
    events = replace(GOOD, missed_events=23)
    assert not events.is_good
    assert text(events) == "Blocked: 23 significant events (derived) would no longer page"
