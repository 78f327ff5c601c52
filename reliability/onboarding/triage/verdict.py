"""A verdict: the proposed tier, user impact, urgency, action, reason and confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reliability.model.kind import TIERS

REMOVE: Final = "remove"
DECISIONS: Final = (*TIERS, REMOVE)
"""Possible decisions: a tier, or to remove the rule or message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierVerdict:
    """The proposed tier of an alert.

    `impact` is yes, no or unknown; `urgency` now, days or never; `action` yes, no or unknown.
    `confidence` is high, fair or low. `needs_slo`: it may be an alert once it has an SLO.
    """

    tier: str
    impact: str
    urgency: str
    action: str
    reason: str
    confidence: str
    needs_slo: bool = False
