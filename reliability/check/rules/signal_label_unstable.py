"""A label of a signal that changes while it fires.

## What it does

Finds `$value` in the labels of signals.

## Why it matters

Labels are what an alert is: with another value it is another alert. `for` starts again at every
evaluation and never ends, or each evaluation sends a new notification. Numbers belong into the
summary.

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

import re
from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy

VALUE: Final = re.compile(r"\{\{[^}]*(?:\$value\b|\.Value\b)")


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def signal_label_unstable(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Look for the value in labels."""
    for index, signal in enumerate(policy.value.spec.signals):
        for name, text in signal.labels.items():
            if VALUE.search(text):
                at = policy.at("spec", "signals", index, "labels", name)
                message = f"label {name} holds the value, so each value is an alert of its own"
                yield Problem(at, message, "write the value into the summary")
