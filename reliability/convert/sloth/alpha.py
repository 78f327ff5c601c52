"""OpenSLO v1alpha as Sloth reads it: each objective an SLO of its own, and no alerts."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Final

from reliability.convert.converter import (
    OriginalLocation,
    Remark,
    changed,
    decide,
    left_out,
    sequence,
)
from reliability.convert.fields import Fields
from reliability.convert.sloth.sloth_slo import ALPHA, SlothSlo

SOURCES: Final = ("prometheus", "sloth")
QUERY_TYPE: Final = "promql"
ONLY: Final = "write the SLO as openslo/v1 with queries of Prometheus"
NO_WORD: Final = "is a key that Sloth does not read here"


def alpha_slos(top: Fields) -> Iterator[SlothSlo | Remark]:
    """An SLO for each objective, called after the document with the objective's number."""
    metadata, spec = top.inner("metadata"), top.inner("spec")
    name, service = metadata.text("name"), spec.text("service")
    if name is None or service is None:
        yield left_out(top.origin, "an SLO without a service or a name is none")
        return
    description = spec.take("description")
    method = spec.take("budgetingMethod")
    if method != "Occurrences":
        message = f"budgetingMethod {method} is read as Occurrences, as Sloth does"
        yield changed(spec.at("budgetingMethod"), message)
    days = yield from _days(sequence(spec.take("timeWindows")), spec.at("timeWindows"))
    if days is None:
        message = "the time window is no number of days, and 30 are taken"
        yield decide(spec.at("timeWindows"), message, "write the timeWindow of the SLO")
    objectives = sequence(spec.take("objectives"))
    for part in (metadata, spec, top):
        yield from part.remarks(NO_WORD)
    for index, values in enumerate(objectives):
        fields = Fields(values, spec.origin.inside("objectives", index))
        yield from _objective(
            fields, f"{name}-{index}", service, spec.at("service"), description, days
        )


def _objective(
    fields: Fields,
    name: str,
    service: str,
    at: OriginalLocation,
    description: Any,
    days: int | None,
) -> Iterator[SlothSlo | Remark]:
    ratio = fields.inner("ratioMetrics")
    events: dict[str, tuple[str, OriginalLocation]] = {}
    for role in ("good", "total"):
        metric = ratio.inner(role)
        query = metric.text("query")
        if refusal := _refusal(metric):
            yield left_out(
                metric.origin, f"{name}: {refusal}, and the SLO is not carried over", ONLY
            )
            return
        if query is not None:
            events[role] = (query, metric.at("query"))
        yield from metric.remarks(NO_WORD)
    target = fields.take("target")
    percent = target * 100 if isinstance(target, float | int) else target
    told = Fields({"description": description} if description else {}, fields.origin)
    yield from fields.remarks(NO_WORD)
    yield SlothSlo(ALPHA, service, name, percent, told, ratio, at, events=events, days=days)


def _refusal(metric: Fields) -> str | None:
    """Why Sloth refuses a metric (`getSLI` in its openslo.go); None if it takes it."""
    source, query_type = metric.text("source"), metric.text("queryType")
    if source not in SOURCES:
        return f"source is {source or 'missing'}, and Sloth reads prometheus and sloth only"
    if query_type != QUERY_TYPE:
        return f"queryType is {query_type or 'missing'}, and Sloth reads {QUERY_TYPE} only"
    return None


def _days(windows: list[Any], at: OriginalLocation) -> Generator[Remark, None, int | None]:
    """The days of the first window, or None where it is no number of days."""
    days: int | None = None
    for index, values in enumerate(windows):
        window = Fields(values, at.inside(index))
        count, unit = window.take("count"), window.take("unit")
        if window.values.get("isRolling") is True:
            window.take("isRolling")
        if index:
            yield left_out(window.origin, "a second time window is not carried over")
        elif unit == "Day" and isinstance(count, int) and count > 0:
            days = count
        yield from window.remarks(NO_WORD)
    return days
