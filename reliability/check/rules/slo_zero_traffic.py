"""A query that is NaN without traffic.

## What it does

Finds divisions by a rate in the queries of good, bad and total events, if the rate can be zero, and
`histogram_fraction` of the rate of each series, which divides as well. The compiled rules already
guard the ratio of these queries, as well as raw ratios and thresholds, whose NaN counts as a
missing sample. This rule is about divisions inside a query.

## Why it matters

Zero divided by zero is NaN, and a sum with NaN is NaN. One instance without requests makes the
whole sum NaN, and a recorded NaN stays in the sum over the SLO period for 30 days. Comparisons with
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
                sum(sum by (pod) (rate(requests_total{code!~"5.."}[{{.window}}]))
                / sum by (pod) (rate(requests_total[{{.window}}])))
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'count(sum by (pod) (rate(requests_total[{{.window}}])))'
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
                sum(sum by (pod) (rate(requests_total{code!~"5.."}[{{.window}}]))
                / (sum by (pod) (rate(requests_total[{{.window}}])) > 0))
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'count(rate(requests_total[{{.window}}]) > 0)'
```

## Source

Measured with Prometheus 2.53 and 3.5: a plain ratio is NaN without traffic. pint's `promql/nan`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.expressions import Expression
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.zero_traffic import divides_by_nothing, fraction_of_nothing


@catalog_rule(severity=Severity.WARNING, since="0.1")
def slo_zero_traffic(context: Context) -> Iterator[Problem]:
    """Find divisions by a rate in the queries of SLIs."""
    for expression in context.expressions.using("/", "%", "histogram_fraction"):
        if not _is_summed(expression):
            continue
        if divides_by_nothing(expression.tree):
            message = Message("the query divides by a rate, which is NaN without traffic")
            help_text = Message("divide by (... > 0), which drops series without traffic")
            yield Problem(expression.at, message, help_text)
        elif fraction_of_nothing(expression.tree):
            message = Message("histogram_fraction of a series without traffic is NaN")
            help_text = Message(
                "write (histogram_fraction(...) >= 0), or take the fraction of the sum"
            )
            yield Problem(expression.at, message, help_text)


def _is_summed(expression: Expression) -> bool:
    """Return whether the values of a query are summed, as those of good, bad and total are."""
    return expression.signal is None and expression.route[-4] in ("good", "bad", "total")
