"""What a tier needs of whatever is sent to it."""

from __future__ import annotations

from typing import Final

from reliability.model.notification import NotificationPolicy, Requirement

ALERT: Final = "alert"
NEEDED_BY_ALERTS: Final[frozenset[Requirement]] = frozenset(("slo", "runbook", "on-call"))


def requirements(tier: str, policy: NotificationPolicy | None) -> frozenset[Requirement]:
    """What a tier needs: as the policy writes it, or else all three for alerts and nothing more."""
    written = getattr(policy.spec.tiers, tier) if policy else None
    if written is not None and "requires" in written.model_fields_set:
        return frozenset(written.requires)
    return NEEDED_BY_ALERTS if tier == ALERT else frozenset()
