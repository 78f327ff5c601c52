"""Two sides of an operation that never find each other.

## What it does

Follows the labels through both sides of `and`, `unless`, arithmetic and comparisons. Finds a label
that one side has (it is matched, named in `by (...)`, or is `job` or `instance` of a scraped
series) and that the other has aggregated or matched away, if it decides which series match.

A label in `by (...)` need not exist: with `by (cluster)` and no series that has it, both sides
match. The finding then says "if series have it". Labels that a Prometheus adds only to what it
sends (`cluster`, `region`, ...) are left out.

## Why it matters

Series match when the labels that count are equal. If one side has a label that the other lost, no
two are, and the result is empty: the alert is loaded, healthy, and never fires. With `unless`
nothing is taken away, and it fires too often.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorShare
      kind: cause
      tier: ticket
      expr: >-  # <- query-never-matches
        sum by (handler) (rate(errors_total[5m])) > 1
        and sum by (pod) (rate(requests_total[5m])) > 10
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
        sum by (handler) (rate(errors_total[5m])) > 1
        and sum by (handler) (rate(requests_total[5m])) > 10
```

## Source

The Prometheus documentation, "Operators", on vector matching; pint's `promql/impossible` and
`promql/vector_matching`. In a public collection of 954 alerts 11 can never fire for this.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.expressions import Expression
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.label_bounds import never_match
from reliability.promql.tree import COMPARISONS, Binary, walk

EXTERNAL = frozenset(
    {
        *("cluster", "environment", "env", "region", "zone", "datacenter", "dc", "site", "stack"),
        *("tenant", "tenant_id", "prometheus", "prometheus_replica", "replica", "monitor"),
    }
)
"""Labels that are mostly external ones; series of the server itself do not have them."""

ARITHMETIC = ("+", "-", "*", "/", "%", "^", "atan2")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_never_matches(context: Context) -> Iterator[Problem]:
    """Compare the labels of both sides of every operation that matches series."""
    for expression in context.expressions.using("and", "unless", *ARITHMETIC, *COMPARISONS):
        yield from _in(expression)


def _in(expression: Expression) -> Iterator[Problem]:
    """The innermost operation that never matches; those around it follow from it."""
    for node in reversed(tuple(walk(expression.tree))):
        if not isinstance(node, Binary) or node.operator == "or":
            continue
        found = never_match(node)
        if found is not None:
            label, side = found
            is_assumed = never_match(node, assumes_by=False) is None
            if is_assumed and label in EXTERNAL:
                continue
            other = "right" if side == "left" else "left"
            follows = "takes nothing away" if node.operator == "unless" else "has no result"
            message = (
                f"the {side} side of {node.operator} has the label {label} and the {other} side "
                f"cannot have it, so {node.operator} {follows}"
            )
            if is_assumed:
                message = (
                    f"the {side} side of {node.operator} keeps the label {label} and the {other} "
                    f"side does not: if series have {label}, {node.operator} {follows}"
                )
            help_text = "match with on (...) the labels that both have, or aggregate both alike"
            yield Problem(expression.at, message, help_text)
            return
