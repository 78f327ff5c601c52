"""Everything that an alert policy sends to a tier: burn-rate alerts, missing data, signals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.location import Pointer
from reliability.model.alert_policy import AlertPolicy

HEARTBEAT: Final = "heartbeat"
"""The kind of a signal that always fires; it goes to the dead man's switch, whatever its tier."""


@dataclass(frozen=True, slots=True)
class PolicyAlert:
    """One thing that a policy sends to a tier: its name, and where the thing and its tier stand."""

    what: str
    tier: str
    route: Pointer
    tier_route: Pointer
    runbook: str | None
    is_heartbeat: bool = False


def told(policy: AlertPolicy) -> Iterator[PolicyAlert]:
    """Every burn-rate alert and signal with its tier; a signal without one is left out."""
    for index, entry in enumerate(policy.spec.objectives):
        route: Pointer = ("spec", "objectives", index)
        name = f"{entry.slo}-{entry.objective}" if entry.objective else entry.slo
        for speed in ("fast", "slow"):
            tier: str = getattr(entry.tiers, speed)
            what = f"the {speed} burn of {name}"
            yield PolicyAlert(what, tier, route, (*route, "tiers", speed), entry.runbook)
        what = f"missing data of {name}"
        yield PolicyAlert(
            what, entry.no_data.tier, route, (*route, "noData", "tier"), entry.runbook
        )
    for index, signal in enumerate(policy.spec.signals):
        if signal.tier is not None:
            route = ("spec", "signals", index)
            heartbeat = signal.kind == HEARTBEAT
            tier_route = (*route, "tier")
            yield PolicyAlert(
                signal.name, signal.tier, route, tier_route, signal.runbook, heartbeat
            )
