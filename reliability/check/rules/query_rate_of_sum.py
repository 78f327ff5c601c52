"""A rate of a sum, where the sum of rates is meant.

## What it does

Finds `rate`, `irate` and `increase` over a subquery of an aggregation: `rate(sum(x)[5m:1m])`.
`max`, `min` and the like of one instance are an aggregation as well.

## Why it matters

Counters start again at zero when a process restarts, and `rate` mends that for each series. In a
sum the restart of one instance is a fall of the whole: `rate` takes it for a reset and adds the
sum once more. Each deployment then looks like a flood of requests, or of errors.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: rate(sum(application_errors_total)[5m:30s]) > 1  # <- query-rate-of-sum
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: sum(rate(application_errors_total[5m])) > 1
```

## Source

The Prometheus documentation, "Query functions", on `rate`: "always take a `rate()` first and then
aggregate"; pint's `promql/rate`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.tree import Aggregation, Call, Subquery, walk

RATES = ("rate", "irate", "increase")


@catalog_rule(severity=Severity.ERROR, since="0.1")
def query_rate_of_sum(context: Context) -> Iterator[Problem]:
    """Look into the subqueries of rates."""
    for expression in context.expressions.using(*RATES):
        for node in walk(expression.tree):
            match node:
                case Call(function=rate, arguments=(Subquery(inner=Aggregation() as inner),)) if (
                    rate in RATES
                ):
                    message = (
                        f"{rate} of {inner.operator} takes each restart of one instance for a "
                        "flood of events"
                    )
                    help_text = f"aggregate the rates: {inner.operator}({rate}(...[...]))"
                    yield Problem(
                        expression.at, message, help_text, subject=f"{rate} {inner.operator}"
                    )
                case _:
                    pass
