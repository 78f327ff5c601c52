"""Renamed services, found by what they share with a service of the base."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING

from reliability.check.index.slo_changes import measured
from reliability.model.alert_policy import AlertPolicy
from reliability.model.incidents import Incidents
from reliability.model.openslo.slo import Slo
from reliability.resolve.indicator import sli_spec

if TYPE_CHECKING:
    from reliability.check.index.declarations import Declarations


def former_services(before: Declarations, after: Declarations) -> Mapping[str, str]:
    """Return the name at the base of each new service that resembles a removed one.

    The pairs that have most in common are matched first.
    """
    gone, new = before.services - after.services, after.services - before.services
    if not gone or not new:
        return {}

    old_traits, new_traits = _traits(before, gone), _traits(after, new)
    pairs = sorted(
        (-len(old_traits[old] & new_traits[name]), old, name)
        for old in gone
        for name in new
        if old_traits[old] & new_traits[name]
    )

    former: dict[str, str] = {}
    for _, old, name in pairs:
        if name not in former and old not in former.values():
            former[name] = old

    return former


def _traits(side: Declarations, services: frozenset[str]) -> Mapping[str, set[Hashable]]:
    """Return what identifies a service besides its name: SLOs, queries, signals, incidents."""
    traits: dict[str, set[Hashable]] = {service: set() for service in services}
    for service, trait in _every_trait(side):
        if service in traits:
            traits[service].add(trait)
    return traits


def _every_trait(side: Declarations) -> Iterator[tuple[str, Hashable]]:
    for slo in side.catalog.documents(Slo):
        service = slo.value.spec.service
        yield service, ("slo", slo.value.metadata.name)
        if sli_spec(slo, side.catalog) is not None:
            yield service, ("sli", measured(slo, side.catalog))

    for policy in side.catalog.documents(AlertPolicy):
        for signal in policy.value.spec.signals:
            yield policy.value.spec.service, ("signal", signal.name)
            yield policy.value.spec.service, ("expression", signal.expr)

    for record in side.catalog.documents(Incidents):
        for incident in record.value.spec.incidents:
            yield record.value.spec.service, ("incident", incident.start, incident.end)
