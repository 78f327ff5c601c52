"""A counter is read as if it were a gauge.

## What it does

Finds `delta`, `idelta`, `deriv` and `predict_linear` over a counter (`..._total`, `..._bucket`),
and a counter of events (`..._errors_total`, `..._requests_total`) that is compared with a number
as it is.

## Why it matters

A counter only grows. Compared as it is, an alert fires after the first event and stays until the
process restarts; then it is over although nothing was mended. `delta` over a restart is a large
negative number.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: application_errors_total > 10  # <- query-counter-as-gauge
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: increase(application_errors_total[1h]) > 10
```

## Source

The Prometheus documentation, "Query functions" (`delta` and `deriv` are for gauges); pint's
`promql/counter`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.metric_kinds import counts_events, is_counter
from reliability.check.rule import catalog_rule
from reliability.check.tree import COMPARISONS, Binary, Call, Node, Number, Selector, walk
from reliability.finding import Problem, Severity

FOR_GAUGES: Final = frozenset(("delta", "idelta", "deriv", "predict_linear"))


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_counter_as_gauge(context: Context) -> Iterator[Problem]:
    """Look at what functions of gauges and comparisons are applied to."""
    for expression in context.expressions.using(*FOR_GAUGES, *COMPARISONS):
        for metric, how in dict.fromkeys(
            found for node in walk(expression.tree) if (found := _counter(node)) is not None
        ):
            message = f"{metric} is a counter, and {how}"
            yield Problem(expression.at, message, f"write increase({metric}[...]) or rate")


def _counter(node: Node) -> tuple[str, str] | None:
    match node:
        case Call(function=name, arguments=(Selector(metric=metric), *_)) if name in FOR_GAUGES:
            return (metric, f"{name} is for gauges") if is_counter(metric) else None
        case Binary(operator=sign, left=Selector(metric=metric), right=Number()) if (
            sign in COMPARISONS and counts_events(metric) and node.left != node.right
        ):
            return metric, "it stays above a number until the process restarts"
        case _:
            return None
