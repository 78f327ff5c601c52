"""What Prometheus adds to an answer: warnings and infos, in its own words.

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
    """How much an annotation matters."""

    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark of Prometheus on a result."""

    level: Level
    message: str

    @property
    def text(self) -> str:
        """As a server writes it, without the position."""
        return f"PromQL {self.level.value}: {self.message}"


@dataclass(slots=True)
class QueryAnnotations:
    """The annotations of one evaluation, each once."""

    known: dict[Annotation, None] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Annotation]:
        return iter(self.known)

    def warn(self, message: str) -> None:
        """Add a warning."""
        self.known[Annotation(Level.WARNING, message)] = None

    def inform(self, message: str) -> None:
        """Add an info."""
        self.known[Annotation(Level.INFO, message)] = None

    def invalid_quantile(self, quantile: float) -> None:
        """Warn of a quantile outside of 0 to 1."""
        self.warn(f"quantile value should be between 0 and 1, got {general(quantile)}")

    def invalid_quantiles(self, quantiles: FloatArray) -> None:
        """Warn of each quantile outside of 0 to 1."""
        for value in np.unique(quantiles[~((quantiles >= 0) & (quantiles <= 1))]).tolist():
            self.invalid_quantile(value)

    def bad_bucket_label(self, metric: str, value: str) -> None:
        """Warn of a classic bucket without a bound."""
        what = f"is missing or has a malformed value of {quoted(value)}"
        self.warn(f'bucket label "le" {what} for metric name {quoted(metric)}')

    def mixed_range(self, metric: str) -> None:
        """Warn of floats and histograms in one range."""
        self.warn(f"encountered a mix of histograms and floats for metric name {quoted(metric)}")

    def mixed_aggregation(self) -> None:
        """Warn of floats and histograms in one group."""
        self.warn("encountered a mix of histograms and floats for aggregation")

    def mixed_classic_and_native(self, metric: str) -> None:
        """Warn of a histogram that is there in both forms."""
        what = "vector contains a mix of classic and native histograms"
        self.warn(f"{what} for metric name {quoted(metric)}")

    def not_a_counter(self, metric: str) -> None:
        """Warn of a rate of gauge histograms."""
        self.warn(f"this native histogram metric is not a counter: {quoted(metric)}")

    def not_a_gauge(self, metric: str) -> None:
        """Warn of a delta of counter histograms."""
        self.warn(f"this native histogram metric is not a gauge: {quoted(metric)}")

    def mixed_schemas(self, metric: str) -> None:
        """Warn of exponential and custom buckets together."""
        self.warn(f"{MIXED_SCHEMAS} for metric name {quoted(metric)}")

    def incompatible_bounds(self, metric: str) -> None:
        """Warn of different custom bounds together."""
        what = "vector contains histograms with incompatible custom buckets"
        self.warn(f"{what} for metric name {quoted(metric)}")

    def incompatible_layout(self, operator: str) -> None:
        """Warn of histograms that an operator cannot combine."""
        self.warn(f"incompatible bucket layout encountered for binary operator {operator}")

    def possible_non_counter(self, metric: str) -> None:
        """Inform of a rate of what is not named as a counter."""
        self.inform(f"{NOT_A_COUNTER} {quoted(metric)}")

    def forced_monotonicity(self, metric: str) -> None:
        """Inform of classic buckets that fell."""
        self.inform(f"{MONOTONICITY} for metric name {quoted(metric)}")

    def incompatible_types(self, left: str, operator: str, right: str) -> None:
        """Inform of an operator between samples that it does not take."""
        what = "incompatible sample types encountered for binary operator"
        self.inform(f"{what} {quoted(operator)}: {left} {operator} {right}")

    def ignored_in_aggregation(self, aggregation: str) -> None:
        """Inform of histograms that an aggregation left out."""
        self.inform(f"ignored histogram in {aggregation} aggregation")

    def ignored_in_range(self, metric: str) -> None:
        """Inform of histograms that a function of floats left out."""
        self.inform(f"{IGNORED_IN_RANGE} {quoted(metric)}")

    def nan_observations(self, function: str, consequence: str, metric: str) -> None:
        """Inform of observations that are no numbers."""
        what = f"input to {function} has NaN observations, {consequence}"
        self.inform(f"{what} for metric name {quoted(metric)}")


def quoted(text: str) -> str:
    """A text as Go's `%q` writes it."""
    return json.dumps(text, ensure_ascii=False)
