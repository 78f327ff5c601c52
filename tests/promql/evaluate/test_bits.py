"""Every bit of what is evaluated is Prometheus's own, on both generations."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.environment import is_exact
from tests.promql.evaluate import nasty
from tests.promql.evaluate.compared import Difference, asked, difference, grid, ours, semantics
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

Record = Callable[[str, object], None]
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
EXACT: Final = is_exact()
LENGTH: Final = 8 * DAY if EXACT else DAY
COPIES: Final = 5 if EXACT else 2

WINDOWS: Final = ("1m", "5m", "30m", "1h", "2h", "6h", "1d")
RATES: Final = (
    *(f"rate(events_total[{window}])" for window in WINDOWS),
    "increase(events_total[7m30s])",
    "delta(events_total[10m])",
    "rate(events_total[5m] offset 3m)",
)
OTHERS: Final = (
    "events_total",
    "sum by (job) (rate(events_total[5m]))",
    "sum without (instance) (events_total)",
    "avg by (job) (events_total)",
    "max by (job) (events_total)",
    "min(events_total)",
    "count by (job) (events_total)",
    'count_values("changed", changes(events_total[4m]))',
    'count_values by (job) ("tenths", floor(events_total / 1e5) / 10)',
    *(
        f"{name}(events_total[{window}])"
        for name in (
            "sum_over_time",
            "avg_over_time",
            "min_over_time",
            "max_over_time",
            "count_over_time",
            "last_over_time",
            "present_over_time",
            "resets",
            "changes",
        )
        for window in ("4m", "1h")
    ),
    'sum(rate(events_total{job="1"}[5m])) / (sum(rate(events_total{job="0"}[5m])) > 0)',
    'clamp_min(1 - (sum(rate(events_total{job="1"}[1h])) or sum(rate(events_total{job="0"}[1h]))'
    ' * 0) / (sum(rate(events_total{job="0"}[1h])) > 0), 0)',
    "sum_over_time((events_total > bool 100)[30m:1m])",
    "avg_over_time((rate(events_total[2m]) > 0)[1h:90s])",
    'events_total{job="1"} > 5 and on (instance) events_total{job="2"} > 3',
    'events_total{job="3"} unless ignoring (job) events_total{job="2"}',
    'events_total{job="0"} / ignoring (job) events_total{job="2"}',
    'events_total{job="0"} * on (instance) group_left (job) events_total{job="2"}',
    'events_total / on () group_left () sum(events_total{job="0"})',
    'absent(events_total{job="3", instance="1"})',
    "clamp(events_total - 1e6, -3, 50) >= bool -Inf",
    "max without (instance) (rate(events_total[5m]) > (14.4 * 0.001))",
    'events_total{job="1"} or events_total{job="2"} * 2',
    "vector(time()) > 1788300000 <= 1788350000",
    "-events_total % 7",
    "scalar(sum(events_total)) + vector(1)",
)


def test_every_bit_is_prometheus_s(
    generation: Generation, tmp_path: Path, record_property: Record
) -> None:
    seed = nasty.free_seed()
    storage = nasty.series(seed, LENGTH, COPIES)
    times = grid(nasty.START + timedelta(seconds=seed % 60), LENGTH, MINUTE)
    how, together, wrong = semantics(generation), Difference(0, 0), {}
    with nasty.serving(generation, tmp_path / "server", storage) as server:
        for expression in (*RATES, *OTHERS):
            theirs = asked(server, expression, times)
            found = difference(theirs, ours(storage, expression, times, how))
            assert found.compared, expression
            together += found
            if found.differing:
                wrong[expression] = found
    said = f"{generation.name}: {together.compared:,} values compared, seed {seed}"
    record_property("compared", said)
    sys.stdout.write(f"{said}, {together.differing} differing\n")
    assert not wrong, f"RELIABILITY_SEED={seed}: {wrong}"
    assert together.compared > (2_000_000 if EXACT else 300_000)


QUANTILES: Final = (
    "histogram_quantile(0.99, rate(lasted_bucket[5m]))",
    "histogram_quantile(0.5, sum by (le) (rate(lasted_bucket[1h])))",
    "histogram_quantile(0.9, lasted_bucket)",
    'histogram_quantile(0.9, increase(lasted_bucket{le!="+Inf"}[2m]))',
    "histogram_quantile(1.1, rate(lasted_bucket[5m]))",
    "histogram_quantile(0, rate(lasted_bucket[5m]))",
    "histogram_quantile(1, rate(lasted_bucket[5m])) > 1",
)


def test_quantiles_of_buckets_are_prometheus_s(generation: Generation, tmp_path: Path) -> None:
    seed = nasty.free_seed()
    storage = nasty.histograms(seed, LENGTH, COPIES)
    times = grid(nasty.START + timedelta(seconds=seed % 60), LENGTH, MINUTE)
    wrong = {}
    with nasty.serving(generation, tmp_path / "server", storage) as server:
        for expression in QUANTILES:
            theirs = asked(server, expression, times)
            found = difference(theirs, ours(storage, expression, times, semantics(generation)))
            assert found.compared, expression
            if found.differing:
                wrong[expression] = found
    assert not wrong, f"RELIABILITY_SEED={seed}: {wrong}"
