"""Whether a result is the one that a language test expects.

Source: compareResult in promql/promqltest/test.go and util/almost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from reliability.promql.evaluate.buckets import Buckets
from reliability.promql.evaluate.evaluator import Value
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.lines import EvaluatedSeries, Labels, Vector, written
from reliability.promql.evaluate.stored import is_stale
from tests.promql.language.description import Sample
from tests.promql.language.script import Eval

EPSILON: Final = 0.000001
SMALLEST: Final = 2.2250738585072014e-308
LARGEST: Final = 1.7976931348623157e308


class Unexpected(AssertionError):
    """A result is another than the one that is expected."""


def check_instant(command: Eval, result: Value, row: int) -> None:
    """Compare the samples at one evaluation.

    Raises:
        Unexpected: they differ.
    """
    if not isinstance(result, tuple):
        _check_scalar(command, float(result[row]))
        return
    if command.scalar is not None:
        raise Unexpected(f"expected the scalar {command.scalar}, got series")

    expected = dict(command.expected)
    present = [series for series in result if series.there[row]]
    for position, series in enumerate(present):
        if series.labels not in expected:
            raise Unexpected(f"unexpected series {written(series.labels)}: {_at(series, row)}")
        if command.expects("ordered") and list(expected)[position] != series.labels:
            raise Unexpected(f"{written(series.labels)} is at position {position + 1}")
        _check_sample(series.labels, expected[series.labels][0], _at(series, row))
    _check_missing(expected, [series.labels for series in present])


def _check_scalar(command: Eval, value: float) -> None:
    if command.scalar is None:
        raise Unexpected(f"expected series, got the scalar {value}")
    if not almost_equal(command.scalar, value):
        raise Unexpected(f"expected the scalar {command.scalar}, got {value}")


def check_range(command: Eval, result: Value, count: int) -> None:
    """Compare the samples at every step.

    Raises:
        Unexpected: they differ.
    """
    if isinstance(result, tuple):
        lines: Vector = tuple(series for series in result if series.there.any())
    else:
        lines = (EvaluatedSeries((), result, np.ones(count, dtype=bool)),)

    expected = dict(command.expected)
    for series in lines:
        if series.labels not in expected:
            raise Unexpected(f"unexpected series {written(series.labels)}")
        _check_steps(series, expected[series.labels], count)
    _check_missing(expected, [series.labels for series in lines])


def _check_steps(series: EvaluatedSeries, expected: Sequence[Sample], count: int) -> None:
    if len(expected) > count:
        what = f"{len(expected)} samples expected of {written(series.labels)}"
        raise Unexpected(f"{what}, in {count} steps")
    for row in range(count):
        wanted = expected[row] if row < len(expected) else None
        _check_sample(series.labels, wanted, _at(series, row), f" at step {row}")


def _check_missing(expected: Mapping[Labels, object], present: Sequence[Labels]) -> None:
    for labels in expected:
        if labels not in present:
            raise Unexpected(f"expected series {written(labels)} is missing")


def _at(series: EvaluatedSeries, row: int) -> Sample:
    if not series.there[row]:
        return None
    histogram = None if series.histograms is None else series.histograms[row]
    return float(series.values[row]) if histogram is None else histogram


def _check_sample(labels: Labels, expected: Sample, sample: Sample, where: str = "") -> None:
    if isinstance(expected, NativeHistogram) and isinstance(sample, NativeHistogram):
        equal = _equal(expected.compact(), sample.compact())
    elif isinstance(expected, float) and isinstance(sample, float):
        equal = almost_equal(expected, sample)
    else:
        equal = expected is sample
    if not equal:
        what = f"{_shown(expected)} of {written(labels)}{where}"
        raise Unexpected(f"expected {what}, got {_shown(sample)}")


def _shown(sample: Sample) -> str:
    return sample.text if isinstance(sample, NativeHistogram) else str(sample)


def _equal(expected: NativeHistogram, sample: NativeHistogram) -> bool:
    return (
        expected.schema == sample.schema
        and expected.bounds == sample.bounds
        and expected.zero_threshold == sample.zero_threshold
        and almost_equal(expected.count, sample.count)
        and almost_equal(expected.total, sample.total)
        and almost_equal(expected.zero_count, sample.zero_count)
        and _equal_buckets(expected.positive, sample.positive)
        and _equal_buckets(expected.negative, sample.negative)
    )


def _equal_buckets(expected: Buckets, buckets: Buckets) -> bool:
    return expected.keys() == buckets.keys() and all(
        almost_equal(count, buckets[index]) for index, count in expected.items()
    )


def almost_equal(left: float, right: float) -> bool:
    """Whether two numbers differ by less than EPSILON of their sum."""
    stale = is_stale(np.array([left, right]))
    if stale.any():
        return bool(stale.all())
    if math.isnan(left) and math.isnan(right):
        return True
    if left == right:
        return True
    together, apart = abs(left) + abs(right), abs(left - right)
    if left == 0 or right == 0 or together < SMALLEST:
        return apart < EPSILON * SMALLEST
    return apart / min(together, LARGEST) < EPSILON
