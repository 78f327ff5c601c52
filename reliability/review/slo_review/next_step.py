"""The next step for a service's team: the lowest gap of the hierarchy, or a step of adoption.

Sources: Site Reliability Engineering, part III (the Service Reliability Hierarchy); the talk's
ladder of adoption: none, with SRE, assisted, by the team itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from reliability.load.catalog import Catalog
from reliability.model.ownership import Level, OwnershipSpec
from reliability.model.team import Team
from reliability.render.words import worded
from reliability.resolve.objectives import Objective

State = Literal["missing", "partial", "undeclared"]

LEVELS: Final[dict[Level, str]] = {
    "monitoring": worded("monitoring: an SLI for each important user journey"),
    "incident-response": worded(
        "incident response: an on-call rotation, and a runbook for each SLO"
    ),
    "postmortem": worded("postmortems: incidents have blameless postmortems"),
    "testing": worded("testing and release: past failures are tested before each release"),
    "capacity": worded("capacity: the capacity limit of the service is known"),
    "development": worded("development: reliability is part of the design"),
    "product": worded("product: SLOs influence what is built next"),
}
STEPS: Final = {
    "none": worded("set the first SLO together with SRE"),
    "with-sre": worded("let the team write the next SLO change, and SRE review it"),
    "assisted": worded("let the team run this review alone, and SRE read along"),
    "self": worded("the team maintains its SLOs alone; let it help another team"),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The lowest level that is not in place, its state, and the team's level of adoption."""

    level: Level | None
    state: State
    adoption: str


def next_step(
    mine: Sequence[Objective], catalog: Catalog, owner: OwnershipSpec | None
) -> NextStep | None:
    """Return the next step for a service with these objectives; None if it has no owner."""
    if owner is None:
        return None
    team = catalog.find(Team, owner.team)
    derived = {
        "monitoring": any(objective.sli is not None for objective in mine),
        "incident-response": team is not None
        and team.value.spec.on_call is not None
        and bool(mine)
        and all(objective.runbook for objective in mine),
    }

    level, state = _gap(owner, derived)
    return NextStep(level, state, owner.sre.adoption)


def _gap(spec: OwnershipSpec, derived: Mapping[str, bool]) -> tuple[Level | None, State]:
    """Return the lowest level that is not in place, and its state.

    The declared state of a level takes precedence over one that is derived.
    """
    levels: tuple[Level, ...] = get_args(Level)
    for level in levels:
        state = spec.hierarchy.get(level)
        if state is None and not derived.get(level):
            return level, "undeclared"
        if state is not None and state.state != "in-place":
            return level, state.state
    return None, "undeclared"
