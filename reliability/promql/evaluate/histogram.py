"""`NativeHistogram`: a histogram sample, with arithmetic in Prometheus's order of operations.

Source: FloatHistogram in model/histogram/float_histogram.go of v3.5.0; v2.53.5 has the same
arithmetic, without custom bounds.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from reliability.promql.evaluate.bounds import is_custom, upper_bound
from reliability.promql.evaluate.buckets import (
    NO_BUCKETS,
    Buckets,
    added,
    beyond,
    coarser,
    inside_of,
    outside_of,
    same,
    same_buckets,
)
from reliability.promql.evaluate.numerals import general


class ResetHint(enum.Enum):
    """Knowledge about a counter reset before a histogram sample."""

    UNKNOWN = "unknown"
    RESET = "reset"
    NOT_RESET = "not_reset"
    GAUGE = "gauge"


class IncompatibleSchemas(ValueError):
    """Error of combining exponential buckets with custom bounds."""


class IncompatibleBounds(ValueError):
    """Error of combining different custom bounds."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket with its bounds and count."""

    lower: float
    upper: float
    count: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NativeHistogram:
    """Immutable histogram sample; operations return a new one.

    `positive` and `negative` may contain empty buckets; `compact` removes them.
    """

    schema: int = 0
    count: float = 0.0
    total: float = 0.0
    zero_threshold: float = 0.0
    zero_count: float = 0.0
    positive: Buckets = field(default_factory=dict)
    negative: Buckets = field(default_factory=dict)
    bounds: tuple[float, ...] = ()
    hint: ResetHint = ResetHint.UNKNOWN

    @property
    def is_custom(self) -> bool:
        """Whether the histogram has custom bounds."""
        return is_custom(self.schema)

    def with_hint(self, hint: ResetHint) -> NativeHistogram:
        """Return a copy with another reset hint."""
        return replace(self, hint=hint)

    def multiplied(self, factor: float) -> NativeHistogram:
        """Multiply all counts and the sum by a factor."""
        return replace(
            self,
            count=self.count * factor,
            total=self.total * factor,
            zero_count=0.0 if self.is_custom else self.zero_count * factor,
            positive={index: count * factor for index, count in self.positive.items()},
            negative={index: count * factor for index, count in self.negative.items()},
        )

    def divided(self, divisor: float) -> NativeHistogram:
        """Divide all counts and the sum by a divisor; division by zero leaves no buckets."""
        zero = divisor == 0
        return replace(
            self,
            count=quotient(self.count, divisor),
            total=quotient(self.total, divisor),
            zero_count=0.0 if self.is_custom else quotient(self.zero_count, divisor),
            positive=NO_BUCKETS if zero else {i: c / divisor for i, c in self.positive.items()},
            negative=NO_BUCKETS if zero else {i: c / divisor for i, c in self.negative.items()},
        )

    def divided_by_any(self, divisor: float) -> NativeHistogram:
        """Divide as Prometheus 2 does, which keeps the buckets on division by zero."""
        return replace(
            self.divided(divisor),
            positive={i: quotient(c, divisor) for i, c in self.positive.items()},
            negative={i: quotient(c, divisor) for i, c in self.negative.items()},
        )

    def plus(self, other: NativeHistogram) -> NativeHistogram:
        """Add another histogram.

        Raises:
            IncompatibleSchemas: only one has custom bounds.
            IncompatibleBounds: their custom bounds differ.
        """
        return replace(_combined(self, other, 1.0), hint=_hint_of_sum(self.hint, other.hint))

    def minus(self, other: NativeHistogram) -> NativeHistogram:
        """Subtract another histogram.

        Raises:
            IncompatibleSchemas: only one has custom bounds.
            IncompatibleBounds: their custom bounds differ.
        """
        return _combined(self, other, -1.0)

    def compact(self) -> NativeHistogram:
        """Return the histogram without empty buckets."""
        return replace(
            self,
            positive={index: count for index, count in self.positive.items() if count},
            negative={index: count for index, count in self.negative.items() if count},
        )

    def at_schema(self, schema: int) -> NativeHistogram:
        """Return the histogram with the coarser buckets of a lower schema."""
        if schema == self.schema:
            return self
        return replace(
            self,
            schema=schema,
            positive=coarser(self.positive, self.schema, schema),
            negative=coarser(self.negative, self.schema, schema),
            hint=ResetHint.UNKNOWN,
        )

    def equals(self, other: NativeHistogram) -> bool:
        """Return whether all numbers are bit-identical; reset hints are ignored."""
        return (
            self.schema == other.schema
            and self.bounds == other.bounds
            and self.zero_threshold == other.zero_threshold
            and same(self.count, other.count)
            and same(self.total, other.total)
            and same(self.zero_count, other.zero_count)
            and same_buckets(self.negative, other.negative)
            and same_buckets(self.positive, other.positive)
        )

    def is_reset_after(self, previous: NativeHistogram) -> bool:
        """Return whether a counter must have been reset between the two samples (DetectReset)."""
        if self.hint in (ResetHint.RESET, ResetHint.NOT_RESET):
            return self.hint is ResetHint.RESET
        if self.count < previous.count or _has_other_layout(self, previous):
            return True

        before, threshold = _zero_count(previous, self.zero_threshold)
        if threshold != self.zero_threshold or self.zero_count < before:
            return True
        sides = ((self.positive, previous.positive), (self.negative, previous.negative))
        return any(_has_fallen(self, previous, now, before=earlier) for now, earlier in sides)

    @property
    def buckets(self) -> Iterator[Bucket]:
        """All buckets from lowest to highest, including the zero bucket unless it is empty."""
        for index in sorted(self.negative, reverse=True):
            yield self._bounded(self._negative_bucket(index, self.negative[index]))
        if self.zero_count > 0:
            yield Bucket(-self.zero_threshold, self.zero_threshold, self.zero_count)
        for index, count in self.positive.items():
            yield self._bounded(self._positive_bucket(index, count))

    @property
    def text(self) -> str:
        """Text of the histogram in `count_values`: nonempty buckets with their bounds."""
        parts = [f"count:{general(self.count)}", f"sum:{general(self.total)}"]
        parts += [
            _written(self._negative_bucket(index, self.negative[index]), self)
            for index in sorted(self.negative, reverse=True)
        ]
        if self.zero_count:
            threshold = general(self.zero_threshold)
            parts.append(f"[-{threshold},{threshold}]:{general(self.zero_count)}")
        parts += [
            _written(self._positive_bucket(index, count), self)
            for index, count in self.positive.items()
        ]
        return f"{{{', '.join(part for part in parts if part)}}}"

    def _positive_bucket(self, index: int, count: float) -> Bucket:
        lower = upper_bound(index - 1, self.schema, self.bounds)
        return Bucket(lower, upper_bound(index, self.schema, self.bounds), count)

    def _negative_bucket(self, index: int, count: float) -> Bucket:
        upper = -upper_bound(index - 1, self.schema)
        return Bucket(-upper_bound(index, self.schema), upper, count)

    def _bounded(self, bucket: Bucket) -> Bucket:
        """Limit a bucket to values outside the zero bucket."""
        if 0 < bucket.lower < self.zero_threshold:
            return replace(bucket, lower=self.zero_threshold)
        if -self.zero_threshold < bucket.upper < 0:
            return replace(bucket, upper=-self.zero_threshold)
        return bucket


