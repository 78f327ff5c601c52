"""The tier that an imported alert is proposed for, and why: never `alert`, since nobody agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LOUD: Final = frozenset(
    {
        *("critical", "crit", "page", "pager", "paging", "emergency", "fatal", "high", "urgent"),
        *("major", "error", "disaster", "p0", "p1", "s1", "s2", "sev0", "sev1", "sev2"),
    }
)
QUIET: Final = frozenset(
    ("info", "informational", "notice", "debug", "log", "low", "none", "p4", "p5", "s4", "sev4")
)


@dataclass(frozen=True, slots=True)
class TierProposal:
    """A tier, the reason beside it, and whether the alert was louder before."""

    tier: str
    reason: str
    was_louder: bool = False


def propose(kind: str, severity: str | None) -> TierProposal:
    """A tier for what an alert is and the severity that it had."""
    if kind == "heartbeat":
        return TierProposal("log", "a heartbeat always fires, and its silence is the news")
    if severity is None:
        return TierProposal("ticket", "it had no severity")
    word = severity.strip().lower()
    if word in LOUD:
        reason = f"it was severity {severity}; only the burn rate of an SLO may be an alert"
        return TierProposal("ticket", reason, was_louder=True)
    if word in QUIET:
        return TierProposal("log", f"it was severity {severity}")
    return TierProposal("ticket", f"it was severity {severity}")
