"""The stretches of time that count for nothing, by SLO: what `corrections.yaml` declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reliability.load.catalog import Catalog
from reliability.model.corrections import Corrections
from reliability.model.openslo.slo import Slo


@dataclass(frozen=True, slots=True, order=True)
class Corrected:
    """From `start` until `end`, aware instants, nothing counts."""

    start: datetime
    end: datetime


OfService = tuple[tuple[tuple[str, ...] | None, Corrected], ...]
"""Names of SLOs, or None for all of the service, and what is corrected."""


def corrections_of(catalog: Catalog) -> Mapping[str, OfService]:
    """Every correction by its service."""
    corrections: dict[str, OfService] = {}
    for located in catalog.documents(Corrections):
        spec = located.value.spec
        times = tuple((one.slos, Corrected(one.start, one.end)) for one in spec.corrections)
        corrections[spec.service] = corrections.get(spec.service, ()) + times
    return corrections


def corrected(slo: Slo, services: Mapping[str, OfService]) -> tuple[Corrected, ...]:
    """What is corrected for an SLO, in the order of time, each once."""
    of_service = services.get(slo.spec.service, ())
    mine = {
        correction for slos, correction in of_service if slos is None or slo.metadata.name in slos
    }
    return tuple(sorted(mine))
