"""A ratio that is NaN while nothing happens.

## What it does

Finds divisions by a rate in the queries of good, bad and all events, where nothing keeps the rate
from being zero. Their ratio itself is guarded by us, and so are raw ratios and thresholds, whose
NaN counts as no sample; this is about divisions that a query does inside of a sum.

## Why it matters

Zero by zero is NaN, and NaN in a sum is NaN: one instance without requests for a night spoils the
whole, and a NaN in the records stays in the sum of the period for thirty days. Comparisons with
NaN are false, so no alert fires either.

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
              query: >-  # <- slo-zero-traffic
                sum(rate(requests_total{code!~"5.."}[{{.window}}])
                / rate(requests_total[{{.window}}]))
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'count(rate(requests_total[{{.window}}]))'
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
              query: >-
                sum(rate(requests_total{code!~"5.."}[{{.window}}])
                / (rate(requests_total[{{.window}}]) > 0))
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'count(rate(requests_total[{{.window}}]) > 0)'
```

## Source

Measured on Prometheus 2.53 and 3.5: zero traffic makes the naive ratio NaN; pint's `promql/nan`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.expressions import Expression
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.zero_traffic import divides_by_nothing


@catalog_rule(severity=Severity.WARNING, since="0.1")
def slo_zero_traffic(context: Context) -> Iterator[Problem]:
    """Look at the divisions in the queries of SLIs."""
    for expression in context.expressions.using("/", "%"):
        if _is_summed(expression) and divides_by_nothing(expression.tree):
            message = "the query divides by a rate, and while nothing happens that is NaN"
            yield Problem(expression.at, message, "divide by (... > 0), which drops the empty ones")


def _is_summed(expression: Expression) -> bool:
    """Whether it is a query whose values are added up: of good, bad or all events."""
    return expression.signal is None and expression.route[-4] in ("good", "bad", "total")
