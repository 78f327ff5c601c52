"""Words on what is beyond the limit of a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from reliability.compile.prometheus.units import unit_of
from reliability.compile.prometheus.words import escaped, percent
from reliability.promql.sampled_query import Op
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import ThresholdSli
from reliability.scalars import duration_text

BEYOND: Final[Mapping[Op, str]] = {
    "lt": "at or above",
    "lte": "above",
    "gt": "at or below",
    "gte": "below",
}
"""Words for the values that are bad, by the operator of good values."""
PREFIXES: Final = ("", "Ki", "Mi", "Gi", "Ti")


def beyond_words(objective: Objective, sli: ThresholdSli) -> str:
    """Return the words on the samples that are bad: above the limit of 10m."""
    placed = objective.indicator.queries if objective.indicator else ()
    query = next((each.text or "" for each in placed if each.role == "threshold"), "")
    unit = unit_of(objective.slo.value.review.unit, query)
    return f"{BEYOND[sli.op]} the limit of {_limit(sli.limit, unit)}"


def _limit(limit: Decimal, unit: str) -> str:
    """Format a limit with its unit; `{{` in one is escaped as in all text of a document."""
    plain = f"{limit.normalize():f}"
    match unit:
        case "":
            return plain
        case "ratio":
            return percent(limit)
        case "percent":
            return f"{plain}%"
        case "seconds" if limit >= 1 and limit == int(limit):
            return duration_text(timedelta(seconds=int(limit)))
        case "seconds":
            return f"{(limit * 1000).normalize():f}ms" if abs(limit) < 1 else f"{plain}s"
        case "bytes":
            return _bytes(limit)
        case _:
            return f"{plain} {escaped(unit)}"


def _bytes(limit: Decimal) -> str:
    """Format bytes in the largest binary unit in which they are a whole number: 512MiB."""
    for prefix in PREFIXES:
        if limit % 1024 or not limit or prefix == PREFIXES[-1]:
            return f"{limit.normalize():f}{prefix}B"
        limit /= 1024
    raise AssertionError(limit)
