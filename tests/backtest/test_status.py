"""How a promise stands by its history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reliability.arrays import FloatArray
from reliability.backtest.coverage import Coverage
from reliability.backtest.present import PresentState
from reliability.backtest.status import (
    ObjectiveStatus,
    SloStatus,
    UnknownStatus,
    looked_at,
    objective_status,
    period_of,
    status_of,
)
from reliability.history.series import Series
from reliability.resolve.objectives import Objective, objectives
from reliability.timespan import MINUTE, TimeSpan
from tests.backtest.repository import SPAN, Held, burst, catalog, quiet, slo

NOW = SPAN.end
PERIOD = timedelta(days=30)
EVENTS = 1000 * (PERIOD // MINUTE)


def status(
    bad: FloatArray, known: FloatArray | None = None, text: str = ""
) -> ObjectiveStatus | UnknownStatus:
    [objective] = objectives(catalog(text or slo("checkout")))
    held = Held({"checkout": bad}, {} if known is None else {"checkout": known})
    return objective_status(objective, held, NOW)


def known(bad: FloatArray) -> ObjectiveStatus:
    found = status(bad)
    assert isinstance(found, ObjectiveStatus)
    return found


def ago(days: float, minutes: int) -> TimeSpan:
    start = NOW - timedelta(days=days)
    return TimeSpan(start, start + minutes * MINUTE)


def test_what_is_left_is_what_the_period_has_not_spent() -> None:
    bad = quiet()
    burst(bad, ago(3, 100), 0.1)
    found = known(bad)
    failed = 100 * 1000 * 0.1
    assert found.attainment == pytest.approx(1 - failed / EVENTS)
    assert found.remaining == pytest.approx(1 - failed / (0.001 * EVENTS))
    assert (found.burn, found.exhausted) == (0.0, None)


def test_a_budget_that_burns_lasts_as_long_as_its_rate_lets_it() -> None:
    bad = quiet()
    burst(bad, TimeSpan(NOW - timedelta(hours=2), NOW), 0.002)
    found = known(bad)
    assert found.burn is not None
    assert found.burn == pytest.approx(2)
    assert found.exhausted == NOW + found.remaining * PERIOD / found.burn


def test_a_spent_budget_comes_back_when_the_failures_leave_the_period() -> None:
    bad = quiet()
    burst(bad, ago(20, 60), 0.5)
    burst(bad, ago(10, 60), 0.5)
    found = known(bad)
    assert found.remaining == pytest.approx(1 - 60_000 / 43_200)
    assert found.exhausted == NOW
    back = found.recovers(0)
    assert NOW + timedelta(days=10) < back <= NOW + timedelta(days=10, hours=1)
    half = found.recovers(0.5)
    gone_then = (half - PERIOD - ago(10, 0).start) // MINUTE
    assert 30_000 - gone_then * 500 < 21_600 <= 30_000 - (gone_then - 1) * 500
    gone = (back - PERIOD - ago(20, 0).start) // MINUTE
    assert 60_000 - gone * 500 < 43_200 <= 60_000 - (gone - 1) * 500


def test_a_period_that_is_known_in_part_has_the_figures_of_that_part() -> None:
    bad, part = quiet(), quiet()
    burst(bad, ago(3, 100), 0.1)
    burst(bad, ago(20, 1000), 0.5)
    part[-14 * 1440 :] = 1
    found = status(np.where(part > 0, bad, 0.0), part)
    assert isinstance(found, ObjectiveStatus)
    failed, events = 100 * 1000 * 0.1, 14 * 1440 * 1000
    assert found.attainment == pytest.approx(1 - failed / events)
    assert found.remaining == pytest.approx(1 - failed / (0.001 * events))
    assert found.coverage.part == "14 of 30 days"
    # What remains of the whole period is not known, but when 98 % of it will be.
    assert found.exhausted is None
    assert found.known_from() == NOW + timedelta(days=15.4)
    assert replace(found, kept=timedelta(days=29)).known_from() is None
    assert replace(found, kept=timedelta(days=29)).known_from(0.9) == NOW + timedelta(days=13)


def test_history_that_ended_days_ago_says_nothing_about_now() -> None:
    part = quiet() + 1
    part[-2 * 1440 :] = 0
    found = status(quiet(), part)
    assert isinstance(found, UnknownStatus)
    assert found.reason == "its history knows nothing of the day before 2026-10-02 00:00 UTC"


def test_a_gap_in_the_last_hour_leaves_the_burn_rate_unknown() -> None:
    part = quiet() + 1
    part[-10:-5] = 0
    found = status(quiet(), part)
    assert isinstance(found, ObjectiveStatus)
    assert found.present == PresentState(at=NOW, source="history", minutes=0.0)


def test_the_burn_rate_is_of_the_last_hour_of_the_data() -> None:
    part, bad = quiet(), quiet()
    part[-5 * 1440 : 1 - 1440] = 1
    end = NOW - timedelta(days=1) + MINUTE
    burst(bad, TimeSpan(end - timedelta(minutes=5), end), 0.5)
    found = status(bad, part)
    assert found.present is not None
    assert found.present.at == end
    assert (found.present.hour, found.present.minutes) == pytest.approx((500 / 12, 500))
    assert (found.present.firing, found.present.is_burning) == (None, True)


def test_data_that_is_older_than_a_day_says_nothing_about_the_present() -> None:
    part = quiet()
    part[-5 * 1440 : -1440] = 1
    assert status(quiet(), part).present is None


def test_a_promise_without_history_says_why() -> None:
    [objective] = objectives(catalog(slo("checkout")))
    found = objective_status(objective, Held({}, {}), NOW)
    assert isinstance(found, UnknownStatus)
    assert found.reason == "nothing is stored"


def test_what_is_corrected_counts_for_nothing() -> None:
    bad = quiet()
    burst(bad, ago(3, 100), 0.1)
    span = ago(3, 100)
    correction = f"""
