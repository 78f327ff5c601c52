"""The history of one objective: weeks with notifications, user impact, coverage and events."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest

from reliability.arrays import FloatArray
from reliability.backtest.coverage import Coverage
from reliability.backtest.events import Event
from reliability.history.series import NoHistory, Series
from reliability.history.sli import SliHistory
from reliability.rates import WeeklyRate
from reliability.resolve.objectives import objectives
from reliability.review.slo_review.evidence import (
    NoEvidence,
    ObjectiveEvidence,
    TierNotifications,
    evidence,
    touches,
)
from reliability.timespan import DAY, MINUTE, TimeSpan
from tests.backtest.replaying import START
from tests.backtest.repository import catalog, policy, slo
from tests.review.slo_review.test_figures import evidence as made
from tests.review.slo_review.test_figures import period

[OBJECTIVE] = objectives(catalog(slo("checkout"), policy("checkout")))
HOUR = timedelta(hours=1)
FIRST = START + 3 * DAY
"""Three days of history come before the span, for the longest window."""
UNTIL = (FIRST + 30 * DAY).date()
REQUESTS = 100.0


def minutes(days: float) -> int:
    """The minute of the history at so many days of the span."""
    return round((days + 3) * 1440)


def days(first: float, last: float) -> TimeSpan:
    return TimeSpan(FIRST + first * DAY, FIRST + last * DAY)


@dataclass(frozen=True)
class Held:
    """A source of history that has these failures each minute, and gaps, for each group."""

    groups: tuple[FloatArray, ...]
    gaps: tuple[tuple[float, float], ...] = ()
    interval: timedelta | None = None
    description: str = "a test"
    is_made_up: bool = False

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        del sli
        first = (span.start - START) // MINUTE
        part = slice(first, first + span.steps(MINUTE))
        known = np.ones(33 * 1440, dtype=bool)
        for begin, end in self.gaps:
            known[minutes(begin) : minutes(end)] = False
        series = [
            Series(
                start=span.start,
                step=MINUTE,
                bad=np.where(known, bad, 0.0)[part],
                total=np.where(known, REQUESTS, 0.0)[part],
                known=known[part],
                source="a test",
                interval=self.interval,
            )
            for bad in self.groups
        ]
        return tuple(series) or NoHistory("nothing is stored")


def failing(*bursts: tuple[float, int, float]) -> FloatArray:
    """Failures each minute: from a day of the span on, for minutes, so many."""
    bad = np.zeros(33 * 1440)
    for first, length, count in bursts:
        bad[minutes(first) : minutes(first) + length] = count
    return bad


def incident(span: TimeSpan, *slos: str) -> Event:
    return Event(kind="incident", service="shop", span=span, name="down", slos=frozenset(slos))


def measured(
    source: Held, *incidents: Event, length: timedelta = 28 * DAY, until: date = UNTIL
) -> ObjectiveEvidence:
    known = evidence(OBJECTIVE, source, until, length, incidents)
    assert isinstance(known, ObjectiveEvidence)
    return known


BURSTS = failing((3, 30, 50.0), (9.5, 30, 50.0), (10, 30, 50.0), (23, 30, 50.0), (29, 30, 50.0))


def test_notifications_are_counted_by_week_back_from_the_end() -> None:
    """The span has 30 days, that is four weeks and two days, which count for the first week."""
    known = measured(Held((BURSTS,)))
    assert known.pages.weekly == (1, 2, 0, 2)
    assert known.pages.weekly_with_impact == (1, 2, 0, 2)
    assert known.pages.known_weeks == (True,) * 4
    assert known.pages.per_week.value == pytest.approx(5 / (30 / 7))
    assert (known.pages.times, known.pages.with_impact, known.pages.is_known) == (5, 5, True)
    assert known.tickets.weekly == (1, 2, 0, 2)
    of = known.period
    assert (of.failed, of.events) == (5 * 30 * 50, 30 * 1440 * REQUESTS)
    assert of.coverage == Coverage(history=1.0, elapsed=30 * DAY)
    assert of.attainment == pytest.approx(1 - 7500 / 4_320_000)
    assert of.spent == pytest.approx(7500 / 4320)
    assert (known.is_met, known.not_replayed, known.incidents) == (False, "", 0)
    assert [span.length for span in known.user_impact] == [30 * MINUTE] * 5
    assert known.known == (TimeSpan(START, FIRST + 30 * DAY),)


def test_the_impact_on_users_is_that_of_incidents_if_there_are_any() -> None:
    other = Event(kind="incident", service="pay", span=days(10, 11), name="of another service")
    incidents = (
        incident(days(9, 9.6), "checkout"),
        incident(days(10, 11), "search"),
        incident(days(23, 23.5)),
        incident(days(40, 41)),
        other,
    )
    known = measured(Held((BURSTS,)), *incidents)
    assert known.user_impact == (days(9, 9.6), days(23, 23.5))
    assert known.incidents == 2
    assert known.pages.weekly == (1, 2, 0, 2)
    assert known.pages.weekly_with_impact == (0, 1, 0, 1)


@pytest.mark.parametrize(
    ("gap", "weeks"),
    [
        ((16, 16.69), (True, True, True, True)),
        ((16, 16.71), (True, True, False, True)),
        ((8.4, 9.8), (True, False, True, True)),
        ((0, 2), (True, True, True, True)),
        ((1.9, 3), (False, True, True, True)),
    ],
)
def test_a_week_is_known_if_nine_tenths_of_it_are(
    gap: tuple[float, float], weeks: tuple[bool, ...]
) -> None:
    known = measured(Held((BURSTS,), (gap,)))
    assert known.pages.known_weeks == weeks
    assert known.tickets.known_weeks == weeks


def test_a_longer_replay_has_more_weeks_and_the_latest_period() -> None:
    later = measured(Held((BURSTS,)), length=30 * DAY)
    assert later == measured(Held((BURSTS,)), length=DAY)
    assert later.pages.weekly == (1, 2, 0, 2)


def test_groups_are_known_together_and_their_events_are_added() -> None:
    known = measured(Held((BURSTS, failing((3.01, 30, 50.0))), ((5, 6), (7, 7.5))))
    assert known.known == (
        TimeSpan(START, FIRST + 5 * DAY),
        days(6, 7),
        days(7.5, 30),
    )
    assert known.period.events == 28.5 * 288_000
    assert known.period.failed == 6 * 30 * 50
    assert known.pages.weekly == (2, 2, 0, 2)


@pytest.mark.parametrize("is_coarse", [False, True])
def test_coarse_samples_have_a_budget_and_no_notifications(is_coarse: bool) -> None:
    interval = (2 if is_coarse else 1) * MINUTE
    known = measured(Held((BURSTS,), interval=interval), incident(days(3, 4)))
    why = "its samples are 120 s apart, and event mode is right up to 60 s; "
    assert known.not_replayed == (f"{why}replay with --mode sample" if is_coarse else "")
    assert known.pages.is_known is not is_coarse
    assert (known.period.failed, known.incidents) == (7500, 1)
    assert known.knows(days(1, 2))
    assert known.knows_impact(days(1, 2)) is not is_coarse


def test_without_a_history_there_is_no_evidence() -> None:
    known = evidence(OBJECTIVE, Held(()), UNTIL, 28 * DAY, ())
    assert known == NoEvidence(OBJECTIVE, "nothing is stored")


@pytest.mark.parametrize(
    ("weekly", "known_weeks", "is_known"),
    [
        ((), (), False),
        ((0,), (False,), False),
        ((1,), (False,), True),
        ((0,), (True,), True),
        ((0, 0), (False, True), True),
    ],
)
def test_notifications_are_known_if_a_week_is_or_something_fired(
    weekly: tuple[int, ...], known_weeks: tuple[bool, ...], is_known: bool
) -> None:
    assert TierNotifications(WeeklyRate(0.0), weekly, weekly, known_weeks).is_known is is_known


@pytest.mark.parametrize(
    ("reached", "is_met"), [(None, None), (0.999, True), (0.9991, True), (0.9989, False)]
)
def test_an_slo_is_met_if_its_target_was_reached(
    reached: float | None, is_met: bool | None
) -> None:
    assert made(of=period(reached, 0.5)).is_met is is_met


@pytest.mark.parametrize("target_is_met", [True, False])
def test_a_period_that_is_known_in_part_has_its_figures_and_is_neither_met_nor_missed(
    target_is_met: bool,
) -> None:
    bad = failing((20, 30, 10.0 if target_is_met else 500.0))
    of = (known := measured(Held((bad,), ((0, 16),)))).period
    assert of.attainment == pytest.approx(1 - of.failed / (14 * 1440 * REQUESTS))
    assert of.spent == pytest.approx(of.failed / (14 * 1440 * REQUESTS * 0.001))
    assert (known.is_met, of.coverage.part) == (None, "14 of 30 days")


@pytest.mark.parametrize(
    ("span", "touched"),
    [((1, 3), True), ((0, 1), False), ((2, 3), True), ((2.1, 3), False), ((0, 1.1), True)],
)
def test_a_notification_that_begins_at_the_very_end_still_counts(
    span: tuple[float, float], touched: bool
) -> None:
    assert touches(days(*span), [days(8, 9), days(1, 2)]) is touched
    assert not touches(days(*span), [])
