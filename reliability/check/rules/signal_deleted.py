"""A noise that somebody relied on, and that is gone.

## What it does

Compares with the merge base (`check --base`) and finds signals of the tier `alert` and heartbeats
that are gone, and objectives whose entry in the alert policy is gone while the SLO stays. A signal
whose expression stands under another name, in a tier that is no lower, is not gone. As with
`slo-loosened`, it is an error until those who must agree have. Tickets and logs may go.

## Why it matters

Silence looks like health. An alert that was taken out is noticed at the next incident, by users.

## Example

```yaml base
# services/attendance/alert-policy.yaml
kind: AlertPolicy
```

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
metadata:
  name: attendance  # <- signal-deleted
spec:
  objectives: []
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
metadata:
  name: attendance
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
```

## Source

The talk: sort the notifications together; what is taken away is agreed as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.approvals import called_out, documents_of, place_of_gone
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.signals import SignalAlert, signals


@catalog_rule(severity=Severity.ERROR, since="0.2", needs="base")
def signal_deleted(context: Context) -> Iterator[Problem]:
    """Look for every loud thing of the base."""
    if context.base is None:
        return
    former = context.former_services
    present = [(former.get(each.service, each.service), each) for each in signals(context.catalog)]
    names = {(service, each.signal.name) for service, each in present}
    moved = {(service, each.signal.expr, each.tier) for service, each in present}
    for signal in signals(context.base):
        here = (signal.service, signal.signal.name) in names
        kept = (signal.service, signal.signal.expr, signal.tier) in moved
        if not here and not kept and _matters(signal):
            what = f"the {_what(signal)} {signal.signal.name} of the base is gone"
            subject = f"signal {signal.signal.name} {signal.tier or ''}"
            yield from _gone(what, subject, signal.service, signal.policy, context)
    yield from _objectives(context)


def _matters(signal: SignalAlert) -> bool:
    return signal.tier == "alert" or signal.signal.kind == "heartbeat"


def _what(signal: SignalAlert) -> str:
    return "heartbeat" if signal.signal.kind == "heartbeat" else "alert"


def _objectives(context: Context) -> Iterator[Problem]:
    """Burn-rate alerts of SLOs that stay; `slo-deleted` names those of an SLO that is gone."""
    for change in context.objective_changes:
        new, old = change.new, change.old
        if new is not None and new.source is None and old.source is not None:
            tiers = ", ".join(sorted({alert.tier for alert in old.alerts}))
            what = f"the burn-rate alerts ({tiers}) of {old.identity} are gone"
            subject = f"objective {old.identity}"
            yield from _gone(what, subject, new.service, old.source.policy, context)


def _gone(
    message: str, subject: str, service: str, policy: Located[AlertPolicy], context: Context
) -> Iterator[Problem]:
    folder = policy.document.path.parent.as_posix()
    if context.is_whole(folder, f"services/{service}"):
        at = place_of_gone(service, policy.document.path, context)
        documents = documents_of(service, context)
        yield called_out(at, message, service, context, *documents, subject=subject)
