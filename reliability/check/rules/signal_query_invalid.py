"""A signal that Prometheus would refuse.

## What it does

Reads the expression of each signal as PromQL, and the templates in its summary, description and
labels. Finds expressions that Prometheus cannot parse or that have no value, and templates that are
not closed or that use an unknown function or variable.

## Why it matters

Prometheus refuses a whole rule file because of one rule that it cannot read, so all alerts of the
service are missing.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(attendance_queue_depth > 1000  # <- signal-query-invalid
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

`promtool check rules`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.compile.prometheus.refusals import why_not_signal
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.signals import SignalAlert


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def signal_query_invalid(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Report why the compiler would leave a signal out."""
    service = policy.value.spec.service
    for index, signal in enumerate(policy.value.spec.signals):
        problem = why_not_signal(
            SignalAlert(policy=policy, index=index, service=service, team="", signal=signal)
        )
        if problem is not None:
            yield problem
