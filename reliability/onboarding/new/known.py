"""Defaults from the repository: earlier answers, teams, and the bounds of policies."""

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
from reliability.resolve.datadog_nearest import LONGEST_LONG, SHORTEST_LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewDefaults:
    """Defaults of the interview; empty if unknown, None if nothing is proposed."""

    journey: str | None
    slo: str
    team: str
    product: str
    technical: str
    criticality: str
    fast: str
    teams: frozenset[str]
    windows: str
    datadog_windows: str
    fast_pairs: tuple[WindowPair, ...]
    period: timedelta
    review_every: timedelta
    bounds: tuple[Decimal, Decimal]

    def has(self, team: str) -> bool:
        """Return whether a team is declared."""
        return team in self.teams


def known_of(catalog: Catalog, service: str, given: Mapping[str, Any]) -> InterviewDefaults:
    """Read the earlier answers of a service from its files."""
    owned = next(
        (o.value for o in catalog.documents(Ownership) if o.value.service == service), None
    )
    teams = frozenset(team.value.metadata.name for team in catalog.documents(Team))
    approvers = owned.spec.approvers if owned else None
    policy = catalog.only(SloPolicy)
    spec = policy.value.spec if policy else SloPolicySpec()
    window_set = catalog.find(BurnRateWindows, spec.default_windows)

    period = window_set.value.spec.period if window_set else timedelta(days=30)

    return InterviewDefaults(
        journey=_journey(catalog, given["slo"]),
        slo=given["slo"] or "",
        team=owned.spec.team if owned else (next(iter(teams)) if len(teams) == 1 else ""),
        product=approvers.role("product")[0] if approvers else "",
        technical=approvers.role("technical")[0] if approvers else "",
        criticality=owned.spec.criticality if owned else "standard",
        fast=_fast(catalog, service),
        teams=teams,
        windows=spec.default_windows,
        datadog_windows=_datadog_windows(catalog, spec.default_windows, period),
        fast_pairs=tuple(window.pair for window in window_set.value.spec.fast)
        if window_set
        else (),
        period=period,
        review_every=spec.review.provisional,
        bounds=(spec.targets.min, spec.targets.max),
    )


def _datadog_windows(catalog: Catalog, default: str, period: timedelta) -> str:
    """Return the default window set if Datadog accepts it, or else the first one that it accepts.

    Without any, return the default: a finding then says what Datadog gets instead.
    """
    accepted = [
        windows.value.metadata.name
        for windows in catalog.documents(BurnRateWindows)
        if windows.value.spec.period == period
        and all(
            SHORTEST_LONG <= window.pair.long <= LONGEST_LONG
            for window in (*windows.value.spec.fast, *windows.value.spec.slow)
        )
    ]
    return default if default in accepted or not accepted else accepted[0]


def _journey(catalog: Catalog, slo: str | None) -> str | None:
    there = catalog.find(Slo, slo) if slo else None
    return there.value.review.journey if there else None


def _fast(catalog: Catalog, service: str) -> str:
    """Return the fast-burn tier of the service's last SLO; a first SLO begins as a ticket."""
    tiers = [
        entry.tiers.fast
        for policy in catalog.documents(AlertPolicy)
        if policy.value.spec.service == service
        for entry in policy.value.spec.objectives
    ]
    return tiers[-1] if tiers else "ticket"
