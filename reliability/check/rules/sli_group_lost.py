"""Groups of an SLO by a label that a query of its SLI has lost.

## What it does

Compares the labels of `reliability/group-by` with those that the full expressions of the SLI can
have.

## Why it matters

Each group is to have a budget of its own. A query that has summed the label away gives one group
for all, and the region in which nothing works disappears among those in which all is well.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-20"
    reliability/group-by: region
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
              query: 'sum by (region) (rate(requests_total{code!~"5.."}[{{.window}}]))'
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(requests_total[{{.window}}]))'  # <- sli-group-lost
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-20"
    reliability/group-by: region
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
              query: 'sum by (region) (rate(requests_total{code!~"5.."}[{{.window}}]))'
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum by (region) (rate(requests_total[{{.window}}]))'
```

## Source

The Prometheus documentation, "Operators": an aggregation keeps the labels that `by` names and no
others.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.check.wording import listed
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo
from reliability.promql.label_bounds import bounds
from reliability.promql.query import WINDOW
from reliability.promql.tree import read
from reliability.resolve.indicator import queries


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def sli_group_lost(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the labels of the groups with those of the queries."""
    groups = slo.value.review.group_labels
    if not groups:
        return
    for placed in queries(slo, context.catalog):
        text = placed.text or ""
        tree = read(text) if placed.is_promql and WINDOW.search(text) else None
        lost = [each for each in groups if tree is not None and not bounds(tree).may(each)]
        if lost:
            message = f"groups are kept by {listed(lost)}, and the {placed.role} query has lost it"
            yield Problem(
                placed.at,
                message,
                f"write by ({', '.join(groups)}) in the query",
                subject=",".join(lost),
            )
