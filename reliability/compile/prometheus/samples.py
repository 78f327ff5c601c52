"""SLIs of sampled values instead of counters: one sample of each series per minute.

NaN is not a sample: `x >= bool -Inf` is 1 for every number and 0 for NaN, so that NaN is data
without a value, and a comparison with it is not a failure.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from reliability.compile.prometheus.names import number
from reliability.promql.query import WindowedQuery
from reliability.promql.sampled_query import SIGNS, SampledQuery, values
from reliability.resolve.sli import RawSli, ThresholdSli
from reliability.scalars import duration_text

STEP: Final = timedelta(minutes=1)
"""Interval of samples, the same as that of rule evaluations."""

LookedAt = RawSli | ThresholdSli
LabelNames = tuple[str, ...]


def error_ratio(sli: LookedAt, window: timedelta, by: LabelNames) -> str:
    """Return the share of failed samples, or the mean of their error ratios.

    There is no value without numbers.
    """
    shown = f"{_shown(sli, window, by)} / ({measured(sli, window, by)} > 0)"
    return shown if _shows_failures(sli) else f"1 - {shown}"


def failures(sli: LookedAt, window: timedelta, by: LabelNames) -> str:
    """Return the number of failed samples.

    For a query that covers the window itself, it is the ratio times the minutes of the window.
    """
    shown = _shown(sli, window, by)
    failed = shown if _shows_failures(sli) else f"({measured(sli, window, by)} - {shown})"
    return failed if isinstance(sli.query, SampledQuery) else f"{failed} * {window // STEP}"


def measured(sli: LookedAt, window: timedelta, by: LabelNames) -> str:
    """Return the number of samples that are not NaN."""
    # No comparison with NaN is true, so this is 1 for each number and 0 for NaN.
    return _over(sli, "{} >= bool -Inf", window, by=by)


def _shows_failures(sli: LookedAt) -> bool:
    return isinstance(sli, RawSli) and sli.shows == "failure"


def _shown(sli: LookedAt, window: timedelta, by: LabelNames) -> str:
    """Return the sum over samples of 1 if within the limit, or of the ratio itself."""
    match sli:
        case ThresholdSli(op, limit):
            return _over(sli, f"{{}} {SIGNS[op]} bool {number(float(limit))}", window, by=by)
        case RawSli():
            # The filter drops NaN first: `clamp` of NaN is NaN, and so would be every sum over it.
            return _over(sli, "clamp({} >= -Inf, 0, 1)", window, by=by)


def _over(sli: LookedAt, form: str, window: timedelta, by: LabelNames) -> str:
    shown = form.format(values(sli.query, duration_text(window)))
    match sli.query:
        case SampledQuery():
            return summed_over(every_minute(f"({shown})", window), by)
        case WindowedQuery():
            return summed_over(shown, by)


def every_minute(operand: str, window: timedelta) -> str:
    """Return the sum over a window of an expression's values once a minute, per series."""
    return f"sum_over_time({operand}[{duration_text(window)}:{duration_text(STEP)}])"


def minutes_with(operand: str, window: timedelta, by: LabelNames) -> str:
    """Return the number of minutes in a window in which an expression had a number."""
    aggregation = f"group by ({', '.join(by)}) " if by else "group"
    length, step = duration_text(window), duration_text(STEP)
    return f"count_over_time({aggregation}({operand} >= -Inf)[{length}:{step}])"


def summed_over(series: str, by: LabelNames) -> str:
    """Return the sum over all series, or by the labels of `by`."""
    aggregation = f"sum by ({', '.join(by)}) " if by else "sum"
    return f"{aggregation}({series})"
