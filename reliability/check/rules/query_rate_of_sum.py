"""A rate of a sum instead of a sum of rates.

## What it does

Finds `rate`, `irate` and `increase` over a subquery of an aggregation: `rate(sum(x)[5m:1m])`.
Aggregations such as `max` and `min` count even if there is only one instance.

## Why it matters

A counter starts again at zero when its process restarts, and `rate` corrects for that in each
series. In a sum, the restart of one instance lowers the total. `rate` takes that for a counter
reset and adds the whole sum again, so each deployment looks like a spike of requests or errors.

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

The Prometheus documentation, "Query functions", on `rate`: "always take a `rate()` first, then
aggregate". pint's `promql/rate`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.tree import Aggregation, Call, Subquery, walk

RATES = ("rate", "irate", "increase")


@catalog_rule(severity=Severity.ERROR, since="0.1")
def query_rate_of_sum(context: Context) -> Iterator[Problem]:
    """Find aggregations in the subqueries of rates."""
    for expression in context.expressions.using(*RATES):
        for node in walk(expression.tree):
            match node:
                case Call(function=rate, arguments=(Subquery(inner=Aggregation() as inner),)) if (
                    rate in RATES
                ):
                    names = {"function": rate, "operator": inner.operator}
                    message = Message(
                        "{function} of {operator} counts each restart of an instance as a spike of "
                        "events",
                        **names,
                    )
                    help_text = Message(
                        "aggregate the rates: {operator}({function}(...[...]))", **names
                    )
                    yield Problem(
                        expression.at, message, help_text, subject=f"{rate} {inner.operator}"
                    )
                case _:
                    pass
