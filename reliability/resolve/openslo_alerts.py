"""OpenSLO's own alert policies with their conditions, from the `alertPolicies` of an SLO.

OpenSLO has one condition with one window. The annotation `reliability/tier` names the tier: the
`severity` of OpenSLO is free text, and a guess must not page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from reliability.burnrate import AT_ONCE, BurnRateAlert, SingleWindow
from reliability.load.catalog import EVERYWHERE, Catalog, PlacementTerms
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.model.kind import TIERS, Tier
from reliability.model.openslo.alerting import (
    AlertCondition,
    AlertConditionSpec,
    AlertPolicyEntry,
    ConditionEntry,
    OpenSloAlertPolicy,
    OpenSloAlertPolicySpec,
)
from reliability.model.openslo.metadata import OpenSloMetadata
from reliability.model.openslo.slo import Slo

TIER: Final = "reliability/tier"
RUNBOOK: Final = "reliability/runbook"
WITHOUT_TIER: Final[Tier] = "ticket"
UPWARD: Final = {"gt": False, "gte": True}


@dataclass(frozen=True, slots=True)
class PolicyPart:
    """Metadata and spec of a policy or condition, its document, and the route to it."""

    metadata: OpenSloMetadata
    spec: Any
    located: Located[Any]
    route: Pointer


@dataclass(frozen=True, slots=True)
class OpenSloAlert:
    """One alert policy of an SLO with its condition."""

    policy: PolicyPart
    condition: PolicyPart
    placement: PlacementTerms = EVERYWHERE

    @property
    def name(self) -> str:
        """Name of the policy."""
        return self.policy.metadata.name

    @property
    def spec(self) -> OpenSloAlertPolicySpec:
        """Spec of the policy, which says when it notifies."""
        spec: OpenSloAlertPolicySpec = self.policy.spec
        return spec

    @property
    def rule(self) -> AlertConditionSpec:
        """Spec of the condition."""
        spec: AlertConditionSpec = self.condition.spec
        return spec

    @property
    def tier(self) -> Tier | None:
        """Tier annotated on the policy, else on its condition, or None."""
        written = (part.metadata.annotations.get(TIER) for part in (self.policy, self.condition))
        return next(
            (self.placement.capped(tier) for text in written for tier in TIERS if tier == text),
            None,
        )

    @property
    def runbook(self) -> str | None:
        """Runbook annotated on the policy, else on its condition, or None."""
        written = (part.metadata.annotations.get(RUNBOOK) for part in (self.policy, self.condition))
        return next((runbook for runbook in written if runbook), None)

    @property
    def alerts_on_burn(self) -> bool:
        """Whether it fires when the condition holds: true unless alertWhenBreaching is false."""
        written = "alert_when_breaching" in self.spec.model_fields_set
        return self.spec.alert_when_breaching or not written

    @property
    def can_be_compiled(self) -> bool:
        """Whether the condition is on a high burn rate over a window of some length."""
        condition = self.rule.condition
        upward = condition.op in UPWARD and condition.threshold > 0
        return upward and bool(condition.lookback_window)

    def burn_alert(self, slo: Slo, index: int) -> BurnRateAlert:
        """Return the alert of one objective; the policy must satisfy `can_be_compiled`."""
        condition = self.rule.condition
        window = SingleWindow(
            condition.lookback_window, float(condition.threshold), UPWARD[condition.op]
        )
        return BurnRateAlert(
            service=slo.spec.service,
            slo=slo.metadata.name,
            objective=slo.objective_name(index),
            tier=self.tier or self.placement.capped(WITHOUT_TIER),
            target=slo.spec.objectives[index].ratio,
            period=slo.period,
            pairs=(window,),
            after=condition.alert_after or AT_ONCE,
            policy=self.name,
        )


def openslo_alerts(slo: Located[Slo], catalog: Catalog) -> Iterator[OpenSloAlert]:
    """Yield the alert policies of an SLO; another rule reports those that do not exist."""
    for index, entry in enumerate(slo.value.spec.alert_policies):
        policy = _policy(entry, slo, ("spec", "alertPolicies", index), catalog=catalog)
        condition = _condition(policy, catalog) if policy else None
        if policy is not None and condition is not None:
            yield OpenSloAlert(policy, condition, catalog.placement)


def _policy(
    entry: AlertPolicyEntry, slo: Located[Slo], route: Pointer, catalog: Catalog
) -> PolicyPart | None:
    if entry.metadata is not None:
        return PolicyPart(entry.metadata, entry.spec, slo, route=route)
    policy = catalog.find(OpenSloAlertPolicy, entry.reference or "")
    return (
        PolicyPart(policy.value.metadata, policy.value.spec, policy, route=()) if policy else None
    )


def _condition(policy: PolicyPart, catalog: Catalog) -> PolicyPart | None:
    [entry] = policy.spec.conditions
    assert isinstance(entry, ConditionEntry)  # noqa: S101 - what the model reads
    if entry.metadata is not None:
        route = (*policy.route, "spec", "conditions", 0)
        return PolicyPart(entry.metadata, entry.spec, policy.located, route=route)

    condition = catalog.find(AlertCondition, entry.reference or "")
    return (
        PolicyPart(condition.value.metadata, condition.value.spec, condition, route=())
        if condition
        else None
    )
