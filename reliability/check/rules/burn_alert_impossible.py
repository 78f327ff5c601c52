"""A burn-rate alert that can never fire.

## What it does

Multiplies the largest factor of an objective's window set with its error budget. At 1 or more the
alert waits for an error ratio over 100 %.

## Why it matters

A target of 90 % with google-30d looks guarded and is not: the fast burn wants 14.4 times a budget
of 10 %, which is 144 % of all requests. The total outage is silent, and everybody believes in an
alert.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.90  # <- burn-alert-impossible
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.99
```

## Source

The Site Reliability Workbook, chapter 5: an alert of factor f can fire for objectives above
1 - 1/f; slok/sloth#341, kcp-dev/kcp-glbc#287.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from reliability.burnrate import lowest_target_that_can_fire
from reliability.check.context import Context
from reliability.check.lookups.burn import Impossible, impossible
from reliability.check.rule import catalog_rule
from reliability.check.wording import as_written, number_text
from reliability.finding import Problem, Severity
from reliability.resolve.objectives import Objective


@catalog_rule(severity=Severity.ERROR, since="0.1")
def burn_alert_impossible(context: Context) -> Iterator[Problem]:
    """Compare each objective's threshold with the highest error ratio there is."""
    for objective in context.objectives:
        found = impossible(objective, context)
        if found is not None:
            yield _problem(objective, found)


def _problem(objective: Objective, found: Impossible) -> Problem:
    percent = objective.slo.value.spec.objectives[objective.index].target is None
    key, scale = ("targetPercent", 100) if percent else ("target", 1)
    route = ("spec", "objectives", objective.index, key)
    message = (
        f"{key} {as_written(objective.slo, *route)} makes the {found.speed} burn alert need an "
        f"error ratio of {number_text(found.error_ratio)}, and a ratio cannot exceed 1"
    )
    lowest = math.ceil(lowest_target_that_can_fire(found.factor) * 10_000) / 10_000
    highest = (1 / (1 - objective.target)).quantize(Decimal("0.01"), ROUND_DOWN).normalize()
    what = "targetPercent" if percent else "the target"
    help_text = (
        f"use a window set whose largest factor is under {highest:f}, "
        f"or raise {what} above {lowest * scale:.6g}"
    )
    return Problem(objective.slo.at(*route), message, help_text)
