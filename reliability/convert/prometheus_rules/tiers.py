"""Proposed tier of an imported alert: never `alert`, because a page needs an agreed SLO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAGING: Final = frozenset(
    {
        *("critical", "crit", "page", "pager", "paging", "emergency", "fatal", "high", "urgent"),
        *("major", "error", "disaster", "p0", "p1", "s1", "s2", "sev0", "sev1", "sev2"),
        *("致命的", "致命的な障害", "重度の障害", "重大", "緊急", "危険", "高"),
    }
)
INFORMATIONAL: Final = frozenset(
    ("info", "informational", "notice", "debug", "log", "none", "s4", "sev4")
)
WAITING: Final = frozenset(
    (
        "warning",
        "warn",
        "minor",
        "low",
        "medium",
        "moderate",
        "average",
        "警告",
        "軽度の障害",
        "注意",
    )
)


@dataclass(frozen=True, slots=True)
class TierProposal:
    """A tier, the reason written next to it, and whether the alert paged before."""

    tier: str
    reason: str
    paged_before: bool = False


def propose(kind: str, severity: str | None) -> TierProposal:
    """Propose a tier from the kind of an alert and its severity label."""
    if kind == "heartbeat":
        return TierProposal("log", "a heartbeat always fires; only its absence notifies")
    if severity is None:
        return TierProposal("ticket", "no severity label")

    word = severity.strip().lower()
    if word in PAGING:
        reason = f"severity was {severity}; only the burn-rate alert of an SLO may page"
        return TierProposal("ticket", reason, paged_before=True)

    if word in INFORMATIONAL:
        return TierProposal("log", f"severity was {severity}")
    return TierProposal("ticket", f"severity was {severity}")
