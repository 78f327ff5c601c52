"""A signal that always fires.

## What it does

Finds expressions that have a result as long as their series exist:

- no comparison, or one that binds to the right side of `or` alone: `a or vector(0) > 1`
- a comparison with `bool`, which returns 0 or 1 and drops no series
- `or vector(...)` at the end

Heartbeats are exempt. `absent`, `unless` and recorded series count as conditions. So do matchers of
a state (`nic_info{operstate="down"}`, `topic_info{ready!="True"}`), except for a metric such as
`kube_pod_status_phase`, which has a series with the value 0 for each state that the object is not
in. A series alone is reported only if its name says that it counts or measures (`..._total`,
`..._seconds`, `..._depth`): others may exist only while something is wrong.

## Why it matters

Prometheus fires an alert for each series that an expression returns, whatever its value, even for
0. Such an alert fires from the day on which the metric appears. Once it is silenced, real problems
are silenced too.

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

The Prometheus documentation, "Alerting rules". pint's `alerts/comparison`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.conditions import has_value, why_always

MESSAGES: Final = {
    "bare": Message("the expression has no comparison, so it fires as long as its series exist"),
    "bound": Message(
        "the comparison binds to the right side of or alone, as in A or (vector(0) > 1), so this "
        "fires as long as series of the left side exist"
    ),
    "states": Message(
        "metrics with this name have a series with the value 0 for each inactive state, and an "
        "alert fires for 0 too"
    ),
    "bool": Message("a comparison with bool returns 0 or 1, and an alert fires for both"),
    "fallback": Message(
        "the expression ends with or vector(...), so it always has a result and fires"
    ),
}
HELP: Final = {
    "bare": Message("compare it with a limit, such as > 0"),
    "bound": Message("put both sides of or in parentheses, as in (A or vector(0)) > 1"),
    "states": Message("compare it with the value of the active state: == 1"),
    "bool": Message("remove bool, or compare the result: == 1"),
    "fallback": Message("put the whole expression in parentheses and compare it with a limit"),
}


@catalog_rule(severity=Severity.WARNING, since="0.1")
def signal_always_fires(context: Context) -> Iterator[Problem]:
    """Check that each signal has a condition."""
    for expression in context.expressions.every:
        if expression.signal is None or expression.signal.kind == "heartbeat":
            continue
        if not has_value(expression.tree):
            continue  # signal-query-invalid reports it
        why = why_always(expression.tree)
        if why is not None:
            yield Problem(expression.at, MESSAGES[why], HELP[why])
