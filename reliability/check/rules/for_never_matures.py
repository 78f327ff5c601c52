"""A for duration that is longer than its condition can last.

## What it does

Finds conditions that hold for a limited time, with a `for` that is as long or longer: a single
event in a range (`changes(process_start_time_seconds[5m]) > 0`, `resets(...) > 0`), and an age
below a limit (`time() - process_start_time_seconds < 300`).

## Why it matters

`for` counts from when the condition becomes true and starts over when it becomes false. If a
restart is visible for five minutes and `for` is ten, the alert becomes pending and never fires. On
every dashboard it looks healthy.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceRestarted
      kind: cause
      tier: ticket
      expr: changes(process_start_time_seconds{job="attendance"}[5m]) > 0
      for: 10m  # <- for-never-matures
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceRestarted
      kind: cause
      tier: ticket
      expr: changes(process_start_time_seconds{job="attendance"}[15m]) > 0
      for: 5m
```

## Source

JiRaska/open-bank-oss#6053: alerts whose window is no longer than the period of what they watch
stay pending forever and look healthy.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.holding import holds_at_most
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1")
def for_never_matures(context: Context) -> Iterator[Problem]:
    """Compare `for` with the longest time that the condition can be true."""
    for expression in context.expressions.using("changes", "resets", "time"):
        signal = expression.signal
        if signal is None:
            continue

        longest = holds_at_most(expression.tree)
        if longest is not None and signal.for_ >= longest:
            message = Message(
                "a single event keeps the condition true for at most {longest}, and `for` is "
                "{wait}",
                longest=duration_text(longest),
                wait=duration_text(signal.for_),
            )
            at = expression.located.at(*expression.route, "for")
            yield Problem(at, message, Message("shorten `for`, or use a longer range"))
