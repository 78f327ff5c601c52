"""A time window of minutes.

## What it does

Finds time windows whose duration is written in minutes.

## Why it matters

`1m` is a minute; a month is `1M`. The budget of a promise over one minute is spent by the first
failure and back a minute later.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  timeWindow:
    - {duration: 1m, isRolling: true}  # <- slo-window-in-minutes
  objectives: [{target: 0.995}]  # <- slo-objective-unreachable
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

An example of OpenSLO itself writes `duration: 1m # Contracts often are for 1 month`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo
from reliability.model.openslo.window import Shorthand


@rule(on=Slo, severity=Severity.WARNING, since="0.2", alone=True)
def slo_window_in_minutes(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Look at the unit; a window of no length is another rule's."""
    duration = slo.value.period
    if duration and isinstance(duration, Shorthand) and duration.unit == "m":
        at = slo.at("spec", "timeWindow", 0, "duration")
        message = f"{duration.amount}m is {duration.amount} minutes; m is minutes, and M is months"
        yield Problem(at, message, f"write {duration.amount}M, or days such as 30d")
