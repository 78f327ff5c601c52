"""What it costs to replay: the whole command, the kernel alone, and what Prometheus takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.measure import Benchmark, Measured, reliability, whole_process
from tests.servers.generation import GENERATIONS, Generation, find

if TYPE_CHECKING:
    from reliability.backtest.firing import ReplayTerms
    from reliability.burnrate import BurnRateAlert
    from reliability.history.series import Series

PROJECT: Final = Path(__file__).parents[2]
TODAY: Final = "2026-11-25"
START: Final = datetime(2026, 8, 24, tzinfo=UTC)
LONGEST: Final = timedelta(days=3)
DAYS: Final = timedelta(days=90)
TIMES_FASTER: Final = 200


def one_slo(folder: Path) -> Measured:
    """`backtest` of one SLO of the shipped repository, 90 days of synthetic history."""
    asked = ("--root", PROJECT, "--today", TODAY, "backtest", "attendance-clock-in")
    seconds, memory = whole_process(reliability(*asked), folder, runs=11)
    return Measured("backtest of one SLO, 90 days", seconds, 0.5, memory)


def kernel(_: Path) -> Measured:
    """Prefix sums and both alerts: one SLO, 90 days at 1 minute, four window pairs."""
    from reliability.backtest.firing import ReplayTerms
    from reliability.timespan import TimeSpan

    terms = ReplayTerms(TimeSpan(START + LONGEST, START + LONGEST + DAYS))
    series, alerts = random_series(), google_30d()
    seconds = middle(lambda: replay(series, alerts, terms), runs=101)
    return Measured("  its kernel alone, in process: four window pairs", seconds, 0.008)


def sweep(_: Path) -> Measured:
    """Some fifty candidate targets at once: prefix sums, both alerts, episodes of each target."""
    from reliability.backtest.firing import ReplayTerms
    from reliability.backtest.kernel import PrefixSums
    from reliability.backtest.suggest.candidates import candidates
    from reliability.backtest.suggest.levels import episode_counts, levels
    from reliability.model.slo_policy import TargetBounds
    from reliability.timespan import TimeSpan

    terms = ReplayTerms(TimeSpan(START + LONGEST, START + LONGEST + DAYS))
    series, alerts = random_series(), google_30d()
    targets = [each.target for each in candidates(TargetBounds(), Decimal("0.99935"))]

    def swept() -> int:
        counts = PrefixSums.of(series, LONGEST)
        found = (levels(each, series, counts, terms, targets)[1] for each in alerts)
        return sum(int(episode_counts(level, len(targets)).sum()) for level in found)

    return Measured(f"  a sweep of {len(targets)} targets, in process", middle(swept, 101), 0.015)


def replay(series: Series, alerts: tuple[BurnRateAlert, ...], terms: ReplayTerms) -> int:
    """How many intervals the alerts fire in."""
    from reliability.backtest.firing import fire
    from reliability.backtest.kernel import PrefixSums

    counts = PrefixSums.of(series, LONGEST)
    return sum(len(list(fire(alert, series, counts, terms).intervals())) for alert in alerts)


def google_30d() -> tuple[BurnRateAlert, ...]:
    """Alert and ticket of the Workbook's windows, for a target of 99.9 %."""
    from reliability.burnrate import BurnRateAlert, WindowPair

    hour, period = timedelta(hours=1), timedelta(days=30)
    fast = ((hour, hour / 12, 2), (6 * hour, hour / 2, 5))
    slow = ((24 * hour, 2 * hour, 10), (72 * hour, 6 * hour, 10))
    return tuple(
        BurnRateAlert(
            service="shop",
            slo="slo",
            objective="served",
            tier=tier,
            target=Decimal("0.999"),
            period=period,
            pairs=tuple(
                WindowPair(long, short, Fraction(share, 100)) for long, short, share in pairs
            ),
        )
        for tier, pairs in (("alert", fast), ("ticket", slow))
    )


def random_series() -> Series:
    """93 days of requests with one bad hour a day, so that no window pair can be skipped."""
    import numpy as np

    from reliability.history.series import Series
    from reliability.timespan import MINUTE

    minutes = (LONGEST + DAYS) // MINUTE
    random = np.random.default_rng(1)
    share = np.full(minutes, 0.0003)
    share[np.arange(minutes) % 1440 < 60] = 0.05
    total = random.poisson(1000, minutes)
    bad = random.binomial(total, share).astype(float)
    known = np.ones(minutes, dtype=bool)
    return Series(
        start=START, step=MINUTE, bad=bad, total=total.astype(float), known=known, source="made up"
    )


def middle(work: Callable[[], object], runs: int) -> float:
    """The middle of the seconds of several runs after one to warm up."""
    work()
    seen = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seen.append(time.perf_counter() - start)
    return statistics.median(seen)


def against_prometheus() -> tuple[Benchmark, ...]:
    """One row for each generation of servers that this machine has."""
    found = (find(name) for name in GENERATIONS)
    return tuple(partial(against, each) for each in found if isinstance(each, Generation))


def against(generation: Generation, folder: Path) -> Measured:
    """Both alerts over the same 31 days; the limit is a two-hundredth of `query_range`'s time.

    Prometheus is asked the expressions that are compiled, over raw counters; that both fire in
    the same intervals is tested in tests/backtest/test_against_prometheus.py.
    """
    from reliability.backtest.firing import ReplayTerms
    from reliability.promql.evaluate.semantics import Ranges
    from tests.backtest.prometheus_data import SPAN, archive, moments, serving

    service, alerts = archive(), google_30d()
    closed = not generation.has_left_open_ranges
    terms = ReplayTerms(SPAN, Ranges.CLOSED if closed else Ranges.LEFT_OPEN)
    series = service.series
    ours = middle(lambda: replay(series, alerts, terms), runs=101)
    with serving(generation, folder / "server", service) as server:
        theirs = middle(lambda: [list(moments(server, service, alert)) for alert in alerts], runs=3)
    version = ".".join(map(str, generation.prometheus_version))
    row = f"  31 days; Prometheus {version} takes {theirs:.2f} s, {theirs / ours:.0f} x"
    return Measured(row, ours, theirs / TIMES_FASTER)
