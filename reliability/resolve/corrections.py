"""Corrected time by SLO, as `corrections.yaml` declares it: events in it do not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reliability.load.catalog import Catalog
from reliability.model.corrections import Corrections
from reliability.model.openslo.slo import Slo


@dataclass(frozen=True, slots=True, order=True)
class Corrected:
    """Time from `start` until `end`, both aware, in which nothing counts."""

    start: datetime
    end: datetime


OfService = tuple[tuple[tuple[str, ...] | None, Corrected], ...]
"""Names of SLOs, or None for all of the service, and the corrected time."""


def corrections_of(catalog: Catalog) -> Mapping[str, OfService]:
    """Return the corrections of each service."""
    corrections: dict[str, OfService] = {}
    for located in catalog.documents(Corrections):
        spec = located.value.spec
        times = tuple(
            (correction.slos, Corrected(start, end))
            for correction in spec.corrections
            for start, end in correction.times
        )
        corrections[spec.service] = corrections.get(spec.service, ()) + times
    return corrections


def corrected(slo: Slo, services: Mapping[str, OfService]) -> tuple[Corrected, ...]:
    """Return the corrected times of an SLO, sorted and without duplicates."""
    of_service = services.get(slo.spec.service, ())
    mine = {
        correction for slos, correction in of_service if slos is None or slo.metadata.name in slos
    }
    return tuple(sorted(mine))
