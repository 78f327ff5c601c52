"""Ranges without a sample, and times before 1970: what has no value and what is looked at."""

import numpy as np
import promql_parser as promql
import pytest

from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.moments import fixed_time
from reliability.promql.evaluate.readable import readable
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import Storage, StoredSeries

MINUTE = 60_000


def histogram(count: float) -> NativeHistogram:
    return NativeHistogram(schema=0, count=count, total=count, positive={1: count})


def stored() -> Storage:
    """Counts 1, 2, then 1 after a reset, from the tenth minute on; the series then ends."""
    times = np.arange(10, 13, dtype=np.int64) * MINUTE
    histograms = np.array([histogram(1), histogram(2), histogram(1)], dtype=object)
    return Storage([StoredSeries(labels_of({"__name__": "h"}), times, np.zeros(3), histograms)])


@pytest.mark.parametrize("ranges", Ranges)
@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("resets(h[5m])", [None, 1.0, None]),
        ("count_over_time(h[5m])", [None, 3.0, None]),
        ("histogram_count(rate(h[5m]))", [None, "some", None]),
        ("present_over_time(h[5m])", [None, 1.0, None]),
    ],
)
def test_a_range_without_a_sample_has_no_value(
    expression: str, values: list[object], ranges: Ranges
) -> None:
    times = np.array([5, 13, 30], dtype=np.int64) * MINUTE
    vector = Evaluator(stored(), times, Semantics(ranges)).vector(promql.parse(expression))
    [line] = vector
    assert line.there.tolist() == [value is not None for value in values]
    if isinstance(values[1], float):
        assert line.values[1] == values[1]


EMPTY = (
    *("x", "-x", "x > 0", "x or x", "sum(x)", "topk(1, x)", "sort(x)", "timestamp(x)", "abs(x)"),
    *(
        "timestamp(x @ 60)",
        "timestamp(x offset 1m)",
        "x @ 60",
        "label_replace(x, 'a', 'b', '', '')",
    ),
    *("rate(x[5m])", "irate(x[5m])", "delta(x[5m])", "idelta(x[5m])", "changes(x[5m])"),
    *("resets(x[5m])", "deriv(x[5m])", "predict_linear(x[5m], 60)", "sum_over_time(x[5m])"),
    *("avg_over_time(x[5m])", "last_over_time(x[5m])", "quantile_over_time(0.5, x[5m])"),
    *("stddev_over_time(x[5m])", "max_over_time(x[5m:1m])", "rate(x[5m:1m] offset 1m)"),
    *("count_over_time(x[5m] @ 60)", "histogram_quantile(0.5, x)", "histogram_count(x)"),
)


@pytest.mark.parametrize("kind", ["numbers", "histograms"])
@pytest.mark.parametrize("ranges", Ranges)
def test_a_series_without_samples_has_no_value(ranges: Ranges, kind: str) -> None:
    """As a source gives it whose samples all lie outside of the span."""
    histograms = None if kind == "numbers" else np.zeros(0, dtype=object)
    labels = labels_of({"__name__": "x", "le": "1"})
    empty = StoredSeries(labels, np.zeros(0, dtype=np.int64), np.zeros(0), histograms)
    times = np.arange(3, dtype=np.int64) * MINUTE
    for at in (times, times[:1]):
        evaluator = Evaluator(Storage([empty]), at, Semantics(ranges))
        there = {
            text: any(line.there.any() for line in evaluator.vector(promql.parse(text)))
            for text in EMPTY
        }
        assert there == dict.fromkeys(EMPTY, False)
        [absent] = evaluator.vector(promql.parse("absent(x)"))
        assert absent.there.all()


@pytest.mark.parametrize(
    ("expression", "milliseconds"),
    [("x @ 5", 5_000), ("x @ 0", 0), ("x @ -5", -5_000), ("x @ -1.5", -1_500), ("x", None)],
)
def test_a_selector_may_look_at_a_time_before_1970(
    expression: str, milliseconds: int | None
) -> None:
    tree = promql.parse(readable(expression))
    assert isinstance(tree, promql.VectorSelector)
    assert fixed_time(tree.at) == milliseconds
