"""A target from what was counted: it leaves room, and promises no more than can be shown."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from reliability.burnrate import WindowPair
from reliability.onboarding.new.proposal import CountedEvents, failures_to_wait_for, propose
from tests.golden import Golden

MONTH = timedelta(days=30)
BOUNDS = (Decimal("0.9"), Decimal("0.9999"))


def proposed(events: float, failed: float, days: float = 30) -> tuple[str, str]:
    found = propose(CountedEvents(timedelta(days=days), events, failed), MONTH, BOUNDS)
    return str(found.target), found.reason


@pytest.mark.parametrize(
    ("events", "failed", "target"),
    [
        (1_000_000, 300, "0.9995"),
        (1_000_000, 500, "0.999"),  # exactly at 99.95 % it would flap
        (1_000_000, 20_000, "0.95"),
        (1_000_000, 0, "0.9999"),
        (5_000, 0, "0.998"),  # ten failures of 5,000
        (50, 0, "0.95"),  # no target holds ten failures
        (1_000, 100, "0.95"),
    ],
)
def test_it_is_the_highest_round_number_that_was_kept(
    events: float, failed: float, target: str
) -> None:
    assert proposed(events, failed)[0] == target


def test_the_reason_says_what_was_measured_and_what_limits_it() -> None:
    assert "99.97 % measured over 30 days: 300 of 1,000,000 failed" in proposed(1_000_000, 300)[1]
    assert "5,000 events per period are too few for a higher one" in proposed(5_000, 0)[1]
    assert "it is not met today" in proposed(1_000, 100)[1]
    assert "one failure is a large share" in proposed(50, 0)[1]
    assert "a first guess" in proposed(1_000_000, 300, days=2)[1]


def test_what_was_measured_is_no_guess_and_says_how_much_an_hour() -> None:
    found = propose(CountedEvents(timedelta(days=10), 2400, 0), MONTH, BOUNDS)
    assert (found.is_measured, found.events_an_hour) == (True, 10)


def test_where_nothing_was_counted_it_is_a_guess() -> None:
    found = propose(CountedEvents(MONTH, 0, 0), MONTH, BOUNDS)
    assert found.events_an_hour is None
    assert (found.is_measured, str(found.target)) == (False, "0.99")


def test_the_policy_bounds_it() -> None:
    found = propose(CountedEvents(MONTH, 1_000_000, 0), MONTH, (Decimal("0.9"), Decimal("0.99")))
    assert str(found.target) == "0.99"


FAST = (
    WindowPair(timedelta(hours=1), timedelta(minutes=5), Fraction(2, 100)),
    WindowPair(timedelta(hours=6), timedelta(minutes=30), Fraction(5, 100)),
)


@pytest.mark.parametrize(
    ("an_hour", "target", "floor"),
    [
        (9.0, "0.998", 5),  # 216 a day: one of 9 is 11 %, and 14.4 x 0.2 % is 2.9 %
        (9.0, "0.95", None),
        (34.0, "0.998", 5),
        (35.0, "0.998", None),
        (None, "0.998", None),
    ],
)
def test_with_few_events_one_failure_is_not_enough(
    an_hour: float | None, target: str, floor: int | None
) -> None:
    assert failures_to_wait_for(an_hour, Decimal(target), FAST, MONTH) == floor


def test_proposals_for_few_and_many_events(golden: Golden) -> None:
    bounds = (
        BOUNDS,
        (Decimal("0.99"), Decimal("0.999")),
        (Decimal("0.5"), Decimal("0.9")),
    )
    counts = [
        (events, events * share)
        for events in (0, 10, 199.5, 1_999, 20_000, 1_234_567)
        for share in (0, 0.0000749, 0.0075, 0.0374, 0.0376, 1)
        if events or not share
    ]
    lines = []
    for (lowest, highest), days, (events, failed) in product(bounds, (6.9, 7), counts):
        past = CountedEvents(timedelta(days=days), events, failed)
        found = propose(past, MONTH, (lowest, highest))
        rate = "" if found.events_an_hour is None else f" {found.events_an_hour:.4g}/h"
        lines.append(f"{lowest}..{highest} {days}d {events:g} {failed:g}: {found.target}{rate}")
        lines.append(f"  {found.reason}{'' if found.is_measured else ' (a guess)'}")
    golden.check(
        Path(__file__).parent / "golden" / "proposals.txt", "".join(f"{line}\n" for line in lines)
    )
