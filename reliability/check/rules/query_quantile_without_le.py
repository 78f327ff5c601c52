"""A `histogram_quantile` without the label `le`.

## What it does

Finds `histogram_quantile` over `..._bucket` series if an aggregation dropped the label `le`. Native
histograms have no `le` and are not checked.

## Why it matters

The label `le` holds the upper bound of a bucket. Without it, `histogram_quantile` has no result, so
an alert never fires and an SLI has no value.

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

The Prometheus documentation, "Query functions", on `histogram_quantile`: the `by` clause has to
include the `le` label.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.label_bounds import bounds
from reliability.promql.tree import Call, VectorSelector, walk

QUANTILE = "histogram_quantile"


@catalog_rule(severity=Severity.ERROR, since="0.1")
def query_quantile_without_le(context: Context) -> Iterator[Problem]:
    """Check whether the buckets of each quantile can still have the label `le`."""
    for expression in context.expressions.using(QUANTILE):
        for node in walk(expression.tree):
            if not isinstance(node, Call) or node.function != QUANTILE:
                continue
            buckets = node.arguments[1]
            selectors = (inner for inner in walk(buckets) if isinstance(inner, VectorSelector))
            is_classic = any(selector.metric.endswith("_bucket") for selector in selectors)
            if is_classic and not bounds(buckets).may("le"):
                message = Message(
                    "the buckets of histogram_quantile have lost the label le, so it has no result"
                )
                help_text = Message("keep le in the aggregation: by (le, ...)")
                yield Problem(expression.at, message, help_text)
