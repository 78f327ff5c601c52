"""All functions of ranges, over series of numbers, histograms or both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate import histogram_ranges, trends
from reliability.promql.evaluate.lines import (
    EvaluatedSeries,
    HistogramArray,
    is_histogram,
    no_histograms,
)
from reliability.promql.evaluate.over_time import over_time
from reliability.promql.evaluate.rates import extrapolated
from reliability.promql.evaluate.sampled import RangeCall, SampledRange, narrowed
from reliability.promql.evaluate.windows import Windows

Function = Callable[[SampledRange, RangeCall], EvaluatedSeries]
COUNTERS: Final = ("_total", "_sum", "_count", "_bucket")


def called(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    """Apply a function to each range of a series."""
    with np.errstate(all="ignore"):
        return FUNCTIONS[call.name](seen, call)


def _rate(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    """Return `rate`, `increase` or `delta`; a range with both kinds of samples has no result."""
    is_counter, per_second = call.name != "delta", call.name == "rate"
    numbers = extrapolated(seen.floats, call.how, counter=is_counter, per_second=per_second)
    result = _beside_histograms(seen, call, numbers, least=2, function=histogram_ranges.rates)
    if is_counter:
        _check_name(seen, call, result)
    return result


def _check_name(seen: SampledRange, call: RangeCall, result: EvaluatedSeries) -> None:
    """Add an info if the metric of a rate is not named like a counter."""
    metric = seen.metric
    # The engine adds this info only if the range has floats: histograms have no such suffix.
    if metric and not metric.endswith(COUNTERS) and bool(np.any(result.floats.there)):
        call.notes.possible_non_counter(metric)


def _sum_or_mean(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    numbers = over_time(call.name, seen.floats, call.how)
    return _beside_histograms(seen, call, numbers, least=1, function=histogram_ranges.reduced)


def _beside_histograms(
    seen: SampledRange,
    call: RangeCall,
    numbers: EvaluatedSeries,
    least: int,
    function: Callable[[Windows, RangeCall, str], HistogramArray],
) -> EvaluatedSeries:
    """Return numbers for ranges of numbers, and results of `function` for ranges of histograms."""
    if seen.histograms is None:
        return numbers
    # A range of both kinds has no result and a warning, instead of the result of one kind.
    mixed = seen.has_floats & seen.has_histograms
    if mixed.any():
        call.notes.mixed_range(seen.metric)

    rows = (seen.histograms.count >= least) & ~mixed
    histograms = no_histograms(len(rows))
    if rows.any():
        histograms[rows] = function(narrowed(seen.histograms, rows), call, seen.metric)
    return _with_histograms(numbers.at(~mixed), histograms)


def _with_histograms(numbers: EvaluatedSeries, histograms: HistogramArray) -> EvaluatedSeries:
    present = is_histogram(histograms)
    if not present.any():
        return numbers
    values = np.where(present, 0.0, numbers.values)
    return replace(numbers, values=values, there=numbers.there | present, histograms=histograms)


def _last_change(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    """Return `irate` or `idelta`, which Prometheus 2 supports for numbers only."""
    if seen.histograms is None or not call.how.is_left_open:
        return _of_floats(seen.floats, call, seen, function=trends.last_change, least=2)

    enough = seen.all.count >= 2
    # Rows without two samples are masked by `enough`; the index only has to stay in the array.
    after = np.maximum(seen.all.after, 2)
    kinds = is_histogram(seen.all.series.samples)
    # Padding for series of fewer than two samples, whose rows are masked as well.
    kinds = np.concatenate((kinds, [False, False]))
    last, before = kinds[after - 1], kinds[after - 2]
    if bool(np.any(enough & (last != before))):
        call.notes.mixed_range(seen.metric)

    numbers = _of_floats(seen.all, call, seen, function=trends.last_change, least=2).at(
        ~last & ~before
    )
    rows = np.flatnonzero(enough & last & before)
    return _with_histograms(numbers, histogram_ranges.last_changes(seen, call, rows))


def _of_numbers(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    """Apply a function that ignores histograms."""
    function, least = trends.FLOATS[call.name]
    _note_ignored(seen, call)
    if call.name == "quantile_over_time":
        shares = call.numbers[0][seen.has_floats]
        call.notes.invalid_quantiles(shares)
    return _of_floats(seen.floats, call, seen, function=function, least=least)


def _of_floats(
    ranges: Windows, call: RangeCall, seen: SampledRange, function: trends.Function, least: int
) -> EvaluatedSeries:
    there = ranges.count >= least
    values = np.zeros(len(there))
    if there.any():
        numbers = tuple(number[there] for number in call.numbers)
        part = replace(call, times=call.times[there], numbers=numbers)
        values[there] = function(narrowed(ranges, there), part)
    return call.result(seen, values, there)


def _note_ignored(seen: SampledRange, call: RangeCall) -> None:
    both = seen.has_floats & seen.has_histograms
    if call.how.is_left_open and both.any():
        call.notes.ignored_in_range(seen.metric)


def _extreme(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    """Return `max_over_time` or `min_over_time`."""
    _note_ignored(seen, call)
    return over_time(call.name, seen.floats, call.how)


def _of_all(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    """Return `count_over_time` or `present_over_time`, which count samples of both kinds."""
    return over_time(call.name, seen.all, call.how)


def _last(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    newest = over_time(call.name, seen.all, call.how)
    histograms = seen.all.series.histograms
    if histograms is None or not len(histograms):
        return newest
    return replace(newest, histograms=histograms[np.maximum(seen.all.after - 1, 0)])


def _differences(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    """Return `resets` or `changes`."""
    if seen.histograms is None:
        return over_time(call.name, seen.all, call.how)
    if not call.how.is_left_open:
        return _differences_of_2(seen, call)
    return _counted(seen.all, call, seen)


def _differences_of_2(seen: SampledRange, call: RangeCall) -> EvaluatedSeries:
    """Return `resets` or `changes` as Prometheus 2 does.

    It counts resets of each kind separately, and changes of numbers only.
    """
    numbers = over_time(call.name, seen.floats, call.how)
    if call.name == "changes" or seen.histograms is None:
        return numbers
    histograms = _counted(seen.histograms, call, seen)
    values = _where(numbers) + _where(histograms)
    return replace(numbers, values=values, there=seen.all.count > 0)


def _where(series: EvaluatedSeries) -> FloatArray:
    return np.where(series.there, series.values, 0.0)


def _counted(ranges: Windows, call: RangeCall, seen: SampledRange) -> EvaluatedSeries:
    there: BoolArray = ranges.count > 0
    values = np.zeros(len(there))
    if there.any():
        values[there] = histogram_ranges.differences(narrowed(ranges, there), call.name)
    return call.result(seen, values, there)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "rate": _rate,
    "increase": _rate,
    "delta": _rate,
    "irate": _last_change,
    "idelta": _last_change,
    "sum_over_time": _sum_or_mean,
    "avg_over_time": _sum_or_mean,
    "max_over_time": _extreme,
    "min_over_time": _extreme,
    "count_over_time": _of_all,
    "present_over_time": _of_all,
    "absent_over_time": _of_all,
    "last_over_time": _last,
    "resets": _differences,
    "changes": _differences,
    **dict.fromkeys(trends.FLOATS, _of_numbers),
}
