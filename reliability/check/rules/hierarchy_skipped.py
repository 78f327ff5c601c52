"""A service that wakes people before the levels below are there.

## What it does

Finds services with something in the alert tier whose ownership says that `monitoring` or
`incident-response` is missing, and levels that are `in-place` above one of those two that is
missing. That a runbook and somebody on call are there is what alert-without-runbook and
alert-without-oncall look at.

## Why it matters

The Service Reliability Hierarchy is built from below. An alert on a service that cannot be seen, or
that nobody is trained to mend, wakes a person who can do nothing.

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

Site Reliability Engineering, part III: the Service Reliability Hierarchy; the talk: gaps are
closed level by level.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final, get_args

from reliability.check.context import Context
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy
from reliability.model.ownership import Level, Ownership, OwnershipSpec
from reliability.resolve.alerts import policy_alerts

BELOW: Final[tuple[Level, ...]] = ("monitoring", "incident-response")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def hierarchy_skipped(context: Context) -> Iterator[Problem]:
    """Look at what is missing below of what is there."""
    missing = {name: owner for name, owner in context.ownerships.items() if _missing(owner)}
    waking = _waking(context, missing) if missing else {}
    for service, owner in missing.items():
        for level in _missing(owner):
            above = _above(level, owner.value.spec)
            if above is None and service not in waking:
                continue
            what = waking.get(service) or f"{above} is in place"
            at = owner.at("spec", "hierarchy", level, "state")
            message = f"{level} is missing, and {what}"
            yield Problem(at, message, f"close {level} first; until then write tier: ticket")


def _missing(owner: Located[Ownership]) -> list[Level]:
    states = owner.value.spec.hierarchy
    return [each for each in BELOW if each in states and states[each].state == "missing"]


def _waking(context: Context, services: Container[str]) -> dict[str, str]:
    """What of each service is in the alert tier, one thing each; heartbeats are for machines."""
    found: dict[str, str] = {}
    for policy in context.catalog.each(AlertPolicy):
        service = policy.value.spec.service
        if service in services and service not in found:
            alerts = (each for each in policy_alerts(policy) if each.tier == ALERT)
            first = next((each for each in alerts if not each.is_heartbeat), None)
            if first is not None:
                found[service] = f"{first.what} wakes somebody"
    return found


def _above(level: Level, spec: OwnershipSpec) -> Level | None:
    levels: tuple[Level, ...] = get_args(Level)
    for each in levels[levels.index(level) + 1 :]:
        if (state := spec.hierarchy.get(each)) is not None and state.state == "in-place":
            return each
    return None
