"""The vocabulary of a verdict: a tier, the talk's three questions, the reason, how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TIERS: Final = ("alert", "ticket", "log")
REMOVE: Final = "remove"
DECISIONS: Final = (*TIERS, REMOVE)
"""What people may decide: a tier, or that nothing should make this noise at all."""


@dataclass(frozen=True, slots=True)
class TierVerdict:
    """Where a noise belongs.

    `impact` is yes, no or unknown; `urgency` now, days or never; `action` yes, no or unknown.
    `sure` is high, fair or low. `needs_slo`: it is an alert once an SLO stands for it.
    """

    tier: str
    impact: str
    urgency: str
    action: str
    reason: str
    sure: str
    needs_slo: bool = False
