"""A page for a cause or for saturation.

## What it does

Finds signals of kind `cause` or `saturation` in the alert tier.

## Why it matters

A cause may affect users, or it may be fixed before they notice. If it affects them, the alert of
the SLO fires anyway. If it does not, there was no reason to page. A cause that will affect users
within days is a ticket.

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

Rob Ewaschuk, *My Philosophy on Alerting*: cause-based rules are acceptable below the level of
pages, where the symptom cannot be measured, or before a hard limit is reached. Such an exception
needs a reason and an end date, which is what a waiver records. The rule is locked by default:
waivers have an effect only with `locked: false` in the RulePolicy.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1", locked=True)
def alert_for_cause(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Find causes and saturation in the alert tier."""
    for index, signal in enumerate(policy.value.spec.signals):
        if signal.tier == ALERT and signal.kind in ("cause", "saturation"):
            message = Message(
                "{signal} is of kind {kind}, and only symptoms that users notice may page",
                signal=signal.name,
                kind=signal.kind,
            )
            help_text = Message("write tier: ticket, or tier: log if no one would act within days")
            yield Problem(policy.at("spec", "signals", index, "tier"), message, help_text)
