"""A `for` that outlasts the condition it waits for.

## What it does

Finds conditions that hold for a known time at most, with a `for` that is as long or longer: a
single event in a range (`changes(process_start_time_seconds[5m]) > 0`, `resets(...) > 0`), and an
age under a limit (`time() - process_start_time_seconds < 300`).

## Why it matters

`for` starts when the condition holds and starts again when it does not. The restart is seen for
five minutes and `for` asks for ten: the alert is pending, never fires, and looks healthy on every
page.

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

JiRaska/open-bank-oss#6053: alerts whose window is not longer than their subject's period stay
pending for ever while all looks green.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.holding import holds_at_most
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1")
def for_never_matures(context: Context) -> Iterator[Problem]:
    """Compare `for` with the longest time that a condition can hold."""
    for expression in context.expressions.using("changes", "resets", "time"):
        signal = expression.signal
        if signal is None or signal.for_ == timedelta():
            continue
        longest = holds_at_most(expression.tree)
        if longest is not None and signal.for_ >= longest:
            written = duration_text(signal.for_)
            message = (
                f"one event is seen for {duration_text(longest)}, and for: {written} waits longer"
            )
            if signal.for_ == longest:
                message = f"one event is seen for {written}, and for: {written} waits as long"
            at = expression.located.at(*expression.route, "for")
            yield Problem(at, message, "write a shorter for, or look at a longer range")
