"""Native histograms of a Prometheus: which metrics are, and a latency bound that most keep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from reliability.onboarding.new.metrics import PrometheusMetrics

BUCKET: Final = "_bucket"
NOT_HISTOGRAMS: Final = (BUCKET, "_count", "_sum", "_total", "_created", "_info")
"""Suffixes that the exposition formats give to other series."""
STEPS: Final = (Decimal(1), Decimal("2.5"), Decimal(5))
"""Round bounds of each power of ten, as in the default buckets of the client libraries."""


@dataclass(frozen=True, slots=True)
class LatencyBound:
    """A round bound in PromQL, the observations of the last day, and those within the bound."""

    text: str
    observed: float
    within: float


def native_names(names: tuple[str, ...]) -> Iterator[str]:
    """Yield the names that may be native histograms: a classic one has `_bucket` beside it."""
    known = frozenset(names)
    for name in names:
        if not name.endswith(NOT_HISTOGRAMS) and f"{name}{BUCKET}" not in known:
            yield name


def has_native(metrics: PrometheusMetrics, name: str, length: str) -> bool:
    """Return whether a metric had native histograms; `length` is a PromQL duration."""
    return bool(metrics.sums(f"histogram_count(sum(increase({name}[{length}])))"))


def latency_bound(
    metrics: PrometheusMetrics, selector: str, length: str, kept_by: float
) -> LatencyBound | None:
    """Return the smallest round bound that a share of the observations keep; None without any."""
    histogram = f"sum(increase({selector}[{length}]))"
    observed = _only(metrics, f"histogram_count({histogram})")
    slowest = _only(metrics, f"histogram_quantile({kept_by:g}, {histogram})")
    if not observed or not math.isfinite(slowest) or slowest <= 0:
        return None

    bound = round_bound(slowest)
    share = _only(metrics, f"histogram_fraction(0, {bound}, {histogram})")
    return LatencyBound(bound, observed, observed * share)


def round_bound(value: float) -> str:
    """Return the smallest of 1, 2.5, 5, 10, ... that is not below a value, as PromQL."""
    power = Decimal(10) ** math.floor(math.log10(value))
    steps = (step * scale for scale in (power, power * 10) for step in STEPS)
    bound = next(step for step in steps if float(step) >= value)
    return f"{bound.normalize():f}"


def _only(metrics: PrometheusMetrics, expression: str) -> float:
    return next(iter(metrics.sums(expression).values()), math.nan)
