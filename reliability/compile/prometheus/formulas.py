"""PromQL formula of each SLI kind; docs/concepts/slis.md discusses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from reliability.compile.prometheus import samples, slices
from reliability.promql.query import (
    WINDOW,
    SelectorQuery,
    WindowedQuery,
    both_le_forms,
    ended,
    rate,
)
from reliability.promql.sampled_query import GaugeQuery, SampledQuery
from reliability.resolve.sli import (
    AnySli,
    GaugeRatioSli,
    RatioSli,
    RatioTimesliceSli,
    RawSli,
    SlicedSli,
    ThresholdSli,
    TimesliceSli,
    WholeSli,
)
from reliability.scalars import duration_text

LabelNames = tuple[str, ...]
"""Labels whose value combinations are groups, each with an error budget of its own."""


def error_ratio(sli: AnySli, window: timedelta, by: LabelNames) -> str:
    """Return the ratio of failed to all events, samples or slices, 0..1; no value without any."""
    match sli:
        case RatioSli():
            events, total = rate(sli.events, window, by), rate(sli.total, window, by)
            return _guarded(sli.counts, events, total)
        case GaugeRatioSli():
            events, total = _gauges_summed(sli.events, window, by), _amount(sli, window, by)
            return _guarded(sli.counts, events, total)
        case RawSli() | ThresholdSli():
            return samples.error_ratio(sli, window, by)
        case TimesliceSli() | RatioTimesliceSli():
            return slices.over("avg_over_time", _verdict(sli, by), sli, window=window)


def _guarded(counts: Literal["good", "bad"], events: str, total: str) -> str:
    """Return an error ratio that treats missing good or bad series as 0 if there is a total.

    The naive `1 - good / total` has no value in the very outage in which nothing succeeds.
    """
    counted = f"({events} or {total} * 0) / ({total} > 0)"
    # Both counters are extrapolated separately, from samples of their own, so a share can slightly
    # pass 1; a negative error ratio would hide failures in an average.
    return f"clamp_min(1 - {counted}, 0)" if counts == "good" else f"clamp_max({counted}, 1)"


def failures(sli: AnySli, window: timedelta, by: LabelNames) -> str:
    """Return the number of events, samples or slices that failed within a window."""
    match sli:
        case RatioSli():
            events, total = rate(sli.events, window, by), rate(sli.total, window, by)
            return f"{_failed(sli.counts, events, total)} * {_seconds(window)}"
        case GaugeRatioSli():
            events, total = _gauges_summed(sli.events, window, by), _amount(sli, window, by)
            return _failed(sli.counts, events, total)
        case RawSli() | ThresholdSli():
            return samples.failures(sli, window, by)
        case TimesliceSli() | RatioTimesliceSli():
            return slices.over("sum_over_time", _verdict(sli, by), sli, window=window)


def _failed(counts: Literal["good", "bad"], events: str, total: str) -> str:
    if counts == "bad":
        return events
    # For the same reason good events can exceed the total.
    return f"clamp_min({total} - ({events} or {total} * 0), 0)"


def _verdict(sli: SlicedSli, by: LabelNames) -> str:
    return slices.verdict(sli, _failed_share(sli.of, slices.reach(sli), by))


def _failed_share(sli: WholeSli, reach: timedelta, by: LabelNames) -> str:
    """Return the error ratio of one slice: 0 without events, no value without data.

    With a total but no good series, all failed. Large totals stand in it twice at most.
    """
    amount = _amount(sli, reach, by)
    known = slices.counted(amount)
    match sli:
        case RatioSli():
            counts, events = sli.counts, rate(sli.events, reach, by)
        case GaugeRatioSli():
            counts, events = sli.counts, _gauges_summed(sli.events, reach, by)
        case RawSli() | ThresholdSli():
            return f"({samples.error_ratio(sli, reach, by)} >= 0) or ({known}) * 0"
    share = f"{events} / ({amount} > 0)"
    if counts == "good":
        return f"(clamp_min(1 - {share}, 0) >= 0) or ({known}) > bool 0"
    return f"(clamp_max({share}, 1) >= 0) or ({known}) * 0"


def total_rate(sli: AnySli, window: timedelta, by: LabelNames) -> str:
    """Return events, samples or slices per second over a window, their weight in the period."""
    match sli:
        case RatioSli():
            return _amount(sli, window, by)
        case GaugeRatioSli() | RawSli() | ThresholdSli():
            return f"{_amount(sli, window, by)} / {_seconds(window)}"
        case TimesliceSli() | RatioTimesliceSli():
            return f"{slices_in(sli, window, by)} / {_seconds(max(window, sli.length))}"


def slices_in(sli: SlicedSli, window: timedelta, by: LabelNames) -> str:
    """Return the number of slices with data in a window."""
    counted = slices.counted(_amount(sli.of, slices.reach(sli), by))
    return slices.over("count_over_time", counted, sli, window=window)


def _amount(sli: WholeSli, window: timedelta, by: LabelNames) -> str:
    """Return what is counted in a window: 0 if nothing happened, no value without data."""
    match sli:
        case RatioSli():
            return rate(sli.total, window, by)
        case GaugeRatioSli():
            return _gauges_summed(sli.total, window, by)
        case RawSli() | ThresholdSli():
            return samples.measured(sli, window, by)


def _gauges_summed(query: GaugeQuery, window: timedelta, by: tuple[str, ...]) -> str:
    """Return the sum of all samples of gauges over a window, across all labels except `by`."""
    match query:
        case SelectorQuery(selector):
            inner = f"sum_over_time({both_le_forms(selector)}[{duration_text(window)}])"
        case WindowedQuery(text):
            inner = ended(WINDOW.sub(duration_text(window), text))
        case SampledQuery(text):
            inner = samples.every_minute(text, window)
    return samples.summed_over(inner, by)


def _seconds(window: timedelta) -> int:
    return int(window.total_seconds())
