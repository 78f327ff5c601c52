"""A composite SLO of which one objective has no SLI.

## What it does

Finds objectives without `indicator` and `indicatorRef` where other objectives of the SLO have one.

## Why it matters

In a composite SLO the indicator of the SLO itself must not be written, so this objective measures
nothing.

## Example

```yaml bad
# services/attendance/more.yaml
apiVersion: openslo/v1
kind: SLO
metadata:
  name: clock-in-more
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-20"
spec:
  service: attendance
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - displayName: clock-in
      target: 0.995
      indicatorRef: clock-in-all  # <- slo-not-compiled
    - displayName: clock-out  # <- composite-incomplete
      target: 0.995
# services/attendance/sli.yaml
apiVersion: openslo/v1
kind: SLI
metadata: {name: clock-in-all}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: 'clock_ins_total{result="ok"}'}}}
    total: {metricSource: {type: Prometheus, spec: {query: clock_ins_total}}}
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  indicatorRef: clock-in-all
  objectives:
    - displayName: clock-in
      target: 0.995
# services/attendance/sli.yaml
apiVersion: openslo/v1
kind: SLI
metadata: {name: clock-in-all}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: 'clock_ins_total{result="ok"}'}}}
    total: {metricSource: {type: Prometheus, spec: {query: clock_ins_total}}}
```

## Source

OpenSLO v1, composite SLOs; the reference validator looks at the objectives one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import objectives
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def composite_incomplete(context: Context) -> Iterator[Problem]:
    """Look at the objectives of composite SLOs."""
    for slo, objective in objectives(context.catalog):
        has_own = objective.value.indicator or objective.value.indicator_ref
        if not has_own and slo.value.is_composite:
            message = "the objective has no SLI, and others of this SLO have their own"
            yield Problem(objective.at(), message, "give it an indicatorRef, or remove it")
