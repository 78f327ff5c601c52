"""Corrections of Datadog's SLOs: declared time that does not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from reliability.compile.datadog.slos import TARGET, slo_reference
from reliability.compile.datadog.tags import name_of
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.model.corrections import Correction, Corrections
from reliability.resolve.objectives import Objective
from reliability.resource import Json, Resource, ResourceId

CORRECTION: Final = "correction"
CATEGORY: Final = "Scheduled Maintenance"
RECURRENCE_PARTS: Final = frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"))
"""Parts that Datadog supports in corrections, by the description of its API."""
ByService = Mapping[str, tuple[Located[Corrections], ...]]


def corrections_by_service(catalog: Catalog) -> ByService:
    """Return the documents with corrections, by service."""
    documents: dict[str, tuple[Located[Corrections], ...]] = {}
    for located in catalog.documents(Corrections):
        service = located.value.spec.service
        documents[service] = (*documents.get(service, ()), located)
    return documents


def slo_corrections(objective: Objective, documents: ByService) -> Iterator[Resource]:
    """Yield the corrections of an objective's SLO, each once."""
    seen: set[str] = set()
    for located in documents.get(objective.service, ()):
        for correction in located.value.spec.corrections:
            if correction.slos is not None and objective.slo_name not in correction.slos:
                continue

            for name, times in _times(correction):
                key = name_of(objective, name)
                reason = f"{correction.reason.strip()} (approved by {correction.approver})"
                body: dict[str, Json] = {
                    "slo": slo_reference(objective),
                    "category": CATEGORY,
                    **times,
                    "description": reason,
                }
                if key not in seen:
                    origin = Location(located.document.path)
                    yield Resource(ResourceId(TARGET, CORRECTION, key), body, origin)
                seen.add(key)


def _times(correction: Correction) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield names and times of the corrections that Datadog gets.

    Datadog knows some parts of a recurrence only. With others, each occurrence is a correction.
    """
    parts = {part.partition("=")[0] for part in (correction.rrule or "").split(";")}
    if correction.rrule is not None and parts <= RECURRENCE_PARTS:
        start, length = correction.start, correction.end - correction.start
        seconds, duration = round(start.timestamp()), round(length.total_seconds())
        yield (
            f"{seconds}-{seconds + duration}-recurring",
            {
                "start": seconds,
                "duration": duration,
                "rrule": correction.rrule,
                "timezone": correction.time_zone,
            },
        )
        return
    for begin, end in correction.times:
        first, last = round(begin.timestamp()), round(end.timestamp())
        yield f"{first}-{last}", {"start": first, "end": last, "timezone": "UTC"}
