"""Teams that a PagerDuty target cannot express."""

from __future__ import annotations

from collections.abc import Iterator

from reliability.compile.pagerduty.compiler import escalation_policies
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.model.team import Team
from reliability.resolve.declared_targets import pagerduty_targets
from reliability.resolve.target_gaps import NO_ESCALATION


def pagerduty_gaps(catalog: Catalog) -> Iterator[Problem]:
    """Yield the teams that page with PagerDuty and name no escalation policy."""
    if not pagerduty_targets(catalog):
        return
    policies = escalation_policies(catalog)
    for team in catalog.documents(Team):
        on_call, name = team.value.spec.on_call, team.value.metadata.name
        if on_call is not None and on_call.pagerduty is not None and name not in policies:
            yield NO_ESCALATION.problem(team.at("spec", "onCall", "pagerduty"), name)
