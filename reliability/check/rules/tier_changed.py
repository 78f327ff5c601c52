"""An alert whose tier changed.

## What it does

Compares the tier of each signal, of each objective's fast and slow burn, and of its missing data
with the merge base (`check --base`). A changed tier is an error until the approvers of the base's
ownership approve it, with `--approved-by`. With `approvals: solo`, the document records the
agreement instead: `reliability/agreed-by` and a new `reliability/reviewed`. An approved change is
listed as waived.

## Why it matters

The tier decides who gets notified and how. A change of one word in a long diff is easily
overlooked. The on-call engineer notices it at 3 a.m., or nobody gets paged for an outage.

## Example

```yaml base
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: alert, slow: ticket}
      runbook: docs/runbooks/clock-in.md
```

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: ticket, slow: ticket}  # <- tier-changed
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: alert, slow: ticket}
      runbook: docs/runbooks/clock-in.md
```

## Source

The alert tiers of ARO-HCP: a change of severity lists who gets notified and needs the approval of
the owner.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.approvals import needs_service_approval
from reliability.check.context import Context
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.resolve.signals import SignalAlert, signals


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def tier_changed(context: Context) -> Iterator[Problem]:
    """Compare the tiers of alerts that are on both sides."""
    changes = context.objective_changes
    # An entry for a whole SLO has several objectives, and is reported once.
    of_entries = (problem for change in changes for problem in _entry(change, context))
    yield from dict.fromkeys(of_entries)
    of_openslo = (problem for change in changes for problem in _openslo(change, context))
    yield from dict.fromkeys(of_openslo)
    yield from _signals(context)


def _entry(change: ObjectiveChange, context: Context) -> Iterator[Problem]:
    """Compare the tiers of the entry of an alert policy that an objective belongs to."""
    if change.new is None or change.old.source is None or change.new.source is None:
        return
    new = change.new.source
    was, now = change.old.source.entry, new.entry
    name = f"{now.slo}-{now.objective}" if now.objective else now.slo
    fast = Message("the fast burn of {slo}", slo=name)
    slow = Message("the slow burn of {slo}", slo=name)
    no_data = Message("missing data of {slo}", slo=name)

    for alert, route, former, tier in (
        (fast, ("tiers", "fast"), was.tiers.fast, now.tiers.fast),
        (slow, ("tiers", "slow"), was.tiers.slow, now.tiers.slow),
        (no_data, ("noData", "tier"), was.no_data.tier, now.no_data.tier),
    ):
        if former != tier:
            at = new.policy.at("spec", "objectives", new.index, *route)
            message = _message(alert, former, tier)
            yield needs_service_approval(at, message, change.old.service, context, new.policy)


def _openslo(change: ObjectiveChange, context: Context) -> Iterator[Problem]:
    """Compare the tiers of OpenSLO's alert policies, which are annotations."""
    if change.new is None:
        return
    before = {alert.policy: alert.tier for alert in change.old.declared_alerts if alert.policy}
    for alert in change.new.declared_alerts:
        was = before.get(alert.policy, alert.tier)
        if was != alert.tier:
            at = change.new.slo.at("spec", "alertPolicies")
            name = Message("{policy} of {slo}", policy=alert.policy, slo=alert.slo)
            message = _message(name, was, alert.tier)
            yield needs_service_approval(
                at, message, change.old.service, context, change.new.slo, subject=alert.policy
            )


def _signals(context: Context) -> Iterator[Problem]:
    """Compare the tiers of signals; signal-tier-missing reports a tier that was removed."""
    before = {(signal.service, signal.signal.name): signal for signal in _before(context)}
    for signal in signals(context.catalog) if before else ():
        former = context.former_services.get(signal.service, signal.service)
        old = before.get((former, signal.signal.name))
        if old is None or old.tier is None or signal.tier in (None, old.tier):
            continue
        at = signal.policy.at(*signal.route, "tier")
        message = _message(signal.signal.name, old.tier, str(signal.tier))
        yield needs_service_approval(at, message, old.service, context, signal.policy)


def _before(context: Context) -> Iterator[SignalAlert]:
    return signals(context.base) if context.base is not None else iter(())


def _message(alert: str, old: str, new: str) -> Message:
    return Message("the tier of {alert} changed from {old} to {new}", alert=alert, old=old, new=new)
