"""OpenSLO v1alpha as Sloth reads it: each objective is an SLO without alerts."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Final

from reliability.convert.converter import (
    Diagnostic,
    OriginalLocation,
    changed,
    decide,
    left_out,
    sequence,
)
from reliability.convert.fields import Fields
from reliability.convert.sloth.sloth_slo import ALPHA, UNKNOWN_KEY, SlothSlo

SOURCES: Final = ("prometheus", "sloth")
QUERY_TYPE: Final = "promql"
ONLY: Final = "write the SLO as openslo/v1 with Prometheus queries"


def alpha_slos(top: Fields) -> Iterator[SlothSlo | Diagnostic]:
    """Yield an SLO for each objective, named after the document and the objective's number."""
    metadata, spec = top.inner("metadata"), top.inner("spec")
    name, service = metadata.text("name"), spec.text("service")
    if name is None or service is None:
        yield left_out(top.origin, "an SLO without a service or a name is not imported")
        return

    description = spec.take("description")
    method = spec.take("budgetingMethod")
    if method != "Occurrences":
        message = f"budgetingMethod {method} is read as Occurrences, as Sloth does"
        yield changed(spec.at("budgetingMethod"), message)

    days = yield from _days(sequence(spec.take("timeWindows")), spec.at("timeWindows"))
    if days is None:
        message = "the time window is not a number of days; 30 days are assumed"
        yield decide(spec.at("timeWindows"), message, "set timeWindow in the SLO")

    objectives = sequence(spec.take("objectives"))
    for part in (metadata, spec, top):
        yield from part.diagnostics(UNKNOWN_KEY)
    for index, values in enumerate(objectives):
        fields = Fields(values, spec.origin.inside("objectives", index))
        yield from _objective(
            fields,
            name=f"{name}-{index}",
            service=service,
            at=spec.at("service"),
            description=description,
            days=days,
        )


def _objective(
    fields: Fields,
    name: str,
    service: str,
    at: OriginalLocation,
    description: Any,
    days: int | None,
) -> Iterator[SlothSlo | Diagnostic]:
    ratio = fields.inner("ratioMetrics")
    events: dict[str, tuple[str, OriginalLocation]] = {}
    for role in ("good", "total"):
        metric = ratio.inner(role)
        query = metric.text("query")
        if refusal := _refusal(metric):
            yield left_out(metric.origin, f"{name}: {refusal}; the SLO is not imported", ONLY)
            return
        if query is not None:
            events[role] = (query, metric.at("query"))
        yield from metric.diagnostics(UNKNOWN_KEY)

    target = fields.take("target")
    percent = target * 100 if isinstance(target, float | int) else target
    described = Fields({"description": description} if description else {}, fields.origin)
    yield from fields.diagnostics(UNKNOWN_KEY)
    yield SlothSlo(
        spec=ALPHA,
        service=service,
        name=name,
        percent=percent,
        fields=described,
        sli=ratio,
        service_at=at,
        events=events,
        days=days,
    )


def _refusal(metric: Fields) -> str | None:
    """Return why Sloth refuses a metric (`getSLI` in its openslo.go); None if it accepts it."""
    source, query_type = metric.text("source"), metric.text("queryType")
    if source not in SOURCES:
        return f"source is {source or 'missing'}; Sloth only accepts prometheus and sloth"
    if query_type != QUERY_TYPE:
        return f"queryType is {query_type or 'missing'}; Sloth only accepts {QUERY_TYPE}"
    return None


def _days(windows: list[Any], at: OriginalLocation) -> Generator[Diagnostic, None, int | None]:
    """Return the days of the first window; None if it is not a number of days."""
    days: int | None = None
    for index, values in enumerate(windows):
        window = Fields(values, at.inside(index))
        count, unit = window.take("count"), window.take("unit")
        if window.values.get("isRolling") is True:
            window.take("isRolling")
        if index:
            yield left_out(window.origin, "a second time window is not imported")
        elif unit == "Day" and isinstance(count, int) and count > 0:
            days = count
        yield from window.diagnostics(UNKNOWN_KEY)

    return days
