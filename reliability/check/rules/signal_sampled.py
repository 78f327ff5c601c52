"""A signal that only tells of the worst few.

## What it does

Finds `topk`, `bottomk`, `limitk` and `limit_ratio` without a grouping as the last step before the
comparison of a signal, or behind it.

## Why it matters

Which series are the worst five changes all the time. With each change an alert ends and another
begins: `for` starts again, and those who are told see a list that flickers.

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
from reliability.promql.syntax import RANKING
from reliability.promql.tree import COMPARISONS, Aggregation, Binary, Node


@catalog_rule(severity=Severity.WARNING, since="0.1")
def signal_sampled(context: Context) -> Iterator[Problem]:
    """Look for rankings that decide which series fire."""
    for expression in context.expressions.using(*sorted(RANKING)):
        operator = _ranking(expression.tree) if expression.signal is not None else None
        if operator is not None:
            message = f"{operator} changes its mind about which series fire at every evaluation"
            yield Problem(expression.at, message, f"leave {operator} out; grouping joins the many")


def _ranking(node: Node) -> str | None:
    match node:
        case Aggregation() if node.operator in RANKING and node.grouping is None:
            return node.operator
        case Binary() if node.operator in COMPARISONS:
            return _ranking(node.left) or _ranking(node.right)
        case _:
            return None
