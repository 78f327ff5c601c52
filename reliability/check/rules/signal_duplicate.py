"""Two signals of one service that look at the same thing.

## What it does

Finds two signals with the same expression in one service, however it is laid out, whose tier and
`for` are the same too. Heartbeats are exempt.

## Why it matters

Both fire at once. Two notifications for one cause are read as two causes, and who mends one of
them waits for the other.

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


@catalog_rule(severity=Severity.WARNING, since="0.1")
def signal_duplicate(context: Context) -> Iterator[Problem]:
    """Look for trees that stand twice in a service."""
    seen: dict[tuple[object, ...], Expression] = {}
    for expression in context.expressions.every:
        signal = expression.signal
        if signal is None or signal.kind == "heartbeat":
            continue
        service = expression.located.value.spec.service
        key = (service, signal.tier, signal.for_, expression.tree)
        first = seen.setdefault(key, expression)
        if first is not expression and first.signal is not None:
            message = f"{signal.name} has the same expression, tier and for as {first.signal.name}"
            label = Label(first.at, "the first")
            yield Problem(expression.at, message, "take one of the two out", (label,))
