"""An SLI that reads too many series.

## What it does

Asks a Prometheus server (`check --live URL`) how many series each selector of an SLI matches now,
and compares the number with the option `maxSeries` (10000).

## Why it matters

Each recording rule of the SLO reads all these series every minute, and the long windows read days
of samples. A server that cannot keep up evaluates rules late or not at all.

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
from reliability.message import Message
from reliability.model.rule_options import CardinalityHighOptions

HELP = Message("record a sum without the labels that are not needed, and use it in the SLI")


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="live")
def cardinality_high(context: Context) -> Iterator[Problem]:
    """Compare the number of series of each selector with the limit."""
    if context.live is None:
        return
    limit = context.options(CardinalityHighOptions).max_series
    for selected in context.selected:
        observed = context.live.observed(selected.text) if selected.role is not None else None
        if observed is not None and observed.series > limit:
            message = Message(
                "{selector} matches {count} series; the limit is {limit}",
                selector=selected.text,
                count=observed.series,
                limit=limit,
            )
            yield Problem(selected.at, message, HELP, subject=selected.text)
