"""A ratio that can exceed 1, or is always 1.

## What it does

Finds divisions of a metric by itself (`rate(x{...}[..]) / rate(x{...}[..])`, summed or not) in
which the selector of the numerator matches more series than that of the denominator: the two are
swapped, or a matcher is missing. Also finds `increase` of the same metric with a longer range in
the numerator.

Finds divisions of each series by itself, too. `rate(x{code="500"}[5m]) / rate(x[5m])` has no
aggregation, so a series is divided by the one with equal labels, `code` included: always 1.

## Why it matters

An error ratio is at most 1. If the division can exceed 1, it is not the ratio that thresholds such
as 0.05 are meant for, and the alert fires all the time or while everything is fine.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorShare
      kind: cause
      tier: ticket
      expr: >-  # <- query-ratio-above-one
        sum(rate(http_requests_total[5m]))
        / sum(rate(http_requests_total{code=~"5.."}[5m])) > 0.05
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorShare
      kind: cause
      tier: ticket
      expr: >-
        sum(rate(http_requests_total{code=~"5.."}[5m]))
        / sum(rate(http_requests_total[5m])) > 0.05
```

## Source

The Prometheus documentation, "Recording rules", on ratios.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.impossible import RATES
from reliability.promql.subsets import is_part
from reliability.promql.tree import PLAIN, Aggregation, Binary, Call, Node, VectorSelector, walk
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_ratio_above_one(context: Context) -> Iterator[Problem]:
    """Compare the numerator and the denominator of each division."""
    for expression in context.expressions.using("/"):
        for node in walk(expression.tree):
            if isinstance(node, Binary) and node.operator == "/":
                for message, help_text, subject in _of_itself(node) or _faults(node):
                    yield Problem(expression.at, message, help_text, subject=subject)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A rate or increase: the function, its selector, and the range."""

    function: str
    selector: VectorSelector
    range: timedelta


def _faults(node: Binary) -> Iterator[tuple[Message, Message, str]]:
    """Yield message, help and subject for each fault of a division."""
    above, below = _counted(node.left), _counted(node.right)
    if above is None or below is None or above.function != below.function:
        return
    upper, lower = above.selector, below.selector
    if upper.metric != lower.metric or upper.offset != lower.offset:
        return

    if is_part(lower, upper) and is_part(upper, lower) is False:
        message = Message(
            "the numerator counts more of {metric} than the denominator, so the ratio can exceed 1",
            metric=upper.written,
        )
        help_text = Message("put the part in the numerator and the whole in the denominator")
        yield message, help_text, upper.written
    elif above.function == "increase" and above.range > below.range and is_part(upper, lower):
        ranges = duration_text(above.range), duration_text(below.range)
        message = Message(
            "events of {numerator} are divided by events of {denominator}, so the ratio can "
            "exceed 1",
            numerator=ranges[0],
            denominator=ranges[1],
        )
        yield message, Message("use the same range in both"), "/".join(ranges)


def _of_itself(node: Binary) -> list[tuple[Message, Message, str]]:
    """Return the fault that both sides have the same series and are matched on all labels."""
    sides = _same_groups(node.left, node.right, None)
    if sides is None or node.matching != PLAIN:
        return []
    message = Message(
        "each series of {metric} is divided by itself, because both sides are matched on all "
        "labels: the result is always 1",
        metric=sides[0].written,
    )
    help_text = Message("aggregate both sides without the labels that only one side matches")
    if sides[0] == sides[1]:
        help_text = Message("select the part in the numerator")
    return [(message, help_text, sides[0].written)]


def _same_groups(
    left: Node, right: Node, kept: frozenset[str] | None
) -> tuple[VectorSelector, VectorSelector] | None:
    """Return the selectors of two sides whose groups of equal labels have the same series.

    `kept` are the labels that the aggregations around them keep, None for all.
    """
    match left, right:
        case Aggregation(operator="sum", grouping="by" | None), Aggregation(operator="sum") if (
            left.grouping,
            left.labels,
        ) == (right.grouping, right.labels):
            kept = left.labels if kept is None else kept & left.labels
            return _same_groups(left.inner, right.inner, kept)
        case Call(arguments=(above,)), Call(arguments=(below,)) if (
            left.function == right.function and left.function in RATES
        ):
            return _same_groups(above, below, kept)
        case VectorSelector(), VectorSelector():
            span = (left.metric, left.range, left.offset)
            differing = {m.label for m in {*left.matchers} ^ {*right.matchers}}
            is_same = span == (right.metric, right.range, right.offset) and (
                kept is None or differing <= kept
            )
            is_one_part = is_part(left, right) or is_part(right, left)
            return (left, right) if is_same and is_one_part else None
        case _:
            return None


def _counted(node: Node) -> _Counted | None:
    """Return the rate or increase that an expression is, or that it sums."""
    match node:
        case Aggregation(operator="sum"):
            return _counted(node.inner)
        case Call(
            function="rate" | "increase" as function,
            arguments=(VectorSelector(range=timedelta() as length) as selector,),
        ):
            return _Counted(function, selector, length)
        case _:
            return None
