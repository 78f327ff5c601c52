"""An SLI query that is not valid PromQL, or in which a window cannot be inserted.

## What it does

Reads the queries of SLIs whose source is Prometheus:

- The query of a counter is a selector, a `sum` of a selector, or a full expression with
  `{{.window}}` in place of the range.
- A threshold, a raw ratio and a ratio of gauges can be any expression that returns series.
- A metric that is a counter by its name, or a rate, is not a gauge: `x_total` needs
  `counter: true`.

A missing query is also reported. Queries of other types are not read as PromQL.

## Why it matters

Prometheus refuses a whole rule file because of one expression that does not parse, so all alerts of
the service are missing. An average or a ratio of raw counters does parse, but its value is
meaningless.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: 'http_requests_total{job="attendance",code!~"5.."'  # <- sli-query-invalid
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'http_requests_total{job="attendance"}'
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: 'http_requests_total{job="attendance",code!~"5.."}'
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'http_requests_total{job="attendance"}'
```

## Source

The Prometheus documentation, "Querying basics". pyrra-dev/pyrra#1170 on the limits of selectors.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.queries import faulty
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message


@catalog_rule(severity=Severity.ERROR, since="0.1")
def sli_query_invalid(context: Context) -> Iterator[Problem]:
    """Read each query by the forms that are allowed for its role in the SLI."""
    for query in context.sli_queries:
        placed = query.placed
        if placed.text is None:
            message = Message("the {role} metric has no query", role=placed.role)
            yield Problem(placed.at, message, Message("add metricSource.spec.query"))
    for placed, fault in faulty(context.sli_queries, "syntax", "form"):
        yield Problem(placed.at, fault.message, fault.help)
