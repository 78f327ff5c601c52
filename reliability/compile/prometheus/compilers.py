"""The two forms in which Prometheus is given its rules: plain files and operator manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.compile.prometheus.services import ServiceRules, service_rules
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.location import Location, Span
from reliability.resource import Json, Resource, ResourceId

TOP: Final = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class PrometheusRules:
    """One rule file a service."""

    target: str = "prometheus"

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """`{"groups": [...]}` for each service that has an SLO or a signal."""
        for each in service_rules(catalog):
            if isinstance(each, Problem):
                yield each
            else:
                identity = ResourceId(self.target, "rules", each.service)
                yield Resource(identity, {"groups": each.groups}, _origin(each))


@dataclass(frozen=True, slots=True)
class PrometheusManifests:
    """One PrometheusRule a service, for the Prometheus operator (monitoring.coreos.com/v1).

    It names no namespace: `kubectl -n` or kustomize does.
    """

    target: str = "prometheus-operator"

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """The same groups as the rule files, in custom resources."""
        for each in service_rules(catalog):
            if isinstance(each, Problem):
                yield each
            else:
                identity = ResourceId(self.target, "manifest", each.service)
                yield Resource(identity, _manifest(each), _origin(each))


def _manifest(rules: ServiceRules) -> dict[str, Json]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": f"reliability-{rules.service}",
            "labels": {
                "app.kubernetes.io/managed-by": "reliability",
                "app.kubernetes.io/part-of": rules.service,
            },
        },
        "spec": {"groups": rules.groups},
    }


def _origin(rules: ServiceRules) -> Location:
    return Location(rules.path, TOP)
