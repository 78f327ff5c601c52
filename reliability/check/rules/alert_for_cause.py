"""A cause or a saturation wakes somebody.

## What it does

Finds signals of kind `cause` or `saturation` in the alert tier.

## Why it matters

A cause may hurt users, or be dealt with before they notice. If it hurts them, the SLO's alert is
already on its way; if it does not, nobody needed to be woken. A cause that will hurt within days
is a ticket.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: alert  # <- alert-for-cause, alert-without-slo
      expr: attendance_queue_depth > 1000
      for: 15m
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: attendance_queue_depth > 1000
```

## Source

Rob Ewaschuk, *My Philosophy on Alerting*: cause-based rules are allowed below the symptoms'
noise, where the symptom cannot be seen, or before a cliff; then with a reason and an end, which
is what a waiver is.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def alert_for_cause(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Find causes in the alert tier."""
    for index, signal in enumerate(policy.value.spec.signals):
        if signal.tier == ALERT and signal.kind in ("cause", "saturation"):
            message = f"{signal.name} is a {signal.kind}, and an alert tells what users feel"
            help_text = "write tier: ticket, or log if nobody would act within days"
            yield Problem(policy.at("spec", "signals", index, "tier"), message, help_text)
