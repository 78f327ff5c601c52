"""A gauge used as a counter.

## What it does

Finds `rate`, `irate` and `increase` of a metric that is named like a gauge (`..._ratio`,
`..._in_use`, `..._start_time_seconds`, `node_memory_...`, `up`). A name that only lacks `_total` is
not reported, because many exporters name their counters so. Neither is a native histogram, such as
`histogram_count(rate(response_size_bytes[5m]))`: it counts, whatever its name.

## Why it matters

A gauge also goes down. `rate` takes each decrease for a counter reset and adds the value before it,
so the result grows with every fluctuation and means nothing.

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
from reliability.message import Message
from reliability.promql.metric_kinds import is_gauge
from reliability.promql.tree import Call, Node, VectorSelector, children

INSTEAD = {"rate": "deriv", "irate": "idelta", "increase": "delta"}


HISTOGRAM = "histogram_"


def _without_histograms(node: Node) -> Iterator[Node]:
    """Yield all nodes that are not below a function of native histograms."""
    if isinstance(node, Call) and node.function.startswith(HISTOGRAM):
        return
    yield node
    for inner in children(node):
        yield from _without_histograms(inner)


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_gauge_as_counter(context: Context) -> Iterator[Problem]:
    """Find gauges in functions for counters."""
    for expression in context.expressions.using(*INSTEAD):
        for node in dict.fromkeys(_without_histograms(expression.tree)):
            match node:
                case Call(function=rate, arguments=(VectorSelector(metric=metric),)) if (
                    rate in INSTEAD and is_gauge(metric)
                ):
                    message = Message(
                        "{function} is for counters, and {metric} is named like a gauge",
                        function=rate,
                        metric=metric,
                    )
                    is_moment = metric.endswith(("_time", "_time_seconds"))
                    help_text = Message(
                        "use {function}, or compare the value itself",
                        function="changes" if is_moment else INSTEAD[rate],
                    )
                    yield Problem(expression.at, message, help_text, subject=f"{rate} {metric}")
                case _:
                    pass
