"""A quantile of buckets without their bounds.

## What it does

Finds `histogram_quantile` over `..._bucket` series of which an aggregation took the label `le`
away. Native histograms have no `le`, and are not looked at.

## Why it matters

A bucket's bound is its label `le`. Without it `histogram_quantile` has no result, so that an alert
never fires and an SLI has no value.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceSlow
      kind: cause
      tier: ticket
      expr: >-  # <- query-quantile-without-le
        histogram_quantile(0.9, sum by (job) (rate(clock_in_seconds_bucket[5m]))) > 1
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceSlow
      kind: cause
      tier: ticket
      expr: >-
        histogram_quantile(0.9, sum by (job, le) (rate(clock_in_seconds_bucket[5m]))) > 1
```

## Source

The Prometheus documentation, "Query functions", on `histogram_quantile`: "the `le` label" must be
in the `by` clause.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.label_bounds import bounds
from reliability.promql.tree import Call, VectorSelector, walk

QUANTILE = "histogram_quantile"


@catalog_rule(severity=Severity.ERROR, since="0.2")
def query_quantile_without_le(context: Context) -> Iterator[Problem]:
    """Follow the label `le` to each quantile."""
    for expression in context.expressions.using(QUANTILE):
        for node in walk(expression.tree):
            if not isinstance(node, Call) or node.function != QUANTILE:
                continue
            buckets = node.arguments[1]
            metrics = [each.metric for each in walk(buckets) if isinstance(each, VectorSelector)]
            if any(each.endswith("_bucket") for each in metrics) and not bounds(buckets).may("le"):
                message = "histogram_quantile gets buckets without le, so it has no result"
                yield Problem(expression.at, message, "keep le in the aggregation: by (le, ...)")
