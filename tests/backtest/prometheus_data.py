"""Counters with a hard life, as Prometheus stores them and as a `Series` for the backtest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.burnrate import BurnRateAlert
from reliability.compile.prometheus.formulas import error_ratio, failures
from reliability.compile.prometheus.names import number
from reliability.expression import AllOf, AnyOf, BurnAbove, Condition, FailuresAtLeast, leaves
from reliability.history.increments import added, increments
from reliability.history.series import Series
from reliability.promql.evaluate.semantics import Ranges
from reliability.promql.query import SelectorQuery
from reliability.promql.samples import Samples
from reliability.resolve.sli import RatioSli
from reliability.timespan import EPOCH, MINUTE, TimeSpan
from tests.servers.generation import Generation
from tests.servers.programs import backfill, write_openmetrics
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

METRIC: Final = "events_total"
START: Final = datetime(2026, 9, 1, tzinfo=UTC)
WARM_UP: Final = timedelta(days=3)
DAYS: Final = 31
SPAN: Final = TimeSpan(START + WARM_UP, START + WARM_UP + timedelta(days=DAYS))
MOST_POINTS: Final = 11_000
MINUTES: Final = (SPAN.end - START) // MINUTE

Labels = str


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """One SLI and its counters: a value at `START` and after each minute, NaN where absent."""

    sli: RatioSli
    counters: Mapping[Labels, FloatArray]

    @property
    def samples(self) -> dict[Labels, list[tuple[datetime, float]]]:
        """Every sample, as an OpenMetrics file takes it."""
        times = [START + minute * MINUTE for minute in range(MINUTES + 1)]
        return {
            labels: [each for each in zip(times, values.tolist(), strict=True) if each[1] >= 0]
            for labels, values in self.counters.items()
        }

    @property
    def series(self) -> Series:
        """What history makes of the samples."""
        total = self._sum("total")
        events = np.nan_to_num(self._sum(self.sli.counts), nan=0.0)
        bad = events if self.sli.counts == "bad" else total - events
        return Series(
            start=START,
            step=MINUTE,
            bad=bad,
            total=total,
            known=np.ones(MINUTES, dtype=bool),
            source="test",
        )

    def _sum(self, role: str) -> FloatArray:
        whole = TimeSpan(START, SPAN.end)
        result = np.full(MINUTES, np.nan)
        for labels, values in self.counters.items():
            if f'role="{role}"' in labels:
                result = added(result, increments(samples_of(values), whole))
        return result


def samples_of(values: FloatArray) -> Samples:
    """What there is of a counter's values, one a minute from `START` on."""
    first = (START - EPOCH) // timedelta(milliseconds=1)
    there = ~np.isnan(values)
    return Samples((first + 60_000 * np.arange(len(values)))[there], values[there])


def sli(job: str, counts: str) -> RatioSli:
    """The SLI of a job whose counters differ in `role`."""
    events, total = (
        SelectorQuery(f'{METRIC}{{job="{job}", role="{role}"}}') for role in (counts, "total")
    )
    return RatioSli("good" if counts == "good" else "bad", events, total)


def shop(*, rush: bool = True, vanishes: bool = False) -> Service:
    """Two instances that count what went well: incidents of every kind, deploys, closed nights.

    After a deploy comes a `rush` of the requests that waited. Where it `vanishes`, an instance is
    gone from the middle of a total outage to its end, and then counts from zero.
    """
    random = np.random.default_rng(20261125)
    share = shares(random, background=0.0002)
    counters: dict[Labels, FloatArray] = {}
    for instance in ("a", "b"):
        total = traffic(random, busiest=900)
        deploys = [*random.integers(100, MINUTES, 25).tolist(), OUTAGE.stop]
        total[deploys] *= 3 if rush else 1
        good = total - random.binomial(total.astype(int), share)
        for role, events in (("total", total), ("good", good)):
            values = counter(events, deploys)
            if vanishes and (role, instance) == ("good", "b"):
                values[OUTAGE.start + 5 : OUTAGE.stop] = np.nan
            counters[f'job="shop",role="{role}",instance="{instance}"'] = values
    return Service(sli("shop", "good"), counters)


def archive() -> Service:
    """A few requests a minute of which failures are counted, by a process that runs for long."""
    return _failing(np.random.default_rng(20261126), busiest=6, background=0.001, restarts=())


def fragile() -> Service:
    """A process that restarts every six hours, so that its failures often start from zero."""
    restarts = range(100, MINUTES, 360)
    return _failing(np.random.default_rng(20261127), 60, background=0.0, restarts=restarts)


