"""An objective with an error budget of less than one minute.

## What it does

Multiplies the error budget by the SLO period, which is the length of a total outage that spends the
whole budget. Finds objectives for which it is less than a minute.

## Why it matters

99.999 % over 30 days leaves 26 seconds. Prometheus scrapes every 15 to 60 seconds, and a person
needs minutes to react, so no alert can protect such an objective.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.99999  # <- slo-objective-unreachable
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.999
```

## Source

The Site Reliability Workbook, chapter 5 (extreme availability goals).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.burn import SHORTEST_BUDGET, budget_in_time, is_unreachable
from reliability.check.rule import rule
from reliability.check.wording import as_written
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo
from reliability.render.durations import length_text


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def slo_objective_unreachable(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Find error budgets of less than a minute per period."""
    period = slo.value.period
    for index, objective in enumerate(slo.value.spec.objectives):
        if not is_unreachable(objective.ratio, period):
            continue
        percent = objective.target is None
        key, scale = ("targetPercent", 100) if percent else ("target", 1)
        route = ("spec", "objectives", index, key)
        message = Message(
            "{key} {value} leaves {budget} of error budget in {period}, and the on-call engineer "
            "needs at least a minute to react",
            key=key,
            value=as_written(slo, *route),
            budget=length_text(budget_in_time(objective.ratio, period)),
            period=length_text(period),
        )

        # Rounded down, so that the suggested target is not reported again.
        highest = math.floor((1 - SHORTEST_BUDGET / period) * 100_000) / 100_000
        help_text = Message(
            "lower {key} to {value}, or lengthen the SLO period",
            key=key,
            value=f"{highest * scale:.7g}",
        )
        yield Problem(slo.at(*route), message, help_text)
