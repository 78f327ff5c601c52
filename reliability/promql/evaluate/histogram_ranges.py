"""Functions of ranges that contain native histograms.

Source: histogramRate, instantValue, funcSumOverTime, funcAvgOverTime, funcResets and funcChanges in
promql/functions.go of v2.53.5 and v3.5.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.histogram import (
    IncompatibleBounds,
    IncompatibleSchemas,
    NativeHistogram,
    ResetHint,
)
from reliability.promql.evaluate.lines import HistogramArray, is_histogram, no_histograms
from reliability.promql.evaluate.rates import extrapolation
from reliability.promql.evaluate.sampled import RangeCall, SampledRange, histograms_of
from reliability.promql.evaluate.stored import StoredSeries
from reliability.promql.evaluate.windows import Windows

Samples = Sequence[NativeHistogram]
Reduce = Callable[[Samples], NativeHistogram]


@contextmanager
def annotated(notes: QueryAnnotations, metric: str) -> Iterator[None]:
    """Turn incompatible histograms into a warning, so that there is no result."""
    try:
        yield
    except IncompatibleSchemas:
        notes.mixed_schemas(metric)
    except IncompatibleBounds:
        notes.incompatible_bounds(metric)


def rates(seen: Windows, call: RangeCall, metric: str) -> HistogramArray:
    """Return `rate`, `increase` or `delta` of each range; each has at least two histograms."""
    result = no_histograms(len(seen.first))
    samples, resets = histograms_of(seen), _resets(seen.series)
    factors = extrapolation(seen, per_second=call.name == "rate")
    for row, (first, after) in enumerate(
        zip(seen.first.tolist(), seen.after.tolist(), strict=True)
    ):
        with annotated(call.notes, metric):
            rise = _Rise(samples[first:after], resets[first:after], call, metric=metric).histogram()
            result[row] = None if rise is None else rise.multiplied(float(factors[row]))
    return result


class _Rise:
    """Increase of the histograms of one range."""

    def __init__(
        self, samples: Samples, resets: Sequence[bool], call: RangeCall, metric: str
    ) -> None:
        self.samples, self.resets, self.call, self.metric = samples, resets, call, metric
        self.is_counter = call.name != "delta"

    def histogram(self) -> NativeHistogram | None:
        """Return the increase as a gauge histogram, or None if the first and last are incompatible.

        Raises:
            IncompatibleSchemas: samples between them differ in schema; no other warning is added.
            IncompatibleBounds: custom bounds differ.
        """
        first, last = self._first, self.samples[-1]
        if last.is_custom != first.is_custom:
            self._note_kind_mismatch((self.samples[0], last))
            self.call.notes.mixed_schemas(self.metric)
            return None
        if any(sample.is_custom != first.is_custom for sample in self._between):
            raise IncompatibleSchemas

        rise = self._rise(first, last)
        self._note_kind_mismatch(self.samples if self.is_counter else (self.samples[0], last))
        # A rate can fall, so its result is marked as a gauge and no reset is looked for in it.
        return rise.with_hint(ResetHint.GAUGE).compact()

    def _rise(self, first: NativeHistogram, last: NativeHistogram) -> NativeHistogram:
        schemas = [first.schema, last.schema, *(sample.schema for sample in self._between)]
        rise = last.at_schema(min(schemas)).minus(first)
        if self.is_counter:
            for index in range(1, len(self.samples)):
                # As for floats, the value before a reset is added: what was counted until then is
                # not lost.
                if self.resets[index]:
                    before = first if index == 1 else self.samples[index - 1]
                    rise = rise.plus(before)
        return rise

    @property
    def _first(self) -> NativeHistogram:
        """First sample; Prometheus 3 uses an empty one instead if a reset follows right after."""
        if self.is_counter and self.resets[1] and self.call.how.is_left_open:
            second = self.samples[1]
            return NativeHistogram(schema=second.schema, bounds=second.bounds)
        return self.samples[0]

    @property
    def _between(self) -> Samples:
        """Samples between the first and last, checked for counter resets; empty for a gauge."""
        return self.samples[1:-1] if self.is_counter else ()

    def _note_kind_mismatch(self, samples: Samples) -> None:
        """Warn of gauge histograms used as counters, or of counters used as gauges."""
        gauges = [sample.hint is ResetHint.GAUGE for sample in samples]
        if self.is_counter and any(gauges):
            self.call.notes.not_a_counter(self.metric)
        if not self.is_counter and not all(gauges):
            self.call.notes.not_a_gauge(self.metric)


def _resets(series: StoredSeries) -> Sequence[bool]:
    """Return for each histogram whether it follows a reset."""
    resets: Sequence[bool] = series.histogram_resets.tolist()
    return resets


def last_changes(seen: SampledRange, call: RangeCall, rows: np.ndarray) -> HistogramArray:
    """Return `irate` or `idelta` at the rows whose last two samples are histograms."""
    result = no_histograms(len(seen.all.first))
    samples, times = seen.all.series.samples, seen.all.series.times
    for row in rows.tolist():
        last = int(seen.all.after[row]) - 1
        interval = (int(times[last]) - int(times[last - 1])) / 1000
        with annotated(call.notes, seen.metric):
            change = _last_change(samples[last - 1], samples[last], call, metric=seen.metric)
            result[row] = change.divided(interval) if call.name == "irate" else change
    return result


def _last_change(
    before: NativeHistogram, last: NativeHistogram, call: RangeCall, metric: str
) -> NativeHistogram:
    gauges = [sample.hint is ResetHint.GAUGE for sample in (before, last)]
    if call.name == "irate" and any(gauges):
        call.notes.not_a_counter(metric)
    if call.name == "idelta" and not all(gauges):
        call.notes.not_a_gauge(metric)
    if call.name == "idelta" or not last.is_reset_after(before):
        last = last.minus(before)
    return last.with_hint(ResetHint.GAUGE).compact()


def reduced(seen: Windows, call: RangeCall, metric: str) -> HistogramArray:
    """Return `sum_over_time` or `avg_over_time` of each range, with at least one histogram each."""
    reduce = total if call.name == "sum_over_time" else mean
    result, samples = no_histograms(len(seen.first)), histograms_of(seen)
    for row, (first, after) in enumerate(
        zip(seen.first.tolist(), seen.after.tolist(), strict=True)
    ):
        with annotated(call.notes, metric):
            result[row] = reduce(samples[first:after])
    return result


def total(samples: Samples) -> NativeHistogram:
    """Add histograms one after another."""
    result = samples[0]
    for sample in samples[1:]:
        result = result.plus(sample)
    return result


def mean(samples: Samples) -> NativeHistogram:
    """Return the mean, updated with every sample."""
    result = samples[0]
    for count, sample in enumerate(samples[1:], 2):
        # In this order of operations, which is that of Prometheus: another one differs in the last
        # bit.
        result = result.plus(sample.divided(count).minus(result.divided(count)))
    return result


def differences(seen: Windows, name: str) -> FloatArray:
    """Return `resets` or `changes` of ranges of numbers and histograms; a change of kind counts."""
    marks = _differs(seen.series, name)
    sums = np.concatenate(([0], np.cumsum(marks)))
    return (sums[seen.after - 1] - sums[seen.first]).astype(np.float64)


def _differs(series: StoredSeries, name: str) -> BoolArray:
    """Return for each sample but the first whether it differs from the one before."""
    values, histograms = series.values, series.samples
    if name == "resets":
        differs = values[1:] < values[:-1]
    else:
        are_nan = np.isnan(values[1:]) & np.isnan(values[:-1])
        differs = (values[1:] != values[:-1]) & ~are_nan

    kinds = is_histogram(histograms)
    differs |= kinds[1:] != kinds[:-1]
    for index in np.flatnonzero(kinds[1:] & kinds[:-1]).tolist():
        before, sample = histograms[index], histograms[index + 1]
        was_reset = name == "resets" and sample.is_reset_after(before)
        differs[index] = was_reset or (name == "changes" and not sample.equals(before))
    return differs
