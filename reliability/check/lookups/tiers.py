"""The requirements of a tier: an SLO, a runbook, an on-call."""

from __future__ import annotations

from typing import Final

from reliability.model.notification import NotificationPolicy, Requirement

ALERT: Final = "alert"
NEEDED_BY_ALERTS: Final[frozenset[Requirement]] = frozenset(("slo", "runbook", "on-call"))


def requirements(tier: str, policy: NotificationPolicy | None) -> frozenset[Requirement]:
    """Return what a tier requires: the policy's list, or by default all three for alerts only."""
    written = getattr(policy.spec.tiers, tier) if policy else None
    if written is not None and "requires" in written.model_fields_set:
        return frozenset(written.requires)
    return NEEDED_BY_ALERTS if tier == ALERT else frozenset()
