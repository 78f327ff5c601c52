"""An alert that fires on a single sample.

## What it does

Finds signals of the alert tier without `for` whose expression reads only the latest sample,
without a range or a subquery. Burn-rate alerts have no `for` on purpose and are exempt. So are
heartbeats, recorded series, and the time until something expires, which does not jump.

## Why it matters

One slow scrape or one restart pages the on-call engineer, and a minute later the condition is
gone. People mute an alert that flaps, and then it is missing when it is needed.

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

The Prometheus documentation, "Alerting rules". In a public collection of 954 alerts, 129 of the
alerts that page have no `for`, and 80 of them read a single sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.check.context import Context
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.model.alert_policy import Signal
from reliability.promql.conditions import is_instant


@catalog_rule(severity=Severity.WARNING, since="0.1")
def alert_on_one_sample(context: Context) -> Iterator[Problem]:
    """Find alerts without `for` that read an instant vector."""
    for expression in context.expressions.every:
        if expression.signal is None or not _pages_at_once(expression.signal):
            continue
        if is_instant(expression.tree):
            message = Message(
                "{signal} has no `for` and no range, so a single sample pages the on-call engineer",
                signal=expression.signal.name,
            )
            yield Problem(expression.at, message, Message("write for: 5m, or query a range"))


def _pages_at_once(signal: Signal) -> bool:
    return signal.tier == ALERT and signal.kind != "heartbeat" and signal.for_ == timedelta()
