"""Compilers of Prometheus rules into plain files and manifests of the Prometheus operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reliability.compile.prometheus.services import (
    ObjectiveRules,
    ServiceRules,
    of_objectives,
    service_rules,
)
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.location import Location
from reliability.resource import Json, Resource, ResourceId

Form = Callable[[ServiceRules], Resource]


def rule_file(rules: ServiceRules) -> Resource:
    """Return a rule file: `{"groups": [...]}`."""
    identity = ResourceId("prometheus", "rules", rules.name)
    return Resource(identity, {"groups": rules.groups}, Location(rules.path))


def manifest(rules: ServiceRules) -> Resource:
    """Return a PrometheusRule for the Prometheus operator (monitoring.coreos.com/v1).

    It has no namespace: `kubectl -n` or kustomize sets it.
    """
    labels: dict[str, Json] = {
        "app.kubernetes.io/managed-by": "reliability",
        "app.kubernetes.io/part-of": rules.service,
    }
    body: dict[str, Json] = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": f"reliability-{rules.name}", "labels": labels},
        "spec": {"groups": rules.groups},
    }

    identity = ResourceId("prometheus-operator", "manifest", rules.name)
    return Resource(identity, body, Location(rules.path))


@dataclass(frozen=True, slots=True)
class PrometheusCompiler:
    """Compiler of the rules of each service with an SLO or a signal, in one or more forms."""

    forms: tuple[Form, ...] = (rule_file,)
    rules_of: ObjectiveRules = of_objectives
    target: str = "prometheus"
    by_service: bool = True

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield one resource per service and form; the rules are built once for all forms."""
        for service_rule in service_rules(catalog, self.rules_of):
            if isinstance(service_rule, Problem):
                yield service_rule
            else:
                for form in self.forms:
                    yield form(service_rule)