def _failing(
    random: np.random.Generator, busiest: float, background: float, restarts: Iterable[int]
) -> Service:
    total = traffic(random, busiest)
    bad = random.binomial(total.astype(int), shares(random, background)).astype(float)
    counters = {
        'job="archive",role="total"': counter(total, restarts, counted=9e6),
        'job="archive",role="bad"': counter(bad, restarts, counted=9e3),
    }
    return Service(sli("archive", "bad"), counters)


OUTAGE: Final = slice(20_000, 20_045)
"""A total outage: nothing succeeds."""


def traffic(random: np.random.Generator, busiest: float) -> FloatArray:
    """Events a minute: a curve over the day, and every third night nobody at all."""
    minute = np.arange(MINUTES)
    curve = 0.55 - 0.45 * np.cos(2 * np.pi * (minute % 1440) / 1440)
    events = random.poisson(busiest * curve).astype(float)
    closed = (minute // 1440 % 3 == 0) & (minute % 1440 < 200)
    events[closed] = 0
    return events


def shares(random: np.random.Generator, background: float) -> FloatArray:
    """The share of failures by the minute: bursts, long burns near the thresholds, an outage."""
    share = np.full(MINUTES, background)
    for shortest, longest, low, high, times in (
        (2, 20, 0.05, 1.0, 45),
        (30, 240, 0.008, 0.05, 25),
        (1_000, 4_000, 0.001, 0.006, 5),
    ):
        for first in random.integers(0, MINUTES - longest, times).tolist():
            length = int(random.integers(shortest, longest))
            share[first : first + length] += random.uniform(low, high)
    share[OUTAGE] = 1.0
    result: FloatArray = np.minimum(share, 1.0)
    return result


def counter(events: FloatArray, restarts: Iterable[int], counted: float = 1e6) -> FloatArray:
    """Values of a counter that had `counted` at the start and counts from zero at each restart."""
    values = counted + np.concatenate([[0.0], np.cumsum(events)])
    for restart in sorted(restarts):
        values[restart + 1 :] -= values[restart]
    return values


def promql(condition: Condition, sli: RatioSli) -> str:
    """The tree that is replayed, over the raw counters instead of recorded ratios."""
    match condition:
        case BurnAbove(window, factor, budget):
            return f"{error_ratio(sli, window, ())} > ({number(factor)} * {number(budget)})"
        case FailuresAtLeast(window, count):
            return f"{failures(sli, window, ())} > {count - 0.5}"
        case AllOf(conditions):
            return " and ".join(f"({promql(each, sli)})" for each in conditions)
        case AnyOf(conditions):
            return " or ".join(f"({promql(each, sli)})" for each in conditions)


def intervals(times: Iterable[datetime], every: timedelta) -> Iterator[TimeSpan]:
    """Moments on a grid joined to intervals, each until the first moment that is missing."""
    start = end = None
    for at in times:
        if start is not None and at != end:
            yield TimeSpan(start, end or at)
            start = None
        start, end = start or at, at + every
    if start is not None and end is not None:
        yield TimeSpan(start, end)


def on_the_edge(series: Series, alert: BurnRateAlert, ranges: Ranges) -> int:
    """How many ratios lie so near their threshold that rounding may decide."""
    found = 0
    for leaf in leaves(alert.condition):
        if isinstance(leaf, BurnAbove):
            steps = ranges.increments(leaf.window, MINUTE)
            sums = np.cumsum([series.bad, series.total], axis=1)
            bad, total = sums[:, steps:] - sums[:, :-steps]
            limit = leaf.threshold * total
            found += int(np.count_nonzero((total > 0) & (np.abs(bad - limit) < 1e-9 * limit)))
    return found


@contextmanager
def serving(generation: Generation, folder: Path, service: Service) -> Iterator[Prometheus]:
    """A Prometheus that holds a service's counters."""
    folder.mkdir()
    text = folder / "samples.txt"
    write_openmetrics(text, METRIC, service.samples)
    said = backfill(generation, text, folder / "data")
    assert said.accepted, said.text
    with run_prometheus(generation, folder, prometheus_config()) as server:
        yield server


def moments(server: Prometheus, service: Service, alert: BurnRateAlert) -> Iterator[datetime]:
    """Every evaluation of the span at which the alert's expression has a value."""
    expression = promql(alert.condition, service.sli)
    start = SPAN.start
    while start < SPAN.end:
        end = min(start + MOST_POINTS * alert.every, SPAN.end)
        for found in server.query_range(expression, start, end - alert.every, alert.every):
            for at, _ in found["values"]:
                yield datetime.fromtimestamp(at, UTC)
        start = end
