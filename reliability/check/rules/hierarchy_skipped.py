"""A service that pages before its lower reliability levels are in place.

## What it does

Finds services with alerts in the alert tier whose ownership declares `monitoring` or
`incident-response` as missing, and levels that are `in-place` above a missing one of these two.
The rules alert-without-runbook and alert-without-oncall check runbooks and on-call.

## Why it matters

The Service Reliability Hierarchy is built from the bottom up. If a service is not monitored, or no
one is trained to fix it, a page wakes an engineer who cannot do anything.

## Example

```yaml bad
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
  hierarchy:
    incident-response:
      state: missing  # <- hierarchy-skipped
```

```yaml good
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
  hierarchy:
    incident-response:
      state: partial
      evidence: docs/runbooks/clock-in.md
```

## Source

Site Reliability Engineering, part III: the Service Reliability Hierarchy. VTRyo's talk at SRE
NEXT 2022: close gaps level by level.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final, get_args

from reliability.check.context import Context
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.ownership import Level, Ownership, OwnershipSpec
from reliability.resolve.alerts import policy_alerts

BELOW: Final[tuple[Level, ...]] = ("monitoring", "incident-response")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def hierarchy_skipped(context: Context) -> Iterator[Problem]:
    """Find missing levels below levels that are in place, or below alerts."""
    missing = {name: owner for name, owner in context.ownerships.items() if _missing(owner)}
    paging = _paging(context, missing) if missing else {}
    for service, owner in missing.items():
        for level in _missing(owner):
            above, alert = _above(level, owner.value.spec), paging.get(service)
            if alert is not None:
                message = Message(
                    "{level} is missing, but {alert} is in the alert tier", level=level, alert=alert
                )
            elif above is not None:
                message = Message(
                    "{level} is missing, but {above} is in place", level=level, above=above
                )
            else:
                continue
            at = owner.at("spec", "hierarchy", level, "state")
            help_text = Message(
                "put {level} in place first; until then write tier: ticket", level=level
            )
            yield Problem(at, message, help_text)


def _missing(owner: Located[Ownership]) -> list[Level]:
    states = owner.value.spec.hierarchy
    return [level for level in BELOW if level in states and states[level].state == "missing"]


def _paging(context: Context, services: Container[str]) -> dict[str, str]:
    """Return the first alert of each service in the alert tier; heartbeats page nobody."""
    paging: dict[str, str] = {}
    for policy in context.catalog.documents(AlertPolicy):
        service = policy.value.spec.service
        if service in services and service not in paging:
            alerts = (alert for alert in policy_alerts(policy) if alert.tier == ALERT)
            first = next((alert for alert in alerts if not alert.is_heartbeat), None)
            if first is not None:
                paging[service] = first.what
    return paging


def _above(level: Level, spec: OwnershipSpec) -> Level | None:
    levels: tuple[Level, ...] = get_args(Level)
    for higher in levels[levels.index(level) + 1 :]:
        if (state := spec.hierarchy.get(higher)) is not None and state.state == "in-place":
            return higher
    return None
