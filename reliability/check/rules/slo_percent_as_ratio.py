"""A ratio where a percentage stands.

## What it does

Finds `targetPercent` above 0 and under 1.

## Why it matters

`targetPercent: 0.999` promises that one request in a hundred goes well. What was meant is 99.9 %,
and no alert of it can ever fire.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{targetPercent: 0.999}]  # <- slo-percent-as-ratio
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{targetPercent: 99.5}]
```

## Source

OpenSLO v1: `targetPercent` lies in [0, 100), and the reference validator accepts 0.999.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import objectives
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def slo_percent_as_ratio(context: Context) -> Iterator[Problem]:
    """Look at every percentage."""
    for _, objective in objectives(context.catalog):
        percent = objective.value.target_percent
        if percent is not None and 0 < percent < 1:
            message = f"targetPercent {percent} is {percent} %, and it looks like a ratio"
            meant = f"{(percent * 100).normalize():f}"
            help_text = f"write targetPercent: {meant}, or target: {percent}"
            yield Problem(objective.at("targetPercent"), message, help_text)
