"""A for duration that is too short for an absent() alert.

## What it does

Finds `absent(...)` in the alert and ticket tiers with a `for` shorter than two scrape intervals.
That is 2 minutes, or twice the `scrapeInterval` that HistorySources sets.

## Why it matters

Right after a restart Prometheus has no samples, so every series is absent for a moment. A target
whose address changes in a deployment is absent for a moment too. With a short `for`, the alert
fires at every restart and reports nothing else.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceNotScraped
      kind: cause
      tier: ticket
      expr: absent(up{job="attendance"})  # <- absence-without-for
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceNotScraped
      kind: cause
      tier: ticket
      expr: absent(up{job="attendance"})
      for: 5m
```

## Source

pint's `alerts/absent`: `for` of at least two scrape intervals.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.scalars import duration_text

DEFAULT_INTERVAL: Final = timedelta(minutes=1)
"""The default of `scrape_interval` in Prometheus."""


@catalog_rule(severity=Severity.WARNING, since="0.1")
def absence_without_for(context: Context) -> Iterator[Problem]:
    """Compare `for` with two scrape intervals."""
    least = 2 * context.scrape_interval(DEFAULT_INTERVAL)
    for expression in context.expressions.using("absent"):
        signal = expression.signal
        if signal is None or signal.tier in (None, "log") or signal.kind == "heartbeat":
            continue
        if signal.for_ < least:
            message = Message(
                "absent() with a `for` of {wait} fires at every restart; the minimum is {least}, "
                "two "
                "scrape intervals",
                wait=duration_text(signal.for_),
                least=duration_text(least),
            )
            help_text = Message("write for: {least} or longer", least=duration_text(least))
            yield Problem(expression.at, message, help_text)
