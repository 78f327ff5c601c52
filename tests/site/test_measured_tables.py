"""Figures of days, periods, windows and pages, from series that a test writes down."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import pytest

from reliability.backtest.budget import Budget
from reliability.backtest.burn_state import WindowBurn, burn_state, burn_windows
from reliability.history.group_sums import GroupSums, cuts_of
from reliability.history.series import Series
from reliability.model.kind import TIERS
from reliability.resolve.objectives import Objective
from reliability.site.charts import (
    LABEL_ROOM,
    axis_ticks,
    bar,
    burn_down,
    column_heights,
    columns,
    level,
    levels,
    share_height,
)
from reliability.site.day_details import counts_of_day, day_detail, large_days, latest_days
from reliability.site.days import BudgetDays, ObjectivePast, PastPeriod, last_quarter, past_cuts
from reliability.site.notified import (
    TOTALS,
    CountedMessages,
    TeamMessages,
    no_counts,
    packed_counts,
    week_of,
    whole_weeks,
)
from reliability.site.real_pages import RealPage, RealPages, allows_names, real_loads
from reliability.timespan import DAY, MINUTE, TimeSpan
from tests.providers.test_recorded import CALENDAR, objective
from tests.site.crafted import NOW, POLICY, inputs, service, site

FIRST: Final = datetime(2026, 8, 1, tzinfo=UTC)
SHOWN: Final = TimeSpan(datetime(2026, 10, 22, tzinfo=UTC), NOW)
HOUR: Final = timedelta(hours=1)
NAN: Final = math.nan


@pytest.mark.parametrize(
    ("long", "short", "state"),
    [
        (14.5, 14.5, "critical"),
        (14.5, 14.4, "recovering"),
        (14.4, 14.5, "increasing"),
        (14.4, 14.4, "acceptable"),
        (None, 20.0, "unknown"),
        (20.0, None, "unknown"),
    ],
)
def test_a_window_pair_has_a_state_by_its_factor(
    long: float | None, short: float | None, state: str
) -> None:
    window = WindowBurn(
        tier="alert",
        long=HOUR,
        short=5 * MINUTE,
        factor=14.4,
        long_burn=long,
        short_burn=short,
    )
    assert window.state == state


def test_the_worst_known_window_pair_is_that_of_the_objective() -> None:
    def window(long: float | None, short: float | None) -> WindowBurn:
        return WindowBurn(
            tier="alert", long=HOUR, short=HOUR, factor=1.0, long_burn=long, short_burn=short
        )

    fine, unknown = window(0.0, 0.0), window(None, None)
    recovering, increasing, critical = window(2, 0), window(0, 2), window(2, 2)
    assert burn_state([]) == "unknown"
    assert burn_state([unknown]) == "unknown"
    assert burn_state([unknown, fine]) == "unknown"
    assert burn_state([fine, recovering, unknown]) == "recovering"
    assert burn_state([recovering, increasing, fine]) == "increasing"
    assert burn_state([fine, critical, increasing]) == "critical"
    assert burn_state([fine, fine]) == "acceptable"


def minutes(
    *failing: tuple[float, float, float],
    gaps: Sequence[tuple[float, float]] = (),
    total: float = 10.0,
) -> Series:
    """A series from August: `failing` and `gaps` are days before the end, from and until."""
    count = (NOW - FIRST) // MINUTE
    bad, known = np.zeros(count), np.ones(count, dtype=np.bool_)
    for since, until, failed in failing:
        bad[count - round(since * 1440) : count - round(until * 1440)] = failed
    for since, until in gaps:
        known[count - round(since * 1440) : count - round(until * 1440)] = False
    return Series(
        start=FIRST,
        step=MINUTE,
        bad=np.where(known, bad, 0.0),
        total=np.where(known, total, 0.0),
        known=known,
        source="a test",
    )


@pytest.mark.parametrize(
    ("groups", "burns"),
    [
        ([minutes()], [0.0, 0.0]),
        ([minutes((1 / 24, 0, 0.1))], [10.0, 10.0]),
        ([minutes((5 / 1440, 0, 0.1))], [10 / 12, 10.0]),
        ([minutes(), minutes((1 / 24, 0, 0.2))], [20.0, 20.0]),
        # 54 of 60 minutes are known, which is enough.
        ([minutes(gaps=[(1 / 24, 54 / 1440)])], [0.0, 0.0]),
        ([minutes(gaps=[(1 / 24, 53 / 1440)])], [None, 0.0]),
        ([minutes(gaps=[(1, 0)])], [None, None]),
        ([minutes(gaps=[(1, 0)]), minutes((1 / 24, 0, 0.1))], [10.0, 10.0]),
        ([minutes(total=0.0)], [0.0, 0.0]),
        ([], [None, None]),
    ],
)
def test_burn_rates_are_those_of_the_worst_group(
    groups: list[Series], burns: list[float | None]
) -> None:
    of = objective()
    first, *_ = burn_windows(of, groups, NOW)
    assert (first.tier, first.long, first.short) == ("alert", HOUR, 5 * MINUTE)
    assert first.factor == pytest.approx(14.4)
    assert [first.long_burn, first.short_burn] == pytest.approx(burns)
    tiers = [(one.tier, one.long // HOUR) for one in burn_windows(of, groups, NOW)]
    assert tiers == [("alert", 1), ("alert", 6), ("ticket", 24), ("ticket", 72)]


def past(of: Objective, *groups: Series) -> ObjectivePast:
    span = TimeSpan(FIRST, NOW)
    cuts = cuts_of(past_cuts(of, SHOWN), span)
    return ObjectivePast.of(of, [GroupSums.of(series, cuts) for series in groups])


def shares(values: Any) -> list[float | None]:
    return [None if math.isnan(value) else round(value, 4) for value in values.tolist()]


ZERO: Final = [0.0] * 10


@pytest.mark.parametrize(
    ("groups", "spent", "remaining"),
    [
        ([minutes()], ZERO, [1.0] * 10),
        # A day of 1 % failures is a third of the budget of thirty days at 0.1 %.
        (
            [minutes((2, 1, 0.1))],
            [*[0.0] * 8, 0.3333, 0.0],
            [*[1.0] * 8, 0.6667, 0.6667],
        ),
        (
            [minutes((2, 1, 0.1)), minutes((5, 4, 0.6))],
            [*[0.0] * 5, 2.0, 0.0, 0.0, 0.3333, 0.0],
            [*[1.0] * 5, *[-1.0] * 5],
        ),
        # Half of a day is known, and a minute less is not enough.
        (
            [minutes(gaps=[(2, 1.5), (4, 3.5 - 1 / 1440)])],
            [*[0.0] * 6, None, 0.0, 0.0, 0.0],
            [1.0] * 10,
        ),
        ([minutes(gaps=[(92, 0)])], [None] * 10, [None] * 10),
        ([minutes(gaps=[(92, 0)]), minutes()], ZERO, [None] * 10),
        # 27 of 30 days are enough, and a minute less is not.
        ([minutes(gaps=[(30, 27)])], ZERO, [1.0] * 10),
        ([minutes(gaps=[(30, 27 - 1 / 1440)])], ZERO, [None] * 10),
        ([minutes(total=0.0)], ZERO, [None] * 10),
    ],
)
def test_days_have_what_was_spent_and_what_remained(
    groups: list[Series], spent: list[float | None], remaining: list[float | None]
) -> None:
    days = past(objective(), *groups).days(SHOWN)
    assert (days.first, shares(days.spent)) == (date(2026, 10, 22), spent)
    assert shares(days.remaining) == remaining
    assert [*days.dates()][::9] == [date(2026, 10, 22), date(2026, 10, 31)]


def test_the_budget_of_a_calendar_period_begins_anew_on_its_first_day() -> None:
    """Weeks begin on Mondays: 19 and 26 October; a day of a week has a seventh of its budget."""
    days = past(objective(window=CALENDAR), minutes((7, 6, 0.01))).days(SHOWN)
    assert shares(days.spent) == [0, 0, 0, round(1 / 7, 4), 0, 0, 0, 0, 0, 0]
    after = [round(1 - share / 7, 4) for share in (0, 0, 0, 1)]
    assert shares(days.remaining) == [*after, 1, 1, 1, 1, 1, 1]


def periods(of: Objective, *groups: Series, shown: TimeSpan = SHOWN) -> list[str]:
    return [shown_period(one) for one in past(of, *groups).periods(shown)]


def shown_period(one: PastPeriod) -> str:
    figures = [None if one.attainment is None else round(one.attainment, 5)]
    figures.append(None if one.spent is None else round(one.spent, 4))
    over = "over" if one.is_over else "open"
    part = f", {one.part}" if one.part else ""
    return f"{one.span.start:%m-%d} to {one.span.end:%m-%d}: {figures[0]} {figures[1]} {over}{part}"


def test_periods_are_the_latest_first_and_of_the_worst_group() -> None:
    weekly = objective(window=CALENDAR)
    assert periods(weekly, minutes((2, 1, 0.01)), minutes((2, 1, 0.02))) == [
        "10-26 to 11-02: 0.99967 0.2857 open"
    ]
    assert periods(weekly, minutes((2, 1, 0.01)), minutes(gaps=[(7, 0)])) == [
        "10-26 to 11-02: 0.99983 0.1429 open, the groups with data"
    ]
    long = TimeSpan(datetime(2026, 8, 3, tzinfo=UTC), NOW)
    lines = periods(weekly, minutes((8, 7, 0.01)), shown=long)
    assert lines[:3] == [
        "10-26 to 11-02: 1.0 0.0 open",
        "10-19 to 10-26: 0.99986 0.1429 over",
        "10-12 to 10-19: 1.0 0.0 over",
    ]
    assert (len(lines), lines[-1].partition(":")[0]) == (9, "08-31 to 09-07")
    # At the end of a week, the week that ends is the latest.
    monday = TimeSpan(datetime(2026, 10, 12, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    assert [line.partition(":")[0] for line in periods(weekly, minutes(), shown=monday)] == [
        "10-19 to 10-26",
        "10-12 to 10-19",
    ]
    assert periods(objective(), minutes()) == []
    # The ends of ten periods of seven hours are at no midnight.
    short = periods(objective(window="{duration: 7h, isRolling: true}"), minutes((3, 2.8, 0.1)))
    assert (len(short), short[0], short[9]) == (
        *(10, "10-31 to 11-01: 1.0 0.0 over", "10-29 to 10-29: 0.996 4.0 over"),
    )
    # Of thirty days, 98 % have to be known.
    for gap, part in ((0.6, ""), (0.6 + 1 / 1440, ", 29.3 of 30 days")):
        latest, *_ = periods(objective(), minutes(gaps=[(gap, 0)]), shown=long)
        assert latest == f"10-02 to 11-01: 1.0 0.0 over{part}"
    assert periods(objective(), minutes((2, 1, 0.1)), shown=long)[:2] == [
        "10-02 to 11-01: 0.99967 0.3333 over",
        "09-02 to 10-02: 1.0 0.0 over",
    ]


@pytest.mark.parametrize(
    ("today", "start", "end"),
    [
        ("2026-01-01", "2025-10-01", "2026-01-01"),
        ("2026-03-31", "2025-10-01", "2026-01-01"),
        ("2026-04-01", "2026-01-01", "2026-04-01"),
        ("2026-09-30", "2026-04-01", "2026-07-01"),
        ("2026-10-01", "2026-07-01", "2026-10-01"),
        ("2026-12-31", "2026-07-01", "2026-10-01"),
    ],
)
def test_the_last_quarter_is_over(today: str, start: str, end: str) -> None:
    span = last_quarter(date.fromisoformat(today))
    assert (f"{span.start:%Y-%m-%d}", f"{span.end:%Y-%m-%d}") == (start, end)


@pytest.mark.parametrize(
    ("groups", "attainment", "spent", "part"),
    [
        ([minutes((10, 9, 0.1))], 0.999, 1.0, None),
        ([minutes((10, 9, 0.1)), minutes((10, 9, 0.2))], 0.998, 2.0, None),
        ([minutes(), minutes(gaps=[(10, 0)])], 1.0, 0.0, "the groups with data"),
        # 98 % of ten days are known.
        ([minutes(gaps=[(10, 9.8)])], 1.0, 0.0, None),
        ([minutes(gaps=[(10, 9.8 - 1 / 1440)])], 1.0, 0.0, "9.7 of 10 days"),
        ([minutes((2, 1, 0.1), gaps=[(10, 5)])], 0.998, 2.0, "5 of 10 days"),
        ([minutes(total=0.0)], None, None, None),
    ],
)
def test_a_span_is_measured_as_a_period(
    groups: list[Series], attainment: float | None, spent: float | None, part: str | None
) -> None:
    one = past(objective(), *groups).over(SHOWN)
    assert (one.span, one.is_over) == (SHOWN, True)
    assert one.attainment == (None if attainment is None else pytest.approx(attainment))
    assert one.spent == (None if spent is None else pytest.approx(spent))
    assert one.part == part
    is_known = attainment is not None and part is None
    assert one.is_met(0.9985) == ((attainment or 0) >= 0.9985 if is_known else None)


def test_a_target_is_met_at_its_value() -> None:
    span = TimeSpan(FIRST, NOW)
    one = PastPeriod(span=span, attainment=0.99, spent=1.0, is_over=True)
    assert (one.is_met(0.99), one.is_met(0.9901)) == (True, False)


def test_a_day_has_failures_by_five_minutes_and_events_by_hour() -> None:
    day = date(2026, 10, 31)
    one = minutes((1, 1 - 5 / 1440, 2.0), gaps=[(0.5, 0.5 - 1 / 1440)])
    other = minutes((1, 1 - 1 / 1440, 3.0), total=5.0, gaps=[(0.25, 0.25 - 2 / 1440)])
    counts = counts_of_day([one, other], day)
    assert counts.shape == (2, 360)
    budgets = [Budget(failures=100.0, ratio=0.001), Budget(failures=20.0, ratio=0.001)]
    detail = day_detail(day, counts, budgets)
    assert detail.day == day
    assert detail.spent[:3].tolist() == [0.15, 0.0, 0.0]
    assert detail.events[:2].tolist() == [900.0, 900.0]
    assert detail.failed[:2].tolist() == [13.0, 0.0]
    assert [(hour, known) for hour, known in enumerate(detail.known.tolist()) if known < 60] == [
        (12, 59),
        (18, 58),
    ]
    free = [Budget(failures=0.0, ratio=0.0)] * 2
    assert day_detail(day, counts, free).spent.tolist() == [0.0] * 288


def test_days_over_two_percent_are_shown_and_ten_at_most() -> None:
    spent = np.array([0.02, 0.0201, NAN, 1.0])
    days = BudgetDays(first=date(2026, 10, 1), spent=spent, remaining=spent)
    assert large_days(days) == {date(2026, 10, 2), date(2026, 10, 4)}
    many = [date(2026, 10, number) for number in range(1, 13)]
    assert latest_days(many) == tuple(reversed(many[2:]))


@pytest.mark.parametrize(
    ("share", "y"),
    [
        (1.0, 0.0),
        (1.2, 0.0),
        (0.97, 2.0),
        (0.5, 33.3),
        (0.0, 66.7),
        (-0.25, 83.3),
        (-0.5, 100.0),
        (-9.0, 100.0),
        (-math.inf, 100.0),
        (math.inf, 100.0),
    ],
)
def test_a_share_has_a_height(share: float, y: float) -> None:
    assert share_height(share) == y


def test_a_line_has_short_steps() -> None:
    assert burn_down(np.array([1.0, 0.9985, 1.0, 0.97, 0.97, 0.5, 1.0])) == (
        "M1 0l1 .1l1-.1l1 2h1l1 31.3l1-33.3"
    )
    assert burn_down(np.array([NAN, 1.0, NAN, 0.5])) == "M2 0M4 33.3"
    assert burn_down(np.array([])) == ""


LIMITS: Final = (0.01, 0.02, 0.05, 0.10, 0.25)


def test_colors_of_one_day_and_of_many_are_the_same() -> None:
    values = [NAN, 0.0, *(limit + part for limit in LIMITS for part in (-0.001, 0.0, 0.001)), 9.0]
    expected = [-1, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]
    assert [level(value) for value in values] == expected
    assert levels(np.array(values)) == expected


AXIS: Final = TimeSpan(datetime(2026, 8, 3, tzinfo=UTC), datetime(2026, 8, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end", "x", "width"),
    [
        (0, 10, 0.0, 100.0),
        (-1, 11, 0.0, 100.0),
        (1, 3.5, 10.0, 25.0),
        (5, 5, 50.0, 0.35),
        (10, 11, 99.65, 0.35),
        (9.99, 10, 99.65, 0.35),
        (-3, 0, 0.0, 0.35),
    ],
)
def test_a_span_has_a_place_on_an_axis(start: float, end: float, x: float, width: float) -> None:
    one = bar(TimeSpan(AXIS.start + start * DAY, AXIS.start + end * DAY), AXIS)
    assert (one.x, one.width) == (x, width)


@pytest.mark.parametrize(
    ("first", "length", "days"),
    [
        ("2026-08-03", 42, ["08-03", "08-10", "08-17", "08-24", "08-31", "09-07"]),
        ("2026-08-03", 43, ["08-03", "08-17", "08-31", "09-14"]),
        ("2026-08-04", 14, ["08-10", "08-17"]),
        ("2026-08-02", 10, ["08-03", "08-10"]),
        ("2026-08-04", 5, []),
        ("2026-01-05", 84, ["01-05", "01-19", "02-02", "02-16", "03-02", "03-16"]),
        ("2026-01-05", 168, ["01-05", "02-02", "03-02", "03-30", "04-27", "05-25"]),
        ("2023-01-02", 1_000, ["01-02", "07-03", "01-01", "07-01", "12-30", "06-30"]),
    ],
)  # fmt: skip
def test_an_axis_has_mondays_at_a_distance_that_has_room(
    first: str, length: int, days: list[str]
) -> None:
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    ticks = axis_ticks(TimeSpan(start, start + length * DAY))
    assert [f"{tick.day:%m-%d}" for tick in ticks] == days
    assert [tick.labeled for tick in ticks] == [tick.x <= LABEL_ROOM for tick in ticks]
    places = [
        (datetime.combine(tick.day, start.timetz()) - start) / DAY / length * 100 for tick in ticks
    ]
    assert [tick.x for tick in ticks] == pytest.approx(places, abs=0.006)


@pytest.mark.parametrize(
    ("values", "heights", "path"),
    [
        ([1, 2, 4], [10, 20, 40], "M0 40v-10h1v-10h1v-20h1V40z"),
        ([4, 0, 4], [40, 0, 40], "M0 40v-40h1v40h1v-40h1V40z"),
        ([0.001, 4], [3, 40], "M0 40v-3h1v-37h1V40z"),
        ([NAN, 4], [0, 40], "M0 40h1v-40h1V40z"),
        ([-1, 4, 4], [0, 40, 40], "M0 40h1v-40h2V40z"),
        ([0, NAN], [0, 0], ""),
        ([-1], [0], ""),
        ([], [], ""),
    ],
)
def test_columns_fill_the_height(values: list[float], heights: list[float], path: str) -> None:
    assert column_heights(values, 40, 3).tolist() == heights
    assert columns(values, 40, lowest=3) == path


@pytest.mark.parametrize(
    ("start", "end", "weeks"),
    [
        ("2026-10-05", "2026-10-19", ["10-05", "10-12"]),
        ("2026-10-06", "2026-10-19", ["10-12"]),
        ("2026-10-04", "2026-10-18", ["10-05"]),
        ("2026-10-06", "2026-10-18", []),
        ("2026-10-05", "2026-10-12", ["10-05"]),
    ],
)
def test_whole_weeks_lie_within_a_span(start: str, end: str, weeks: list[str]) -> None:
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end))
    assert [f"{week:%m-%d}" for week in whole_weeks(TimeSpan(first, last))] == weeks
    assert week_of(date(2026, 10, 11)) == date(2026, 10, 5) == week_of(date(2026, 10, 5))


def test_counts_of_a_team_are_in_their_places() -> None:
    weeks = tuple(date(2026, 8, 3) + number * 7 * (DAY) for number in range(8))
    counts = no_counts(weeks)
    counts[:] = np.arange(len(counts))
    one = TeamMessages.of("web", "Asia/Tokyo", weeks, counts)
    assert [getattr(one, name) for name in TOTALS] == [0, 1, 2, 3, 4]
    assert (one.hours[0][0], one.hours[0][23], one.hours[6][23]) == (5, 28, 172)
    assert [one.counts[tier][0] for tier in TIERS] == [173, 181, 189]
    assert one.trend("alert") == (174.5, 178.5)
    short = TeamMessages.of("web", "UTC", weeks[:7], no_counts(weeks[:7]))
    assert short.trend("alert") is None
    longer = tuple(date(2026, 8, 3) + number * 7 * DAY for number in range(12))
    many = no_counts(longer)
    many[-len(longer) :] = np.arange(12)
    assert TeamMessages.of("web", "UTC", longer, many).trend("log") == (5.5, 9.5)
    packed = packed_counts(counts)
    summed = CountedMessages.summed([("a", packed), ("b", b""), ("a", packed), ("", packed)], weeks)
    assert (summed.teams["a"] == 2 * counts).all()
    assert [*summed.teams] == ["a", ""]
    assert (summed.whole == 3 * counts).all()
    assert (summed.of_team("b") == 0).all()


def page(day: str, team: str = "", service_: str = "", *people: str) -> RealPage:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return RealPage(at=at, team=team, service=service_, people=people)


NAMES: Final = POLICY.replace(b"  language: en", b"  onCallNames: true\n  language: en")


def test_real_pages_are_those_of_a_team_by_service_name_or_title() -> None:
    services = [service("pay", team="payroll"), service("look", team="web"), service("none")]
    received = RealPages(
        ("a.csv",),
        (
            page("2026-10-05T14:00", "web", "pay", "Ada", "Ada", "Bob"),
            page("2026-10-05T12:59", "PAYROLL", "unknown", "Bob"),
            page("2026-10-10T03:00", "payroll People", "", "Cy"),
            page("2026-10-05T10:00", "unknown", "WEB", "Di"),
            page("2026-10-05T10:00", "web", "none"),
            page("2026-10-05T10:00", "nobody", "nowhere"),
            page("2026-08-23T00:00", "web"),
            page("2026-08-22T23:59", "web"),
            page("2026-10-31T23:59", "web"),
            page("2026-11-01T00:00", "web"),
        ),
    )
    zones = {"payroll": "Asia/Tokyo"}
    made = real_loads(site(*services, policy=NAMES), received, zones)
    assert (made.sources, made.total, made.unassigned) == (("a.csv",), 8, 2)
    assert (made.has_names, [*made.teams]) == (True, ["payroll", "web"])
    mine, other = made.teams["payroll"], made.teams["web"]
    # In Tokyo: 23:00 and 21:59 on Monday, and noon on Saturday.
    assert (mine.pages, mine.per_week, mine.night, mine.weekend) == (3, 0.3, 1, 1)
    assert (mine.hours[0][23], mine.hours[0][21], mine.hours[5][12]) == (1, 1, 1)
    assert sum(map(sum, mine.hours)) == 3
    assert [(one.name, one.pages, one.night, one.weekend) for one in mine.people] == [
        ("Bob", 2, 1, 0),
        ("Ada", 1, 1, 0),
        ("Cy", 1, 0, 1),
    ]
    assert (other.pages, other.night, other.weekend) == (3, 2, 2)

    without = real_loads(site(*services), received, zones)
    assert without.has_names is False
    assert {one.people for one in without.teams.values()} == {()}


def test_fifty_people_of_a_team_are_listed() -> None:
    pages = tuple(page("2026-10-05T10:00", "web", "", f"p{number:02}") for number in range(51))
    made = real_loads(site(service("a", team="web"), policy=NAMES), RealPages((), pages), {})
    assert [one.name for one in made.teams["web"].people] == [f"p{n:02}" for n in range(50)]
    assert allows_names(None) is False
    assert allows_names(inputs(policy=NAMES).context.notification) is True
