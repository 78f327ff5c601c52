"""Calendar periods begin when the clocks of their zone say so."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.periods import MAX_BOUNDARIES, MIN_BOUNDARIES, SPAN, CalendarPeriods

ZONES = (
    "UTC",
    "Asia/Tokyo",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # clocks change by half an hour
    "Pacific/Apia",  # left out 30 December 2011
    "America/St_Johns",
)
MONTHS = {"M": 1, "Q": 3, "Y": 12}
starts = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(minute=0, second=0, microsecond=0)
)
periods = st.builds(
    CalendarPeriods,
    starts,
    st.sampled_from(ZONES),
    st.integers(1, 3),
    st.sampled_from(["d", "w", "M", "Q", "Y"]),
)


def shown(instant: datetime, zone: str) -> datetime:
    """What clocks of a zone show."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def of(start: str, zone: str, amount: int, unit: str) -> CalendarPeriods:
    return CalendarPeriods(datetime.fromisoformat(start), zone, amount, unit)


@given(periods)
def test_every_beginning_is_the_instant_that_zoneinfo_computes(each: CalendarPeriods) -> None:
    zone = ZoneInfo(each.zone)
    wall = {}
    for number in range(len(each.boundaries) + 1):
        if each.unit in MONTHS:
            months = each.start.month - 1 + number * each.amount * MONTHS[each.unit]
            first = each.start.replace(
                year=each.start.year + months // 12, month=months % 12 + 1, day=1
            )
            clamped = first + timedelta(days=each.start.day - 1)
            while clamped.month != first.month:
                clamped -= timedelta(days=1)
        else:
            days = {"d": 1, "w": 7}[each.unit] * each.amount
            clamped = each.start + timedelta(days=number * days)
        wall[clamped.replace(tzinfo=zone).astimezone(UTC)] = clamped
    assert set(each.boundaries) <= set(wall)
    for boundary in each.boundaries:
        in_a_gap = shown(boundary, each.zone) != wall[boundary]
        assert not in_a_gap or shown(boundary, each.zone) > wall[boundary]


@given(periods)
def test_periods_reach_five_years_or_three_at_least_and_follow_one_another(
    each: CalendarPeriods,
) -> None:
    known = each.boundaries
    assert list(known) == sorted(set(known))
    assert MIN_BOUNDARIES < len(known) <= MAX_BOUNDARIES + 1
    reaches = known[-1] - known[0] >= SPAN
    assert reaches or len(known) >= MAX_BOUNDARIES  # Apia has a day less
    assert each.longest == max(b - a for a, b in pairwise(known))


@given(periods, st.dates(date(1999, 1, 1), date(2060, 1, 1)))
def test_the_latest_beginning_is_the_last_up_to_a_day(each: CalendarPeriods, day: date) -> None:
    latest = each.latest(day)
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    number = 0
    while each.wall(number + 1) <= midnight:
        number += 1
    assert latest == each.wall(number)


def test_a_week_in_which_clocks_change_is_an_hour_shorter_or_longer() -> None:
    berlin = of("2026-03-23 00:00:00", "Europe/Berlin", 1, "w")
    hours = [
        (after - before) / timedelta(hours=1)
        for before, after in zip(berlin.boundaries[:40], berlin.boundaries[1:], strict=False)
    ]
    assert (hours[0], hours[1], hours[30], hours[31]) == (167, 168, 169, 168)


def test_a_month_without_the_day_begins_on_its_last() -> None:
    known = of("2028-01-31 09:00:00", "UTC", 1, "M").boundaries
    assert [each.strftime("%m-%d %H") for each in known[:4]] == [
        "01-31 09",
        "02-29 09",
        "03-31 09",
        "04-30 09",
    ]


@pytest.mark.parametrize(
    ("start", "instant"),
    [
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00+00:00"),  # skipped: 02:30 is 03:30
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00+00:00"),  # twice: the first
    ],
)
def test_a_wall_time_that_is_skipped_or_comes_twice(start: str, instant: str) -> None:
    assert of(start, "Europe/Berlin", 1, "Y").begins(0).isoformat() == instant


def test_after_the_year_9999_nothing_begins() -> None:
    monthly = of("9999-11-01 00:00:00", "UTC", 1, "M")
    assert f"{monthly.wall(1):%Y-%m-%d}" == "9999-12-01"
    with pytest.raises(OverflowError, match=r"^the year 10000 is later than 9999$"):
        monthly.wall(2)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "count", "last"),
    [
        ("2026-01-01 00:00:00", 1, "d", 401, "2027-02-05"),
        ("2026-01-01 00:00:00", 1, "w", 262, "2031-01-02"),
        ("2026-01-01 00:00:00", 1, "M", 62, "2031-02-01"),
        ("2026-01-01 00:00:00", 2, "Q", 12, "2031-07-01"),
        ("2026-01-01 00:00:00", 1, "Y", 7, "2032-01-01"),
        ("2026-01-01 00:00:00", 3, "Y", 4, "2035-01-01"),
        ("2024-01-01 00:00:00", 1, "Y", 6, "2029-01-01"),  # two leap years: exactly 1,827 days
    ],
)
def test_boundaries_end_with_the_first_after_five_years(
    start: str, amount: int, unit: str, count: int, last: str
) -> None:
    known = of(start, "UTC", amount, unit).boundaries
    assert (len(known), f"{known[-1]:%Y-%m-%d}") == (count, last)


@pytest.mark.parametrize(
    ("day", "latest"),
    [
        (date(2025, 1, 1), "2026-01-31 00:00"),
        (date(2026, 1, 31), "2026-01-31 00:00"),
        (date(2026, 2, 27), "2026-01-31 00:00"),
        (date(2026, 2, 28), "2026-02-28 00:00"),
        (date(2026, 3, 1), "2026-02-28 00:00"),
        (date(2026, 3, 31), "2026-03-31 00:00"),
        (date(2056, 2, 29), "2056-02-29 00:00"),
    ],
)
def test_the_day_on_which_a_period_begins_is_in_it(day: date, latest: str) -> None:
    assert f"{of('2026-01-31 00:00:00', 'UTC', 1, 'M').latest(day):%Y-%m-%d %H:%M}" == latest
