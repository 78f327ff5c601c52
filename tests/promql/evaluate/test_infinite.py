"""Means and rates with infinite samples: the bits of each generation, and no warning of numpy."""

import warnings
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.stored import Storage, StoredSeries
from tests.promql.evaluate import nasty
from tests.promql.evaluate.compared import asked, difference, grid, ours, semantics
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

LENGTH: Final = timedelta(hours=6)
MINUTE: Final = timedelta(minutes=1)
EXPRESSIONS: Final = (
    "avg(lag)",
    "avg by (job) (lag)",
    "sum(lag)",
    "avg_over_time(lag[10m])",
    "avg_over_time(lag[1h])",
    "sum_over_time(lag[10m])",
    "max_over_time(lag[10m])",
    "rate(lag[10m])",
    "delta(lag[5m])",
)


def lags(seed: int) -> Storage:
    """Gauges of which some samples are infinite of either sign, or NaN."""
    random = np.random.default_rng(seed)
    found = []
    for instance in range(4):
        count = LENGTH // MINUTE
        times = nasty.FIRST + np.arange(count, dtype=np.int64) * 60_000 + instance * 7_001
        values = random.random(count) * 10
        for value, often in ((np.inf, 12), (-np.inf, 6), (np.nan, 6)):
            values[random.integers(0, count, often)] = value
        labels = {"__name__": "lag", "job": str(instance % 2), "instance": str(instance)}
        found.append(StoredSeries(labels_of(labels), times, values))
    return Storage(found)


def test_means_of_infinities_are_prometheus_s(generation: Generation, tmp_path: Path) -> None:
    seed = nasty.free_seed()
    storage, times = lags(seed), grid(nasty.START + 10 * MINUTE, LENGTH - 20 * MINUTE, MINUTE)
    wrong = {}
    with nasty.serving(generation, tmp_path / "server", storage) as server:
        for expression in EXPRESSIONS:
            theirs = asked(server, expression, times)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                found = difference(theirs, ours(storage, expression, times, semantics(generation)))
            assert found.compared, expression
            if found.differing:
                wrong[expression] = found
    assert not wrong, f"RELIABILITY_SEED={seed}: {wrong}"
