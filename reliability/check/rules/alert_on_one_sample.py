"""An alert that one sample decides.

## What it does

Finds signals of the alert tier without `for` whose expression looks at the last sample alone, and
has no range or subquery in it. Exempt are burn-rate alerts, which have none on purpose, heartbeats,
recorded series, and the time until something expires, which does not jump.

## Why it matters

One slow scrape, one restart, and somebody is awake; a minute later it is over. What flaps is
muted, and then it is not there when it is true.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceDown
      kind: symptom
      tier: alert  # <- alert-without-slo
      expr: sum(attendance_up) < 1  # <- alert-on-one-sample
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceDown
      kind: symptom
      tier: ticket
      expr: sum(attendance_up) < 1
      for: 5m
      runbook: docs/runbooks/clock-in.md
```

## Source

The Prometheus documentation, "Alerting rules". In a public collection of 954 alerts 129 of those
that page have no `for`, and 80 of them look at a single sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.check.context import Context
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.model.alert_policy import Signal
from reliability.promql.conditions import is_instant


@catalog_rule(severity=Severity.WARNING, since="0.1")
def alert_on_one_sample(context: Context) -> Iterator[Problem]:
    """Look at the alerts that do not wait."""
    for expression in context.expressions.every:
        if expression.signal is None or not _wakes_at_once(expression.signal):
            continue
        if is_instant(expression.tree):
            message = f"{expression.signal.name} wakes somebody for a single sample"
            yield Problem(expression.at, message, "write for: 5m, or look at a range")


def _wakes_at_once(signal: Signal) -> bool:
    return signal.tier == ALERT and signal.kind != "heartbeat" and signal.for_ == timedelta()
