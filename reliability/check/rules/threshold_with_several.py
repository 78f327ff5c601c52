"""Several objectives on one threshold metric.

## What it does

Finds SLOs whose own SLI is a `thresholdMetric` and which have more than one objective.

## Why it matters

The specification allows one objective there. The reference validator accepts more and so does this
program; other readers of the same file look at the first one only, or refuse it.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  indicator:
    metadata: {name: queue-depth}
    spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: clock_in_queue_depth}}}}
  objectives:
    - {displayName: short, op: lte, value: 10, target: 0.9}
    - {displayName: long, op: lte, value: 100, target: 0.995}  # <- threshold-with-several
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  indicator:
    metadata: {name: queue-depth}
    spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: clock_in_queue_depth}}}}
  objectives:
    - {displayName: short, op: lte, value: 10, target: 0.9}
```

## Source

OpenSLO v1, SLO: with a thresholdMetric only one objective is allowed; the reference validator
accepts two.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo


@rule(on=Slo, severity=Severity.WARNING, since="0.2", alone=True)
def threshold_with_several(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Count the objectives of an SLI written in place; one by reference may stand elsewhere."""
    spec = slo.value.spec
    if spec.indicator and spec.indicator.spec.threshold_metric and len(spec.objectives) > 1:
        at = slo.at("spec", "objectives", 1)
        message = f"{len(spec.objectives)} objectives on one threshold metric, and OpenSLO has one"
        yield Problem(at, message, "write an SLO for each objective")
