"""`sum`, `avg`, `min`, `max`, `count` and `group` over series of numbers, and `count_values`.

Source: aggregation in promql/engine.go. Series are added in the order of their labels, which is how
blocks store them; a server that stores them in another order may differ in the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.lines import (
    NAME,
    EvaluatedSeries,
    Labels,
    Vector,
    dropped,
    kept,
    labels_of,
)
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.sums import add, mean_of, stays_infinite
from reliability.promql.evaluate.work import EvaluationWork

Function = Callable[[Sequence[EvaluatedSeries]], FloatArray]


@dataclass(frozen=True, slots=True)
class LabelGrouping:
    """Labels to keep, or to drop if `without`."""

    names: tuple[str, ...] = ()
    without: bool = False

    def of(self, labels: Labels) -> Labels:
        """Return the labels of the group that a series belongs to."""
        # `without` always removes the metric name, and `by (__name__)` keeps it.
        return dropped(labels, (*self.names, NAME)) if self.without else kept(labels, self.names)


def aggregated(
    name: str, lines: Iterable[EvaluatedSeries], grouping: LabelGrouping, how: Semantics
) -> Vector:
    """Return one series per group, present wherever any series of the group is present."""
    function = (AGGREGATES if how.is_left_open else OF_2)[name]
    groups: dict[Labels, list[EvaluatedSeries]] = {}
    for line in lines:
        groups.setdefault(grouping.of(line.labels), []).append(line)
    with np.errstate(all="ignore"):
        return tuple(
            EvaluatedSeries(labels, function(group), is_present(group))
            for labels, group in groups.items()
        )


def counted_values(
    label: str, lines: Iterable[EvaluatedSeries], grouping: LabelGrouping, work: EvaluationWork
) -> Vector:
    """Return the result of `count_values`: one series per value, which is the value of `label`."""
    by_value: dict[Labels, FloatArray] = {}
    for line in lines:
        for text, rows in _texts(line):
            # Each value is a series, and may be another one at each evaluation.
            work.add_values(len(line.there))
            key = grouping.of(labels_of({**dict(line.labels), label: text}))
            by_value[key] = by_value.get(key, np.zeros(len(line.there))) + rows
    return tuple(EvaluatedSeries(labels, counts, counts > 0) for labels, counts in by_value.items())


def _texts(line: EvaluatedSeries) -> Iterator[tuple[str, BoolArray]]:
    """Yield each value of a series as label text, and the evaluations that have it."""
    floats = line.floats
    for value in np.unique(floats.values[floats.there]).tolist():
        # All NaN are one value here, because `count_values` groups by text.
        equal = np.isnan(line.values) if np.isnan(value) else line.values == value
        yield _written(value), floats.there & equal
    for row in np.flatnonzero(line.are_histograms).tolist():
        yield line.samples[row].text, np.arange(len(line.there)) == row


def _written(value: float) -> str:
    """Format a number as the shortest decimal without an exponent: 1761955200, 0.1, +Inf.

    This is `strconv.FormatFloat(value, 'f', -1, 64)` of Go.
    """
    if np.isfinite(value):
        return np.format_float_positional(value, trim="-")
    return "NaN" if np.isnan(value) else f"{'+' if value > 0 else '-'}Inf"


def is_present(lines: Sequence[EvaluatedSeries]) -> BoolArray:
    """Return the evaluations at which any series of a group is present."""
    there = lines[0].there.copy()
    for line in lines[1:]:
        there |= line.there
    return there


def _plain_sum(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    total = _first(lines)
    for line in lines[1:]:
        total = total + np.where(line.there, line.values, 0.0)
    return total


def _compensated_sum(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    total, lost = _summed(lines)
    # Kahan summation as modified by Neumaier: the error is added once, at the end.
    return total + lost


def _summed(lines: Sequence[EvaluatedSeries]) -> tuple[FloatArray, FloatArray]:
    total, lost = _first(lines), np.zeros(len(lines[0].there))
    for line in lines[1:]:
        total, lost = add(np.where(line.there, line.values, 0.0), total, lost)
    return total, lost


def _first(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    return np.where(lines[0].there, lines[0].values, 0.0)


def _count(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    count = np.zeros(len(lines[0].there))
    for line in lines:
        count += line.there
    return count


def _group(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    return np.ones(len(lines[0].there))


def _largest(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    return _reduced(lines, np.fmax)


def _smallest(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    return _reduced(lines, np.fmin)


def _reduced(
    lines: Sequence[EvaluatedSeries], choose: Callable[[FloatArray, FloatArray], FloatArray]
) -> FloatArray:
    """Reduce the present values of a group. A number wins over NaN, which also marks absence."""
    result = np.where(lines[0].there, lines[0].values, np.nan)
    for line in lines[1:]:
        result = choose(result, np.where(line.there, line.values, np.nan))
    return result


def _mean(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    total, lost = _summed(lines)
    count = _count(lines)
    # Sum and error are divided separately: adding them first would round the error away.
    mean: FloatArray = total / count + lost / count
    for row in np.flatnonzero(is_present(lines) & ~np.isfinite(total)).tolist():
        mean[row] = mean_of([line.values[row] for line in lines if line.there[row]])
    return mean


def _running_mean(lines: Sequence[EvaluatedSeries]) -> FloatArray:
    """Return the mean as Prometheus 2 updates it with every series.

    An infinite mean is kept (engine.go, `AVG`).
    """
    mean = _first(lines)
    count = lines[0].there.astype(np.float64)
    for line in lines[1:]:
        count = count + line.there
        # Two divisions and not `(value - mean) / count`, as in Prometheus 2: it avoids an overflow.
        moved = mean + (line.values / count - mean / count)
        moved = np.where(stays_infinite(mean, line.values), mean, moved)
        moved = np.where(count == 1, line.values, moved)
        mean = np.where(line.there, moved, mean)
    return mean


BOTH: Final[Mapping[str, Function]] = {
    "count": _count,
    "group": _group,
    "max": _largest,
    "min": _smallest,
}
OF_2: Final = {**BOTH, "sum": _plain_sum, "avg": _running_mean}
AGGREGATES: Final = {**BOTH, "sum": _compensated_sum, "avg": _mean}
