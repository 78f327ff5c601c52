"""Two signals of a service with the same expression.

## What it does

Finds two signals of one service with the same expression, tier, `labels` and `for`. Differences in
layout, in how numbers are written and in labels with a template do not count. Heartbeats are
exempt.

## Why it matters

Both fire at once. Two notifications for one cause look like two problems, and the on-call engineer
who fixed one keeps looking for the other.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(attendance_queue_depth) > 1000
    - name: AttendanceQueueLong
      kind: saturation
      tier: ticket
      expr: sum (attendance_queue_depth) > 1000.0  # <- signal-duplicate
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(attendance_queue_depth) > 1000
    - name: AttendanceQueueLong
      kind: saturation
      tier: log
      expr: sum(attendance_queue_depth) > 100
```

## Source

pint's `rule/duplicate`; `promtool check rules --lint=duplicate-rules`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.expressions import Expression
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message
from reliability.model.alert_policy import Signal


@catalog_rule(severity=Severity.WARNING, since="0.1")
def signal_duplicate(context: Context) -> Iterator[Problem]:
    """Find expressions that a service has twice."""
    seen: dict[tuple[object, ...], tuple[Signal, Expression]] = {}
    for expression in context.expressions.every:
        signal = expression.signal
        if signal is None or signal.kind == "heartbeat":
            continue

        service = expression.located.value.spec.service
        # Texts do not decide where an alert goes; severities do.
        labels = frozenset(item for item in signal.labels.items() if "{{" not in item[1])
        key = (service, signal.tier, signal.for_, labels, expression.tree)
        other, first = seen.setdefault(key, (signal, expression))

        if first is not expression:
            message = Message(
                "{name} has the same expression, tier, labels and for as {other}",
                name=signal.name,
                other=other.name,
            )
            label = Label(first.at, Message("the other signal"))
            yield Problem(
                expression.at, message, Message("remove one of the two"), related=(label,)
            )
