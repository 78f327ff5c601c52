"""History that is made up: the same for everyone, and with the incidents on record."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.history.series import Series
from reliability.history.sli import NotCounted, SliHistory
from reliability.history.sources.synthetic import SyntheticHistory, SyntheticImpact
from reliability.model.history import SyntheticTraffic
from reliability.timespan import TimeSpan

WEEK = TimeSpan.before(date(2026, 11, 23), timedelta(weeks=1))  # from Monday to Sunday
CHECKOUT = SliHistory("shop", "checkout", NotCounted("not needed"))
TRAFFIC = {"checkout": SyntheticTraffic(per_minute=600, blips_per_week=0)}


def source(
    *impacts: SyntheticImpact,
    seed: int = 1,
    traffic: SyntheticTraffic | None = None,
    zone: str = "UTC",
) -> SyntheticHistory:
    shaped = {"checkout": traffic} if traffic else TRAFFIC
    return SyntheticHistory(seed=seed, zone=ZoneInfo(zone), traffic=shaped, impacts=impacts)


def made(history: SyntheticHistory, span: TimeSpan = WEEK, sli: SliHistory = CHECKOUT) -> Series:
    [series] = history.series(sli, span)
    return series


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 7 * 1440 - 2), st.integers(1, 2000))
def test_a_minute_is_the_same_in_whatever_span_it_is_asked_for(first: int, minutes: int) -> None:
    start = WEEK.start + timedelta(minutes=first)
    part = TimeSpan(start, start + timedelta(minutes=minutes))
    history = source(traffic=SyntheticTraffic(blips_per_week=20))
    longer = made(history, WEEK.extended(timedelta(days=3)))
    inside = part.overlap(WEEK)
    assert inside is not None
    np.testing.assert_array_equal(made(history, inside).bad, longer.bad[longer.part(inside)])
    np.testing.assert_array_equal(made(history, inside).total, longer.total[longer.part(inside)])


def test_another_seed_service_or_slo_makes_another_history() -> None:
    others = [
        made(source(seed=2)),
        made(source(), sli=SliHistory("store", "checkout", NotCounted(""))),
    ]
    for other in others:
        assert not np.array_equal(made(source()).total, other.total)


def test_the_numbers_of_a_seed_do_not_change() -> None:
    """A change here changes every example that is shown to people."""
    series = made(source(traffic=SyntheticTraffic(blips_per_week=7)))
    assert (int(series.total.sum()), int(series.bad.sum())) == (1736646, 545)


def test_noon_is_the_busiest_and_the_weekend_is_quiet() -> None:
    total = made(source()).total.reshape(7, 24, 60).sum(axis=2)
    assert total[0].argmax() in (11, 12)
    assert total[0, 12] > 5 * total[0, 2]
    assert total[5].sum() < total[4].sum() / 3


def test_noon_is_that_of_the_place_where_people_live() -> None:
    total = made(source(zone="Asia/Tokyo")).total.reshape(7, 24, 60).sum(axis=2)
    assert total[1].argmax() in (2, 3)


def test_an_incident_on_record_fails_what_it_says_while_it_lasts() -> None:
    start = datetime(2026, 11, 18, 10, tzinfo=UTC)
    span = TimeSpan(start, start + timedelta(minutes=40))
    hurt = made(source(SyntheticImpact("shop", "checkout", span, 0.3)))
    part = hurt.part(span)
    assert 0.29 < hurt.bad[part].sum() / hurt.total[part].sum() < 0.31
    calm = made(source())
    hurt.bad[part] = calm.bad[part] = 0
    np.testing.assert_array_equal(hurt.bad, calm.bad)


def test_an_incident_fails_the_minutes_that_a_span_has_of_it() -> None:
    day, minute = timedelta(days=1), timedelta(minutes=1)
    calm = made(source())
    for first, last, minutes in (
        (-2 * day, -minute, []),
        (-2 * day, timedelta(0), []),
        (-day, minute, [0]),
        (timedelta(0), 3 * minute, [0, 1, 2]),
        (7 * day - 2 * minute, 9 * day, [10_078, 10_079]),
        (7 * day, 9 * day, []),
    ):
        span = TimeSpan(WEEK.start + first, WEEK.start + last)
        hurt = made(source(SyntheticImpact("shop", "checkout", span, 1.0)))
        assert np.flatnonzero(hurt.bad != calm.bad).tolist() == minutes
        assert hurt.bad[minutes].tolist() == hurt.total[minutes].tolist()


def test_an_incident_of_another_slo_changes_nothing() -> None:
    other = SyntheticImpact("shop", "search", WEEK, 0.3)
    np.testing.assert_array_equal(made(source(other)).bad, made(source()).bad)


def test_failures_are_never_more_than_all_events() -> None:
    series = made(source(SyntheticImpact("shop", "checkout", WEEK, 1.0)))
    assert (series.bad <= series.total).all()
    assert series.known.all()


def test_it_says_that_it_is_made_up() -> None:
    assert "generated from seed" in source().description
    assert source().is_made_up
