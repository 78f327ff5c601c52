"""A slice of time that is longer than the time window.

## What it does

Compares `timeSliceWindow` with the duration of the time window, where the budgeting method slices.

## Why it matters

A window that holds not one whole slice has nothing to count.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives:
    - target: 0.995
      timeSliceTarget: 0.9
      timeSliceWindow: 1Q  # <- slice-longer-than-window
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives:
    - target: 0.995
      timeSliceTarget: 0.9
      timeSliceWindow: 5m
```

## Source

OpenSLO v1, Timeslices; the reference validator does not compare the two.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import long_slices
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def slice_longer_than_window(context: Context) -> Iterator[Problem]:
    """Compare each slice with its window."""
    for window, length in long_slices(context.catalog):
        message = (
            f"a slice of {duration_text(length.value)} is longer than the time window, "
            f"{duration_text(window)}"
        )
        help_text = "write a slice that the window holds many of, such as 5m"
        yield Problem(length.at(), message, help_text)
