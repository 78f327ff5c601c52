"""Gauges that count by the interval, or hold a state: what they add up to over a window."""

from __future__ import annotations

from datetime import timedelta

from reliability.compile.prometheus.samples import every_minute, summed_over
from reliability.promql.query import WINDOW, SelectorQuery, WindowedQuery, both_le_forms, ended
from reliability.promql.sampled_query import GaugeQuery, SampledQuery
from reliability.scalars import duration_text


def summed(query: GaugeQuery, window: timedelta, by: tuple[str, ...]) -> str:
    """The sum of every sample over a window and all series but those that `by` names."""
    match query:
        case SelectorQuery(selector):
            inner = f"sum_over_time({both_le_forms(selector)}[{duration_text(window)}])"
        case WindowedQuery(text):
            inner = ended(WINDOW.sub(duration_text(window), text))
        case SampledQuery(text):
            inner = every_minute(text, window)
    return summed_over(inner, by)
