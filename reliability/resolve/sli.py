"""SLI of one objective under its budgeting method: ratio, threshold, or time slices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final, Literal

from reliability.model.openslo.sli import RatioMetric, SliSpec
from reliability.model.openslo.slo import Slo, SloObjective, SloSpec
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.query import EventQuery, QueryFault, WindowedQuery
from reliability.promql.sampled_query import (
    GaugeQuery,
    Op,
    Query,
    SampledQuery,
    ValueQuery,
    read_as,
    values,
)
from reliability.resolve.indicator import Indicator, is_counted

Queries = Mapping[str, Query]
LOOKS_BACK: Final = "5m"
"""Window of the query in a threshold that is sampled every minute."""


@dataclass(frozen=True, slots=True)
class RatioSli:
    """Ratio of failed or good to all events, from PromQL counters or native histograms.

    `counts` says which of the two `events` are.
    """

    counts: Literal["good", "bad"]
    events: EventQuery
    total: EventQuery


@dataclass(frozen=True, slots=True)
class GaugeRatioSli:
    """Ratio of failed or good to all events, from gauges that count per interval or now.

    These are SLIs with `counter: false`.
    """

    counts: Literal["good", "bad"]
    events: GaugeQuery
    total: GaugeQuery


@dataclass(frozen=True, slots=True)
class RawSli:
    """A query that is already a ratio 0..1, of success or of failure.

    A query with the window is the ratio over that window; otherwise its samples are averaged.
    """

    shows: Literal["success", "failure"]
    query: ValueQuery


@dataclass(frozen=True, slots=True)
class ThresholdSli:
    """A value that must be below (`lt`, `lte`) or above (`gt`, `gte`) a limit, per sample.

    A query with the window is measured once over the whole window.
    """

    op: Op
    limit: Decimal
    query: ValueQuery


WholeSli = RatioSli | GaugeRatioSli | RawSli | ThresholdSli
"""An SLI without slices, which OpenSLO calls Occurrences."""


@dataclass(frozen=True, slots=True)
class TimesliceSli:
    """Share of time slices in which the good ratio was at least `good_from`, 0..1."""

    of: WholeSli
    length: timedelta
    good_from: Decimal


@dataclass(frozen=True, slots=True)
class RatioTimesliceSli:
    """Mean of the ratios of time slices, regardless of the number of events in each."""

    of: WholeSli
    length: timedelta


SlicedSli = TimesliceSli | RatioTimesliceSli
AnySli = WholeSli | SlicedSli


def sli_of(slo: Slo, index: int, indicator: Indicator) -> AnySli | None:
    """Return the SLI of one objective, or None if it cannot be read or has no known form."""
    spec = slo.spec
    whole = _whole(indicator.spec, spec.objectives[index], _read(indicator))
    return _sliced(whole, spec, spec.objectives[index]) if whole else None


def _read(indicator: Indicator) -> Queries:
    """Return the queries that can be read, by role."""
    queries: dict[str, Query] = {}
    for placed in indicator.queries:
        if placed.is_promql and placed.text is not None:
            read = read_as(placed.role, is_counted(indicator.spec), placed.text)
            if not isinstance(read, QueryFault):
                queries[placed.role] = read
    return queries


def _whole(spec: SliSpec, objective: SloObjective, read: Queries) -> WholeSli | None:
    if spec.ratio_metric is None:
        return _threshold(objective, read)
    ratio = spec.ratio_metric
    return _raw(ratio, read) if ratio.raw else _ratio(ratio, read)


def _ratio(ratio: RatioMetric, read: Queries) -> RatioSli | GaugeRatioSli | None:
    counts: Literal["good", "bad"] = "good" if ratio.good else "bad"
    events, total = read.get(counts), read.get("total")
    if events is None or total is None:
        return None
    if not ratio.counter:
        if isinstance(events, HistogramQuery) or isinstance(total, HistogramQuery):
            return None  # queries of gauges are never read as such
        return GaugeRatioSli(counts, events, total)
    if isinstance(events, SampledQuery) or isinstance(total, SampledQuery):
        return None  # queries of counters are never read as such
    return RatioSli(counts, events, total)


def _raw(ratio: RatioMetric, read: Queries) -> RawSli | None:
    query = read.get("raw")
    if isinstance(query, SampledQuery | WindowedQuery) and ratio.raw_type:
        return RawSli(ratio.raw_type, query)
    return None


def _threshold(objective: SloObjective, read: Queries) -> ThresholdSli | None:
    query, op, value = read.get("threshold"), objective.op, objective.value
    if isinstance(query, SampledQuery | WindowedQuery) and op and value is not None:
        return ThresholdSli(op, value, query)
    return None


def _sliced(whole: WholeSli, spec: SloSpec, objective: SloObjective) -> AnySli | None:
    """Return the SLI with time slices if the budgeting method has them; None without their keys.

    Only with slices does a threshold's query use their length as its window; otherwise each sample
    has a window of its own.
    """
    length = objective.time_slice_window
    match spec.budgeting_method:
        case "Occurrences":
            return _sampled(whole)
        case "Timeslices":
            at_least = objective.time_slice_target
            return TimesliceSli(whole, length, at_least) if length and at_least else None
        case "RatioTimeslices":
            return RatioTimesliceSli(whole, length) if length else None


def _sampled(whole: WholeSli) -> WholeSli:
    match whole:
        case ThresholdSli(query=WindowedQuery() as query):
            return replace(whole, query=SampledQuery(values(query, LOOKS_BACK)))
        case _:
            return whole
