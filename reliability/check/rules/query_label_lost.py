"""A label is asked for that the expression has already lost.

## What it does

Finds labels in `by (...)`, `on (...)` and `group_left (...)` that the expression behind them cannot
have: an aggregation inside has dropped them, or `absent` never had them.

## Why it matters

A label that is not there reads as an empty text. `by (region)` over a sum without regions is one
number for all, and the region in trouble disappears in the average.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorShare
      kind: cause
      tier: ticket
      expr: max by (region) (sum by (pod) (rate(errors_total[5m]))) > 1  # <- query-label-lost
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorShare
      kind: cause
      tier: ticket
      expr: max by (region) (sum by (region, pod) (rate(errors_total[5m]))) > 1
```

## Source

The Prometheus documentation, "Operators"; pint's `promql/impossible` and `promql/aggregate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.check.wording import listed
from reliability.finding import Problem, Severity
from reliability.promql.label_bounds import bounds, never_match
from reliability.promql.syntax import RANKING
from reliability.promql.tree import Aggregation, Binary, Node, is_scalar, walk


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_label_lost(context: Context) -> Iterator[Problem]:
    """Compare the labels that are asked for with those that can be there."""
    for expression in context.expressions.every:
        for node in walk(expression.tree):
            for word, labels in _asked_in_vain(node):
                message = f"{word} (...) asks for {listed(labels)}, which is lost before"
                help_text = f"keep {listed(labels)} in the aggregation inside, or leave it out"
                subject = f"{word} {','.join(labels)}"
                yield Problem(expression.at, message, help_text, subject=subject)


def _asked_in_vain(node: Node) -> Iterator[tuple[str, list[str]]]:
    """The word of PromQL that asks, and the labels that cannot be there."""
    match node:
        case Aggregation(grouping="by") if node.operator not in RANKING:
            yield from _lost("by", node.labels, node.inner)
        case Binary() if not is_scalar(node.left) and not is_scalar(node.right):
            how = node.matching
            if how.on and never_match(node) is None:
                yield from _lost("on", how.labels, node.left, node.right)
            if how.many is not None:
                one = node.right if how.many == "left" else node.left
                yield from _lost(f"group_{how.many}", how.taken, one)
        case _:
            return


def _lost(word: str, labels: Iterable[str], *inside: Node) -> Iterator[tuple[str, list[str]]]:
    gone = sorted(each for each in labels if not all(bounds(node).may(each) for node in inside))
    if gone:
        yield word, gone
