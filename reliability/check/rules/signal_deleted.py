"""A removed alert or heartbeat.

## What it does

Compares with the merge base (`check --base`) and finds removed signals of the alert tier, removed
heartbeats, and objectives that stay while their entry in the alert policy was removed. A signal
that was only renamed, with the same expression and tier, is not reported. Tickets and logs can be
removed freely.

As with `slo-loosened`, the finding is an error until the approvers approve the change.

## Why it matters

A missing alert looks like a healthy service. Users notice at the next incident that it is missing.

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

VTRyo's talk at SRE NEXT 2022: a team sorts its notifications into alerts, tickets and logs. To
remove one is a decision of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.approvals import (
    documents_of,
    location_of_removed,
    needs_service_approval,
)
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.signals import SignalAlert, signals


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def signal_deleted(context: Context) -> Iterator[Problem]:
    """Look up the alerts and heartbeats of the base."""
    if context.base is None:
        return
    former = context.former_services
    present = [
        (former.get(alert.service, alert.service), alert) for alert in signals(context.catalog)
    ]
    names = {(service, signal.signal.name) for service, signal in present}
    renamed = {(service, signal.signal.expr, signal.tier) for service, signal in present}

    for signal in signals(context.base):
        is_kept = (signal.service, signal.signal.name) in names
        is_renamed = (signal.service, signal.signal.expr, signal.tier) in renamed
        if not is_kept and not is_renamed and _is_reported(signal):
            subject = f"signal {signal.signal.name} {signal.tier or ''}"
            yield from _removed(
                _message(signal), subject, signal.service, policy=signal.policy, context=context
            )
    yield from _objectives(context)


def _is_reported(signal: SignalAlert) -> bool:
    return signal.tier == "alert" or signal.signal.kind == "heartbeat"


def _message(signal: SignalAlert) -> Message:
    if signal.signal.kind == "heartbeat":
        return Message("the heartbeat {name} was removed", name=signal.signal.name)
    return Message("the alert {name} was removed", name=signal.signal.name)


def _objectives(context: Context) -> Iterator[Problem]:
    """Find removed burn-rate alerts of SLOs that stay; `slo-deleted` reports removed SLOs."""
    for change in context.objective_changes:
        new, old = change.new, change.old
        if new is not None and new.source is None and old.source is not None:
            message = Message(
                "the burn-rate alerts ({tiers}) of {objective} were removed",
                tiers=", ".join(sorted({alert.tier for alert in old.alerts})),
                objective=old.identity,
            )
            subject = f"objective {old.identity}"
            yield from _removed(
                message, subject, new.service, policy=old.source.policy, context=context
            )


def _removed(
    message: Message, subject: str, service: str, policy: Located[AlertPolicy], context: Context
) -> Iterator[Problem]:
    """Report a removal, unless an unreadable file may still have what seems to be removed."""
    folder = policy.document.path.parent.as_posix()
    if context.is_whole(folder, f"services/{service}"):
        at = location_of_removed(service, policy.document.path, context)
        documents = documents_of(service, context)
        yield needs_service_approval(at, message, service, context, *documents, subject=subject)
