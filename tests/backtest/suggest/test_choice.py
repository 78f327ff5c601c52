"""The target that is suggested: each of its conditions at its limit, and its reasons whole."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from reliability.backtest.coverage import Coverage
from reliability.backtest.events import Event
from reliability.backtest.outcome import Detection, EventVerdict
from reliability.backtest.suggest.candidates import TargetCandidate
from reliability.backtest.suggest.choice import (
    Choice,
    NoSuggestion,
    PagingLimits,
    Suggested,
    choose,
    reasons_for,
)
from reliability.backtest.suggest.sweep import SpanHistory, Sweep, SweepResult
from reliability.rates import WeeklyRate
from reliability.timespan import DAY, TimeSpan

LIMITS = PagingLimits(2.0, "over 28 days up to 2026-10-02")
PAST = SpanHistory(
    overall=0.0004,
    ratios=(0.0004,) * 10,
    coverage=Coverage(history=1.0, elapsed=28 * DAY),
    events=(),
    alerts_known=28 * DAY,
)
YOUNG = replace(PAST, ratios=(), coverage=Coverage(history=0.5, elapsed=28 * DAY))
GOOD = SweepResult(
    candidate=TargetCandidate(Decimal("0.999"), is_round=True),
    alert_episodes=WeeklyRate(2.0),
    ticket_episodes=WeeklyRate(3.04),
    caught=1,
    spent=1.0,
    worst=0.456,
    met=9,
)
LOOSE = replace(
    GOOD, candidate=TargetCandidate(Decimal("0.99"), is_round=True), alert_episodes=WeeklyRate(0.0)
)
NOW = Decimal("0.99")


def chosen(*tried: SweepResult, past: SpanHistory = PAST, now: Decimal = NOW) -> Choice:
    return choose(Sweep("google-30d", tried), past, now, LIMITS)


def test_a_target_at_every_limit_is_suggested_with_its_reasons() -> None:
    assert chosen(GOOD, LOOSE) == Suggested(
        GOOD,
        (
            "99.96 % measured over 28 days up to 2026-10-02",
            "99.9 % was met in 9 of 10 periods; the worst period spent 46 % of its budget",
            "2.0 alert episodes and 3.0 ticket episodes a week",
        ),
    )


@pytest.mark.parametrize(
    "beyond",
    [
        replace(GOOD, spent=1.01),
        replace(GOOD, met=8),
        replace(GOOD, alert_episodes=WeeklyRate(2.1)),
        replace(GOOD, candidate=TargetCandidate(Decimal("0.999"), is_round=False)),
    ],
)
def test_a_target_beyond_one_limit_gives_way_to_the_next(beyond: SweepResult) -> None:
    found = chosen(beyond, LOOSE)
    assert isinstance(found, Suggested)
    assert found.tried == LOOSE


def test_the_current_target_is_open_to_choice_even_if_it_is_not_round() -> None:
    odd = replace(GOOD, candidate=TargetCandidate(Decimal("0.9973"), is_round=False))
    found = chosen(odd, LOOSE, now=Decimal("0.9973"))
    assert isinstance(found, Suggested)
    assert found.tried == odd


@pytest.mark.parametrize(
    ("past", "tried", "reason"),
    [
        (
            PAST,
            replace(GOOD, met=8),
            "no round target within the bounds of the SLO policy was met",
        ),
        (
            PAST,
            replace(GOOD, alert_episodes=WeeklyRate(2.1)),
            "every target that was met has more alert episodes than the page budget of 2 a week; "
            "change the windows of its alerts, or set minimumFailures",
        ),
    ],
)
def test_without_a_target_the_reason_is_given(
    past: SpanHistory, tried: SweepResult, reason: str
) -> None:
    assert chosen(tried, past=past) == NoSuggestion(reason)


def test_without_a_whole_period_what_is_known_decides_and_a_shorter_one_is_proposed() -> None:
    for share, shorter in ((0.5, "14d or 7d"), (0.4, "7d")):
        covered = replace(YOUNG.coverage, history=share)
        past = replace(YOUNG, coverage=covered, part=covered.extent)
        assert chosen(replace(GOOD, spent=1.01, met=0), replace(LOOSE, met=0), past=past) == (
            Suggested(
                replace(LOOSE, met=0),
                (
                    "99.96 % measured over 28 days up to 2026-10-02",
                    f"100 % of the budget of 99 % was spent over {covered.extent}",
                    f"an SLO period of {shorter} would be known as a whole",
                    "0.0 alert episodes and 3.0 ticket episodes a week",
                ),
            )
        )


def test_the_reasons_for_a_target_that_somebody_else_chose_are_its_own() -> None:
    sweep = Sweep("google-30d", (GOOD, LOOSE))
    found = reasons_for(Decimal("0.99"), sweep, PAST, LIMITS)
    assert found is not None
    assert found.rationale == (
        "99.96 % measured over 28 days up to 2026-10-02; 99 % was met in 9 of 10 periods; the "
        "worst period spent 46 % of its budget; 0.0 alert episodes and 3.0 ticket episodes a week"
    )
    assert reasons_for(Decimal("0.98"), sweep, PAST, LIMITS) is None


def test_with_incidents_the_cheapest_target_that_catches_more_is_named() -> None:
    at = datetime(2026, 9, 20, tzinfo=UTC)
    event = Event(kind="incident", service="shop", span=TimeSpan(at, at + DAY), name="Nobody paid")
    paged = Detection(paged=True, ticketed=False)
    past = replace(
        PAST,
        events=(
            EventVerdict(event=event, slo="checkout", spent=0.1, known=True, old=paged, new=paged),
        )
        * 3,
    )
    dear, cheap, odd = (
        replace(
            GOOD,
            candidate=TargetCandidate(Decimal(target), is_round=is_round),
            alert_episodes=WeeklyRate(pages),
            caught=caught,
        )
        for target, is_round, pages, caught in (
            ("0.9998", True, 9.0, 3),
            ("0.9995", True, 4.04, 2),
            ("0.9993", False, 3.0, 2),
        )
    )
    found = chosen(dear, cheap, odd, GOOD, past=past)
    assert isinstance(found, Suggested)
    assert found.tried == GOOD
    assert found.reasons[3:] == (
        "1 of 3 incidents caught",
        "99.95 % would catch 2, with 4.0 alert episodes a week",
    )
    alone = chosen(replace(cheap, caught=1), GOOD, past=past)
    assert isinstance(alone, Suggested)
    assert alone.reasons[3:] == ("1 of 3 incidents caught",)
