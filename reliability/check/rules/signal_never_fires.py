"""A signal whose condition cannot hold.

## What it does

Finds counts that are compared with 0 (`count(...) == 0`, `count(...) < 1`), and `absent` and
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

from reliability.check.conditions import COUNTING, ONES, never_fires
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.ERROR, since="0.1")
def signal_never_fires(context: Context) -> Iterator[Problem]:
    """Look for comparisons that cannot hold."""
    for expression in context.expressions.using(*sorted(COUNTING | ONES)):
        name = never_fires(expression.tree) if expression.signal is not None else None
        if name in COUNTING:
            message = f"{name} of nothing is no 0 but no result, so this never fires"
            yield Problem(expression.at, message, f"write ({name}(...) or vector(0)) == 0")
        elif name is not None:
            message = f"{name} is 1 or has no result, so this never fires"
            yield Problem(expression.at, message, f"leave {name} without a comparison")
