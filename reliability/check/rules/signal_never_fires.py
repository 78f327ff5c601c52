"""A signal that can never fire.

## What it does

Finds conditions that cannot hold:

- an error ratio compared with 1 or more: `errors / requests > 14 * (1 - 0.9)` needs 140 %. A ratio
  is a division of events by a superset of them, or a recording rule named like an error ratio. A
  recorded `burnrate` counts only if it is compared with a factor times the budget: others are
  divided by the budget and exceed 1
- a count compared with 0: `count(...) == 0` or `count(...) < 1`
- `absent` or `group`, which are 1 or have no result, compared with anything but 1
- a comparison with NaN, beyond infinity, or beyond what a function returns: `vector(0) > 1`,
  `up > 1`, `hour() > 23`, `x * 0 > 0`
- comparisons of one series that exclude each other: `x > 5 and x < 3`, `x > 5 unless x > 3`

## Why it matters

`count` of no series is not 0 but has no result, and Prometheus does not fire without a result. An
alert for "all backends are down" then stays silent when all backends are down.

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
      expr: absent(attendance_backend_up == 1)
      for: 5m
```

## Source

The Prometheus documentation, "Operators". pint's `promql/impossible`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.conditions import COUNTING, ONES, never_fires
from reliability.promql.impossible import share_above_one
from reliability.promql.tree import COMPARISONS, Binary, Node
from reliability.promql.value_bounds import never_holds


@catalog_rule(severity=Severity.ERROR, since="0.1")
def signal_never_fires(context: Context) -> Iterator[Problem]:
    """Find comparisons that cannot hold."""
    named = tuple(_named(context))
    yield from named
    at = {problem.at for problem in named}
    for expression in context.expressions.using(*sorted(COMPARISONS | {"unless"})):
        if expression.signal is not None and expression.at not in at:
            why = never_holds(expression.tree)
            if why is not None:
                help_text = Message("correct the condition, or remove the signal")
                yield Problem(expression.at, why, help_text, subject="values")


def _named(context: Context) -> Iterator[Problem]:
    """Find ratios and counts, whose problems name the usual mistake."""
    for expression in context.expressions.using(">", ">=", "<", "<="):
        if expression.signal is not None and (limit := _limit(expression.tree)) is not None:
            message = Message(
                "this needs an error ratio above {limit}, and a ratio cannot exceed 1",
                limit=f"{limit:g}",
            )
            help_text = Message("lower the factor, or raise the target")
            yield Problem(expression.at, message, help_text, subject="limit")

    for expression in context.expressions.using(*sorted(COUNTING | ONES)):
        name = never_fires(expression.tree) if expression.signal is not None else None
        if name in COUNTING:
            message = Message(
                "{function} of no series has no result, so this never fires", function=name
            )
            absence = name.replace("count", "absent")
            help_text = Message("write {absence}(...) of what must be there", absence=absence)
            yield Problem(expression.at, message, help_text, subject=name)
        elif name is not None:
            message = Message(
                "{function} is 1 or has no result, so this never fires", function=name
            )
            help_text = Message("remove the comparison of {function}", function=name)
            yield Problem(expression.at, message, help_text, subject=name)


def _limit(node: Node) -> float | None:
    """Return the limit above 1 that an expression needs; None if its condition can hold."""
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
