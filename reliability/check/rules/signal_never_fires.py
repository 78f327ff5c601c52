"""A signal whose condition cannot hold.

## What it does

Finds error ratios that are compared with 1 or more (`errors / requests > 14 * (1 - 0.9)` needs
140 %): events by events of which they are a part, and recordings named for an error ratio. Finds
counts that are compared with 0 (`count(...) == 0`, `count(...) < 1`), and `absent` and
`group`, which are 1 or nothing, compared with anything but 1.

## Why it matters

A count of nothing is no 0: it has no result, and without a result nothing fires. The alert for "no
backend is left" is the one that is silent when no backend is left.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceBackendsGone
      kind: cause
      tier: ticket
      expr: count(attendance_backend_up == 1) == 0  # <- signal-never-fires
      for: 5m
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceBackendsGone
      kind: cause
      tier: ticket
      expr: (count(attendance_backend_up == 1) or vector(0)) == 0
      for: 5m
```

## Source

The Prometheus documentation, "Operators"; pint's `promql/impossible`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.conditions import COUNTING, ONES, never_fires
from reliability.promql.impossible import share_above_one
from reliability.promql.tree import COMPARISONS, Binary, Node


@catalog_rule(severity=Severity.ERROR, since="0.1")
def signal_never_fires(context: Context) -> Iterator[Problem]:
    """Look for comparisons that cannot hold."""
    for expression in context.expressions.using(">", ">=", "<", "<="):
        if expression.signal is not None and (limit := _limit(expression.tree)) is not None:
            message = f"it needs an error ratio above {limit:g}, and a ratio cannot exceed 1"
            help_text = "lower the factor, or raise the target"
            yield Problem(expression.at, message, help_text, subject="limit")
    for expression in context.expressions.using(*sorted(COUNTING | ONES)):
        name = never_fires(expression.tree) if expression.signal is not None else None
        if name in COUNTING:
            message = f"{name} of nothing is no 0 but no result, so this never fires"
            help_text = f"write ({name}(...) or vector(0)) == 0"
            yield Problem(expression.at, message, help_text, subject=name)
        elif name is not None:
            message = f"{name} is 1 or has no result, so this never fires"
            help_text = f"leave {name} without a comparison"
            yield Problem(expression.at, message, help_text, subject=name)


def _limit(node: Node) -> float | None:
    """The limit over 1 that keeps an expression from having a result; None if it may have one."""
    match node:
        case Binary(operator="and"):
            return _limit(node.left) or _limit(node.right)
        case Binary(operator="or"):
            left = _limit(node.left)
            return left if left and _limit(node.right) else None
        case Binary(operator="unless"):
            return _limit(node.left)
        case Binary(operator=sign) if sign in COMPARISONS and not node.returns_bool:
            return share_above_one(node)
        case _:
            return None
