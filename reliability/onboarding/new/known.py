"""What a repository knows already: earlier answers, teams, and what the policies allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from reliability.burnrate import WindowPair
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.slo_policy import BurnRateWindows, SloPolicy, SloPolicySpec
from reliability.model.team import Team


@dataclass(frozen=True, slots=True)
class InterviewDefaults:
    """Defaults of the interview; empty where nothing is known, None where nothing is proposed."""

    journey: str | None
    slo: str
    team: str
    product: str
    technical: str
    criticality: str
    fast: str
    teams: Mapping[str, str]
    windows: str
    fast_pairs: tuple[WindowPair, ...]
    period: timedelta
    review_every: timedelta
    bounds: tuple[Decimal, Decimal]

    def member(self, team: str) -> str:
        """A member of a team; empty where the team is not known."""
        return self.teams.get(team, "")

    def has(self, team: str) -> bool:
        """Whether a team is declared."""
        return team in self.teams


def known_of(catalog: Catalog, service: str, given: Mapping[str, Any]) -> InterviewDefaults:
    """Read the earlier answers of a service from its files."""
    owned = next((o.value for o in catalog.each(Ownership) if o.value.service == service), None)
    teams = {each.value.metadata.name: each.value.spec.members[0] for each in catalog.each(Team)}
    approvers = owned.spec.approvers if owned else None
    policy = catalog.only(SloPolicy)
    spec = policy.value.spec if policy else SloPolicySpec()
    found = catalog.find(BurnRateWindows, spec.default_windows)
    return InterviewDefaults(
        journey=_journey(catalog, given["slo"]),
        slo=given["slo"] or "",
        team=owned.spec.team if owned else (next(iter(teams)) if len(teams) == 1 else ""),
        product=approvers.product if approvers else "",
        technical=approvers.technical if approvers else "",
        criticality=owned.spec.criticality if owned else "standard",
        fast=_fast(catalog, service),
        teams=teams,
        windows=spec.default_windows,
        fast_pairs=tuple(window.pair for window in found.value.spec.fast) if found else (),
        period=found.value.spec.period if found else timedelta(days=30),
        review_every=spec.review.provisional,
        bounds=(spec.targets.min, spec.targets.max),
    )


def _journey(catalog: Catalog, slo: str | None) -> str | None:
    there = catalog.find(Slo, slo) if slo else None
    return there.value.review.journey if there else None


def _fast(catalog: Catalog, service: str) -> str:
    """How loud the service's last promise is; a first one begins as a ticket."""
    tiers = [
        entry.tiers.fast
        for each in catalog.each(AlertPolicy)
        if each.value.spec.service == service
        for entry in each.value.spec.objectives
    ]
    return tiers[-1] if tiers else "ticket"
