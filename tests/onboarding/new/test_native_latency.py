"""Native histograms among the metrics of a server, and the round bound of a latency SLI."""

import math
from collections.abc import Mapping

import pytest

from reliability.onboarding.new.metrics import Labels, PrometheusMetrics
from reliability.onboarding.new.native_latency import (
    LatencyBound,
    has_native,
    latency_bound,
    native_names,
    round_bound,
)


class Answers(PrometheusMetrics):
    """A server that knows these expressions, each with one value."""

    def __init__(self, values: Mapping[str, float]) -> None:
        object.__setattr__(self, "values_of", values)

    def sums(self, expression: str) -> dict[Labels, float]:
        values: Mapping[str, float] = self.__dict__["values_of"]
        return {(): values[expression]} if expression in values else {}


def test_a_name_with_buckets_or_a_suffix_of_other_series_is_no_native_histogram() -> None:
    names = (
        *("a_seconds", "a_seconds_bucket", "a_seconds_count", "a_seconds_sum"),
        *("b_seconds", "c_total", "d_created", "e_info", "f"),
    )
    assert list(native_names(names)) == ["b_seconds", "f"]


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        (0.001, "0.001"),
        (0.0011, "0.0025"),
        (0.0025, "0.0025"),
        (0.0026, "0.005"),
        (0.005, "0.005"),
        (0.0051, "0.01"),
        (0.25, "0.25"),
        (0.99, "1"),
        (1.0, "1"),
        (3, "5"),
        (7, "10"),
        (2500, "2500"),
        (60_000, "100000"),
    ],
)
def test_a_bound_is_round_and_not_below_the_value(value: float, bound: str) -> None:
    assert round_bound(value) == bound


RATE = "sum(increase(x[1d]))"
COUNT, QUANTILE = f"histogram_count({RATE})", f"histogram_quantile(0.99, {RATE})"
FRACTION = f"histogram_fraction(0, 0.25, {RATE})"


@pytest.mark.parametrize(
    ("values", "bound"),
    [
        ({COUNT: 1000, QUANTILE: 0.2, FRACTION: 0.995}, LatencyBound("0.25", 1000, 995)),
        ({COUNT: 0, QUANTILE: 0.2, FRACTION: 0.995}, None),
        ({COUNT: 1000, QUANTILE: math.nan}, None),
        ({COUNT: 1000, QUANTILE: math.inf}, None),
        ({COUNT: 1000, QUANTILE: 0}, None),
        ({COUNT: 1000, QUANTILE: -1}, None),
        ({COUNT: 1000}, None),
    ],
)
def test_a_latency_has_a_bound_if_something_was_observed(
    values: Mapping[str, float], bound: LatencyBound | None
) -> None:
    assert latency_bound(Answers(values), "x", "1d", 0.99) == bound


def test_a_metric_is_native_if_the_server_counts_its_observations() -> None:
    metrics = Answers({"histogram_count(sum(increase(x[1d])))": 0.0})
    assert has_native(metrics, "x", "1d")
    assert not has_native(metrics, "y", "1d")
