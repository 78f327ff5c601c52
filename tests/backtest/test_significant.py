"""Significant events: they begin and end with the burn, and a busy hour within the SLO is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import median

import numpy as np
import pytest

from reliability.arrays import FloatArray
from reliability.backtest.budget import Budget
from reliability.backtest.outcome import AlertFirings
from reliability.backtest.quality import quality
from reliability.backtest.report.quality import events_of
from reliability.backtest.significant import significant
from reliability.history.series import Series
from reliability.timespan import MINUTE, TimeSpan
from tests.backtest.replaying import START
from tests.backtest.repository import SPAN, WARM_UP, catalog, day, policy, quiet, replay, slo

DAYS = 20
MONTH = timedelta(days=30)

Outage = tuple[int, int, float]
"""The minute it begins at, how many minutes it lasts, and the share that fails."""


@dataclass(frozen=True)
class Traffic:
    """Requests a minute, and the share of the error budget that goes when nothing is wrong."""

    requests: float
    usual: float = 0.5
    target: str = "0.999"

    def series(self, outages: Sequence[Outage], seed: int) -> Series:
        """Random counts by the minute."""
        random = np.random.default_rng(seed)
        failing = np.full(DAYS * 1440, self.usual * (1 - float(self.target)))
        for first, minutes, share in outages:
            failing[first : first + minutes] = share
        total = random.poisson(self.requests, len(failing))
        bad = random.binomial(total, failing)
        return of_counts(bad.astype(float), total.astype(float))

    def events(self, series: Series) -> list[tuple[int, int]]:
        """The minutes at which significant events begin and end."""
        return events_in(series, self.target)


def of_counts(bad: FloatArray, total: FloatArray) -> Series:
    return Series(
        start=START,
        step=MINUTE,
        bad=bad,
        total=total,
        known=np.ones(len(bad), dtype=bool),
        source="a test",
    )


def events_in(series: Series, target: str, period: timedelta = MONTH) -> list[tuple[int, int]]:
    budget = Budget.of(Decimal(target), period, series, series.span)
    return [
        ((each.start - START) // MINUTE, (each.end - START) // MINUTE)
        for each in significant(series, budget, period, series.span)
    ]


HALF_OF_ALL: list[Outage] = [(3000 + 2600 * number, 45, 0.5) for number in range(9)]


@pytest.mark.parametrize("requests", [10, 30, 100, 1_000, 20_000])
@pytest.mark.parametrize("usual", [0.0, 0.3, 0.8])
def test_events_begin_and_end_with_the_outage_whatever_the_traffic(
    requests: int, usual: float
) -> None:
    traffic = Traffic(requests, usual)
    found = traffic.events(traffic.series(HALF_OF_ALL, seed=requests))
    assert len(found) == len(HALF_OF_ALL)
    for (start, end), (first, minutes, _) in zip(found, HALF_OF_ALL, strict=True):
        assert abs(start - first) <= 2
        assert abs(end - first - minutes) <= 2


@pytest.mark.parametrize("requests", [1, 3])
def test_with_few_requests_they_begin_within_minutes(requests: int) -> None:
    traffic = Traffic(requests, usual=0.0)
    found = traffic.events(traffic.series(HALF_OF_ALL, seed=1))
    assert len(found) == len(HALF_OF_ALL)
    late = [abs(start - first) for (start, _), (first, *_) in zip(found, HALF_OF_ALL, strict=True)]
    assert median(late) <= 2
    assert max(late) <= 20


@pytest.mark.parametrize("gap", [45, 90, 200, 600])
@pytest.mark.parametrize("shares", [(0.5, 0.5), (1.0, 0.2), (0.2, 1.0)])
def test_separate_outages_are_separate_events(gap: int, shares: tuple[float, float]) -> None:
    traffic = Traffic(100)
    outages = [(9000, 30, shares[0]), (9030 + gap, 30, shares[1])]
    found = traffic.events(traffic.series(outages, seed=gap))
    assert [(round(start, -1), round(end, -1)) for start, end in found] == [
        (first, first + minutes) for first, minutes, _ in outages
    ] or len(found) == 2
    assert all(
        abs(start - first) <= 2 for (start, _), (first, *_) in zip(found, outages, strict=True)
    )


def test_what_flaps_is_one_event() -> None:
    """Ten minutes off, ten minutes on: nobody would call that six incidents."""
    flaps = [(9000 + 20 * number, 10, 0.5) for number in range(6)]
    traffic = Traffic(100)
    [(start, end)] = traffic.events(traffic.series(flaps, seed=4))
    assert (abs(start - 9000) <= 2, abs(end - 9110) <= 2) == (True, True)


def test_an_outage_within_a_slow_burn_is_part_of_it() -> None:
    traffic = Traffic(100)
    [(start, end)] = traffic.events(traffic.series([(9000, 600, 0.01), (9200, 30, 1.0)], seed=5))
    assert abs(start - 9000) <= 20
    assert abs(end - 9600) <= 20


@pytest.mark.parametrize("period", [timedelta(days=7), MONTH])
def test_a_nightly_batch_within_its_objective_is_no_event(period: timedelta) -> None:
    """10,700 records an hour a night, 0.08 % fail of 0.2 %: once 30 of "11 of 40" incidents."""
    random = np.random.default_rng(3)
    total = np.zeros(DAYS * 1440)
    for night in range(DAYS):
        total[night * 1440 + 120 : night * 1440 + 180] = random.poisson(178, 60)
    bad = random.binomial(total.astype(int), 0.0008).astype(float)
    assert events_in(of_counts(bad, total), "0.998", period) == []
    bad[10 * 1440 + 130 : 10 * 1440 + 150] = total[10 * 1440 + 130 : 10 * 1440 + 150] * 0.3
    assert events_in(of_counts(bad, total), "0.998", period) == [(10 * 1440 + 130, 10 * 1440 + 150)]


@pytest.mark.parametrize("usual", [0, 20])
@pytest.mark.parametrize(
    ("outages", "events"),
    [
        ([(9000, 30, 0.5)], [(9000, 9030)]),
        ([(0, 30, 0.5)], [(0, 30)]),
        ([(28_770, 30, 0.5)], [(28_770, 28_800)]),
        ([(9000, 1, 1.0)], [(9000, 9001)]),
        ([(9000, 1, 0.8)], []),
        ([(9000, 360, 0.005)], []),
        ([(9000, 30, 0.5), (9059, 30, 0.5)], [(9000, 9089)]),
        ([(9000, 30, 0.5), (9060, 30, 0.5)], [(9000, 9030), (9060, 9090)]),
        ([(9000, 30, 0.5), (9040, 1, 0.05)], [(9000, 9030)]),
        (
            [(9000, 5, 1.0), (9200, 5, 1.0), (9400, 5, 1.0)],
            [(9000, 9005), (9200, 9205), (9400, 9405)],
        ),
    ],
)
def test_of_steady_traffic_events_are_the_outages_to_the_minute(
    outages: list[Outage], events: list[tuple[int, int]], usual: int
) -> None:
    """A hundred requests a minute; where `usual`, one fails in so many minutes at any time."""
    total, bad = np.full(DAYS * 1440, 100.0), np.zeros(DAYS * 1440)
    if usual:
        bad[::usual] = 1
    for first, minutes, share in outages:
        bad[first : first + minutes] = share * 100
    assert events_in(of_counts(bad, total), "0.999") == events


def test_alerts_detect_injected_outages_when_they_really_did() -> None:
    """The audit's case: "detected in 5 h 57 min" of an outage that was paged after two minutes."""
    random = np.random.default_rng(5)
    outages = [day(number, hour=20, minutes=45) for number in range(2, 26, 3)]
    failing = quiet()
    failing[:] = 0.0005
    for outage in outages:
        first = (outage.start - START) // MINUTE
        failing[first : first + 45] = 0.3
    bad = random.binomial(1000, failing).astype(float)
    result = replay(catalog(slo("checkout"), policy("checkout")), {"checkout": bad})

    [replayed] = result.objectives
    spans = events_of(replayed)
    assert [each.start for each in spans] == [each.start for each in outages]
    [pages] = [row.new for row in replayed.rows if row.tier == "alert"]
    assert isinstance(pages, AlertFirings)
    derived, true = (
        quality(pages.episodes, events, "UTC").detection for events in (spans, outages)
    )
    assert derived == true
    assert derived is not None
    assert derived.usual <= timedelta(minutes=5)


