"""A `group-by` label that a query of the SLI has dropped.

## What it does

Compares the labels of `reliability/group-by` with the labels that the full expressions of the SLI
can have.

## Why it matters

Each group has its own error budget. A query that drops the label puts everything into one group, so
an outage of one region disappears among the healthy regions.

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
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message, listed
from reliability.model.openslo.slo import Slo
from reliability.promql.label_bounds import bounds
from reliability.promql.query import WINDOW
from reliability.promql.tree import read
from reliability.resolve.indicator import queries


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def sli_group_lost(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the labels of the groups with the labels that the queries can have."""
    groups = slo.value.review.group_labels
    for query in queries(slo, context.catalog):
        text = query.text or ""
        # A selector is compiled with the labels of the groups; a full expression is used as it is.
        tree = read(text) if query.is_promql and WINDOW.search(text) else None
        lost = [label for label in groups if tree is not None and not bounds(tree).may(label)]
        if lost:
            message = Message(
                "the SLO is grouped by {labels}, and the {role} query drops it",
                labels=listed(lost),
                role=query.role,
            )
            help_text = Message("add by ({labels}) to the query", labels=", ".join(groups))
            yield Problem(query.at, message, help_text, subject=",".join(lost))