def quotient(value: float, divisor: float) -> float:
    """Divide, following IEEE 754 for division by zero."""
    if divisor:
        return value / divisor
    if value == 0 or math.isnan(value):
        return math.nan
    return math.copysign(math.inf, value) * math.copysign(1.0, divisor)


def _written(bucket: Bucket, histogram: NativeHistogram) -> str:
    if not bucket.count:
        return ""
    if histogram.is_custom:
        opening, closing = ("[" if bucket.lower == -math.inf else "("), "]"
    else:
        opening, closing = ("[" if bucket.lower < 0 else "("), ("]" if bucket.upper > 0 else ")")
    bounds = f"{general(bucket.lower)},{general(bucket.upper)}"
    return f"{opening}{bounds}{closing}:{general(bucket.count)}"


def _hint_of_sum(one: ResetHint, other: ResetHint) -> ResetHint:
    if one is other:
        return one
    return ResetHint.GAUGE if ResetHint.GAUGE in (one, other) else ResetHint.UNKNOWN


def _combined(one: NativeHistogram, other: NativeHistogram, sign: float) -> NativeHistogram:
    """Return `one + sign * other`, at the lower schema and the wider zero bucket of the two."""
    if one.is_custom != other.is_custom:
        raise IncompatibleSchemas
    if one.bounds != other.bounds:
        raise IncompatibleBounds

    zero_count = other.zero_count
    if not one.is_custom:
        one, zero_count = _with_equal_zero_buckets(one, other)
        # Buckets can be merged into coarser ones and never split, so the lower schema wins.
        schema = min(one.schema, other.schema)
        one, other = replace(one.at_schema(schema), hint=one.hint), other.at_schema(schema)

    return replace(
        one,
        count=one.count + sign * other.count,
        total=one.total + sign * other.total,
        zero_count=one.zero_count + sign * zero_count,
        positive=_merged(one, one.positive, other.positive, sign=sign),
        negative=_merged(one, one.negative, other.negative, sign=sign),
    )


