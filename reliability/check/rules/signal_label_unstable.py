"""A label of a signal that changes while the alert fires.

## What it does

Finds `$value` in the labels of signals.

## Why it matters

Its labels identify an alert, so another value makes another alert. At each evaluation `for` starts
again and never ends, or a new notification is sent. Numbers belong in the summary.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(attendance_queue_depth) > 1000
      labels:
        waiting: "{{ $value }}"  # <- signal-label-unstable
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
      summary: "{{ $value }} clock-ins wait"
```

## Source

pint's `alerts/template`: "using `$value` in labels will generate a new alert on every value
change".
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.compile.prometheus.templates import reading_of
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def signal_label_unstable(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Find `$value` and `.Value` in templates of labels."""
    for index, signal in enumerate(policy.value.spec.signals):
        for name, text in signal.labels.items():
            reading = reading_of(text)
            if reading and reading.names.keys() & {"$value", ".Value"}:
                at = policy.at("spec", "signals", index, "labels", name)
                message = Message(
                    "the label {name} contains $value, so each value makes another alert", name=name
                )
                yield Problem(at, message, Message("put $value in the summary"))
