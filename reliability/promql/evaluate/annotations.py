"""Warnings and infos that Prometheus adds to a query result, in its own words.

Source: util/annotations/annotations.go of v2.53.5 and v3.5.0.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.promql.evaluate.numerals import general

MONOTONICITY: Final = (
    "input to histogram_quantile needed to be fixed for monotonicity (see "
    "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
)
NOT_A_COUNTER: Final = (
    "metric might not be a counter, name does not end in _total/_sum/_count/_bucket:"
)
MIXED_SCHEMAS: Final = (
    "vector contains a mix of histograms with exponential and custom buckets schemas"
)
IGNORED_IN_RANGE: Final = (
    "ignored histograms in a range containing both floats and histograms for metric name"
)


class Level(enum.Enum):
    """Severity of an annotation."""

    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One warning or info about a query result."""

    level: Level
    message: str

    @property
    def text(self) -> str:
        """Text of the annotation as a server writes it, without the position."""
        return f"PromQL {self.level.value}: {self.message}"


@dataclass(slots=True)
class QueryAnnotations:
    """Annotations of one evaluation, each once, in the order of their addition."""

    known: dict[Annotation, None] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Annotation]:
        return iter(self.known)

    def add(self, note: Annotation) -> None:
        """Add an annotation."""
        self.known[note] = None

    def warn(self, message: str) -> None:
        """Add a warning."""
        self.add(Annotation(Level.WARNING, message))

    def inform(self, message: str) -> None:
        """Add an info."""
        self.add(Annotation(Level.INFO, message))

    def invalid_quantile(self, quantile: float) -> None:
        """Warn of a quantile outside 0 to 1."""
        self.warn(f"quantile value should be between 0 and 1, got {general(quantile)}")

    def invalid_quantiles(self, quantiles: FloatArray) -> None:
        """Warn of each distinct quantile outside 0 to 1."""
        for value in np.unique(quantiles[~((quantiles >= 0) & (quantiles <= 1))]).tolist():
            self.invalid_quantile(value)

    def bad_bucket_label(self, metric: str, value: str) -> None:
        """Warn of a classic bucket without a valid bound."""
        what = f"is missing or has a malformed value of {quoted(value)}"
        self.warn(f'bucket label "le" {what} for metric name {quoted(metric)}')

    def mixed_range(self, metric: str) -> None:
        """Warn of floats and histograms in one range."""
        self.warn(f"encountered a mix of histograms and floats for metric name {quoted(metric)}")

    def mixed_aggregation(self) -> None:
        """Warn of floats and histograms in one group of an aggregation."""
        self.warn("encountered a mix of histograms and floats for aggregation")

    def mixed_classic_and_native(self, metric: str) -> None:
        """Warn of a histogram that exists both as classic buckets and as a native histogram."""
        what = "vector contains a mix of classic and native histograms"
        self.warn(f"{what} for metric name {quoted(metric)}")

    def not_a_counter(self, metric: str) -> None:
        """Warn of a native gauge histogram where a counter is expected."""
        self.warn(f"this native histogram metric is not a counter: {quoted(metric)}")

    def not_a_gauge(self, metric: str) -> None:
        """Warn of a native counter histogram where a gauge is expected."""
        self.warn(f"this native histogram metric is not a gauge: {quoted(metric)}")

    def mixed_schemas(self, metric: str) -> None:
        """Warn of exponential and custom bucket schemas in one operation."""
        self.warn(f"{MIXED_SCHEMAS} for metric name {quoted(metric)}")

    def incompatible_bounds(self, metric: str) -> None:
        """Warn of different custom bounds in one operation."""
        what = "vector contains histograms with incompatible custom buckets"
        self.warn(f"{what} for metric name {quoted(metric)}")

    def possible_non_counter(self, metric: str) -> None:
        """Add an info about the rate of a metric that is not named like a counter."""
        self.inform(f"{NOT_A_COUNTER} {quoted(metric)}")

    def forced_monotonicity(self, metric: str) -> None:
        """Add an info about classic buckets whose counts decrease with a larger bound."""
        self.inform(f"{MONOTONICITY} for metric name {quoted(metric)}")

    def ignored_in_aggregation(self, aggregation: str) -> None:
        """Add an info about histograms that an aggregation ignored."""
        self.inform(f"ignored histogram in {aggregation} aggregation")

    def ignored_in_range(self, metric: str) -> None:
        """Add an info about histograms that a function of floats ignored."""
        self.inform(f"{IGNORED_IN_RANGE} {quoted(metric)}")

    def nan_observations(self, function: str, consequence: str, metric: str) -> None:
        """Add an info about NaN observations in a histogram."""
        what = f"input to {function} has NaN observations, {consequence}"
        self.inform(f"{what} for metric name {quoted(metric)}")


@dataclass(slots=True)
class OperatorAnnotations:
    """Annotation of one binary operator at each evaluation: that of the last pair that has one.

    Source: `lastErr` in VectorBinop and VectorscalarBinop of promql/engine.go in v3.5.0.
    """

    last: dict[int, Annotation] = field(default_factory=dict)

    def incompatible_layout(self, row: int, operator: str) -> None:
        """Warn of two histograms that a binary operator cannot combine."""
        what = "incompatible bucket layout encountered for binary operator"
        self.last[row] = Annotation(Level.WARNING, f"{what} {operator}")

    def incompatible_types(self, row: int, left: str, operator: str, right: str) -> None:
        """Inform about a binary operator that does not support the two sample types."""
        what = "incompatible sample types encountered for binary operator"
        message = f"{what} {quoted(operator)}: {left} {operator} {right}"
        self.last[row] = Annotation(Level.INFO, message)

    def add_to(self, notes: QueryAnnotations) -> None:
        """Add the annotations to those of the query, in the order of the evaluations."""
        for row in sorted(self.last):
            notes.add(self.last[row])


def quoted(text: str) -> str:
    """Quote a text as Go's `%q` does."""
    return json.dumps(text, ensure_ascii=False)
