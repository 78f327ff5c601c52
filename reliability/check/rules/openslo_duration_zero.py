"""A duration of nothing where some time is needed.

## What it does

Finds time windows, slices and lookback windows of no length, `0d` or `0m`. `alertAfter: 0m` is as
meant: at once.

## Why it matters

No event lies in such a window, so nothing is measured and nothing alerts.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  timeWindow:
    - {duration: 0d, isRolling: true}  # <- openslo-duration-zero
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  timeWindow:
    - {duration: 30d, isRolling: true}
```

## Source

OpenSLO v1 asks for a positive integer; its reference validator accepts 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import zero_durations
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def openslo_duration_zero(context: Context) -> Iterator[Problem]:
    """Look at every duration but alertAfter."""
    for duration in zero_durations(context.catalog):
        key = str(duration.route[-1])
        instead = {"duration": "30d", "timeSliceWindow": "5m"}.get(key, "1h")
        message = f"{key} has no length, and no event lies in it"
        yield Problem(duration.at(), message, f"write {instead}")