def _merged(result: NativeHistogram, mine: Buckets, theirs: Buckets, sign: float) -> Buckets:
    """Add or subtract buckets, without those of the other that the zero bucket covers."""
    merged = dict(mine)
    for index, count in beyond(theirs, result.zero_threshold, result.schema):
        merged[index] = merged[index] + sign * count if index in merged else sign * count
    return dict(sorted(merged.items()))


def _with_equal_zero_buckets(
    one: NativeHistogram, other: NativeHistogram
) -> tuple[NativeHistogram, float]:
    """Widen the zero bucket of `one` to at least that of `other`.

    Return the widened histogram, and the count of `other` in a zero bucket of that width.
    """
    count, threshold = other.zero_count, other.zero_threshold
    while threshold != one.zero_threshold:
        if one.zero_threshold > threshold:
            count, threshold = _zero_count(other, one.zero_threshold)
        if threshold > one.zero_threshold:
            zero_count, wider = _zero_count(one, threshold)
            one = replace(
                one,
                zero_count=zero_count,
                zero_threshold=wider,
                positive=outside_of(one.positive, wider, one.schema),
                negative=outside_of(one.negative, wider, one.schema),
            )
    return one, count


def _zero_count(histogram: NativeHistogram, threshold: float) -> tuple[float, float]:
    """Return the count of a zero bucket widened to a threshold, and the width it needs.

    The width is larger than the threshold if that would split a nonempty bucket.
    """
    if threshold == histogram.zero_threshold:
        return histogram.zero_count, threshold
    while True:
        above, threshold = inside_of(histogram.positive, threshold, histogram.schema)
        below, wider = inside_of(histogram.negative, threshold, histogram.schema)
        if wider == threshold:
            return added(histogram.zero_count, above + below), threshold
        threshold = wider


def _has_other_layout(current: NativeHistogram, previous: NativeHistogram) -> bool:
    return (
        current.is_custom != previous.is_custom
        or current.bounds != previous.bounds
        or current.schema > previous.schema
        or current.zero_threshold < previous.zero_threshold
    )


def _has_fallen(
    current: NativeHistogram, previous: NativeHistogram, now: Buckets, before: Buckets
) -> bool:
    """Return whether any bucket has a lower count than before, or is gone."""
    before = coarser(before, previous.schema, current.schema)
    left = dict(beyond(now, current.zero_threshold, current.schema))
    last = max(left, default=-math.inf)
    for index, count in beyond(before, current.zero_threshold, current.schema):
        if index > last:
            # Prometheus checks only the first earlier bucket beyond the last one (detectReset).
            return count != 0
        if left[index] < count if index in left else count != 0:
            return True
    return False
