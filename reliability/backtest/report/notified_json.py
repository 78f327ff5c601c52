"""What people would have been sent, as JSON; the keys are described in docs/backtest.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reliability.backtest.outcome import Backtest, NotTold
from reliability.backtest.tally import AlertKey, Tally, Told


def notifications(result: Backtest) -> dict[str, Any]:
    """Both sides; `old` is null where nothing is compared."""
    return {
        "old": _side(result.told.old) if result.compares else None,
        "new": _side(result.told.new),
    }


def _side(side: Told | NotTold) -> dict[str, Any]:
    match side:
        case NotTold(reason):
            return {"not_simulated": reason}
        case Told():
            return {
                "tiers": _tallies(side.tiers),
                "alerts": [_alert(*each) for each in sorted(side.alerts.items())],
                "receivers": _tallies(side.receivers),
                "teams": _tallies(side.teams),
                "recipients": dict(sorted(side.targets.items())),
            }


def _tallies(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    return {name: _counts(tally) for name, tally in sorted(tallies.items())}


def _alert(key: AlertKey, tally: Tally) -> dict[str, Any]:
    service, slo, objective, tier = key
    named = {"service": service, "slo": slo, "objective": objective, "tier": tier}
    return {**named, **_counts(tally)}


def _counts(tally: Tally) -> dict[str, int]:
    """The counts of a tally; `resolved` are messages that all of a group is over."""
    counts = asdict(tally)
    return {"resolved" if name == "over" else name: count for name, count in counts.items()}
