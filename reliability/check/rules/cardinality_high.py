"""An SLI that reads very many series.

## What it does

Asks a server (`check --live URL`) how many series each selector of an SLI has now, and compares
that with the option `maxSeries` (10000).

## Why it matters

Each rule of the SLO reads all of them, every minute, and the long windows read days of them. A
server that falls behind evaluates late, or not at all.

## Example

```json live
{"series": [{"labels": {"__name__": "http_requests_total", "job": "attendance", "code": "200"},
             "count": 12000},
            {"labels": {"__name__": "clock_ins_total", "job": "attendance", "code": "200"}}]}
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="attendance",code=~"5.."}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="attendance"}  # <- cardinality-high
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
        bad:
          metricSource:
            type: Prometheus
            spec:
              query: clock_ins_total{job="attendance",code=~"5.."}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: clock_ins_total{job="attendance"}
```

## Source

pint's `query/cost`; the Prometheus documentation, "Recording rules".
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.model.rule_options import CardinalityHighOptions

HELP = "record a sum of it without the labels that nobody needs, and promise that"


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="live")
def cardinality_high(context: Context) -> Iterator[Problem]:
    """Compare the series of each selector with the limit."""
    if context.live is None:
        return
    limit = context.options(CardinalityHighOptions).max_series
    for each in context.selected:
        seen = context.live.observed(each.text) if each.role is not None else None
        if seen is not None and seen.series > limit:
            message = f"{each.text} has {seen.series} series, and the limit is {limit}"
            yield Problem(each.at, message, HELP, subject=each.text)
