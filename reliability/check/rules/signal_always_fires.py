"""A signal without a condition.

## What it does

Finds expressions that have a result as long as their series exist: no comparison at all, a
comparison with `bool` (which answers 0 or 1 and drops nothing), or `or vector(...)` at the end.
Heartbeats are meant to fire always, `absent`, `unless` and recorded series are conditions. So is a
matcher that picks a bad state (`nic_info{operstate="down"}`), unless the metric is a set of states
such as `kube_pod_status_phase`, which has a series with 0 for every state that does not hold.

## Why it matters

Prometheus fires for each series that an expression returns, whatever its value: 0 fires too. Such
an alert fires from the day on which the metric appears until somebody silences it, together with
all that follows.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(attendance_queue_depth) > bool 1000  # <- signal-always-fires
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(attendance_queue_depth) > 1000
```

## Source

The Prometheus documentation, "Alerting rules"; pint's `alerts/comparison`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.conditions import has_value, why_always

SAID: Final = {
    "bare": ("the expression has no comparison, so it fires as long as its series exist"),
    "states": (
        "the metric is named like a set of states, which has a series with 0 for a state that does "
        "not hold, and an alert fires for 0, too"
    ),
    "bool": "a comparison with bool answers 0 or 1, and an alert fires for both",
    "fallback": "the expression ends in or vector(...), so there is always a result, and it fires",
}
HELP: Final = {
    "bare": "compare with a limit, such as > 0",
    "states": "compare with the value of the state that holds: == 1",
    "bool": "take bool out, or compare the result: == 1",
    "fallback": "put the whole in parentheses and compare it with a limit",
}


@catalog_rule(severity=Severity.WARNING, since="0.1")
def signal_always_fires(context: Context) -> Iterator[Problem]:
    """Look for the condition of each signal."""
    for expression in context.expressions.every:
        if expression.signal is None or expression.signal.kind == "heartbeat":
            continue
        if not has_value(expression.tree):
            continue  # signal-query-invalid speaks of it
        why = why_always(expression.tree)
        if why is not None:
            yield Problem(expression.at, SAID[why], HELP[why])
