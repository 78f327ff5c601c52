"""SLIs that are looked at instead of counted: a sample of each series every minute.

A sample that is NaN is none: `x >= bool -Inf` is 1 for every number and 0 for NaN, so that NaN
is data without a value, and a comparison with it no failure.
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
"""How often a sample is taken: as often as rules are evaluated."""

LookedAt = RawSli | ThresholdSli
Kept = tuple[str, ...]


def error_ratio(sli: LookedAt, window: timedelta, by: Kept) -> str:
    """The share of samples that failed, or of each of them what failed; none without a number."""
    shown = f"{_shown(sli, window, by)} / ({measured(sli, window, by)} > 0)"
    return shown if _shows_failures(sli) else f"1 - {shown}"


def failures(sli: LookedAt, window: timedelta, by: Kept) -> str:
    """How many samples failed; the ratio times the minutes where it is one over the window."""
    shown = _shown(sli, window, by)
    failed = shown if _shows_failures(sli) else f"({measured(sli, window, by)} - {shown})"
    return failed if isinstance(sli.query, SampledQuery) else f"{failed} * {window // STEP}"


def measured(sli: LookedAt, window: timedelta, by: Kept) -> str:
    """How many samples are numbers."""
    return _over(sli, "{} >= bool -Inf", window, by=by)


def _shows_failures(sli: LookedAt) -> bool:
    return isinstance(sli, RawSli) and sli.shows == "failure"


def _shown(sli: LookedAt, window: timedelta, by: Kept) -> str:
    """The sum of what samples show: 1 for each that is within the limit, or the ratio itself."""
    match sli:
        case ThresholdSli(op, limit):
            return _over(sli, f"{{}} {SIGNS[op]} bool {number(float(limit))}", window, by=by)
        case RawSli():
            return _over(sli, "clamp({} >= -Inf, 0, 1)", window, by=by)


def _over(sli: LookedAt, form: str, window: timedelta, by: Kept) -> str:
    shown = form.format(values(sli.query, duration_text(window)))
    match sli.query:
        case SampledQuery():
            return summed_over(every_minute(f"({shown})", window), by)
        case WindowedQuery():
            return summed_over(shown, by)


def every_minute(operand: str, window: timedelta) -> str:
    """The sum of an expression's values, minute by minute, for each of its series."""
    return f"sum_over_time({operand}[{duration_text(window)}:{duration_text(STEP)}])"


def minutes_with(operand: str, window: timedelta, by: Kept) -> str:
    """In how many minutes of a window an expression had a number."""
    aggregation = f"group by ({', '.join(by)}) " if by else "group"
    length, step = duration_text(window), duration_text(STEP)
    return f"count_over_time({aggregation}({operand} >= -Inf)[{length}:{step}])"


def summed_over(series: str, by: Kept) -> str:
    """The sum over all series but those that `by` names."""
    aggregation = f"sum by ({', '.join(by)}) " if by else "sum"
    return f"{aggregation}({series})"