apiVersion: reliability/v1
kind: Corrections
metadata: {{name: shop}}
spec:
  service: shop
  corrections:
    - start: {span.start.isoformat()}
      end: {span.end.isoformat()}
      reason: a database was moved, as told
      approver: "@product-owner"
"""
    [objective] = objectives(catalog(slo("checkout"), correction))
    found = objective_status(objective, Held({"checkout": bad}, {}), NOW)
    assert isinstance(found, ObjectiveStatus)
    assert found.remaining == 1


def test_a_calendar_period_has_its_own_beginning_and_is_renewed() -> None:
    calendar = (
        'timeWindow: [{duration: 1w, calendar: {startTime: "2026-08-31 00:00:00", timeZone: UTC}}]'
    )
    text = slo("checkout").replace("timeWindow: [{duration: 30d, isRolling: true}]", calendar)
    bad = quiet()
    burst(bad, TimeSpan(NOW - timedelta(days=5), NOW - timedelta(days=5) + 60 * MINUTE), 0.5)
    burst(bad, TimeSpan(NOW - timedelta(days=2), NOW - timedelta(days=2) + 10 * MINUTE), 0.1)
    found = status(bad, text=text)
    assert isinstance(found, ObjectiveStatus)
    monday = datetime(2026, 10, 5, tzinfo=UTC)
    assert (found.renewed, found.recovers(0)) == (monday, monday)
    assert monday - timedelta(days=3) == NOW
    assert found.remaining == pytest.approx(1 - 1000 / (0.001 * 1000 * 7 * 1440))


WEEK = timedelta(days=7)
ROLLING_WEEK = slo("checkout").replace("30d", "7d")
MONDAYS = slo("checkout").replace(
    "timeWindow: [{duration: 30d, isRolling: true}]",
    'timeWindow: [{duration: 1w, calendar: {startTime: "2026-08-31 00:00:00", timeZone: UTC}}]',
)


def objective_of(text: str) -> Objective:
    [found] = objectives(catalog(text))
    return found


def week(*, unknown: int = 0, total: float = 10, late: float = 10) -> Series:
    """A week up to now: minutes of which nothing is known, then others, then an hour's events."""
    minutes = WEEK // MINUTE
    there = np.arange(minutes) >= unknown
    events = np.where(there, total, 0.0)
    events[-60:] = late
    return Series(
        start=NOW - WEEK,
        step=MINUTE,
        bad=events * 0.0005,
        total=events,
        known=there,
        source="a test",
    )


def judged(*groups: Series, recorded: float = 0.0) -> SloStatus:
    period = TimeSpan(NOW - WEEK, NOW)
    return status_of(objective_of(ROLLING_WEEK), groups, period, at=NOW, recorded=recorded)


def judged_known(*groups: Series) -> ObjectiveStatus:
    found = judged(*groups)
    assert isinstance(found, ObjectiveStatus)
    return found


def test_nothing_is_known_of_a_period_without_events_or_groups() -> None:
    empty = judged(week(total=0, late=0))
    assert isinstance(empty, UnknownStatus)
    assert (empty.reason, empty.coverage) == (
        "nothing happened in the period",
        Coverage(history=1.0, elapsed=WEEK),
    )
    nobody = judged()
    assert isinstance(nobody, UnknownStatus)
    assert (nobody.reason, nobody.coverage) == ("its history holds no group", None)


