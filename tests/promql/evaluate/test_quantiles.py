"""`histogram_quantile` over buckets, as promql/quantile.go has it: each branch with its values."""

import math

import numpy as np
import pytest

from reliability.promql.evaluate import histograms
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.lines import EvaluatedSeries, Scalar, Vector, labels_of
from reliability.promql.evaluate.quantiles import SMALLEST
from reliability.promql.evaluate.semantics import Semantics

INFINITY, NAN = math.inf, math.nan


def bucket(bound: str, *counts: float, **labels: str) -> EvaluatedSeries:
    """One bucket over as many evaluations as there are counts; NaN for none."""
    values = np.array(counts, dtype=np.float64)
    named = labels_of({"__name__": "x_bucket", "le": bound, **labels})
    return EvaluatedSeries(named, np.nan_to_num(values), ~np.isnan(values))


def quantiles(share: Scalar, lines: Vector) -> Vector:
    """The quantile of each histogram, as rules are evaluated."""
    return histograms.quantiles(share, lines, Semantics(), QueryAnnotations())


def quantile(of: float, **buckets: float) -> float:
    """The quantile of one histogram: counts by their bounds."""
    lines = tuple(bucket(bound, count) for bound, count in buckets.items())
    [found] = quantiles(np.array([of]), lines)
    assert found.there.tolist() == [True]
    return float(found.values[0])


WHOLE = {"0.5": 10.0, "1": 30.0, "2": 40.0, "+Inf": 50.0}


@pytest.mark.parametrize(
    ("of", "wanted"),
    [
        (-0.01, -INFINITY),
        (0, 0.0),
        (0.1, 0.25),
        (0.2, 0.5),
        (0.3, 0.625),
        (0.6, 1.0),
        (0.7, 1.5),
        (0.8, 2.0),
        (0.81, 2.0),
        (1, 2.0),
        (1.01, INFINITY),
        (NAN, NAN),
    ],
)
def test_events_are_spread_evenly_within_a_bucket(of: float, wanted: float) -> None:
    assert quantile(of, **WHOLE) == pytest.approx(wanted, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("of", "buckets", "wanted"),
    [
        # The first bucket has no lower bound if it ends at 0 or below.
        (0.1, {"-1": 10.0, "1": 20.0, "+Inf": 20.0}, -1.0),
        (0.1, {"0": 10.0, "1": 20.0, "+Inf": 20.0}, 0.0),
        (0.75, {"-1": 10.0, "1": 20.0, "+Inf": 20.0}, 0.0),
        # Without +Inf, or with nothing else, nothing is known.
        (0.5, {"1": 10.0, "2": 20.0}, NAN),
        (0.5, {"+Inf": 20.0}, NAN),
        (0.5, {"1": 0.0, "+Inf": 0.0}, NAN),
        (1.5, {"1": 0.0, "+Inf": 0.0}, INFINITY),
        (-0.5, {"1": 10.0, "2": 20.0}, -INFINITY),
        # One number that is written in two ways is one bucket.
        (0.5, {"1": 4.0, "1.0": 6.0, "2": 20.0, "+Inf": 20.0}, 1.0),
        # A count that falls, or rises by a rounding, is that before it.
        (0.9, {"1": 10.0, "2": 5.0, "4": 20.0, "+Inf": 20.0}, 3.6),
        (1.0, {"1": 10.0, "2": 10.0 + 1e-12, "+Inf": 10.0 + 1e-12}, 1.0),
        (1.0, {"1": 10.0, "2": 10.0 + 1e-9, "+Inf": 10.0 + 1e-9}, 2.0),
        # What is no number bounds no bucket.
        (0.5, {"many": 99.0, "1": 10.0, "+Inf": 10.0}, 0.5),
    ],
)
def test_buckets_that_are_odd_are_read_as_prometheus_reads_them(
    of: float, buckets: dict[str, float], wanted: float
) -> None:
    assert quantile(of, **buckets) == pytest.approx(wanted, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("first", "second", "is_remarked"),
    [
        (10.0, 9.0, True),
        (10.0, 10.0 - 1e-9, True),
        (10.0, 10.0 - 5e-12, False),
        (1.0 + 4e-13, 1.0, False),
        (1.0, 1.0 - 4e-13, False),
        (2e-12, 0.0, True),
        (3e-320, 0.0, True),
        (1e-320, 0.0, False),
        (0.0, 0.0, False),
        (1.0, 1.0 + 4e-13, False),
    ],
)
def test_only_a_count_that_falls_by_more_than_rounding_is_remarked_on(
    first: float, second: float, is_remarked: bool
) -> None:
    lines = (bucket("1", first), bucket("2", second), bucket("+Inf", 20.0))
    notes = QueryAnnotations()
    [found] = histograms.quantiles(np.array([0.99]), lines, Semantics(), notes)
    assert found.values.tolist() == [2.0]
    assert ["monotonicity" in note.text for note in notes] == [True] * is_remarked


def test_counts_as_small_as_a_double_gets_differ_by_what_they_are() -> None:
    assert quantile(1, **{"1": 0.0, "2": SMALLEST, "+Inf": SMALLEST}) == 2.0


def test_evaluations_with_other_buckets_are_worked_out_each_for_itself() -> None:
    lines = (
        bucket("1", 10, NAN, NAN, 10),
        bucket("2", 20, 20, NAN, NAN),
        bucket("+Inf", 20, 20, NAN, 10),
        bucket("1", 10, NAN, NAN, NAN, job="other"),
        bucket("+Inf", 10, NAN, NAN, NAN, job="other"),
    )
    first, second = quantiles(np.array([0.75, 0.5, 0.5, 0.5]), lines)
    assert (first.labels, second.labels) == ((), (("job", "other"),))
    assert first.there.tolist() == [True, True, False, True]
    assert first.values[first.there].tolist() == [1.5, 1.0, 0.5]
    assert second.there.tolist() == [True, False, False, False]
    assert second.values[0] == 0.75


def test_series_without_a_bound_are_no_histogram() -> None:
    assert (
        quantiles(np.array([0.5]), (EvaluatedSeries((), np.array([1.0]), np.array([True])),)) == ()
    )