def test_two_slos_on_one_sli_share_an_event() -> None:
    bad = quiet()
    first = (day(5).start - START) // MINUTE
    bad[first : first + 30] = 100
    other = policy("checkout").replace(
        "objectives: [", "objectives: [{slo: payment, tiers: {fast: alert}, runbook: r.md}, "
    )
    shop = catalog(slo("checkout"), slo("payment", "0.998"), other)
    result = replay(shop, {"checkout": bad, "payment": bad})
    [verdict] = result.verdicts
    assert verdict.event.span == TimeSpan(day(5).start, day(5).end)
    assert verdict.event.slos == {"checkout", "payment"}
    assert verdict.slo == "checkout"
    assert all(len(each.verdicts) == 1 for each in result.objectives)


def test_two_slos_on_two_slis_do_not() -> None:
    bad = quiet()
    first = (day(5).start - START) // MINUTE
    bad[first : first + 30] = 100
    other = policy("checkout").replace(
        "objectives: [", "objectives: [{slo: payment, tiers: {fast: alert}, runbook: r.md}, "
    )
    shop = catalog(slo("checkout"), slo("payment", code="4.."), other)
    assert len(replay(shop, {"checkout": bad, "payment": bad}).verdicts) == 2


def test_the_warm_up_belongs_to_no_event() -> None:
    bad = quiet()
    bad[WARM_UP // MINUTE - 40 : WARM_UP // MINUTE + 20] = 500
    [verdict] = replay(catalog(slo("checkout"), policy("checkout")), {"checkout": bad}).verdicts
    assert verdict.event.span == TimeSpan(SPAN.start, SPAN.start + 20 * MINUTE)
