"""Corrections of Datadog's SLOs: declared time that does not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from reliability.compile.datadog.slos import TARGET, slo_reference
from reliability.compile.datadog.tags import name_of
from reliability.compile.prometheus.compilers import TOP
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.model.corrections import Corrections
from reliability.resolve.objectives import Objective
from reliability.resource import Json, Resource, ResourceId

CORRECTION: Final = "correction"
CATEGORY: Final = "Scheduled Maintenance"
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

            start, end = (round(at.timestamp()) for at in (correction.start, correction.end))
            name = name_of(objective, f"{start}-{end}")
            body: dict[str, Json] = {
                "slo": slo_reference(objective),
                "category": CATEGORY,
                "start": start,
                "end": end,
                "timezone": "UTC",
                "description": f"{correction.reason.strip()} (approved by {correction.approver})",
            }
            if name not in seen:
                origin = Location(located.document.path, TOP)
                yield Resource(ResourceId(TARGET, CORRECTION, name), body, origin)
            seen.add(name)
