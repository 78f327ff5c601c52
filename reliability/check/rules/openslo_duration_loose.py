"""A duration that not every reader understands.

## What it does

Finds durations that are more than a whole number and a unit: a sign, spaces, words behind them.

## Why it matters

The reference reads numbers as C does, so ` 28d`, `+28d`, `28 d` and `28d or so` pass. Other readers
of OpenSLO refuse the file.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  timeWindow:
    - {duration: " 30d", isRolling: true}  # <- openslo-duration-loose
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

OpenSLO v1: a positive integer and one of m, h, d, w, M, Q, Y; the reference validator accepts more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.index.openslo import durations
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.model.openslo.window import Shorthand

STRICT: Final = re.compile(r"[0-9]+[mhdwMQY]")


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def openslo_duration_loose(context: Context) -> Iterator[Problem]:
    """Look at each duration as it is written."""
    for duration in durations(context.catalog):
        text = duration.value.written if isinstance(duration.value, Shorthand) else None
        if text is not None and not STRICT.fullmatch(text):
            meant = re.search(r"([0-9]+)\s*([mhdwMQY])", text)
            message = f"{text!r} is more than a whole number and a unit"
            help_text = f"write {meant[1]}{meant[2]}" if meant else "write 30d"
            yield Problem(duration.at(), message, help_text)
