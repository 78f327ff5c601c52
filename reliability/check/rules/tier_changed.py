"""A signal or a burn-rate alert that tells people more loudly or more quietly than before.

## What it does

Compares the tier of each signal, of each objective's fast and slow burn, and of its missing data
with the merge base (`check --base`). A changed tier is an error until those who must agree to it
have: the approvers of the base's ownership, by `--approved-by`; with `approvals: solo`, by
`reliability/agreed-by` and a new `reliability/reviewed` in the document. What is agreed is still
called out, among the excused.

## Why it matters

A tier decides who is woken. A change of one word in a long diff is easily merged unread, and the
first to learn of it are the people at 3 a.m., or the users whom nobody was woken for.

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

The alert tiers of ARO-HCP, where a changed severity lists who is told and needs the owner's
approval; the talk: who is told is agreed, not found out.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.approvals import called_out
from reliability.check.context import Context
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.model.alert_policy import ObjectiveAlerts
from reliability.resolve.signals import SignalAlert, signals


@catalog_rule(severity=Severity.ERROR, since="0.2", needs="base")
def tier_changed(context: Context) -> Iterator[Problem]:
    """Compare the tier of everything that is on both sides."""
    changes = context.objective_changes
    said = (problem for each in changes for problem in _objective(each, context))
    yield from dict.fromkeys(said)
    of_openslo = (problem for each in changes for problem in _openslo(each, context))
    yield from dict.fromkeys(of_openslo)
    yield from _signals(context)


def _objective(change: ObjectiveChange, context: Context) -> Iterator[Problem]:
    """An entry for a whole SLO speaks of several objectives, and says the same of each."""
    if change.new is None or change.old.source is None or change.new.source is None:
        return
    new = change.new.source
    was, now = _tiers(change.old.source.entry), _tiers(new.entry)
    name = f"{new.entry.slo}-{new.entry.objective}" if new.entry.objective else new.entry.slo
    for route, what in SPEEDS.items():
        if was[route] != now[route]:
            at = new.policy.at("spec", "objectives", new.index, *route)
            message = _message(f"{what} of {name}", was[route], now[route])
            yield called_out(at, message, change.old.service, context, new.policy)


def _openslo(change: ObjectiveChange, context: Context) -> Iterator[Problem]:
    """OpenSLO's own alert policies: their tier is an annotation."""
    if change.new is None:
        return
    before = {alert.policy: alert.tier for alert in change.old.alerts if alert.policy}
    for alert in change.new.alerts:
        was = before.get(alert.policy, alert.tier)
        if was != alert.tier:
            at = change.new.slo.at("spec", "alertPolicies")
            message = _message(f"{alert.policy} of {alert.slo}", was, alert.tier)
            yield called_out(
                at, message, change.old.service, context, change.new.slo, subject=alert.policy
            )


SPEEDS = {
    ("tiers", "fast"): "the fast burn",
    ("tiers", "slow"): "the slow burn",
    ("noData", "tier"): "missing data",
}


def _tiers(entry: ObjectiveAlerts) -> dict[tuple[str, str], str]:
    return dict(zip(SPEEDS, (entry.tiers.fast, entry.tiers.slow, entry.no_data.tier), strict=True))


def _signals(context: Context) -> Iterator[Problem]:
    before = {(each.service, each.signal.name): each for each in _before(context)}
    for signal in signals(context.catalog) if before else ():
        former = context.former_services.get(signal.service, signal.service)
        old = before.get((former, signal.signal.name))
        if old is None or old.tier is None or signal.tier in (None, old.tier):
            continue
        at = signal.policy.at(*signal.route, "tier")
        message = _message(signal.signal.name, old.tier, str(signal.tier))
        yield called_out(at, message, old.service, context, signal.policy)


def _before(context: Context) -> Iterator[SignalAlert]:
    return signals(context.base) if context.base is not None else iter(())


def _message(what: str, old: str, new: str) -> str:
    return f"{what} goes to {new}, and went to {old} at the base"
