"""A gauge is read as if it were a counter.

## What it does

Finds `rate`, `irate` and `increase` over a metric that is named like a gauge (`..._ratio`,
`..._in_use`, `..._timestamp_seconds`, `node_memory_...`, `up`). A name without `_total` alone
is no sign: many exporters write counters so.

## Why it matters

A gauge goes down as well, and `rate` takes each fall for a restart and adds what was there
before. The result is a number that grows with the noise and means nothing.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceConnectionsGrow
      kind: saturation
      tier: ticket
      expr: rate(attendance_db_connections_in_use[5m]) > 1  # <- query-gauge-as-counter
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceConnectionsGrow
      kind: saturation
      tier: ticket
      expr: deriv(attendance_db_connections_in_use[5m]) > 1
```

## Source

Prometheus, "Metric and label naming"; pint's `promql/rate`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.metric_kinds import is_gauge
from reliability.promql.tree import Call, VectorSelector, walk

INSTEAD = {"rate": "deriv", "irate": "idelta", "increase": "delta"}


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_gauge_as_counter(context: Context) -> Iterator[Problem]:
    """Look at what rates are taken of."""
    for expression in context.expressions.using(*INSTEAD):
        for node in walk(expression.tree):
            match node:
                case Call(function=rate, arguments=(VectorSelector(metric=metric),)) if (
                    rate in INSTEAD and is_gauge(metric)
                ):
                    message = f"{metric} is named like a gauge, and {rate} is for counters"
                    help_text = f"write {INSTEAD[rate]}, or look at the value itself"
                    yield Problem(expression.at, message, help_text, subject=f"{rate} {metric}")
                case _:
                    pass
