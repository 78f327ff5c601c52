"""What people ask to be told: every tier that alert policies ask of a team, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.model.alert_policy import AlertPolicy
from reliability.model.ownership import Ownership
from reliability.model.team import Team
from reliability.resolve.told import HEARTBEAT, told


@dataclass(frozen=True, slots=True)
class ReceiverRequest:
    """A team, a tier (or `heartbeat`) that it is asked for, and where it first is."""

    team: str
    tier: str
    policy: Located[AlertPolicy]
    pointer: Pointer

    @property
    def service(self) -> str:
        """The service whose policy asks."""
        return self.policy.value.spec.service

    @property
    def at(self) -> Location:
        """The place, looked up when something is said about it: that parses the file again."""
        return self.policy.at(*self.pointer)


def asked(catalog: Catalog) -> Iterator[ReceiverRequest | Problem]:
    """What each team is asked for, or why nobody can be told."""
    seen: set[tuple[str, str]] = set()
    owners = {each.value.service: each for each in catalog.each(Ownership)}
    for policy in catalog.each(AlertPolicy):
        service = policy.value.spec.service
        owner = owners.get(service)
        if owner is None:
            yield Problem(
                policy.at("spec", "service"),
                f"{service} has no owner, so nobody can be told",
                f"add services/{service}/ownership.yaml with its team",
            )
            continue
        team = owner.value.spec.team
        if catalog.find(Team, team) is None:
            yield _unknown(owner, policy)
            continue
        for each in told(policy.value):
            tier = HEARTBEAT if each.is_heartbeat else each.tier
            if (team, tier) not in seen:
                seen.add((team, tier))
                yield ReceiverRequest(team, tier, policy, each.tier_route)


def _unknown(owner: Located[Ownership], policy: Located[AlertPolicy]) -> Problem:
    team = owner.value.spec.team
    return Problem(
        owner.at("spec", "team"),
        f"no team is called {team}, so nobody can be told of {policy.value.spec.service}",
        f"add policies/teams/{team}.yaml",
    )
