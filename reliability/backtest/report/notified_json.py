"""What people would have been sent, as JSON; the keys are described in docs/guides/backtest.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reliability.backtest.outcome import Backtest, UnknownNotifications
from reliability.backtest.tally import AlertKey, NotificationTally, SideNotifications


def notifications(result: Backtest) -> dict[str, Any]:
    """Both sides; `old` is null where nothing is compared."""
    return {
        "old": _side(result.told.old) if result.compares else None,
        "new": _side(result.told.new),
    }


def _side(side: SideNotifications | UnknownNotifications) -> dict[str, Any]:
    match side:
        case UnknownNotifications(reason):
            return {"not_simulated": reason}
        case SideNotifications():
            return {
                "tiers": _tallies(side.tiers),
                "alerts": [_alert(*each) for each in sorted(side.alerts.items())],
                "receivers": _tallies(side.receivers),
                "teams": _tallies(side.teams),
                "recipients": dict(sorted(side.targets.items())),
            }


def _tallies(tallies: Mapping[str, NotificationTally]) -> dict[str, Any]:
    return {name: _counts(tally) for name, tally in sorted(tallies.items())}


def _alert(key: AlertKey, tally: NotificationTally) -> dict[str, Any]:
    service, slo, objective, tier = key
    named = {"service": service, "slo": slo, "objective": objective, "tier": tier}
    return {**named, **_counts(tally)}


def _counts(tally: NotificationTally) -> dict[str, int]:
    """The counts of a tally; `resolved` are messages that all of a group is over."""
    counts = asdict(tally)
    return {"resolved" if name == "over" else name: count for name, count in counts.items()}
