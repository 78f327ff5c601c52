"""Compiler of PagerDuty services: one for each service or team that has an escalation policy.

An escalation policy is only referred to. The tier of an alert decides about the urgency: it is in
the details of a page (`compile/alertmanager/pagerduty.py`), and a rule of the service's event
orchestration turns it into a severity, which decides about the urgency.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.model.kind import Model
from reliability.model.ownership import Ownership
from reliability.model.targets import PagerDutyTarget
from reliability.model.team import Team
from reliability.resolve.declared_targets import pagerduty_targets
from reliability.resource import Json, Resource, ResourceId

TARGET: Final = "pagerduty"
SERVICE: Final = "service"
TIER: Final = "event.custom_details.tier matches"


@dataclass(frozen=True, slots=True)
class PagerDutyCompiler:
    """Compiler of the services of each declared PagerDuty target."""

    target: str = TARGET
    by_service: bool = False

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the services of each target, by name."""
        for target in pagerduty_targets(catalog):
            yield from _services(catalog, target)


def _services(catalog: Catalog, target: PagerDutyTarget) -> Iterator[Resource]:
    policies = escalation_policies(catalog)
    if target.services == "team":
        for team in sorted(catalog.documents(Team), key=lambda team: team.value.metadata.name):
            name = team.value.metadata.name
            text = f"Alerts of {team.value.spec.display_name or name}."
            if name in policies:
                yield _service(name, text, team, policy=policies[name], target=target)
        return

    for owner in sorted(catalog.documents(Ownership), key=lambda owner: owner.value.service):
        name, team_name = owner.value.service, owner.value.spec.team
        text = owner.value.spec.description or f"Alerts of {name}."
        if team_name in policies:
            yield _service(name, text, owner, policy=policies[team_name], target=target)


def escalation_policies(catalog: Catalog) -> dict[str, str]:
    """Return the ID of each team's escalation policy; teams without one are missing."""
    by_team: dict[str, str] = {}
    for team in catalog.documents(Team):
        on_call = team.value.spec.on_call
        pager = on_call.pagerduty if on_call else None
        if pager is not None and pager.escalation_policy is not None:
            by_team[team.value.metadata.name] = pager.escalation_policy
    return by_team


def _service(
    name: str, text: str, located: Located[Model], policy: str, target: PagerDutyTarget
) -> Resource:
    path = located.document.path
    written = f"Written by reliability: change {path.as_posix()} instead."
    body: dict[str, Json] = {
        "name": name,
        "description": f"{text.strip()}\n\n{written}",
        "escalation_policy": policy,
        "urgency": "severity_based",
        "active": True,
        "rules": [
            _rule("A ticket is of low urgency", f"{TIER} 'ticket'", {"severity": "warning"}),
            _rule("A log alert opens no incident", f"{TIER} 'log'", {"suppress": True}),
        ],
    }
    identity = ResourceId(TARGET, SERVICE, name)
    return Resource(identity, body, Location(path), targets=(target.name,))


def _rule(label: str, condition: str, actions: dict[str, Json]) -> dict[str, Json]:
    return {"label": label, "condition": condition, "actions": actions}
