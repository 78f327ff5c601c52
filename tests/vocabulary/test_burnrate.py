"""The arithmetic of burn rates, against the numbers of the Site Reliability Workbook."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.burnrate import (
    BurnRateAlert,
    SingleWindow,
    WindowPair,
    budget_of,
    by_tier,
    can_fire,
    events_below_which_one_failure_pages,
    is_slow,
    lowest_target_that_can_fire,
)
from reliability.expression import AllOf, AnyOf, BurnAbove, FailuresAtLeast, leaves

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GOOGLE = (
    WindowPair(HOUR, timedelta(minutes=5), Fraction(2, 100)),
    WindowPair(6 * HOUR, timedelta(minutes=30), Fraction(5, 100)),
    WindowPair(DAY, 2 * HOUR, Fraction(10, 100)),
    WindowPair(3 * DAY, 6 * HOUR, Fraction(10, 100)),
)


def alert(pairs: tuple[WindowPair | SingleWindow, ...], minimum_failures: int = 0) -> BurnRateAlert:
    return BurnRateAlert(
        service="shop",
        slo="checkout",
        objective="",
        tier="alert",
        target=Decimal("0.999"),
        period=30 * DAY,
        pairs=pairs,
        minimum_failures=minimum_failures,
    )


def test_the_factors_of_30_days_are_those_of_the_workbook() -> None:
    assert [pair.factor(30 * DAY) for pair in GOOGLE] == [14.4, 6.0, 3.0, 1.0]


def test_windows_of_odd_seconds_have_exact_factors() -> None:
    pair = WindowPair(timedelta(seconds=45), timedelta(seconds=15), Fraction(1, 100))
    assert pair.factor(timedelta(seconds=4501)) == pytest.approx(4501 / 45 / 100, rel=1e-15)


def test_the_factors_of_28_days_are_those_that_sloth_prints() -> None:
    factors = [pair.factor(28 * DAY) for pair in GOOGLE]
    assert factors == pytest.approx([13.44, 5.6, 2.8, 0.9333333333333333], rel=1e-15)


def test_a_budget_is_subtracted_in_decimals() -> None:
    assert budget_of(Decimal("0.999")) == 0.001
    assert budget_of(Decimal("0.9995")) == 0.0005


def test_an_alert_can_never_fire_at_or_below_the_target_that_its_factor_leaves() -> None:
    assert not can_fire(14.4, Decimal("0.9"))
    assert can_fire(14.4, Decimal("0.94"))
    assert lowest_target_that_can_fire(14.4) == pytest.approx(0.93056, abs=1e-5)
    assert lowest_target_that_can_fire(6) == pytest.approx(0.83333, abs=1e-5)


def test_under_70_requests_an_hour_one_failure_pages_at_three_nines() -> None:
    threshold = Decimal("0.999")
    assert events_below_which_one_failure_pages(14.4, threshold) == pytest.approx(69.44, abs=0.01)
    assert events_below_which_one_failure_pages(6, threshold) == pytest.approx(166.67, abs=0.01)


def test_an_alert_reads_both_windows_of_each_pair_with_the_same_threshold() -> None:
    fast = alert(GOOGLE[:2])
    seen = [
        (leaf.window, leaf.threshold)
        for leaf in leaves(fast.condition)
        if isinstance(leaf, BurnAbove)
    ]
    assert seen == [
        (timedelta(minutes=5), 14.4 * 0.001),
        (HOUR, 14.4 * 0.001),
        (timedelta(minutes=30), 6 * 0.001),
        (6 * HOUR, 6 * 0.001),
    ]
    assert fast.windows == (timedelta(minutes=5), timedelta(minutes=30), HOUR, 6 * HOUR)


def test_a_floor_on_failures_is_counted_in_the_long_window() -> None:
    floors = [
        (leaf.window, leaf.count)
        for leaf in leaves(alert(GOOGLE[:2], minimum_failures=5).condition)
        if isinstance(leaf, FailuresAtLeast)
    ]
    assert floors == [(HOUR, 5), (6 * HOUR, 5)]


def test_only_alerts_on_day_long_windows_are_evaluated_slowly() -> None:
    assert alert(GOOGLE[:2]).every == timedelta(minutes=1)
    assert alert(GOOGLE).every == timedelta(minutes=2)


def test_speeds_of_the_same_tier_become_one_alert() -> None:
    joined = list(by_tier([("ticket", GOOGLE[:2]), ("ticket", GOOGLE[2:])]))
    assert joined == [("ticket", GOOGLE)]


@given(
    target=st.decimals(min_value="0.5", max_value="0.99999", places=5),
    share=st.fractions(min_value=Fraction(1, 1000), max_value=1),
    long_hours=st.integers(min_value=1, max_value=72),
    days=st.integers(min_value=7, max_value=90),
)
def test_burning_at_the_factor_spends_the_share_within_the_long_window(
    target: Decimal, share: Fraction, long_hours: int, days: int
) -> None:
    pair = WindowPair(long_hours * HOUR, timedelta(minutes=5), share)
    factor = pair.factor(days * DAY)
    spent_per_hour = factor * budget_of(target) / (days * 24 * budget_of(target))
    assert spent_per_hour * long_hours == pytest.approx(float(share))


@pytest.mark.parametrize(
    ("window", "is_long"),
    [(DAY, True), (DAY - timedelta(seconds=1), False), (HOUR, False), (3 * DAY, True)],
)
def test_a_window_of_a_day_is_evaluated_every_two_minutes(window: timedelta, is_long: bool) -> None:
    assert is_slow(window) is is_long
    pair = WindowPair(window, HOUR, Fraction(1, 100))
    assert alert((GOOGLE[0], pair)).every == timedelta(minutes=2 if is_long else 1)


def test_a_threshold_of_exactly_all_events_cannot_be_exceeded() -> None:
    assert not can_fire(10, Decimal("0.9"))
    assert can_fire(9.99, Decimal("0.9"))


def test_a_single_window_of_openslo_has_its_own_burn_rate_and_no_floor() -> None:
    window = SingleWindow(HOUR, 2.5, inclusive=True)
    single = alert((window,), minimum_failures=5)
    assert single.condition == AnyOf((AllOf((BurnAbove(HOUR, 2.5, 0.001, inclusive=True),)),))
    assert (window.long, window.short, window.factor(7 * DAY)) == (HOUR, HOUR, 2.5)
    assert single.windows == (HOUR,)
    assert (single.after, single.policy) == (timedelta(0), "")


def test_tiers_keep_the_order_in_which_they_first_appear() -> None:
    joined = by_tier([("ticket", GOOGLE[:1]), ("alert", GOOGLE[1:2]), ("ticket", GOOGLE[2:])])
    assert list(joined) == [("ticket", (GOOGLE[0], *GOOGLE[2:])), ("alert", GOOGLE[1:2])]


def test_an_alert_without_a_floor_compares_ratios_only() -> None:
    assert all(isinstance(leaf, BurnAbove) for leaf in leaves(alert(GOOGLE).condition))
    assert all(
        not leaf.inclusive
        for leaf in leaves(alert(GOOGLE).condition)
        if isinstance(leaf, BurnAbove)
    )
