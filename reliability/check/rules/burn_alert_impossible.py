"""A burn-rate alert that can never fire.

## What it does

Multiplies the largest factor of an objective's window set by its error budget. If the product is 1
or more, the alert needs an error ratio of 100 % or more and never fires.

## Why it matters

A target of 90 % with google-30d looks monitored but is not: the fast burn alert needs 14.4 times a
budget of 10 %, which is 144 % of all requests. Not even a total outage fires it.

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

The Site Reliability Workbook, chapter 5: an alert with factor f can fire only for objectives above
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
from reliability.check.wording import as_written
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.render.numbers import number_text
from reliability.resolve.objectives import Objective


@catalog_rule(severity=Severity.ERROR, since="0.1")
def burn_alert_impossible(context: Context) -> Iterator[Problem]:
    """Compare the threshold of each objective's alerts with an error ratio of 1."""
    for objective in context.objectives:
        worst = impossible(objective, context)
        if worst is not None:
            yield _problem(objective, worst)


def _problem(objective: Objective, worst: Impossible) -> Problem:
    is_percent = objective.slo.value.spec.objectives[objective.index].target is None
    key, scale = ("targetPercent", 100) if is_percent else ("target", 1)
    route = ("spec", "objectives", objective.index, key)
    message = Message(
        "{key} {value} makes the {speed} burn alert need an error ratio of {ratio}, and a ratio "
        "cannot exceed 1",
        key=key,
        value=as_written(objective.slo, *route),
        speed=worst.speed,
        ratio=number_text(worst.error_ratio),
    )

    lowest = math.ceil(lowest_target_that_can_fire(worst.factor) * 10_000) / 10_000
    highest = (1 / (1 - objective.target)).quantize(Decimal("0.01"), ROUND_DOWN).normalize()
    help_text = Message(
        "use a window set whose largest factor is under {factor}, or raise {key} above {lowest}",
        factor=f"{highest:f}",
        key=key,
        lowest=f"{lowest * scale:.6g}",
    )
    return Problem(objective.slo.at(*route), message, help_text)