def test_one_group_that_is_known_in_part_makes_all_of_it_partial() -> None:
    young, gone = week(unknown=5040), replace(week(unknown=10080), total=np.zeros(10080))
    for groups, part in (
        ((week(), young), "3.5 of 7 days"),
        ((young, week(total=0, late=0)), "3.5 of 7 days"),
        ((week(), young, gone), "the groups with data"),
    ):
        found = judged(*groups)
        assert isinstance(found, ObjectiveStatus)
        assert found.remaining == pytest.approx(0.5)
        assert found.coverage.part == part
    # A group that is not known lately counts as far as it is known: it may be the worst.
    ended = replace(week(), known=np.arange(10080) < 5040, bad=week().total)
    found = judged(week(), ended)
    assert isinstance(found, ObjectiveStatus)
    assert (found.attainment, found.coverage.part) == (0, "3.5 of 7 days")


def test_a_group_without_events_has_all_of_its_budget() -> None:
    busy = judged(week())
    assert isinstance(busy, ObjectiveStatus)
    assert busy.remaining == pytest.approx(0.5)
    idle = week(total=0, late=0)
    for groups in ((idle, week()), (week(), idle)):
        found = judged(*groups)
        assert isinstance(found, ObjectiveStatus)
        assert (found.remaining, found.burn) == (busy.remaining, busy.burn)
    nothing = judged(idle, idle)
    assert isinstance(nothing, UnknownStatus)
    assert nothing.reason == "nothing happened in the period"


def test_groups_are_judged_by_the_worst_and_the_fastest() -> None:
    slow, fast = week(), week()
    slow.bad[:100] *= 10
    fast.bad[-60:] *= 4
    found = judged_known(slow, fast)
    assert found.remaining < judged_known(fast).remaining
    assert found.burn == judged_known(fast).burn == pytest.approx(2)


def test_nothing_burns_in_an_hour_without_events() -> None:
    quiet_hour, busy = judged(week(late=0)), judged(week())
    assert isinstance(quiet_hour, ObjectiveStatus)
    assert isinstance(busy, ObjectiveStatus)
    assert quiet_hour.burn == 0
    assert quiet_hour.remaining == pytest.approx(0.5)
    assert busy.burn == pytest.approx(0.5)
    assert busy.remaining == pytest.approx(0.5)


def test_98_percent_of_a_period_are_enough() -> None:
    found = judged(week(unknown=201))
    assert isinstance(found, ObjectiveStatus)
    assert (found.coverage, found.coverage.part) == (Coverage(0.0, 9879 / 10080, WEEK), None)
    less = judged(week(unknown=202))
    assert isinstance(less, ObjectiveStatus)
    assert less.coverage == Coverage(0.0, 9878 / 10080, WEEK)
    assert less.coverage.part == "6.8 of 7 days"


@pytest.mark.parametrize(
    ("recorded", "history"), [(0.0, 0.95), (0.25, 0.7), (0.95, 0.0), (1.0, 0.0)]
)
def test_history_is_what_the_server_has_not_recorded(recorded: float, history: float) -> None:
    found = judged(week(unknown=504), recorded=recorded)
    assert isinstance(found, ObjectiveStatus)
    assert found.coverage.recorded == recorded
    assert found.coverage.history == pytest.approx(history)


@pytest.mark.parametrize(
    ("coverage", "share", "part"),
    [
        (Coverage(elapsed=WEEK), 0.0, "the groups with data"),
        (Coverage(0.4, 0.58), 0.98, None),
        (Coverage(0.4, 0.57, timedelta(days=10.25)), 0.97, "9.9 of 10.2 days"),
        (Coverage(0.75, 0.5), 1.0, None),
        (Coverage(0.1, elapsed=WEEK), 0.1, "16.8 h of 7 days"),
        (Coverage(0.001, elapsed=WEEK), 0.001, "10.1 min of 7 days"),
    ],
)
def test_recorded_and_history_are_added_up_to_all(
    coverage: Coverage, share: float, part: str | None
) -> None:
    assert coverage.share == pytest.approx(share)
    assert coverage.part == part


