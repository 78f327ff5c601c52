"""A target of zero.

## What it does

Finds objectives whose `target` or `targetPercent` is 0.

## Why it matters

Nothing can break it: the error budget is everything. It is a place holder that was forgotten.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{target: 0}]  # <- slo-target-zero
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{target: 0.995}]
```

## Source

OpenSLO v1: a target lies in [0, 1), and the reference validator accepts its lower bound.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import objectives
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def slo_target_zero(context: Context) -> Iterator[Problem]:
    """Look at every target."""
    for _, objective in objectives(context.catalog):
        if objective.value.ratio == 0:
            key = "targetPercent" if objective.value.target is None else "target"
            message = f"{key} is 0, and nothing can break such a promise"
            yield Problem(objective.at(key), message, "write what users need, such as 0.99")
