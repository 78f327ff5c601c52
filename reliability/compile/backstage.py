"""Compiler of Backstage entities: a Component for each service, and a Group for each team.

Format: the validators of the npm package `@backstage/catalog-model`, with which a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from reliability.compile.boards.facts import pages_base_of
from reliability.compile.boards.grafana_fields import board_uid
from reliability.compile.boards.links import SERVICE
from reliability.compile.prometheus.directory import Directory
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.model.ownership import Ownership
from reliability.model.targets import BackstageTarget, SyncTargets
from reliability.model.team import Team
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.objectives import objectives
from reliability.resolve.signals import signals
from reliability.resource import Json, Resource, ResourceId

TARGET: Final = "backstage"
API_VERSION: Final = "backstage.io/v1alpha1"
OPENED: Final = ("http://", "https://")
"""Schemes of links; a path of a runbook without a base has none."""


@dataclass(frozen=True, slots=True)
class BackstageCompiler:
    """Compiler of the entities of each declared Backstage target."""

    target: str = TARGET
    by_service: bool = False

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the components of each target, then its groups, each by name."""
        declared = catalog.only(SyncTargets)
        for target in declared.value.spec.targets if declared else ():
            if isinstance(target, BackstageTarget):
                yield from _entities(catalog, target)


def _entities(catalog: Catalog, target: BackstageTarget) -> Iterator[Resource]:
    links = ServiceLinks.of(catalog, target)
    owners = {team.value.metadata.name: _group_name(team.value, target) for team in _teams(catalog)}
    first: dict[str, Located[Ownership]] = {}
    for owner in catalog.documents(Ownership):
        first.setdefault(owner.value.service, owner)

    for service, owner in sorted(first.items()):
        team = owners.get(owner.value.spec.team, owner.value.spec.team)
        body = _component(owner.value, team, links, target=target)
        yield _resource("component", service, body, located=owner, target=target)

    if target.groups == "written":
        for team_document in _teams(catalog):
            name = team_document.value.metadata.name
            body = _group(team_document.value, target)
            yield _resource("group", name, body, located=team_document, target=target)


def _teams(catalog: Catalog) -> list[Located[Team]]:
    return sorted(catalog.documents(Team), key=lambda team: team.value.metadata.name)


def _group_name(team: Team, target: BackstageTarget) -> str:
    """Return the name of a team's group: its own, or its slug on GitHub.

    The provider of GitHub organizations names a group by the slug of its team.
    """
    handle = team.spec.code_host
    if target.groups == "github" and handle and "/" in handle:
        return handle.rpartition("/")[2]
    return team.metadata.name


@dataclass(slots=True, kw_only=True)
class ServiceLinks:
    """Links of services: pages, dashboards and runbooks; `runbooks` has titles by URL."""

    pages_base: str | None
    dashboard: str | None
    alert_label: str
    with_slos: set[str] = field(default_factory=set)
    runbooks: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalog: Catalog, target: BackstageTarget) -> ServiceLinks:
        """Collect the links of all services."""
        declared = catalog.only(SyncTargets)
        owner = declared.value.spec.owner if declared else None
        uid = board_uid(SERVICE, owner.id if owner else "")
        links = cls(
            pages_base=pages_base_of(catalog),
            dashboard=f"{target.grafana.rstrip('/')}/d/{uid}" if target.grafana else None,
            alert_label=alert_label_names(catalog).service,
        )

        directory = Directory.of(catalog)
        for objective in objectives(catalog):
            links.with_slos.add(objective.service)
            links._add_runbook(objective.service, objective.identity, objective.runbook, directory)
        for alert in signals(catalog):
            links._add_runbook(alert.service, alert.signal.name, alert.signal.runbook, directory)
        return links

    def _add_runbook(
        self, service: str, name: str, runbook: str | None, directory: Directory
    ) -> None:
        url = directory.runbook_url(runbook) if runbook else ""
        if url.startswith(OPENED):
            self.runbooks.setdefault(service, {}).setdefault(url, name)

    def of_service(self, service: str) -> Iterator[dict[str, Json]]:
        """Yield the links of a service, the most general ones first."""
        if service in self.with_slos:
            if self.pages_base:
                yield _link(f"{self.pages_base}/services/{service}.html", "SLOs", "dashboard")
            if self.dashboard:
                url = f"{self.dashboard}?var-service={service}"
                yield _link(url, "SLO dashboard", "dashboard")
        for url, name in sorted(self.runbooks.get(service, {}).items()):
            yield _link(url, f"Runbook of {name}", "docs")


def _link(url: str, title: str, icon: str) -> dict[str, Json]:
    return {"url": url, "title": title, "icon": icon}


def _component(
    owner: Ownership, team: str, links: ServiceLinks, target: BackstageTarget
) -> dict[str, Json]:
    """Return the component of a service."""
    service, spec = owner.service, owner.spec
    metadata = _metadata(service, owner.metadata.display_name, target)
    if spec.description:
        metadata["description"] = spec.description
    metadata["labels"] = {"criticality": spec.criticality}
    if links.dashboard and service in links.with_slos:
        metadata["annotations"] = {
            "grafana/alert-label-selector": f"{links.alert_label}={service}",
            "grafana/dashboard-selector": "tags @> 'reliability'",
        }
    of_service: list[Json] = [*links.of_service(service)]
    if of_service:
        metadata["links"] = of_service

    body: dict[str, Json] = {
        "type": "service",
        "lifecycle": spec.lifecycle,
        "owner": _reference("group", team, target),
    }
    if spec.system:
        body["system"] = _reference("system", spec.system, target)
    if spec.dependencies:
        body["dependsOn"] = [_reference("component", name, target) for name in spec.dependencies]
    return {"apiVersion": API_VERSION, "kind": "Component", "metadata": metadata, "spec": body}


def _group(team: Team, target: BackstageTarget) -> dict[str, Json]:
    """Return the group of a team, without its members: they are users of another provider."""
    name, spec = team.metadata.name, team.spec
    metadata = _metadata(name, spec.display_name, target)
    if spec.code_host and "/" in spec.code_host:
        metadata["annotations"] = {"github.com/team-slug": spec.code_host.removeprefix("@")}
    body: dict[str, Json] = {"type": "team", "children": []}
    if spec.display_name:
        body["profile"] = {"displayName": spec.display_name}
    return {"apiVersion": API_VERSION, "kind": "Group", "metadata": metadata, "spec": body}


def _metadata(name: str, title: str | None, target: BackstageTarget) -> dict[str, Json]:
    metadata: dict[str, Json] = {"name": name}
    if target.namespace:
        metadata["namespace"] = target.namespace
    if title:
        metadata["title"] = title
    return metadata


def _reference(kind: str, name: str, target: BackstageTarget) -> str:
    """Return a full reference, which does not depend on the namespace of the entity it is in."""
    return f"{kind}:{target.namespace or 'default'}/{name}"


def _resource(
    kind: str,
    name: str,
    body: dict[str, Json],
    located: Located[Ownership] | Located[Team],
    target: BackstageTarget,
) -> Resource:
    identity = ResourceId(TARGET, kind, name)
    origin = Location(located.document.path)
    return Resource(identity, body, origin, targets=(target.name,))