@pytest.mark.parametrize(
    ("known", "share", "expected"),
    [
        # Of 57 hours, 5.7 are missing; they are 10 % of 57.
        (0.9, 0.9, timedelta(hours=57)),
        (0.95, 0.9, timedelta(hours=28.5)),
        (0.8, 0.9, timedelta(hours=114)),
        (0.5, 0.9, WEEK),
        (0.5, 0.5, timedelta(hours=57)),
        (0.9, 1.0, WEEK),
    ],
)
def test_a_calendar_period_keeps_its_gaps_until_it_ends(
    known: float, share: float, expected: timedelta
) -> None:
    monday, elapsed = datetime(2026, 9, 28, tzinfo=UTC), timedelta(hours=57)
    found = ObjectiveStatus(
        objective=objective_of(MONDAYS),
        at=monday + elapsed,
        attainment=1.0,
        remaining=1.0,
        renewed=monday + WEEK,
        coverage=Coverage(history=known, elapsed=elapsed),
    )
    moment = found.known_from(share)
    assert moment is not None
    assert abs(moment - monday - expected) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("remaining", "burn", "renewed", "exhausted"),
    [
        (0.0, None, None, timedelta(0)),
        (-0.5, 0.5, None, timedelta(0)),
        (0.5, None, None, None),
        (0.5, 1.0, None, None),
        (0.5, 1.25, None, timedelta(days=2.8)),
        (1.0, 7.0, None, timedelta(days=1)),
        (1.0, 7.0, timedelta(days=1), None),
        (1.0, 7.0, timedelta(days=1, seconds=1), timedelta(days=1)),
    ],
)
def test_a_budget_is_spent_when_its_burn_rate_says_unless_it_is_renewed_before(
    remaining: float,
    burn: float | None,
    renewed: timedelta | None,
    exhausted: timedelta | None,
) -> None:
    found = ObjectiveStatus(
        objective=objective_of(ROLLING_WEEK),
        at=NOW,
        attainment=0.99,
        remaining=remaining,
        present=PresentState(at=NOW, source="server", hour=burn),
        renewed=None if renewed is None else NOW + renewed,
    )
    assert found.exhausted == (None if exhausted is None else NOW + exhausted)
    assert found.recovers(0) == NOW + (WEEK if renewed is None else renewed)


def test_a_rolling_period_ends_now_and_a_calendar_one_when_it_does() -> None:
    monday, minute = datetime(2026, 9, 7, tzinfo=UTC), MINUTE
    rolling, calendar = objective_of(ROLLING_WEEK), objective_of(MONDAYS)
    assert period_of(rolling, monday) == TimeSpan(monday - WEEK, monday)
    assert period_of(calendar, monday) == TimeSpan(monday, monday + WEEK)
    assert period_of(calendar, monday - minute) == TimeSpan(monday - WEEK, monday)


@pytest.mark.parametrize("unit", ["1d", "1w", "1M", "1Q", "1Y"])
@pytest.mark.parametrize("minutes", [0, 1, 10, 1439])
def test_a_calendar_period_that_has_just_begun_has_all_of_its_budget(
    minutes: int, unit: str
) -> None:
    """Whether there is traffic already or not; only failures before the period there are."""
    text = MONDAYS.replace("1w", unit).replace("2026-08-31", "2024-01-01")
    objective = objective_of(text)
    at = datetime(2024, 1, 1, tzinfo=UTC) + minutes * MINUTE
    period = period_of(objective, at)
    assert period is not None
    assert period.start == at - minutes * MINUTE
    for late in (10.0, 0.0):
        total = np.full(2 * 1440, 10.0)
        total[len(total) - minutes :] = late
        bad = np.where(np.arange(len(total)) < len(total) - minutes, 5.0, 0.0)
        series = Series(
            start=at - len(total) * MINUTE,
            step=MINUTE,
            bad=bad,
            total=total,
            known=np.ones(len(total), dtype=np.bool_),
            source="a test",
        )
        found = status_of(objective, [series], period, at=at)
        assert isinstance(found, ObjectiveStatus)
        attainment = 1.0 if late and minutes else None
        assert (found.attainment, found.remaining) == (attainment, 1.0)
        assert (found.renewed, found.coverage.share) == (period.end, 1.0)


def test_a_calendar_period_without_events_is_not_known_after_a_day() -> None:
    monday = NOW - NOW.weekday() * timedelta(days=1)
    period = TimeSpan(monday, monday + WEEK)
    idle = replace(week(total=0, late=0), start=monday + timedelta(days=1) - WEEK)
    for at, kind in ((23, ObjectiveStatus), (24, UnknownStatus)):
        moment = monday + timedelta(hours=at)
        assert isinstance(status_of(objective_of(MONDAYS), [idle], period, at=moment), kind)


def test_a_moment_beyond_what_is_written_out_of_a_calendar_is_not_known() -> None:
    objective = objective_of(MONDAYS)
    assert objective.calendar is not None
    last = objective.calendar.boundaries[-1]
    assert period_of(objective, last - MINUTE) is not None
    assert period_of(objective, last) is None
    assert period_of(objective, objective.calendar.boundaries[0] - MINUTE) is None
    found = objective_status(objective, Held({}, {}), last)
    assert isinstance(found, UnknownStatus)
    assert found.reason == f"no period of its calendar is written out for {last:%Y-%m-%d}"


def test_history_is_looked_at_over_the_period_and_a_day_at_least() -> None:
    day = timedelta(days=1)
    assert looked_at(TimeSpan(NOW - WEEK, NOW + WEEK), NOW) == TimeSpan(NOW - WEEK, NOW)
    assert looked_at(TimeSpan(NOW - MINUTE, NOW + WEEK), NOW) == TimeSpan(NOW - day, NOW)
