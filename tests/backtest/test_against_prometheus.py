"""The intervals in which an alert fires are Prometheus's own, on both generations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest

from reliability.backtest.firing import ReplayTerms, fire
from reliability.backtest.kernel import PrefixSums
from reliability.burnrate import BurnRateAlert, WindowPair
from reliability.promql.evaluate.semantics import Ranges
from reliability.timespan import TimeSpan
from tests.backtest import prometheus_data as data
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
FEW: Final = 3


def pair(long: timedelta, short: timedelta, percent: str) -> WindowPair:
    return WindowPair(long, short, Fraction(percent) / 100)


def alert(days: int, target: str, *pairs: WindowPair, least: int = 0) -> BurnRateAlert:
    tier = "slow" if pairs[0].long >= DAY else "fast"
    period = timedelta(days=days)
    return BurnRateAlert(
        service="shop",
        slo="slo",
        objective="served",
        tier=tier,
        target=Decimal(target),
        period=period,
        pairs=pairs,
        minimum_failures=least,
    )


FAST = (pair(HOUR, HOUR / 12, "2"), pair(6 * HOUR, HOUR / 2, "5"))
SLOW = (pair(DAY, 2 * HOUR, "10"), pair(3 * DAY, 6 * HOUR, "10"))
WEEK_FAST = (pair(HOUR, HOUR / 12, "8"), pair(6 * HOUR, HOUR / 2, "12.5"))
WEEK_SLOW = (pair(DAY, 2 * HOUR, "20"), pair(3 * DAY, 6 * HOUR, "42"))

SHOP: Final = (
    alert(30, "0.999", *FAST),
    alert(30, "0.999", *SLOW),
    alert(30, "0.995", *FAST),
    alert(28, "0.9975", *SLOW),
    alert(7, "0.995", *WEEK_FAST),
    alert(7, "0.995", *WEEK_SLOW),
)
ARCHIVE: Final = (alert(30, "0.99", *FAST, least=5), alert(30, "0.99", *SLOW, least=5))
FRAGILE: Final = (alert(30, "0.99", *FAST), alert(30, "0.995", *SLOW), alert(7, "0.99", *WEEK_FAST))


@dataclass(frozen=True, slots=True)
class Compared:
    """The intervals of one alert, by the backtest and by Prometheus, in order."""

    alert: BurnRateAlert
    ours: tuple[TimeSpan, ...]
    theirs: tuple[TimeSpan, ...]
    on_the_edge: int

    @property
    def differing(self) -> int:
        """How many of Prometheus's intervals the backtest has not, or has otherwise."""
        return len(set(self.theirs) - set(self.ours)) + max(len(self.ours) - len(self.theirs), 0)

    @property
    def moved(self) -> timedelta:
        """The farthest that an end of an interval lies from Prometheus's, pair by pair."""
        pairs = zip(self.ours, self.theirs, strict=True)
        ends = ((abs(a.start - b.start), abs(a.end - b.end)) for a, b in pairs)
        return max((max(each) for each in ends), default=timedelta(0))

    def __str__(self) -> str:
        named = f"{self.alert.period.days}d {self.alert.target} {self.alert.tier}"
        counted = f"{len(self.theirs)} intervals, {self.differing} differing"
        return f"  {named}: {counted}, {self.on_the_edge} ratios on the edge"


Record = Callable[[str, object], None]


def test_an_alert_fires_in_the_very_intervals_in_which_it_fires_in_prometheus(
    generation: Generation, tmp_path: Path, record_property: Record
) -> None:
    compared = [
        *compare(generation, tmp_path / "shop", data.shop(), SHOP),
        *compare(generation, tmp_path / "archive", data.archive(), ARCHIVE),
    ]
    said = report(generation, compared)
    record_property("compared", said)
    assert all(len(each.theirs) > 10 for each in compared), said
    assert sum(len(each.theirs) for each in compared) > 200, said
    assert sum(each.differing for each in compared) == 0, said


def test_restarts_move_nothing_in_prometheus_2_and_few_ends_by_minutes_in_prometheus_3(
    generation: Generation, tmp_path: Path, record_property: Record
) -> None:
    """Prometheus 3 extrapolates less over a range that begins while a counter is near zero.

    Counts by the minute do not say how high a counter stood, so the backtest cannot follow.
    """
    compared = [
        *compare(generation, tmp_path / "shop", data.shop(rush=False), SHOP[:2]),
        *compare(generation, tmp_path / "archive", data.fragile(), FRAGILE),
    ]
    said = report(generation, compared)
    record_property("compared", said)
    for each in compared:
        assert each.moved <= FEW * each.alert.every * generation.has_left_open_ranges, said
    differ = any(each.differing for each in compared)
    assert differ == generation.has_left_open_ranges, said


def test_a_counter_that_vanishes_for_a_while_moves_an_end_by_a_step_at_most(
    generation: Generation, tmp_path: Path, record_property: Record
) -> None:
    """Both generations extrapolate a range that it ends or begins in; the backtest does not."""
    compared = compare(generation, tmp_path / "shop", data.shop(vanishes=True), SHOP)
    said = report(generation, compared)
    record_property("compared", said)
    for each in compared:
        assert each.moved <= each.alert.every, said


def report(generation: Generation, compared: Sequence[Compared]) -> str:
    """What was compared, in lines; shown by `pytest -s`."""
    version = ".".join(map(str, generation.prometheus_version))
    lines = [f"Prometheus {version}, {data.DAYS} days:", *map(str, compared)]
    total, differing = (
        sum(len(each.theirs) for each in compared),
        sum(each.differing for each in compared),
    )
    lines.append(f"  together {total} intervals, {differing} differing")
    said = "\n".join(lines)
    sys.stdout.write(f"\n{said}\n")
    return said


def compare(
    generation: Generation, folder: Path, service: data.Service, alerts: Sequence[BurnRateAlert]
) -> list[Compared]:
    """Each alert on the same counters, in a Prometheus of its own and in the backtest."""
    ranges = Ranges.LEFT_OPEN if generation.has_left_open_ranges else Ranges.CLOSED
    series = service.series
    counts, terms = PrefixSums.of(series, data.WARM_UP), ReplayTerms(data.SPAN, ranges)
    with data.serving(generation, folder, service) as server:
        return [
            Compared(
                alert,
                tuple(fire(alert, series, counts, terms).intervals()),
                tuple(data.intervals(data.moments(server, service, alert), alert.every)),
                data.on_the_edge(series, alert, ranges),
            )
            for alert in alerts
        ]
