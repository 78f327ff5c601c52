"""A signal on the top few series.

## What it does

Finds `topk`, `bottomk`, `limitk` and `limit_ratio` without `by` or `without` directly inside or
around the comparison of a signal.

## Why it matters

The five worst series change all the time. With each change one alert resolves and another starts,
so `for` starts again and the list of alerts in a notification keeps changing.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: topk(5, attendance_queue_depth) > 1000  # <- signal-sampled
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

pint's `promql/fragile`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.syntax import RANKING
from reliability.promql.tree import COMPARISONS, Aggregation, Binary, Node


@catalog_rule(severity=Severity.WARNING, since="0.1")
def signal_sampled(context: Context) -> Iterator[Problem]:
    """Find rankings that select which series fire."""
    for expression in context.expressions.using(*sorted(RANKING)):
        operator = _ranking(expression.tree) if expression.signal is not None else None
        if operator is not None:
            message = Message(
                "{operator} can select other series at each evaluation, so alerts start and stop",
                operator=operator,
            )
            help_text = Message(
                "remove {operator}: Alertmanager groups many alerts into one notification",
                operator=operator,
            )
            yield Problem(expression.at, message, help_text)


def _ranking(node: Node) -> str | None:
    """Return the ranking operator that selects the series of an expression."""
    match node:
        case Aggregation() if node.operator in RANKING and node.grouping is None:
            return node.operator
        case Binary() if node.operator in COMPARISONS:
            return _ranking(node.left) or _ranking(node.right)
        case _:
            return None
