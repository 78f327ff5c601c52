"""An SLI query that is no PromQL, or of no form that a window can be put into.

## What it does

Reads the queries of SLIs whose source is Prometheus. A counter's query is a selector, a `sum` of
one, or a full expression with `{{.window}}` where the range belongs. A threshold, a raw ratio and
a ratio of gauges may be any expression that gives series; a selector of what is a counter by its
name, or a rate, is no gauge (`counter: false`, or nothing, on `x_total`). A query that is not there
is found as well. Queries of other types are never read as PromQL.

## Why it matters

Prometheus refuses a whole rule file for one expression that does not parse, and with it every
alert of the service. An average or a bare ratio of counters parses and means nothing.

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

The Prometheus documentation, "Querying basics"; pyrra-dev/pyrra#1170 on what selectors can say.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.queries import faulty
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.ERROR, since="0.1")
def sli_query_invalid(context: Context) -> Iterator[Problem]:
    """Read every query, each by the forms that its part in the SLI may have."""
    for query in context.sli_queries:
        placed = query.placed
        if placed.text is None:
            message = f"the {placed.role} metric has no query, and Prometheus needs one"
            yield Problem(placed.at, message, "write metricSource.spec.query")
    for placed, fault in faulty(context.sli_queries, "syntax", "form"):
        yield Problem(placed.at, fault.message, fault.help)
