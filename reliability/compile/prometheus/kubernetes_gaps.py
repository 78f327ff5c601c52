"""Services whose rules are too large for one PrometheusRule."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final, cast

from reliability.compile.pieces import OF_SERVICES, service_of
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.compile.prometheus.services import ServiceDeclarations, declared
from reliability.compile.prometheus.sizes import SPLIT_ABOVE, split_groups
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.model.targets import KubernetesTarget, SyncTargets
from reliability.resolve.environments.derived import catalogs_in
from reliability.resolve.target_gaps import LARGE_SERVICE
from reliability.resource import Resource

BYTES_PER_ALERT: Final = 10_000
BYTES_PER_LETTER: Final = 20
"""Bytes of rules for each objective or signal, and for each character of its file.

Compiled services of the shipped repository have at most 20,000 and 8; only services that may be too
large by this estimate are compiled.
"""


def kubernetes_gaps(catalog: Catalog) -> Iterator[Problem]:
    """Yield the services whose rules are split for a declared Kubernetes target."""
    targets = catalog.only(SyncTargets)
    if targets is None or not any(
        isinstance(target, KubernetesTarget) for target in targets.value.spec.targets
    ):
        return

    services = declared(catalog)
    large = {name for name, of_service in services.items() if _may_be_large(of_service, catalog)}
    reported: set[str] = set()
    for derived in catalogs_in(_only(catalog, large)) if large else ():
        for resource in PrometheusCompiler().compile(derived):
            if not isinstance(resource, Resource):
                continue
            parts = split_groups(cast("list[dict[str, object]]", resource.body["groups"]))
            service = resource.id.name.removesuffix(derived.placement.suffix)
            if len(parts) > 1 and service not in reported:
                reported.add(service)
                slo = services[service]
                located = slo.objectives[0].slo if slo.objectives else slo.signals[0].policy
                count = f"{len(parts)} for {resource.id.name}"
                yield LARGE_SERVICE.problem(located.at("metadata", "name"), service, count)


def _may_be_large(of_service: ServiceDeclarations, catalog: Catalog) -> bool:
    alerts = len(of_service.objectives) + len(of_service.signals)
    paths = {objective.slo.document.path for objective in of_service.objectives}
    paths |= {signal.policy.document.path for signal in of_service.signals}
    letters = sum(len(catalog.texts.get(path, "")) for path in paths)
    return BYTES_PER_ALERT * alerts + BYTES_PER_LETTER * letters > SPLIT_ABOVE


def _only(catalog: Catalog, services: Collection[str]) -> Catalog:
    """Return a catalog with the SLOs, alerts and owners of some services."""
    of_services = {
        kind: tuple(
            located for located in catalog.documents(kind) if service_of(located) in services
        )
        for kind in OF_SERVICES
    }
    return replace(catalog, located={**catalog.located, **of_services})
