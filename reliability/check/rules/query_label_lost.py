"""A label that an inner aggregation has already dropped.

## What it does

Finds labels in `by (...)`, `on (...)` and `group_left (...)` that the inner expression cannot have:
an aggregation dropped them, or `absent` never had them.

## Why it matters

Prometheus treats a missing label as an empty one. `by (region)` over a sum without `region` is one
series for all regions, so an outage in one region disappears in the total.

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

The Prometheus documentation, "Operators". pint's `promql/impossible` and `promql/aggregate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message, listed
from reliability.promql.label_bounds import bounds, never_match
from reliability.promql.syntax import RANKING
from reliability.promql.tree import Aggregation, Binary, Node, walk


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_label_lost(context: Context) -> Iterator[Problem]:
    """Compare the labels that an operation names with those that its operands can have."""
    for expression in context.expressions.every:
        for node in walk(expression.tree):
            for clause, labels in _missing_labels(node):
                message = Message(
                    "{clause} (...) names {labels}, and the inner expression has dropped it",
                    clause=clause,
                    labels=listed(labels),
                )
                help_text = Message(
                    "keep {labels} in the inner aggregation, or remove it from {clause} (...)",
                    labels=listed(labels),
                    clause=clause,
                )
                subject = f"{clause} {','.join(labels)}"
                yield Problem(expression.at, message, help_text, subject=subject)


def _missing_labels(node: Node) -> Iterator[tuple[str, list[str]]]:
    """Yield a clause of PromQL and the labels that it names and that cannot be there."""
    match node:
        case Aggregation(grouping="by") if node.operator not in RANKING:
            yield from _lost("by", node.labels, node.inner)
        case Binary():
            how = node.matching
            if how.on and never_match(node) is None:
                yield from _lost("on", how.labels, node.left, node.right)
            if how.many is not None:
                one = node.right if how.many == "left" else node.left
                yield from _lost(f"group_{how.many}", how.taken, one)
        case _:
            return


def _lost(clause: str, labels: Iterable[str], *inside: Node) -> Iterator[tuple[str, list[str]]]:
    missing = sorted(
        label for label in labels if not all(bounds(node).may(label) for node in inside)
    )
    if missing:
        yield clause, missing
