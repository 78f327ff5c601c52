"""A signal that does not say who is told.

## What it does

Finds signals without `tier`. There is no default: not alert, and not log either.

## Why it matters

Sorting the notifications comes first. A signal that nobody has sorted becomes an alert in every
tool that needs a severity, and a channel full of them is read by nobody.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog  # <- signal-tier-missing
      kind: cause
      expr: attendance_queue_depth > 1000
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

The talk; Site Reliability Engineering, chapter 1: alerts, tickets, logging.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def signal_tier_missing(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Find signals without a tier."""
    for index, signal in enumerate(policy.value.spec.signals):
        if signal.tier is None:
            message = f"{signal.name} has no tier, and it is alert, ticket or log"
            help_text = (
                "write tier: ticket if a human acts within days, log if nobody needs to look; "
                "what users feel is an SLO's alert"
            )
            yield Problem(policy.at("spec", "signals", index, "tier"), message, help_text)
