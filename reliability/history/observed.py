"""Counts by minute of an SLI of native histograms: increments of their observations.

The number of observations within bounds is a counter: it is a fixed sum over the buckets, so its
increments are what `rate` of the histogram counts. A server evaluates this counter at the end of
each minute. From raw samples it is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

import numpy as np

from reliability.arrays import FloatArray
from reliability.history.increments import LONGEST_GAP, added, increments
from reliability.history.month import Column
from reliability.history.sli import HistogramCounters
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.native_quantiles import fraction
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.histogram_query import HistogramQuery, observed_since_start
from reliability.promql.samples import Counter, ExpressionReader, SampleReader, Samples
from reliability.promql.selector import METRIC_NAME, Selector
from reliability.timespan import MINUTE, TimeSpan

Group: TypeAlias = tuple[str, ...]
Reading: TypeAlias = Callable[[HistogramQuery, TimeSpan], Iterable[Counter]]
"""Function that returns the observations of each series in a span, as counters."""

PROMETHEUS_3: Final = Semantics()
ROUNDING: Final = 1e-9
"""Relative decrease up to which a counter counts as unchanged."""


def server_counts(
    counters: HistogramCounters, by: Group, reader: ExpressionReader, span: TimeSpan
) -> dict[Column, FloatArray]:
    """Return the increments of each minute of a span, with NaN if the server has no value.

    Raises:
        SourceError: the server does not answer.
    """

    def reading(query: HistogramQuery, around: TimeSpan) -> Iterable[Counter]:
        ends = TimeSpan(around.start + MINUTE, around.end + MINUTE)
        return reader.evaluated(observed_since_start(query), ends, MINUTE)

    return _booked(counters, by, reading, span=span)


def sample_counts(
    counters: HistogramCounters,
    by: Group,
    reader: SampleReader,
    span: TimeSpan,
    how: Semantics = PROMETHEUS_3,
) -> dict[Column, FloatArray]:
    """Return the increments of each minute of a span from raw samples of native histograms.

    The generation of `how` decides how a bucket that holds a bound is divided.

    Raises:
        SourceError: the samples cannot be read.
    """

    def reading(query: HistogramQuery, around: TimeSpan) -> Iterator[Counter]:
        for stored in reader.counters(Selector.parse(query.selector), around):
            if stored.samples.histograms is not None:
                yield Counter(stored.labels, _observed(stored.samples, query, how))

    return _booked(counters, by, reading, span=span)


def _booked(
    counters: HistogramCounters, by: Group, reading: Reading, span: TimeSpan
) -> dict[Column, FloatArray]:
    around = TimeSpan(span.start - LONGEST_GAP, span.end + LONGEST_GAP)
    booked: dict[Column, FloatArray] = {}
    for role, query in counters.by_role:
        for counter in reading(query, around):
            column = _column(role, counter, by)
            counted = increments(_without_rounding(counter.samples), span)
            booked[column] = added(booked[column], counted) if column in booked else counted
    return booked


def _without_rounding(samples: Samples) -> Samples:
    """Return a counter without decreases that only come from rounding.

    It is a fraction times a count. If all new observations are beyond the bounds, the product stays
    the same but for its last digits, and a decrease would look like a restart.
    """
    usable = np.isfinite(samples.values)
    times, values = samples.times[usable], samples.values[usable]
    steps = np.diff(values, prepend=values[:1])
    is_rounding = (steps < 0) & (-steps <= ROUNDING * values)
    return Samples(times, values + np.cumsum(np.where(is_rounding, -steps, 0.0)))


def _column(role: str, counter: Counter, by: Group) -> Column:
    labels = {label: counter.labels.get(label, "") for label in by}
    kept = {METRIC_NAME: role, **{name: value for name, value in labels.items() if value}}
    return Column(0, tuple(sorted(kept.items())))


def _observed(samples: Samples, query: HistogramQuery, how: Semantics) -> Samples:
    """Return the observations of one series as a counter; NaN for a sample that is a number."""
    histograms = samples.histograms if samples.histograms is not None else ()
    values = [_count(histogram, query, how) for histogram in histograms]
    return Samples(samples.times, np.array(values, dtype=np.float64))


def _count(histogram: NativeHistogram | None, query: HistogramQuery, how: Semantics) -> float:
    if histogram is None:
        return np.nan
    if query.bounds is None or histogram.count == 0:
        return histogram.count
    lower, upper = map(float, query.bounds)
    notes = QueryAnnotations()
    share = fraction((lower, upper), histogram, "", how, notes=notes)
    return share * histogram.count
