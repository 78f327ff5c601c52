"""SLOs of Datadog: metric-based ones that count events, and time-slice ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from reliability.compile.datadog.tags import name_of, tags_of
from reliability.compile.datadog.texts import slo_description, slo_title
from reliability.location import Location
from reliability.model.openslo.sli import RatioMetric
from reliability.resolve.datadog_nearest import (
    nearest_percentage,
    nearest_period,
    nearest_slice,
)
from reliability.resolve.objectives import Objective
from reliability.resource import Json, Resource, ResourceId

TARGET: Final = "datadog"
METRIC_SLO: Final = "metric-slo"
SLICE_SLO: Final = "time-slice-slo"
ONE_TERM: Final = re.compile(r"[\w.]+:[\w.]+\{[^{}]*\}( by \{[^{}]*\})?(\.\w+\([^()]*\))*")
COMPARATORS: Final[Mapping[str, str]] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
COUNTED_EVERY: Final = timedelta(minutes=1)
"""Slice of a threshold that is counted by sample: rules sample it once a minute, too."""


def slo_of(objective: Objective) -> Resource:
    """Return the SLO of an objective whose queries are Datadog's.

    The type of an SLO cannot be changed, so each type is a kind of its own: another type is
    another object, and the plan shows that the SLO is replaced.
    """
    kind, name = slo_kind(objective), name_of(objective)
    sliced = kind == SLICE_SLO
    body: dict[str, Json] = {
        "name": slo_title(objective),
        "description": slo_description(objective),
        "tags": list(tags_of(objective, name)),
        "thresholds": [
            {
                "timeframe": timeframe_of(objective),
                "target": float(nearest_percentage(objective.target)),
            }
        ],
        **({"sli_specification": _slices(objective)} if sliced else {"query": _counts(objective)}),
    }
    return Resource(ResourceId(TARGET, kind, name), body, Location(objective.slo.document.path))


def slo_kind(objective: Objective) -> str:
    """Return the kind of an objective's SLO."""
    spec = objective.slo.value.spec
    is_threshold = "threshold" in dict(objective.metrics)
    return SLICE_SLO if is_threshold or spec.budgeting_method == "Timeslices" else METRIC_SLO


def slo_reference(objective: Objective) -> str:
    """Return kind and name of an objective's SLO, by which monitors and corrections refer to it."""
    return f"{slo_kind(objective)} {name_of(objective)}"


def timeframe_of(objective: Objective) -> str:
    """Return the period as Datadog names it: 7d, 30d or 90d."""
    return f"{nearest_period(objective.period).days}d"


def total_query(objective: Objective) -> tuple[str, str]:
    """Return the role and the query whose absence means that there is no data."""
    queries = dict(objective.metrics)
    roles = ("total", "threshold", "raw")
    return next((role, queries[role]) for role in roles if role in queries)


def _counts(objective: Objective) -> dict[str, Json]:
    """Return the queries of good and of all events.

    Failures that were never counted are zero, and not missing: without `default_zero`, the
    difference would be missing as well.
    """
    queries = dict(objective.metrics)
    total = queries["total"]
    good = queries.get("good")
    if good is None:
        good = f"{_term(total)} - default_zero({queries['bad']})"
    return {"numerator": good, "denominator": total}


def _term(query: str) -> str:
    return query if ONE_TERM.fullmatch(query) else f"({query})"


def _slices(objective: Objective) -> dict[str, Json]:
    """Return the condition of a good slice."""
    declared = objective.slo.value.spec.objectives[objective.index]
    queries = dict(objective.metrics)
    length = nearest_slice(declared.time_slice_window or COUNTED_EVERY)

    if "threshold" in queries:
        comparator = COMPARATORS[str(declared.op)]
        formula, limit = "threshold", float(declared.value or 0)
    else:
        comparator = ">="
        formula, limit = _ratio(objective), float(declared.time_slice_target or 0)

    listed: list[Json] = [
        {"data_source": "metrics", "name": role, "query": query}
        for role, query in sorted(queries.items())
    ]
    condition: dict[str, Json] = {
        "query": {"formulas": [{"formula": formula}], "queries": listed},
        "comparator": comparator,
        "threshold": limit,
        "query_interval_seconds": round(length.total_seconds()),
    }
    return {"time_slice": condition}


def _ratio(objective: Objective) -> str:
    """Return the formula of the share of good events in a slice."""
    queries: dict[str, Any] = dict(objective.metrics)
    if "raw" in queries:
        indicator = objective.indicator
        ratio = indicator.spec.ratio_metric if indicator else None
        is_failure = isinstance(ratio, RatioMetric) and ratio.raw_type == "failure"
        return "1 - raw" if is_failure else "raw"
    return "default_zero(good) / total" if "good" in queries else "1 - default_zero(bad) / total"
