"""A ratio whose upper part is not a part of the lower one.

## What it does

Finds divisions of one metric by itself (`rate(x{...}[..]) / rate(x{...}[..])`, summed or not)
where the upper selector takes more than the lower one: the two are swapped, or a matcher is
missing. Finds as well two different ranges of one metric below `increase`.

## Why it matters

A share is at most 1. One that can be more compares with thresholds such as 0.05 and means
something else: the alert fires always, or while all is well.

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

Prometheus, "Recording rules": a ratio is a part by its whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.subsets import is_part
from reliability.promql.tree import Aggregation, Binary, Call, Node, VectorSelector, walk
from reliability.scalars import duration_text

RATES = ("rate", "increase")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_ratio_above_one(context: Context) -> Iterator[Problem]:
    """Compare what is above and below of each division."""
    for expression in context.expressions.using("/"):
        for node in walk(expression.tree):
            if isinstance(node, Binary) and node.operator == "/":
                for message, help_text, subject in _faults(node):
                    yield Problem(expression.at, message, help_text, subject=subject)


def _faults(node: Binary) -> Iterator[tuple[str, str, str]]:
    """Message, help and subject of what is wrong with a division."""
    above, below = _counted(node.left), _counted(node.right)
    if above is None or below is None or above[1].metric != below[1].metric:
        return
    (function, upper), (other, lower) = above, below
    if upper.offset != lower.offset or function != other:
        return
    if is_part(lower, upper) and is_part(upper, lower) is False:
        message = f"the upper part of / takes more of {upper.written} than the lower one"
        yield message, "write the part above and the whole below", upper.written
    elif function == "increase" and _is_longer(upper, lower) and is_part(upper, lower):
        ranges = f"{_range(upper)} are divided by those of {_range(lower)}"
        message = f"events of {ranges}, so the ratio can exceed 1"
        yield message, "write one range for both", f"{_range(upper)}/{_range(lower)}"


def _counted(node: Node) -> tuple[str, VectorSelector] | None:
    """The rate or the increase that an expression sums, with its selector."""
    match node:
        case Aggregation(operator="sum"):
            return _counted(node.inner)
        case Call(function=function, arguments=(VectorSelector() as selector,)) if (
            function in RATES
        ):
            return function, selector
        case _:
            return None


def _is_longer(upper: VectorSelector, lower: VectorSelector) -> bool:
    return upper.range is not None and lower.range is not None and upper.range > lower.range


def _range(selector: VectorSelector) -> str:
    return duration_text(selector.range) if selector.range is not None else "no range"
