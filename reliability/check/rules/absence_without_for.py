"""Absence that is believed at once.

## What it does

Finds `absent(...)` in alerts and tickets with a `for` under two scrape intervals: under 2 minutes,
or under twice the `scrapeInterval` of the HistorySources where it is written.

## Why it matters

While Prometheus itself starts, everything is absent, and so is a target whose address changes in
a deployment. Such an alert fires at each restart, and says nothing but that there was one.

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
from reliability.scalars import duration_text

USUAL: Final = timedelta(minutes=1)
"""Prometheus's own default for the time between two scrapes."""


@catalog_rule(severity=Severity.WARNING, since="0.1")
def absence_without_for(context: Context) -> Iterator[Problem]:
    """Compare `for` with the time between two scrapes."""
    least = 2 * context.scrape_interval(USUAL)
    for expression in context.expressions.using("absent"):
        signal = expression.signal
        if signal is None or signal.tier in (None, "log") or signal.kind == "heartbeat":
            continue
        if signal.for_ < least:
            message = (
                f"absent with for: {duration_text(signal.for_)} fires at each restart, and two "
                f"scrapes are {duration_text(least)} apart"
            )
            yield Problem(expression.at, message, f"write for: {duration_text(least)} or more")
