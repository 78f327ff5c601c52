"""Notifications of both sides of a change, or why they were not simulated."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.backtest.tally import NOTHING, NotificationTally, SideNotifications


@dataclass(frozen=True, slots=True)
class UnknownNotifications:
    """Reason why notifications were not simulated."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotificationSides:
    """Notifications before and after, each by the routes of its side."""

    old: SideNotifications | UnknownNotifications
    new: SideNotifications | UnknownNotifications

    @property
    def simulated(self) -> tuple[SideNotifications, SideNotifications] | None:
        """Both sides; None if one of them is not known."""
        if isinstance(self.old, SideNotifications) and isinstance(self.new, SideNotifications):
            return self.old, self.new
        return None

    def tiers(self, tier: str) -> tuple[NotificationTally, NotificationTally]:
        """Return the counts of a tier before and after; all zero if they are not known."""
        old, new = (
            side.tier(tier) if isinstance(side, SideNotifications) else NOTHING
            for side in (self.old, self.new)
        )
        return old, new


NOT_SIMULATED = UnknownNotifications("notifications were not simulated")
NEITHER_SIMULATED = NotificationSides(NOT_SIMULATED, NOT_SIMULATED)
