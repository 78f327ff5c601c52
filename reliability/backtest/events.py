"""Events that alerts are scored against: recorded incidents, or else significant events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from reliability.load.catalog import Catalog
from reliability.model.incidents import Incidents
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Event for which someone should have been paged: a recorded or a derived one.

    `slos` are the affected ones; it is empty for an incident whose record names none, which then
    concerns every SLO of its service. `sli` identifies the SLI of a derived event. `is_matched` is
    False if its record names nothing that alerts have: then a page at the same time may be about
    something else.
    """

    kind: Literal["incident", "significant event"]
    service: str
    span: TimeSpan
    name: str
    slos: frozenset[str] = frozenset()
    sli: str = ""
    is_matched: bool = True

    @property
    def is_derived(self) -> bool:
        """Whether it is a significant event and not a recorded incident."""
        return self.kind == "significant event"

    def concerns(self, service: str, slo: str) -> bool:
        """Return whether the event concerns an SLO."""
        return self.service == service and (not self.slos or slo in self.slos)


def recorded(catalogs: Iterable[Catalog], within: TimeSpan) -> Iterator[Event]:
    """Yield the incidents in any of the catalogs that overlap a span, each once."""
    seen: set[tuple[str, TimeSpan]] = set()
    for catalog in catalogs:
        for located in catalog.documents(Incidents):
            service = located.value.spec.service
            for incident in located.value.spec.incidents:
                span = TimeSpan(incident.start, incident.end)
                if (service, span) not in seen and span.overlap(within):
                    seen.add((service, span))
                    slos = frozenset(impact.slo for impact in incident.slos)
                    yield Event(
                        kind="incident", service=service, span=span, name=incident.name, slos=slos
                    )
